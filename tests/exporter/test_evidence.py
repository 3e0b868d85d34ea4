"""What evidence shows of a command line."""

import pytest

from exporter.evidence import redacted


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        (("multipath", "-ll"), "multipath -ll"),
        (("xe", "-u", "root", "-pw", "s3cret", "sr-list"), "xe -u root -pw [redacted] sr-list"),
        (("curl", "password=s3cret"), "curl password=[redacted]"),
        (("probe", "--token", "s3cret"), "probe --token [redacted]"),
    ],
)
def test_secrets_on_a_command_line_are_not_shown(argv: tuple[str, ...], shown: str) -> None:
    assert redacted(argv) == shown
