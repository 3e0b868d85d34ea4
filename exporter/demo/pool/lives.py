"""What XAPI and Xen do to VMs and their domains."""

from dataclasses import replace

from exporter.demo.pool.entries import Vm
from exporter.demo.pool.guests import domain_of
from exporter.demo.pool.records import Pool


def ended(pool: Pool, vm: Vm) -> Pool:
    """The pool once XAPI has ended a VM: no domain on its host, and halted."""
    if vm.host is not None:
        kept = (domain for domain in pool.domains[vm.host] if domain.uuid != vm.uuid)
        pool = pool.with_domains(vm.host, *kept)
    return halted(pool, vm)


def halted(pool: Pool, vm: Vm) -> Pool:
    """The pool once XAPI calls a VM halted, whatever Xen runs."""
    return pool.with_vm(replace(vm, power_state="Halted", host=None, domid=-1))


def started(pool: Pool, vm: Vm, host: str) -> Pool:
    """The pool once a VM runs on a host, in a domain with an id that no other had."""
    every = (domain.domid for domains in pool.domains.values() for domain in domains)
    domid = 1 + max((*every, pool.last_domid))
    pool = replace(pool, last_domid=domid)
    pool = pool.with_domains(host, *pool.domains[host], domain_of(vm, domid))
    return pool.with_vm(replace(vm, power_state="Running", host=host, domid=domid))


def rebooted(pool: Pool, vm: Vm) -> Pool:
    """The pool once XAPI has ended a running VM and started it again where it was."""
    assert vm.host is not None
    return started(ended(pool, vm), vm, vm.host)


def without_domain(pool: Pool, host: str, domid: int, *, noticed: bool) -> Pool:
    """The pool once Xen has destroyed a domain; `noticed`: XAPI sees that its VM is halted."""
    gone = next(domain for domain in pool.domains[host] if domain.domid == domid)
    kept = (domain for domain in pool.domains[host] if domain is not gone)
    pool = pool.with_domains(host, *kept)
    vm = pool.vms.get(gone.uuid)
    was_it = vm is not None and (vm.host, vm.domid) == (host, domid)
    return halted(pool, vm) if vm is not None and was_it and noticed else pool
