"""Hypothesis strategies: maps as multipath-tools can print them."""

from hypothesis import strategies as st

from collectors.multipath_records import Group, Map, Path
from tests.collectors.multipath_printer import GIB

_WORDS = st.sampled_from(["round-robin 0", "service-time 0", "queue-length 0"])
_FEATURES = st.sampled_from(
    [
        (),
        ("queue_if_no_path",),
        ("queue_if_no_path", "pg_init_retries", "50"),
        ("queue_mode", "bio"),
    ]
)
_DM = st.sampled_from(["active", "failed", "undef"])
_CHECKER = st.sampled_from(
    ["ready", "faulty", "shaky", "ghost", "undef", "i/o pending", "i/o timeout", "delayed"]
)
_DEVICE_STATES = st.sampled_from(["running", "offline", "unknown", "transport-offline"])
_NAMES = st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9_.:#-]{0,20}", fullmatch=True)
_MADE_BY = st.sampled_from(
    [
        ("Intel", "Multi-Flex"),
        ("IBM", "1814      FAStT"),
        ("V", "a (b), c"),
        ("NETAPP", "LUN C-Mode"),
    ]
)


@st.composite
def paths(draw: st.DrawFn, with_device_state: bool) -> Path:
    """One path, also one whose device is gone."""
    dm, checker = draw(_DM), draw(_CHECKER)
    scsi = draw(_DEVICE_STATES) if with_device_state else None
    if draw(st.integers(0, 9)) == 0:
        return Path("#:#:#:#", None, None, None, dm, checker, scsi)
    hctl = ":".join(str(draw(st.integers(0, 300))) for _ in range(4))
    device = "sd" + draw(st.from_regex(r"[a-z]{1,3}", fullmatch=True))
    return Path(
        hctl, device, draw(st.integers(0, 255)), draw(st.integers(0, 500)), dm, checker, scsi
    )


@st.composite
def maps(draw: st.DrawFn, with_device_state: bool) -> Map:
    """One map, with or without paths."""
    groups = tuple(
        Group(
            draw(_WORDS),
            draw(st.integers(-4, 100)),
            draw(st.sampled_from(["active", "enabled", "disabled", "undef"])),
            tuple(draw(st.lists(paths(with_device_state), min_size=1, max_size=4))),
        )
        for _ in range(draw(st.integers(0, 3)))
    )
    vendor, product = draw(_MADE_BY) if groups else (None, None)
    features = draw(_FEATURES)
    return Map(
        "36" + draw(st.from_regex(r"[0-9a-f]{31}", fullmatch=True)),
        draw(st.none() | _NAMES),
        f"dm-{draw(st.integers(0, 300))}",
        vendor,
        product,
        draw(st.integers(1, 1023)) * GIB,
        features,
        "queue_if_no_path" in features,
        draw(st.sampled_from([None, "alua", "rdac", "emc"])),
        draw(st.sampled_from(["rw", "ro"])),
        groups,
    )


def several(with_device_state: bool) -> st.SearchStrategy[tuple[Map, ...]]:
    """A few maps of one listing."""
    return st.lists(maps(with_device_state), min_size=1, max_size=4).map(tuple)
