"""A pool of any size, for measuring."""

from dataclasses import replace

from exporter.demo.chassis import Chassis
from exporter.demo.pool.entries import GIB, Vm
from exporter.demo.pool.guests import domains_of
from exporter.demo.pool.modular import NFS_SERVER, pbds_of
from exporter.demo.pool.records import Pbd, Sr

_FIRST_DOMID = 10


def scaled_chassis(chassis: Chassis, srs: int, vms: int) -> Chassis:
    """The chassis with that many SRs, all shared, and VMs: a PBD for every SR and host.

    A control domain for every host counts among the VMs.
    """
    hosts = list(chassis.hosts)
    numbered = [_sr(number) for number in range(srs)]
    controls = [vm for vm in chassis.pool.vms.values() if vm.kind == "control domain"]
    guests = [_guest(number, hosts) for number in range(vms - len(controls))]
    everything = {vm.uuid: vm for vm in [*controls, *guests]}
    pool = replace(
        chassis.pool,
        srs={sr.uuid: sr for sr in numbered},
        pbds={pbd.uuid: pbd for sr in numbered for pbd in _pbds(chassis, sr)},
        vms=everything,
        domains={name: domains_of(everything, name) for name in hosts},
    )
    return replace(chassis, pool=pool)


def _sr(number: int) -> Sr:
    return Sr(f"sr{number:04}", "nfs", size=900 * GIB, used=number * GIB // 2, disks=10)


def _pbds(chassis: Chassis, sr: Sr) -> list[Pbd]:
    config = {"server": NFS_SERVER, "serverpath": f"/{sr.name}"}
    return list(pbds_of(sr, chassis.hosts, config))


def _guest(number: int, hosts: list[str]) -> Vm:
    host = hosts[number % len(hosts)]
    return Vm(f"vm{number:04}", "guest", host, _FIRST_DOMID + number // len(hosts), "Running")
