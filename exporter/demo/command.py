"""What a command of a simulated dom0 answers."""

from dataclasses import dataclass

from exporter.demo.model import HostState, Model


@dataclass(frozen=True, slots=True)
class Result:
    """Standard output, standard error, exit status."""

    stdout: str = ""
    stderr: str = ""
    status: int = 0


@dataclass(frozen=True, slots=True)
class Dom0:
    """One simulated dom0: a host of the model, as its own tools see it."""

    model: Model
    name: str

    @property
    def state(self) -> HostState:
        """The host's state at this moment."""
        return self.model.chassis.hosts[self.name]

    @property
    def now(self) -> float:
        """Seconds on the model's clock."""
        return self.model.clock()
