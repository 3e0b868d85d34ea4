"""Command lines that a key allows from some level on, and some that none does."""

from pathlib import Path

from tests.collectors.onhost.key_program import STREAMED, started, why_refused

UUID = "5a1c1f0e-0000-4000-8000-0123456789ab"
XE = ("env", "-i", "HOME=/nonexistent", "PATH=/usr/bin:/bin:/opt/xensource/bin", "xe")
WHO = ("--object", "set-active-member/m\u00fcnchen/xs1/bond0", "--epoch", "7", "--owner", "0a-1")
ACT = (*STREAMED, "act", *WHO, "--step", "1.0", "--deadline", "10", "--")
AT = ("--at", "device:/dev/mapper/mpatha", "--size", "4096", "--keep-free", "0")
DISK = (*STREAMED, *AT, "--seconds", "30", "--lay-out-rate", "1048576")
FIO = ("fio", "--name=a", "--filename={file}", "--size={size}", "--thread", "--readonly")
ALLOWED: dict[str, tuple[tuple[str, ...], ...]] = {
    "read": (
        ("cat", "/etc/multipath.conf"),
        ("cat", "/var/run/openvswitch/ovs-vswitchd.pid"),
        ("ovs-appctl", "bond/show"),
        ("ovs-appctl", "bond/show", "bond0"),
        ("ovs-vsctl", "port-to-br", "bond0"),
        ("multipathd", "-kshow maps json"),
        ("bash", "-c", 'exec 3<>"/dev/tcp/$0/$1"', "2001:db8::1", "2049"),
        ("bash", "-c", 'exec 3<>"/dev/tcp/$0/$1"', "nfs.example", "2049"),
        ("stat", "-c", "%Y", "/boot/initrd-4.19.0+1.img"),
        (*XE, "task-list", "params=uuid,name-label,status,progress,created"),
        (
            *(*XE, "pbd-param-get", f"uuid={UUID}"),
            *("param-name=other-config", "param-key=mpath-3600a098038303053453f463045727654"),
        ),
    ),
    "probe": (
        (*STREAMED, "probe", "--bond", "bond0", "--destination", "192.0.2.1,vlan=7"),
        (*DISK, "--seek-seconds", "10", "--seek", "500"),
        (*DISK, "--own-disk", "--", *FIO),
        (*DISK, "--", "hdparm", "-tT", "{device}"),
        ("/usr/local/bin/fio", "--version"),
        ("tail", "-c", "+17", "/var/log/kern.log"),
        ("dmsetup", "table", "mpatha"),
        ("dd", "if=/dev/sdb", "of=/dev/null", "bs=4096", "count=1", "iflag=direct"),
        (*XE, "pbd-list", f"sr-uuid={UUID}", "params=uuid,host-uuid,device-config"),
        ("ping", "-n", "-c", "1", "-W", "1", "--", "192.0.2.1"),
    ),
    "heal": (
        (*STREAMED, "take", *WHO, "--lease", "42.5"),
        (*STREAMED, "release", *WHO),
        (*ACT, "ovs-appctl", "bond/set-active-slave", "bond0", "eth1"),
        (*ACT, "multipathd", "-kreinstate path sdb"),
        (*ACT, "xenlens-write", "/sys/block/sdb/device/state", "running"),
        (*ACT, "umount", "-l", "-f", f"/var/run/sr-mount/{UUID}"),
        (*ACT, "xe", "vm-start", f"uuid={UUID}"),
    ),
}
"""Some command lines of each level that none below it has."""
FORBIDDEN: tuple[tuple[str, ...], ...] = (
    ("id",),
    ("sh", "-c", "id"),
    ("bash",),
    ("cat", "/etc/shadow"),
    ("cat", "/etc/multipath.conf", "/etc/shadow"),
    ("cat", "/boot/initrd-4.19.img"),
    ("cat", "/sys/block/../../etc/shadow/device/state"),
    ("stat", "-c", "%Y", "/boot/initrd-/../../etc/shadow.img"),
    ("tail", "-c", "+1", "/var/log/secure"),
    ("multipath", "-F"),
    ("multipath", "-ll", "-v9"),
    ("multipathd", "-kdel path sda"),
    ("ovs-appctl", "exit"),
    ("ovs-appctl", "bond/set-active-slave", "bond0", "eth1"),
    ("ovs-appctl", "-t", "/tmp/evil.ctl", "bond/show"),
    ("ovs-appctl", "bond/show", "--target=/tmp/evil.ctl"),
    ("ovs-vsctl", "del-br", "xenbr0"),
    ("ovs-vsctl", "--db=tcp:192.0.2.9:6640", "port-to-br", "bond0"),
    ("rpm", "-q", "--qf", "%(id)", "xen"),
    ("rpm", "-e", "xen"),
    ("dd", "if=/dev/sdb", "of=/dev/sda", "bs=4096", "count=1", "iflag=direct"),
    ("dd", "if=/dev/sdb", "of=/dev/stdout", "bs=4096", "count=1", "iflag=direct"),
    ("env", "-i", "LD_PRELOAD=/tmp/evil.so", "xe", "pool-list"),
    ("env", "OVS_RUNDIR=/tmp/evil", "ovs-appctl", "bond/show"),
    (*XE, "vm-start", f"uuid={UUID}"),
    (*XE, "pool-list", "params=all"),
    (*XE, "secret-list"),
    (*XE, "vdi-list", "params=all"),
    (*XE, "pbd-param-get", f"uuid={UUID}", "param-name=device-config", "param-key=chappassword"),
    (*XE, "pool-list", "-s", "192.0.2.9", "-pw", "x"),
    ("python3", "-c", "import os"),
    ("python3", "-S", "-E", "/tmp/xenlens_gate.py", "take", *WHO, "--lease", "9"),
    ("python3", "-S", "-E", "xenlens_gate.py", "take", *WHO, "--lease", "9"),
    ("fio", "/tmp/evil.fio"),
    ("hdparm", "--security-erase", "x", "/dev/sda"),
    ("ping", "-f", "192.0.2.1"),
    ("dmsetup", "remove", "mpatha"),
)
"""What no level allows."""
UNSENT: tuple[tuple[str, ...], ...] = (
    (*ACT, "id"),
    (*ACT, "sh", "-c", "id"),
    (*ACT, "xe", "vm-destroy", f"uuid={UUID}"),
    (*ACT, "xe", "host-reboot", f"uuid={UUID}"),
    (*ACT, "xenlens-write", "/etc/passwd", "running"),
    (*ACT, "umount", "-l", "-f", "/var/run/sr-mount/../../.."),
    (*ACT, "xl", "destroy", "0"),
    (*STREAMED, "take", *WHO, "--folder", "/tmp", "--lease", "9"),
    (*STREAMED, "show"),
    (*STREAMED,),
    (*DISK, "--", "sh", "-c", "id"),
    (*DISK, "--", "/tmp/fio", *FIO[1:]),
    (*DISK, "--", "hdparm", "--security-erase", "x", "{device}"),
    (*STREAMED, "--at", "directory:/srv/../etc", *DISK[6:], "--seek-seconds", "1", "--seek", "5"),
    (*STREAMED, "/dev/../etc/shadow", "--seconds", "1", "--every", "1"),
)
"""What no level allows of programs that are sent."""
EACH = [(level, argv) for level, lines in ALLOWED.items() for argv in lines]


def why(level: str, opt: Path, argv: tuple[str, ...]) -> str:
    """Why a command line is refused at a level; empty where it is allowed."""
    sent = argv[: len(STREAMED)] == STREAMED
    return why_refused(level, opt, started(argv, reads=sent))
