"""The section `remediation:`: what is refused with which line, what is shown, what it means."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from alerts.bundle import playbooks
from alerts.remediation.records import Mode, Target
from exporter.cli.config import config_app
from exporter.config import ConfigError, load
from exporter.config.load import loads
from exporter.config.remediation import Remediation
from exporter.config.show import effective, schema
from exporter.remediation.rules import rules_of, windows_of

BOND = "set-active-member"
FULL = """\
  alertmanager: {url: "http://am.example.org:9093/am", token_file: am.token}
  webhook: {token_file: hook.token}
  operators: {anna: {token_file: anna.token}}
"""
ACTING = FULL.replace("  operators: {anna: {token_file: anna.token}}\n", "")
BEGINS, ENDS = "2026-12-01T22:00:00+01:00", "2026-12-02T06:00:00+01:00"
NO_TIME = "allowed: a time such as 30s, 10m, 24h or 90d"
NO_MOMENT = "allowed: a time with its offset, such as 2026-12-01T22:00:00+01:00"
NO_URL = "allowed: http://HOST:PORT or https://HOST:PORT, without a password"
A_TOKEN = "has no token; allowed: exactly one of token_file, token_env"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the configuration goes: beside files with tokens, one of them open to others."""
    for name in ("am", "hook", "anna", "open"):
        token = tmp_path / f"{name}.token"
        token.write_text(f"canary-{name}\n")
        token.chmod(0o644 if name == "open" else 0o600)
    return tmp_path / "xenlens.yml"


def written(file: Path, section: str) -> Path:
    file.write_text(f"pools: {{p: {{hosts: {{h: {{local: {{}}}}}}}}}}\nremediation:\n{section}")
    return file


def read(file: Path, section: str) -> Remediation:
    found = load(written(file, section)).remediation
    assert found is not None
    return found


def lines(file: Path, section: str) -> list[str]:
    """What is said of a section: the line's number and the sentence."""
    with pytest.raises(ConfigError) as caught:
        load(written(file, section))
    said = str(caught.value).replace(f"{file}:", "").replace(str(file.parent), "DIR")
    return [line.replace("remediation", "R", 1) for line in said.splitlines()]


