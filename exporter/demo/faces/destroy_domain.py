"""Destroying a domain below XAPI: `destroy_domain -domid N` up to 6.2, `xl destroy N` from 6.5."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from exporter.demo.command import Dom0, Result
from exporter.demo.pool.lives import without_domain
from exporter.demo.pool.snapshot import Version

_XL_SINCE = (6, 5, 0)
"""From here on xenopsd watches its domains, and tells XAPI of one that is gone."""
_PROGRAM = "destroy_domain"
_WORDS = {_PROGRAM: ["-domid"], "xl": ["destroy"]}


def destroyer_folders(name: str, version: Version) -> tuple[str, ...]:
    """The folders in which a version has the program."""
    if name == _PROGRAM:
        return ("/opt/xensource/debug",) if version < _XL_SINCE else ()
    return ("/usr/sbin",) if version >= _XL_SINCE else ()


def _destroy(
    name: str, dom0: Dom0, argv: Sequence[str], environment: Mapping[str, str], stdin: str | None
) -> Result:
    words, domid = list(argv[1:-1]), argv[-1]
    if words != _WORDS[name] or not domid.isdigit():
        return Result(stderr=f"{name}: only {' '.join(_WORDS[name])} N is simulated\n", status=1)
    there = {domain.domid for domain in dom0.model.chassis.pool.domains[dom0.name]}
    if int(domid) not in there - {0}:
        return Result(stderr=f"{name}: there is no domain {domid} to destroy\n", status=1)
    noticed = dom0.state.flavour.version >= _XL_SINCE
    dom0.model.change(lambda pool: without_domain(pool, dom0.name, int(domid), noticed=noticed))
    return Result()


Destroyer = Callable[[Dom0, Sequence[str], Mapping[str, str], str | None], Result]
DESTROYERS: Mapping[str, Destroyer] = {name: partial(_destroy, name) for name in _WORDS}
