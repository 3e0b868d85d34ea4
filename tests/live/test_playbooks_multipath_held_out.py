"""Paths that multipathd holds out on purpose, since they flapped: no playbook takes them back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.labs.multipath.hardware import WWID
from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.waiting import wait_for
from tests.live.playbooks_host import PATIENCE, daemon_says, name_of
from tests.live.playbooks_lab import LabRig, lab_rig

pytestmark = [pytest.mark.multipath, pytest.mark.timeout(300)]
TOO_OFTEN = """san_path_err_threshold 2
    san_path_err_forget_rate 20
    san_path_err_recovery_time 600
"""
"""After three failures a path is held out for ten minutes."""
IN_A_GROUP_OF_THEIR_OWN = f"{TOO_OFTEN}    marginal_pathgroups on"


@contextmanager
def flapped(lab: MultipathLab, device: str, options: str) -> Iterator[None]:
    """The path failed and returned three times under these options of multipathd's."""
    lab.configure(extra=options)
    lab.multipathd("reconfigure")
    try:
        for back in (True, True, False):
            lab.set_state(device, "offline")
            wait_for(lambda: lab.usable() == 1, PATIENCE, "a failed path")
            lab.set_state(device, "running")
            if back:
                wait_for(lambda: lab.usable() == 2, PATIENCE, "both paths")
        yield
    finally:
        lab.configure()
        lab.multipathd("reconfigure")


def marginal(lab: MultipathLab, device: str) -> bool:
    """Whether multipathd calls the path marginal."""
    return f"{device}|marginal" in lab.multipathd("show paths raw format %d|%M").splitlines()


def asked_for_maps(lab: MultipathLab, path: str) -> str:
    """A path's states after a question that changes them, until multipathd checks the path again.

    That is why the playbook does not go by states.
    """
    lab.multipathd("show maps json")
    return daemon_says(lab, path)


async def held_out(rig: LabRig, playbook: str, **labels: str) -> bool:
    """Whether that is why the playbook does nothing."""
    return await rig.refused(playbook, **labels) == "held_out"


async def test_a_path_that_flapped_is_not_reinstated_while_multipathd_delays_it(
    healed_multipath: MultipathLab, tmp_path: Path
) -> None:
    lab, path = healed_multipath, name_of(healed_multipath, "scm2")
    with flapped(lab, path, TOO_OFTEN):
        delayed, faulty = "failed delayed running", "failed faulty running"
        wait_for(lambda: daemon_says(lab, path) == delayed, PATIENCE, "a delayed path")
        assert not marginal(lab, path), "that word is for groups of marginal paths"
        async with lab_rig(lab, tmp_path) as rig:
            assert await held_out(rig, "reinstate-path", path=path)
        wait_for(lambda: asked_for_maps(lab, path) == faulty, PATIENCE, "the question's effect")


async def test_io_is_not_switched_back_to_a_path_that_multipathd_calls_marginal(
    healed_multipath: MultipathLab, tmp_path: Path
) -> None:
    lab, path = healed_multipath, name_of(healed_multipath, "scm1")
    with flapped(lab, path, IN_A_GROUP_OF_THEIR_OWN):
        wait_for(lambda: marginal(lab, path), PATIENCE, "a marginal path")
        wait_for(lambda: lab.usable() == 2, PATIENCE, "both paths")
        lab.touch()
        assert lab.serving() == lab.device("scm2")
        async with lab_rig(lab, tmp_path) as rig:
            assert await held_out(rig, "switch-path-group")
        assert WWID in lab.multipathd("show maps status")
