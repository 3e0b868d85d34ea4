"""Whatever stands in the file: a Configuration or a ConfigError, in bounded time and space."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exporter.config import ConfigError, Configuration
from exporter.config.load import loads

VALID = Path(__file__).parent.parent / "fixtures" / "config" / "valid"
FILE = VALID / "garbage.yml"
TEXT = (VALID / "everything.yml").read_text()
KEYS = sorted(
    {"listen", "log", "level", "scrape", "timeout", "ssh", "address", "jump", "key", "port"}
    | {"pools", "hosts", "bonds", "members", "preferred", "multipath", "paths", "maps"}
    | {"local", "recorded", "<<", "bond0", "eth0", "h"}
    | {"xapi", "ways", "socket", "https", "certificate_sha256", "user"}
    | {"hostconfig", "packages", "any", "driver", "lvm_filter", "mount_options", "/", "hotfixes"}
    | {"destinations", "auto", "vlan", "mac", "probe", "count", "interval", "way", "program"}
    | {"guests", "disk_probes", "storage_classes", "host", "directory", "device", "profile"}
    | {"random-read", "hdparm", "storage_class", "ssd", "sr", "every", "jitter", "size", "rate"}
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(max_size=8),
    st.dates(),
    st.sampled_from([*KEYS, ":1", "192.0.2.1", "~", "\0", "\ud800", "a/b", "10s", "1GiB", "/srv"]),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(KEYS) | scalars, inner, max_size=5),
    ),
    max_leaves=25,
)


def read(raw: bytes) -> Configuration | ConfigError:
    """The configuration, or the error after a look at its form."""
    try:
        return loads(raw, FILE)
    except ConfigError as error:
        refused = error
    assert refused.lines
    assert all(line.startswith(f"{FILE}:") and line.isprintable() for line in refused.lines)
    return refused


@given(anything)
@example({"pools": {"p": {"hosts": {"h": {"local": {}, "bonds": {"b": {"members": ["\0"]}}}}}}})
def test_any_data_is_a_configuration_or_refused(data: Any) -> None:
    read(yaml.dump(data, allow_unicode=True).encode(errors="surrogatepass"))


@given(st.fixed_dictionaries({"pools": st.dictionaries(st.just("p"), anything, min_size=1)}))
def test_any_pool_is_a_pool_or_refused(data: Any) -> None:
    read(yaml.safe_dump(data).encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_a_configuration_or_refused(raw: bytes) -> None:
    read(raw)


@given(st.text(alphabet=" \n:-[]{},&*!|>'\"%@#~<?x0.\t\\", max_size=60))
@settings(max_examples=300)
def test_any_punctuation_is_a_configuration_or_refused(text: str) -> None:
    read(text.encode())


@given(st.integers(0, len(TEXT)), st.integers(0, 12), st.text(max_size=6))
@example(TEXT.index("eth0, eth2"), 0, "\U00018cd6")
@settings(max_examples=60)
def test_a_damaged_configuration_is_a_configuration_or_refused(
    start: int, length: int, instead: str
) -> None:
    damaged = TEXT[:start] + instead + TEXT[start + length :]
    read(damaged.encode(errors="surrogatepass"))


@pytest.mark.parametrize(
    "text",
    [
        '"\\U00110000": 1',
        '"\\ud800": 1',
        'listen: "\\udfff"',
        f"%YAML {'1' * 5000}.1\n--- {{}}",
        f"listen: {'9' * 5000}",
        f"listen: !!int {'9' * 5000}",
        f"ssh: {{port: !!int {'9' * 4000}}}",
        "listen: !!bool maybe",
        "listen: !!float x",
        "listen: !!timestamp 2001-99-99",
        "listen: !!binary x",
        "!!set {a, b}",
        "listen: <<",
        "listen: =",
        "listen: 0x_",
        "listen: 1:30",
        "<<: *a",
        "&a {<<: *a}",
        "&a [*a]",
        "? [a]\n: b\n? {c: d}\n: e",
        "? &k key\n: *k",
        "{}: {}",
        ": x",
        "~: x",
        "\x00",
        "\ufeffpools:",
        "pools: \x1b[31m",
        "- " * 5000 + "x",
        "[" * 5000,
        "{a: " * 5000,
        "? " * 5000,
        "\n".join(" " * depth + "a:" for depth in range(500)),
        "&a " * 3,
        "--- {}\n--- {}",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_nasty_text_is_refused(text: str) -> None:
    assert isinstance(read(text.encode()), ConfigError)


def test_merged_aliases_do_not_fill_the_memory() -> None:
    """Each level merges the one before ten times: ten thousand million keys in a few lines."""
    lines = ["k0: &k0 {a: 1}"]
    lines += [f"k{n}: &k{n} {{<<: [{', '.join([f'*k{n - 1}'] * 10)}]}}" for n in range(1, 11)]
    error = read("\n".join(lines).encode())
    assert isinstance(error, ConfigError)
    assert "each alias counted" in str(error)


def test_many_problems_are_all_told() -> None:
    raw = "\n".join(f"key{number}: 1" for number in range(2000)).encode()
    error = read(raw)
    assert isinstance(error, ConfigError)
    assert len(error.lines) == 2001
