"""Guards that ask Alertmanager: is it still firing, and has somebody silenced it?"""

from alerts.remediation.guards.case import AlertSource, Case, Surroundings
from alerts.remediation.records import Refusal, Unreadable


async def alert_is_firing(case: Case, around: Surroundings) -> None:
    """The alert is pulled back: whoever can reach the webhook cannot invent one."""
    if not await _source(around).is_firing(case.origin.labels):
        raise Refusal("not_firing", "Alertmanager does not have this alert: it ended, or never was")


async def is_not_silenced(case: Case, around: Surroundings) -> None:
    """Who silences an alert is at work there, or does not want it touched."""
    labels = {**case.target.labels, **case.origin.labels, "playbook": case.target.playbook}
    if by := await _source(around).silenced_by(labels):
        raise Refusal("silenced", f"silenced in Alertmanager: {by}")


def _source(around: Surroundings) -> AlertSource:
    if around.alerts is None:
        text = "no Alertmanager is configured (remediation: alertmanager), so nothing is known"
        raise Unreadable("alertmanager", text)
    return around.alerts
