"""What happens to the chassis, in order: timers, faults, and what logs and XAPI make of them."""

from dataclasses import replace

from exporter.demo.chassis import Chassis
from exporter.demo.faults import LUN_STATES, POOL_STATES, Fault, UnknownFault
from exporter.demo.log_lines import logged
from exporter.demo.pool.attachments import recounted
from exporter.demo.pool.messages import told
from exporter.demo.pool.troubles import after_pool_fault
from exporter.demo.storage import Storage


def until(chassis: Chassis, now: float) -> Chassis:
    """The chassis once everything that was due until `now` has happened, one after the other."""
    while (due := chassis.changes_at) is not None and due <= now:
        chassis = _noticed(chassis, chassis.at(due), due)
    return chassis


def applied(chassis: Chassis, fault: Fault, now: float) -> Chassis:
    """The chassis after a fault at `now`. Raises UnknownFault."""
    before = until(chassis, now)
    if fault not in before.faults():
        raise UnknownFault(f"no fault {fault}")
    of_pool = fault.object in {*POOL_STATES, *LUN_STATES, *before.hosts}
    after = after_pool_fault(before, fault, now) if of_pool else before.after(fault, now)
    return _noticed(before, after, now)


def with_storage(chassis: Chassis, host: str, storage: Storage, now: float) -> Chassis:
    """The chassis once one host has other paths."""
    after = chassis.with_host(replace(chassis.hosts[host], storage=storage))
    return _noticed(chassis, after, now)


def _noticed(before: Chassis, after: Chassis, now: float) -> Chassis:
    """What the hosts log, and SM and XAPI write into the database, because of a change."""
    after = logged(before, after, now)
    after = replace(after, pool=recounted(after))
    return replace(after, pool=told(before, after, now))
