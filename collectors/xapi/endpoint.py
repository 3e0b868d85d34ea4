"""Where XAPI is reached over HTTPS, and as whom."""

from dataclasses import dataclass, field

ORIGINATOR = "xenlens"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """XAPI over HTTPS. `sha256` is the hex digest of the DER certificate, with or without `:`."""

    address: str
    sha256: str
    port: int = 443

    @property
    def pin(self) -> str:
        """The digest as plain lower-case hex digits."""
        return self.sha256.replace(":", "").lower()


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user of XAPI. `originator` groups our sessions: XAPI allows each originator 500."""

    user: str
    password: str = field(repr=False)
    originator: str = ORIGINATOR
