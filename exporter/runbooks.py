"""The runbook of an alert, found by its name."""

from alerts import bundle
from exporter.config.problems import nearest, readable


class UnknownRunbook(LookupError):
    """No alert has this name."""

    def __init__(self, name: str) -> None:
        guess = nearest(name, bundle.alert_names())
        super().__init__(
            f'unknown alert "{readable(name)}"{guess}; xenlens runbooks and /runbooks list them all'
        )


def runbook(name: str) -> str:
    """The page, as Markdown. Raises UnknownRunbook."""
    try:
        return bundle.runbook(name)
    except KeyError:
        raise UnknownRunbook(name) from None
