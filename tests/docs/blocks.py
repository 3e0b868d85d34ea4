"""The fenced blocks of the documentation, and the commands in them.

The tag of a block says what it is: `sh` are commands for the machine of xenlens, `sh host` for a
host, `yaml` configuration, `text` output and all else that nobody types.
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
SHELL, HOST, YAML = "sh", "sh host", "yaml"
_COMMENT = re.compile(r"(^|\s)#\s.*$")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its page (a path in the checkout), its first line there, tag and text."""

    page: str
    line: int
    tag: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Every page with commands that a user may copy; last the one that pulls a controller."""
    found = (ROOT.glob(g) for g in ("docs/*.md", "deploy/**/README.md", "alerts/runbooks/*.md"))
    return [*sorted(page for each in found for page in each), ROOT / "README.md"]


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, those in lists too, in their order."""
    name = str(page.relative_to(ROOT))
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    fences = (token for token in tokens if token.type == "fence")
    return [Block(name, (t.map or [0])[0] + 2, t.info.strip(), t.content) for t in fences]


def all_blocks(*tags: str) -> list[Block]:
    """The blocks of all pages with one of these tags, or all."""
    return [b for page in pages() for b in blocks(page) if not tags or b.tag in tags]


def commands(block: Block) -> list[str]:
    """The commands of a block of shell, without comments; one may go over several lines."""
    found, begun = [], ""
    for line in block.text.splitlines():
        begun += _COMMENT.sub("", line.strip())
        if begun.endswith("\\"):
            begun = begun.removesuffix("\\").rstrip() + " "
        elif _complete(begun):
            found.append(begun)
            begun = ""
        else:
            begun += "\n"
    assert not begun.strip(), f"{block}: a command does not end: {begun}"
    return [command.strip() for command in found if command.strip()]


def all_commands(*tags: str) -> Iterator[tuple[Block, str]]:
    """The commands of all pages in blocks with one of these tags."""
    yield from ((block, c) for block in all_blocks(*tags) for c in commands(block))


def _complete(text: str) -> bool:
    return not subprocess.run(["bash", "-n", "-c", text], capture_output=True).returncode
