"""Which host of the pool a collector looks at."""

from collectors.own_host import own_uuid, unknown_host
from collectors.xapi.access import MemberAnswer
from tests.collectors.host_in_pool import HERE, THERE, told


def test_what_the_host_says_of_itself_counts_more_than_a_name() -> None:
    assert own_uuid(told(names={THERE: "fake"}), "fake") == HERE
    assert own_uuid(told(members={"fake": MemberAnswer(None, True)}), "fake") == HERE
    assert own_uuid(told(members={}, names={}), "fake") is None


def test_a_host_that_xapi_does_not_name_is_a_failure_that_says_what_it_costs() -> None:
    failure = unknown_host("fake", "SRs")
    assert (failure.reason, str(failure)) == (
        "unknown_host",
        "XAPI names no host fake, so its SRs are not known",
    )
