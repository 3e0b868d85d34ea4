"""What a regular expression becomes: states that are walked all at once, without backtracking."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST_STATES = 2000
"""What a pattern may become once its counted repetitions are written out."""
MATCHED = 0
"""The state in which the pattern has been read."""
Fits = Callable[[str], bool]


class Unsupported(ValueError):
    """The pattern is none, or may mean something else to Alertmanager."""


@dataclass(frozen=True, slots=True)
class State:
    """Goes on to `following`: at once, past a character that fits, or at an edge of the text."""

    following: tuple[int, ...]
    fits: Fits | None = None
    edge: str = ""


class Program:
    """States by their number."""

    def __init__(self) -> None:
        self.states = [State(())]

    def add(self, state: State) -> int:
        """The number of a new state. Raises Unsupported when there are too many."""
        if len(self.states) == MOST_STATES:
            raise Unsupported("the pattern is too large")
        self.states.append(state)
        return len(self.states) - 1


Node = Callable[[Program, int], int]
"""Adds its states, the last of which go on to a given one. Gives the first."""


def matches(program: Program, start: int, text: str) -> bool:
    """Whether the whole text leads from a state to the end."""
    states = program.states
    reached = _reached(states, [start], text, 0)
    for place, character in enumerate(text):
        passed = (states[number] for number in reached)
        ahead = [s.following[0] for s in passed if s.fits and s.fits(character)]
        reached = _reached(states, ahead, text, place + 1)
    return MATCHED in reached


def _reached(states: Sequence[State], ahead: list[int], text: str, place: int) -> set[int]:
    """All states that can be had from these without a character."""
    edges = {""} | ({"^"} if place == 0 else set()) | ({"$"} if place == len(text) else set())
    reached: set[int] = set()
    while ahead:
        if (number := ahead.pop()) not in reached:
            reached.add(number)
            state = states[number]
            if state.fits is None and state.edge in edges:
                ahead += state.following
    return reached


def consume(fits: Fits, program: Program, following: int) -> int:
    """One character."""
    return program.add(State((following,), fits))


def edge(sign: str, program: Program, following: int) -> int:
    """The begin of the text (`^`) or its end (`$`)."""
    return program.add(State((following,), edge=sign))


def either(nodes: Sequence[Node], program: Program, following: int) -> int:
    """Any of these."""
    return program.add(State(tuple(node(program, following) for node in nodes)))


def in_turn(nodes: Sequence[Node], program: Program, following: int) -> int:
    """One after the other."""
    for node in reversed(nodes):
        following = node(program, following)
    return following


def repeat(node: Node, least: int, most: int | None, program: Program, following: int) -> int:
    """So often; `most` is None for without end."""
    end = following
    if most is None:
        loop = program.add(State(()))
        program.states[loop] = State((node(program, loop), following))
        following = loop
    for _ in range((most or least) - least):
        following = program.add(State((node(program, following), end)))
    for _ in range(least):
        following = program.add(State((node(program, following),)))
    return following
