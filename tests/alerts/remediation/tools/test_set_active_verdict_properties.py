"""Whatever is true of three members: a bond never goes to and fro."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.remediation.tools.set_active_verdict import Members, choose

NICS = ("eth0", "eth1", "eth2")


def ways_of(*answers: bool | None) -> st.SearchStrategy[dict[str, dict[str, bool | None]]]:
    """Three destinations through three members."""
    way = st.fixed_dictionaries(dict.fromkeys("abc", st.sampled_from(answers)))
    return st.fixed_dictionaries(dict.fromkeys(NICS, way))


WAYS = ways_of(True, False, None)


@given(ways=WAYS, active=st.sampled_from(NICS), preferred=st.sampled_from((*NICS, None)))
def test_after_one_move_no_other_member_is_better(
    ways: dict[str, dict[str, bool | None]], active: str, preferred: str | None
) -> None:
    first = choose(Members("bond0", active, preferred, NICS, ways))
    if first.verdict == "faulty":
        after = choose(Members("bond0", first.best, preferred, NICS, ways))
        assert after.verdict != "faulty"
        assert first.best is not None
        kept = [d for d, reachable in ways[active].items() if reachable]
        assert all(ways[first.best][d] for d in kept)


@given(
    ways=WAYS,
    truth=ways_of(True, False),
    active=st.sampled_from(NICS),
    preferred=st.sampled_from((*NICS, None)),
)
def test_a_healthy_active_member_is_the_best_whatever_is_true_of_what_is_unknown(
    ways: dict[str, dict[str, bool | None]],
    truth: dict[str, dict[str, bool | None]],
    active: str,
    preferred: str | None,
) -> None:
    if choose(Members("bond0", active, preferred, NICS, ways)).verdict == "healthy":
        known = {
            nic: {d: truth[nic][d] if r is None else r for d, r in way.items()}
            for nic, way in ways.items()
        }
        assert choose(Members("bond0", active, preferred, NICS, known)).verdict != "faulty"
