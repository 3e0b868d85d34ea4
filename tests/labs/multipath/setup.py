"""What makes a dom0 of the emulated machine: udev, a log, multipathd, and an SSH server."""

from tests.labs.multipath.hardware import GUEST

HOSTNAME = "xenserver1"
LOG = "/var/log/messages"
_MODULES = (
    *("virtio_net", "virtio_scsi", "sd_mod", "sg", "scsi_dh_alua"),
    *("dm-multipath", "dm-service-time", "dm-round-robin", "dm-queue-length"),
)


def configuration(failback: str = "manual", extra: str = "", polling: int = 1) -> str:
    """A multipath.conf: names by WWID as XenServer has them, the worse controller at priority 1.

    Of the virtio controllers, SCM1 is at the even targets and SCM2 at the odd ones. `extra` are
    lines for the section `defaults`. What multipath-tools itself knows of an array wins over that
    section (an Intel Multi-Flex fails back at once), so `failback` is said of each.
    """
    return f"""
defaults {{
    polling_interval {polling}
    max_polling_interval {polling}
    user_friendly_names no
    find_multipaths no
    path_grouping_policy group_by_prio
    no_path_retry queue
    {extra}
}}
devices {{
    device {{
        vendor Intel
        product Multi-Flex
        path_checker tur
        failback {failback}
        prio weightedpath
        prio_args "hbtl :0:[0-9]*[02468]: 50 :0:[0-9]*[13579]: 1"
    }}
    device {{
        vendor LIO-ORG
        product .*
        path_checker tur
        failback {failback}
        prio alua
        hardware_handler "1 alua"
    }}
}}
"""


NETWORK = f"""
ip addr add {GUEST}/24 dev eth0
ip link set eth0 up
hostname {HOSTNAME}
"""

MODULES = "\n".join(f"modprobe {module}" for module in _MODULES)

DAEMONS = f"""
: > {LOG}
cat > /lab/rsyslog.conf <<'END'
module(load="imuxsock")
module(load="imklog")
*.* action(type="omfile" file="{LOG}" template="RSYSLOG_TraditionalFileFormat")
END
rsyslogd -f /lab/rsyslog.conf -i /run/rsyslogd.pid
mkdir -p /run/lock /etc/multipath
/usr/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add --subsystem-match=block --subsystem-match=scsi
udevadm settle --timeout=30
multipathd
"""


def ssh_server(authorized: str, host_key: str) -> str:
    """An SSH server that takes one key, for root only.

    A smaller shell than bash, which takes an emulated processor half a second to start.
    """
    return f"""
mkdir -p /run/sshd /lab
sed -i 's,^root:.*,root:x:0:0:root:/root:/bin/sh,' /etc/passwd
cat > /lab/authorized_keys <<'END'
{authorized.strip()}
END
cat > /lab/host_key <<'END'
{host_key.strip()}
END
chmod 600 /lab/host_key /lab/authorized_keys
cat > /lab/sshd_config <<'END'
HostKey /lab/host_key
AuthorizedKeysFile /lab/authorized_keys
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
AllowStreamLocalForwarding yes
MaxSessions 50
MaxStartups 50
END
/usr/sbin/sshd -f /lab/sshd_config
"""
