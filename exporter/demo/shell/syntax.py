"""The part of the shell's grammar that a simulated dom0 understands.

Simple commands with assignments and redirections, `;`, `&&`, `||`, `{ … }`, `for`, quoting and
parameters (POSIX.1-2008, Shell Command Language). No pipes, no subshells, no substitution.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from exporter.demo.shell.tokens import Part, Redirect, ShellError, Token, Word, tokens_of

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")


@dataclass(frozen=True, slots=True)
class Simple:
    """Assignments, then a command with its arguments."""

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`{ …; }`."""

    body: "Steps"
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class For:
    """`for NAME in WORD …; do …; done`."""

    name: str
    words: tuple[Word, ...]
    body: "Steps"


Command = Simple | Group | For
Steps = tuple[tuple[str, Command], ...]
"""Commands, each with what stands before it: `;`, `&&` or `||`."""


def parse(line: str) -> Steps:
    """The commands of a line. Raises ShellError."""
    parser = _Parser(tokens_of(line))
    steps = parser.steps(lambda token: token == "")
    if parser.next() != "":
        raise ShellError("syntax error")
    return steps


def _bare(token: Token, *words: str) -> bool:
    """Whether a token is one of these reserved words, unquoted."""
    return token in tuple((Part(word, True, False),) for word in words)


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def peek(self) -> Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def next(self) -> Token:
        token = self.peek()
        self._place += 1
        return token

    def steps(self, ends: Callable[[Token], bool]) -> Steps:
        steps: list[tuple[str, Command]] = []
        before = ";"
        while not ends(self.peek()):
            if self.peek() == ";":
                before = str(self.next())
                continue
            steps.append((before, self._command()))
            after = self.peek()
            if not ends(after):
                before = self._connector()
        return tuple(steps)

    def _connector(self) -> str:
        token = self.next()
        if isinstance(token, str) and token in (";", "&&", "||"):
            return token
        raise ShellError(f"syntax error near unexpected token `{token or 'newline'}'")

    def _command(self) -> Command:
        if _bare(self.peek(), "{"):
            self.next()
            body = self.steps(lambda token: token == "" or _bare(token, "}"))
            self._expect("}")
            return Group(body, self._redirects())
        if _bare(self.peek(), "for"):
            return self._for()
        return self._simple()

    def _for(self) -> For:
        self.next()
        name = self.next()
        self._expect("in")
        words = []
        while isinstance(word := self.peek(), tuple):
            words.append(word)
            self.next()
        while self.peek() == ";":
            self.next()
        self._expect("do")
        body = self.steps(lambda token: token == "" or _bare(token, "done"))
        self._expect("done")
        if not isinstance(name, tuple):
            raise ShellError("syntax error near unexpected token `for'")
        return For(name[0].text, tuple(words), body)

    def _expect(self, word: str) -> None:
        if not _bare(self.next(), word):
            raise ShellError(f"syntax error: expected `{word}'")

    def _redirects(self) -> tuple[Redirect, ...]:
        redirects = []
        while isinstance(token := self.peek(), Redirect):
            redirects.append(token)
            self.next()
        return tuple(redirects)

    def _simple(self) -> Simple:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while not isinstance(token := self.peek(), str):
            self.next()
            if isinstance(token, Redirect):
                redirects.append(token)
            elif not words and (found := _assignment(token)):
                assignments.append(found)
            else:
                words.append(token)
        if not (assignments or words or redirects):
            raise ShellError(f"syntax error near unexpected token `{token or 'newline'}'")
        return Simple(tuple(assignments), tuple(words), tuple(redirects))


def _assignment(word: Word) -> tuple[str, Word] | None:
    first = word[0]
    match = None if first.quoted else _ASSIGNMENT.match(first.text)
    if match is None:
        return None
    return match[1], (Part(first.text[match.end() :], True, False), *word[1:])
