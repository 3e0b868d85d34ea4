"""Whatever became of a text on its way: it is read, or refused by an error that is declared."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.damage import KINDS, damaged
from tests.fuzz.seeds import seeds
from tests.fuzz.subjects import subjects

RUNS = 150
FEWER = {"configuration": 25}
NAMES = sorted(subjects())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_damaged_is_read_by_some_seed(name: str) -> None:
    """Else all the others would only show how nothing is refused."""
    assert any(not isinstance(subjects()[name].try_to(seed), Exception) for seed in seeds(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_damaged_texts_every_time_raise_nothing_else(name: str) -> None:
    chance, texts = Random(20250301), seeds(name)
    for _ in range(FEWER.get(name, RUNS)):
        subjects()[name].try_to(damaged(texts, chance))


@given(st.sampled_from(NAMES), st.sampled_from(KINDS), st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_any_damage_raises_nothing_else(name: str, kind: object, chance: Random) -> None:
    texts = seeds(name)
    subjects()[name].try_to(damaged(texts, chance))


def test_a_reader_that_trusts_its_input_is_found_by_the_damage() -> None:
    chance, texts = Random(1), [b"path sda is up\npath sdb is up\n"]
    with pytest.raises(IndexError):
        _trusting([damaged(texts, chance) for _ in range(RUNS)])


def _trusting(raws: list[bytes]) -> list[bytes]:
    return [line.split()[3] for raw in raws for line in raw.splitlines()]