def book(changes: str, name: str = BOND) -> str:
    return f"  playbooks: {{{name}: {{{changes}}}}}\n"


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("  7\n", "2: R: must be a mapping (indented lines of key: value), not the number 7"),
        ("  jornal: x\n", '3: R.jornal: unknown key (did you mean "journal"?); allowed: '),
        ("  journal: 7\n", "3: R.journal: the number 7 is no path; allowed: the path of a file"),
        ("  kill_switch: ''\n", '3: R.kill_switch: "" is no path; allowed: the path of a file'),
        ("  retention: 90 days\n", f'3: R.retention: "90 days" is not allowed; {NO_TIME}'),
        ("  retention: 0\n", f"3: R.retention: the number 0 is not allowed; {NO_TIME}"),
        ("  retention: -5.0\n", f"3: R.retention: the number -5.0 is not allowed; {NO_TIME}"),
        ("  retention: .inf\n", "3: R.retention: "),
        ("  retention: 6d\n", "3: R.retention: must be at least 7d: attempts are counted so long"),
        (
            "  alertmanager: {}\n",
            "3: R.alertmanager.url: missing; allowed: http://HOST:PORT or https://HOST:PORT",
        ),
        (
            "  alertmanager: {url: 'am:9093'}\n",
            f'3: R.alertmanager.url: "am:9093" is not allowed; {NO_URL}',
        ),
        (
            "  alertmanager: {url: 'http://a:b@am'}\n",
            f'3: R.alertmanager.url: "http://a:b@am" is not allowed; {NO_URL}',
        ),
        (
            "  alertmanager:\n    url: http://am\n    token_file: gone\n",
            "5: R.alertmanager.token_file: DIR/gone: No such file or directory",
        ),
        (
            "  alertmanager: {url: http://am, user: xenlens}\n",
            "3: R.alertmanager: only one of user and password; allowed: both, or neither",
        ),
        (
            "  alertmanager: {url: http://am, password_file: am.token}\n",
            "3: R.alertmanager: only one of user and password; allowed: both, or neither",
        ),
        (
            "  alertmanager: {url: http://am, user: x, password_file: am.token, "
            "token_file: am.token}\n",
            "3: R.alertmanager: both token_file and password_file; allowed: one of the two",
        ),
        (
            "  alertmanager: {url: http://am, user: 'a:b', password_file: am.token}\n",
            '3: R.alertmanager.user: "a:b" is not allowed; '
            "allowed: at most 128 characters without space or colon",
        ),
        ("  webhook: {}\n", f"3: R.webhook: {A_TOKEN}"),
        (
            "  webhook: {token_file: hook.token, token_env: HOOK}\n",
            "3: R.webhook: has token_file and token_env; "
            "allowed: exactly one of token_file, token_env",
        ),
        (
            "  webhook: {token_env: 'the token itself'}\n",
            '3: R.webhook.token_env: "the token itself" is not allowed; '
            "allowed: the name of a variable of the environment",
        ),
        (
            "  webhook: {token_file: open.token}\n",
            "3: R.webhook.token_file: DIR/open.token: open to other users; "
            "run: chmod 600 DIR/open.token",
        ),
        ("  webhook: {token_file: .}\n", "3: R.webhook.token_file: DIR: not a file"),
        ("  operators: {anna: {}}\n", f"3: R.operators.anna: {A_TOKEN}"),
        ("  operators: {'a b': {token_file: anna.token}}\n", '3: R.operators.a b: "a b" is not'),
        (
            f"  maintenance: [{{begins: {ENDS}, ends: {BEGINS}}}]\n",
            "3: R.maintenance[0].ends: ends before it begins; allowed: a time later than begins",
        ),
        (
            f"  maintenance: [{{begins: 2026-12-01T22:00:00, ends: {ENDS}}}]\n",
            f'3: R.maintenance[0].begins: "2026-12-01T22:00:00" is not allowed; {NO_MOMENT}',
        ),
        (
            f"  maintenance:\n  - {{begins: {BEGINS}, ends: {ENDS}}}\n"
            f"  - {{begins: soon, ends: {ENDS}}}\n",
            f'5: R.maintenance[1].begins: "soon" is not allowed; {NO_MOMENT}',
        ),
        (
            f"  maintenance: [{{begins: {BEGINS}, ends: {ENDS}, host: 'xs['}}]\n",
            '3: R.maintenance[0].host: "xs[" is no regular expression: '
            "unterminated character set at position 2",
        ),
        (
            "  maintenance: {}\n",
            "3: R.maintenance: must be a list such as [{begins: …, ends: …}], not a mapping",
        ),
        (book("mode: on"), "3: R.playbooks.set-active-member.mode: "),
        (
            book("mode: observe", "set-active-membr"),
            '3: R.playbooks.set-active-membr: unknown playbook (did you mean "set-active-member"?)',
        ),
        (book("summary: x"), "3: R.playbooks.set-active-member.summary: unknown key; allowed: "),
        (
            book("confirm: {reads: 1}"),
            "3: R.playbooks.set-active-member.confirm.reads: should be greater than or equal to 2",
        ),
        (
            book("storm: {hosts: many}"),
            "3: R.playbooks.set-active-member.storm.hosts: "
            'must be a whole number without quotes, not "many"',
        ),
        (
            book("hold: {time: 2h}"),
            "3: R.playbooks.set-active-member.hold.time: should be less than or equal to 3600",
        ),
        (
            book("cooldown: 0s"),
            f'3: R.playbooks.set-active-member.cooldown: "0s" is not allowed; {NO_TIME}',
        ),
        (
            FULL + book("mode: auto", "destroy-vm"),
            "6: R.playbooks.destroy-vm.mode: destroy-vm goes no further than approve",
        ),
        (
            FULL + book("allow: [{mode: approve, vm: a}, {mode: auto, vm: b}]", "destroy-vm"),
            "6: R.playbooks.destroy-vm.allow[1].mode: destroy-vm goes no further than approve",
        ),
        (
            FULL + book("allow: [{mode: auto, wwid: x}]"),
            "6: R.playbooks.set-active-member.allow[0].wwid: no label of set-active-member; "
            "allowed: pool, host, bond",
        ),
        (book("allow: {mode: auto}"), "3: R.playbooks.set-active-member.allow: must be a list"),
        (
            ACTING + book("mode: suggest"),
            "2: R: has no operators; needed where a playbook waits for an approval",
        ),
        (
            ACTING + f"  playbooks: {{{BOND}: {{mode: auto}}, destroy-vm: {{mode: approve}}}}\n",
            "2: R: has no operators; needed where a playbook waits for an approval",
        ),
    ],
)
def test_what_is_wrong_is_one_line_with_its_number(file: Path, section: str, said: str) -> None:
    (line,) = lines(file, section)
    assert line.startswith(said)


@pytest.mark.parametrize("changes", ["mode: auto", "allow: [{mode: auto, host: h}]"])
def test_nothing_acts_without_somebody_to_ask_and_a_token_to_be_asked_by(
    file: Path, changes: str
) -> None:
    assert [line.partition("; ")[0] for line in lines(file, book(changes))] == [
        "2: R: has no alertmanager",
        "2: R: has no webhook",
    ]


def test_observing_needs_nothing(file: Path) -> None:
    assert read(file, book("mode: observe")).alertmanager is None


