"""Makes folders, links and settings in configfs, in order: one process for hundreds of them.

Each argument is one line: `mkdir PATH`, `link TARGET PATH`, or `write PATH TEXT`.
"""

import sys
from pathlib import Path


def main() -> None:
    """Carry out every line; the first that fails ends it with its trace."""
    for line in sys.argv[1:]:
        action, first, *rest = line.split(" ", 2)
        if action == "mkdir":
            Path(first).mkdir(parents=True, exist_ok=True)
        elif action == "link":
            Path(rest[0]).symlink_to(first)
        else:
            Path(first).write_text(rest[0] + "\n")


if __name__ == "__main__":
    main()
