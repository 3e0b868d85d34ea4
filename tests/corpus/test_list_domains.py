"""Every sample of list_domains in the corpus reads as its facts say."""

from typing import Any

import pytest

from collectors.list_domains import Domain, parse_list_domains
from tests.corpus.test_bonds import samples

pytestmark = pytest.mark.corpus


def domain(facts: dict[str, Any]) -> Domain:
    return Domain(facts["id"], facts["uuid"], **(facts["flags"] or {}))


@pytest.mark.parametrize(("text", "facts"), samples("list_domains"))
def test_list_domains_reads_as_its_facts_say(text: str, facts: Any) -> None:
    expected = facts["expected"]
    parsed = parse_list_domains(text)
    assert list(parsed.records) == [domain(each) for each in expected["domains"]]
    assert len(parsed.records) == expected["count"]
    assert (parsed.noise, parsed.damaged) == ((), 0)
