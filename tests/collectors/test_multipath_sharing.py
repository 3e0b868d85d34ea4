"""Unchanged maps are the same objects from look to look; changed ones are new."""

from collectors.multipath_sharing import shared
from collectors.multipath_text import parse_multipath
from tests.synthetic import multipath_listing

LISTING = multipath_listing(3, 4)


def test_an_unchanged_map_is_the_object_of_before_and_a_changed_one_is_new() -> None:
    first = parse_multipath(LISTING).records
    changed = LISTING.replace("active ready", "failed faulty", 1)
    second = parse_multipath(changed).records
    kept = shared(second, {one.wwid: one for one in first})
    assert kept == second
    assert [old is new for old, new in zip(first, kept, strict=True)] == [False, True, True]
