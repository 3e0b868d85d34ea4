"""Remediation: who may call it, where it keeps its journal, and how far which playbook may go."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from alerts.bundle import playbooks
from alerts.remediation.playbook import DAY
from exporter.client_tls import BadCertificate, ClientTls
from exporter.config.files import KeyFile, PasswordFile, PlainFile, Written
from exporter.config.kinds import Name, listed
from exporter.config.problems import Problem, Refused, nearest
from exporter.config.remediation_kinds import Moment, Time, Url, UserName, kept
from exporter.config.remediation_playbooks import Labels, Playbook, misfits
from exporter.config.secrets import Place, VariableName, place_of
from exporter.config.section import Section, exactly_one_schema, not_exactly_one

TOKENS = ("token_file", "token_env")
SECRETS = (*TOKENS, "password_file", "password_env")
JOURNAL = Path("/var/lib/xenlens/remediation.db")
KILL_SWITCH = Path("/etc/xenlens/remediation.stop")


class Alertmanager(Section):
    """Where alerts are pulled back from, and people are told."""

    url: Url
    """http://HOST:PORT or https://HOST:PORT"""
    token_file: PasswordFile | None = None
    """a file with a bearer token, readable by its owner only"""
    token_env: VariableName | None = None
    """a variable of the environment with a bearer token"""
    user: UserName | None = None
    """the name to log in with, where it wants a password"""
    password_file: PasswordFile | None = None
    """a file with the password, readable by its owner only"""
    password_env: VariableName | None = None
    """a variable of the environment with the password"""
    ca_file: PlainFile | None = None
    """a file with the CA of its certificate, where the machine does not know it"""
    cert_file: PlainFile | None = None
    """a file with the certificate to show, where it asks for one"""
    key_file: KeyFile | None = None
    """a file with its private key, readable by its owner only"""

    @property
    def token(self) -> Place | None:
        """Where the bearer token is."""
        return place_of(self.token_file, self.token_env)

    @property
    def password(self) -> Place | None:
        """Where the password is."""
        return place_of(self.password_file, self.password_env)

    @property
    def secure(self) -> bool:
        """Whether it is asked by TLS."""
        return urlsplit(self.url).scheme == "https"

    def tls(self) -> ClientTls:
        """Whom to believe, and what to show."""
        return ClientTls(self.ca_file, self.cert_file, self.key_file)

    @model_validator(mode="after")
    def _usable_tls(self) -> Self:
        given = [key for key in ("ca_file", "cert_file", "key_file") if getattr(self, key)]
        if not given:
            return self
        if not self.secure:
            said = f"{' and '.join(given)} for a url without TLS; allowed: https://HOST:PORT"
            raise Refused([Problem(("url",), said)])
        if (self.cert_file is None) != (self.key_file is None):
            said = "only one of cert_file and key_file; allowed: both, or neither"
            raise Refused([Problem((), said)])
        try:
            self.tls().context()
        except BadCertificate as error:
            raise Refused([Problem((), str(error))]) from None
        return self

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.user is None) != (self.password is None):
            said = "only one of user and password; allowed: both, or neither"
            raise Refused([Problem((), said)])
        given = [key for key in SECRETS if getattr(self, key)]
        if len(given) > 1:
            said = f"both {' and '.join(given)}; allowed: one of the two"
            raise Refused([Problem((), said)])
        return self


class Bearer(Section):
    """Somebody who is known by a token."""

    model_config = ConfigDict(json_schema_extra=exactly_one_schema(TOKENS))

    token_file: PasswordFile | None = None
    """a file with a bearer token, readable by its owner only"""
    token_env: VariableName | None = None
    """a variable of the environment with a bearer token"""

    @property
    def token(self) -> Place:
        """Where it is."""
        found = place_of(self.token_file, self.token_env)
        if found is None:
            raise ValueError("no place of a token: it was not validated")
        return found

    @model_validator(mode="after")
    def _one(self) -> Self:
        if problems := list(not_exactly_one(self, TOKENS, "no token")):
            raise Refused(problems)
        return self


class Maintenance(Labels):
    """A time in which only people act."""

    begins: Moment
    """a time with its offset, such as 2026-12-01T22:00:00+01:00"""
    ends: Moment
    """a time with its offset, later than begins"""
    why: str = ""
    """text, shown to who asks"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends <= self.begins:
            said = "ends before it begins; allowed: a time later than begins"
            raise Refused([Problem(("ends",), said)])
        return self


class Remediation(Section):
    """Who may call it, and how far it goes."""

    journal: Written = JOURNAL
    """a file (default /var/lib/xenlens/remediation.db)"""
    retention: Annotated[Time, AfterValidator(kept)] = 90 * DAY
    """a time after which the journal forgets, at least 7d (default 90d)"""
    kill_switch: Written = KILL_SWITCH
    """a file: nothing acts while it exists (default /etc/xenlens/remediation.stop)"""
    alertmanager: Alertmanager | None = None
    """where alerts are pulled back from; needed before anything may act"""
    webhook: Bearer | None = None
    """the token of Alertmanager's webhook; needed before anything may act"""
    operators: Mapping[Name, Bearer] = Field(default_factory=dict)
    """people by name, each with a token"""
    maintenance: Annotated[tuple[Maintenance, ...], listed("[{begins: …, ends: …}]")] = ()
    """a list of times in which only people act"""
    playbooks: Mapping[Name, Playbook] = Field(
        default_factory=dict,
        json_schema_extra={"propertyNames": {"enum": [*sorted(playbooks())]}},
    )
    """what is changed of bundled playbooks, by name"""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if problems := list(self._inconsistent()):
            raise Refused(problems)
        return self

    def _inconsistent(self) -> Iterator[Problem]:
        known = playbooks()
        for name, changed in self.playbooks.items():
            at = ("playbooks", name)
            if name not in known:
                allowed = f"allowed: {', '.join(sorted(known))}"
                yield Problem(at, f"unknown playbook{nearest(name, known)}; {allowed}")
                continue
            yield from (problem.below(at) for problem in misfits(name, changed))
        modes = {mode for playbook in self.playbooks.values() for mode in playbook.modes()}
        if not modes - {"observe"}:
            return
        for key in ("alertmanager", "webhook"):
            if getattr(self, key) is None:
                yield Problem((), f"has no {key}; needed where a playbook goes beyond observe")
        if modes & {"suggest", "approve"} and not self.operators:
            yield Problem((), "has no operators; needed where a playbook waits for an approval")
