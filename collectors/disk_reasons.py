"""Why a disk probe gave no figures: the values of the label `reason`, each with its meaning."""

from collections.abc import Mapping

from collectors.registry import CollectorFailed

SKIPPED: Mapping[str, str] = {
    "paths_degraded": "a multipath map of the host lacks paths, or is served the wrong way",
    "storage_degraded": "a PBD is unplugged or missing, or a LUN lacks paths",
    "host_in_maintenance": "the host is disabled, not live, or being upgraded",
    "remediation_running": "something is being healed in the pool",
    "state_unknown": "it could not be found out whether all is well",
    "busy": "another probe of the same SR, pool or machine runs or hangs",
    "no_space": "the file would leave less free space than the reserve",
    "own_disk": "the directory is on a file system that dom0 itself lives on",
    "memory": "the path is in memory, on no disk",
    "no_direct_io": "the file system knows no direct I/O, or answers it from memory",
    "no_device": "the block device below the directory cannot be named",
    "name_taken": "something that is not ours has the name of the probe's file",
    "wrong_kind": "the path is no directory, file or block device, as was said",
    "sparse": "the file has holes or is compressed: reading them would read no disk",
    "too_small": "the file or device is smaller than one block",
    "no_lock": "the lock file of the machine cannot be opened",
}
"""Nothing was measured, and nothing was tried: a decision."""

FAILED: Mapping[str, str] = {
    "unreachable": "the machine did not answer",
    "deadline_exceeded": "no answer came back in time",
    "stuck": "an earlier run still hangs on the machine, and no second one was started",
    "host_error": "the command could not be run",
    "output_too_large": "more was printed than is kept",
    "no_python": "the machine has no Python",
    "exit_status": "Python ended with an error",
    "no_command": "fio or hdparm is not installed",
    "no_such_path": "the directory, file or device is not there",
    "not_permitted": "the user may not use the path",
    "read_only": "the file system is mounted read-only",
    "disk_full": "the disk was full before the file was made",
    "io_error": "the disk returned an I/O error",
    "no_engine": "this fio has not the I/O engine of the profile",
    "bad_option": "this fio does not know an option",
    "clock_stepped": "the machine's clock was set while it was measured",
    "overtime": "it did not end in time and was killed",
    "hung": "it hangs in the kernel and cannot be killed",
    "killed": "somebody killed it",
    "tool_error": "fio or hdparm said that it failed",
    "unparsable": "the output is not what was expected",
    "no_figures": "it ended well and had measured nothing",
    "failed": "something else went wrong; the evidence has it",
    "internal_error": "xenlens itself failed; its log has it",
}
"""It was tried. The figures of earlier runs are gone until the next success."""


class DiskProbeFailed(CollectorFailed):
    """A disk probe gave no figures; `reason` is a key of SKIPPED or FAILED."""


def is_skip(reason: str) -> bool:
    """Whether a reason means that nothing was tried."""
    return reason in SKIPPED
