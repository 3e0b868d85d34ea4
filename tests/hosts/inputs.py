"""What commands under test are given on their standard input."""

import hashlib
import sys

PROGRAM = "import sys\nprint(sys.argv)\n"
INTERPRETED = [sys.executable, "-S", "-E", "-", "a", "b c"]
"""Runs a program that it is given."""
PRINTED = "['-', 'a', 'b c']\n"
"""What the program prints then."""

MEGABYTE = "Grüße, 123\n" * 80_000
FIVE_MEGABYTES = MEGABYTE * 5
"""More than OpenSSH's window: the rest waits until the command has read."""

UNREAD = [
    (["sh", "-c", "echo done; exit 3"], "done\n", 3),
    (["sh", "-c", "exec <&-; sleep 0.3; echo done; exit 3"], "done\n", 3),
    (["sh", "-c", "head -c 3; echo; exit 3"], "Grü"[:2] + "\ufffd\n", 3),
    (["no-such-python3", "-"], "", 127),
]
"""Commands that leave all or most of what they are given, with their output and exit status."""

CHILD_THAT_INHERITS = ["sh", "-c", "exec 3<&0; sleep 300 <&3 & echo $!"]
"""Ends at once and leaves a child that holds its standard input, and prints that child's id."""


def checksum(text: str) -> str:
    """What sha256sum prints for `text`."""
    return f"{hashlib.sha256(text.encode()).hexdigest()}  -\n"
