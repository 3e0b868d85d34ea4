"""Where a command's output goes while it runs, and where its input comes from."""

from dataclasses import dataclass

from exporter.demo.command import Result


@dataclass(slots=True)
class Streams:
    """Output collected in order; None is /dev/null.

    `read` is what stands on standard input, None while more may come. Reading uses nothing up.
    """

    out: list[str] | None
    err: list[str] | None
    read: str | None = ""

    def write(self, result: Result) -> None:
        """Append what a command printed."""
        if self.out is not None:
            self.out.append(result.stdout)
        if self.err is not None:
            self.err.append(result.stderr)

    def aimed(self, descriptor: int, aim: str) -> "Streams":
        """The streams with one of them redirected to `>&1`, `>&2` or, anything else, nowhere."""
        target = {">&1": self.out, ">&2": self.err}.get(aim)
        if descriptor == 1:
            return Streams(target, self.err, self.read)
        return Streams(self.out, target, self.read)
