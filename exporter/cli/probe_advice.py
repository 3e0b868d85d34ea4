"""What a person can do about a disk probe that gave no figures."""

from collections.abc import Mapping

_ANYWAY = "or measure all the same with --anyway"
_DISK = "look at the disk and at the kernel's messages (dmesg) of the machine"
_CHECK = "see what xenlens check says of the machine"
_REPORT = "run the command on the machine by hand and see what it says"
_TOOL = "install it there, or say with the key fio where it is"

ADVICE: Mapping[str, str] = {
    "paths_degraded": f"bring the paths back first, {_ANYWAY}",
    "storage_degraded": f"bring the storage back first, {_ANYWAY}",
    "host_in_maintenance": f"wait until the host is back, {_ANYWAY}",
    "remediation_running": "try again when that has ended",
    "state_unknown": f"see what xenlens check says of the host and its pool, {_ANYWAY}",
    "busy": "try again when it has ended",
    "no_space": "make room there, or set a smaller size or keep_free",
    "own_disk": "choose a directory on the storage that is meant, or set own_disk: true",
    "memory": "choose a directory on a disk",
    "no_direct_io": "choose a directory on another file system, or the device itself",
    "no_device": "set device in place of directory or file",
    "name_taken": "or choose another directory",
    "wrong_kind": "set directory, file or device, as the path is one",
    "sparse": "choose a file that was written in full, or a directory",
    "too_small": "choose a larger one",
    "no_lock": "let the machine's user write in /var/run or /tmp",
    "unreachable": _CHECK,
    "deadline_exceeded": f"{_CHECK}, and try again",
    "stuck": "wait until it has ended, or restart the machine if it never does",
    "host_error": _CHECK,
    "output_too_large": _REPORT,
    "no_python": "install Python there (2.4 or newer)",
    "exit_status": "see whether the Python of the machine works",
    "no_command": _TOOL,
    "no_such_path": "mount or make it there, or correct the path in the configuration",
    "not_permitted": "let the user of the configuration use the path",
    "read_only": "find out why (dmesg), or choose another directory",
    "disk_full": "make room there, or set a smaller size",
    "io_error": _DISK,
    "no_engine": "choose a profile without that engine, such as random-read",
    "bad_option": "say with the key fio where a newer one is",
    "clock_stepped": "try again when the clock of the machine stands right",
    "overtime": f"{_DISK}, or set a smaller size",
    "hung": _DISK,
    "killed": "see whether the machine is short of memory (dmesg), and try again",
    "tool_error": _REPORT,
    "unparsable": _REPORT,
    "no_figures": "set a longer runtime, and try again",
    "failed": _REPORT,
    "internal_error": "report it with what the log says",
}
"""By reason: one for each of collectors.disk_reasons."""
