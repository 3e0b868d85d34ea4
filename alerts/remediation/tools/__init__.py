"""The closed list of things that may change a host, one file each."""

from collections.abc import Mapping

from alerts.remediation.tool import Tool
from alerts.remediation.tools.change_coordinator import ChangeCoordinator
from alerts.remediation.tools.destroy_vm import DestroyVm
from alerts.remediation.tools.detach_iso_library import DetachIsoLibrary
from alerts.remediation.tools.forget_iso_library import ForgetIsoLibrary
from alerts.remediation.tools.reinstate_path import ReinstatePath
from alerts.remediation.tools.replug_pbd import ReplugPbd
from alerts.remediation.tools.rescan_paths import RescanPaths
from alerts.remediation.tools.restart_vm import RestartVm
from alerts.remediation.tools.set_active_member import SetActiveMember
from alerts.remediation.tools.switch_path_group import SwitchPathGroup


def tools() -> Mapping[str, Tool]:
    """Every tool by the name of its playbook."""
    known: tuple[Tool, ...] = (
        SetActiveMember(),
        SwitchPathGroup(),
        ReinstatePath(),
        RescanPaths(),
        ReplugPbd(),
        DetachIsoLibrary(),
        ForgetIsoLibrary(),
        RestartVm(),
        DestroyVm(),
        ChangeCoordinator(),
    )
    return {tool.name: tool for tool in known}
