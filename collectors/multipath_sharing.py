"""Maps that did not change between two looks are kept once."""

from collections.abc import Iterable, Mapping

from collectors.multipath_records import Map


def shared(maps: Iterable[Map], before: Mapping[str, Map]) -> tuple[Map, ...]:
    """`maps`, with the object of `before` (by WWID) for every map that is equal to it.

    1,000 maps of 4 paths are 12,000 objects. Kept objects are old to the garbage collector and
    equal new ones die at once, so a full collection, which stops every thread, is rarely due.
    """
    return tuple(old if (old := before.get(one.wwid)) == one else one for one in maps)