def test_what_is_left_out_observes_and_keeps_for_90_days(file: Path) -> None:
    found = read(file, "  {}\n")
    assert found.journal == Path("/var/lib/xenlens/remediation.db")
    assert found.kill_switch == Path("/etc/xenlens/remediation.stop")
    assert found.retention == 90 * 86400
    for name, rules in rules_of(found).items():
        assert rules.playbook == playbooks()[name]
        assert rules.furthest is Mode.OBSERVE


def test_a_configuration_without_the_section_has_no_remediation(file: Path) -> None:
    file.write_text("pools: {p: {hosts: {h: {local: {}}}}}\n")
    assert load(file).remediation is None


@pytest.mark.parametrize(
    ("text", "seconds"), [("500ms", 0.5), ("1s500ms", 1.5), ("0.25", 0.25), ("2m", 120), ("7", 7)]
)
def test_times_between_whole_seconds_are_allowed(file: Path, text: str, seconds: float) -> None:
    found = read(file, book(f"confirm: {{interval: {text}}}"))
    assert rules_of(found)[BOND].playbook.confirm.interval == seconds


def test_a_change_of_one_limit_leaves_the_others_as_bundled(file: Path) -> None:
    found = rules_of(read(file, book("caps: {per_pool: 3}, cooldown: 1h")))[BOND].playbook
    bundled = playbooks()[BOND]
    assert found.caps == bundled.caps.model_copy(update={"per_pool": 3})
    assert found == bundled.model_copy(update={"caps": found.caps, "cooldown": 3600.0})


def test_the_first_allowance_that_matches_the_whole_label_counts(file: Path) -> None:
    allow = "allow: [{mode: observe, host: xs1}, {mode: auto, host: 'xs[0-9]'}]"
    rules = rules_of(read(file, FULL + book(f"mode: suggest, {allow}")))[BOND]

    def mode(host: str) -> Mode:
        return rules.mode(Target(BOND, {"pool": "p", "host": host, "bond": "bond0"}))

    assert (mode("xs1"), mode("xs2"), mode("xs22")) == (Mode.OBSERVE, Mode.AUTO, Mode.SUGGEST)
    assert rules.furthest is Mode.AUTO


def test_a_maintenance_window_is_kept_in_unix_time(file: Path) -> None:
    window = f"{{begins: {BEGINS}, ends: '{ENDS}', host: 'xs.*', why: firmware}}"
    (found,) = windows_of(read(file, f"  maintenance: [{window}]\n"))
    assert (found.begins, found.ends) == (1796158800.0, 1796187600.0)
    assert (dict(found.labels), found.why) == ({"host": "xs.*"}, "firmware")


EVERYTHING = (
    FULL
    + "  journal: /var/tmp/journal.db\n  retention: 30d\n"
    + f"  maintenance: [{{begins: {BEGINS}, ends: {ENDS}, bond: bond0}}]\n"
    + book(
        "mode: suggest, allow: [{mode: auto, host: h}], confirm: {reads: 3, interval: 250ms}, "
        "cooldown: 20m, pause: 2m, attempts: {most: 2, within: 12h}, caps: {per_host: 1}, "
        "storm: {hosts: 5}, verify: {every: 500ms}, hold: {time: 90s}, approval: 30m"
    )
)


def test_what_is_shown_reads_back_to_the_same_and_has_no_secret(file: Path) -> None:
    found = load(written(file, EVERYTHING))
    shown = effective(found.document)
    assert loads(shown.encode(), file).remediation == found.remediation
    told = yaml.safe_load(shown)["remediation"]
    assert told["operators"] == {"anna": {"token_file": f"{file.parent}/anna.token"}}
    assert told["playbooks"][BOND]["confirm"] == {"reads": 3, "interval": 0.25}
    assert told["retention"] == "2592000s"
    assert "canary" not in shown


@pytest.mark.parametrize("command", ["check", "show"])
def test_the_command_line_tells_no_secret(file: Path, command: str) -> None:
    result = CliRunner().invoke(config_app, [command, str(written(file, EVERYTHING))])
    assert result.exit_code == 0
    assert "canary" not in result.output


def test_a_defect_elsewhere_in_the_section_tells_no_secret(file: Path) -> None:
    wrong = EVERYTHING + "  quarantine: 1\n"
    assert "canary" not in "\n".join(lines(file, wrong))


def test_the_schema_knows_the_section(file: Path) -> None:
    found = json.loads(schema())
    assert found["properties"]["remediation"]["$ref"] == "#/$defs/Remediation"
    sections = found["$defs"]
    assert sections["Remediation"]["properties"].keys() == Remediation.model_fields.keys()
    modes = ["observe", "suggest", "approve", "auto"]
    assert sections["Allow"]["properties"]["mode"]["enum"] == modes
    assert sections["Allow"]["required"] == ["mode"]
    assert sections["Maintenance"]["required"] == ["begins", "ends"]
