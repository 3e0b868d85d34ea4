"""A `xenlens serve` on the demo pool with a secret in every place that can have one."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import SSLContext, create_default_context
from threading import Thread
from typing import Any
from urllib.error import HTTPError

import yaml
from typer.testing import CliRunner

from exporter.cli import app
from exporter.demo.server import DemoPool
from tests.exporter.web_security.certificates import Authority
from tests.exporter.web_security.secured import PASSWORD, basic, hashed

FILES = {
    "ben.token": "canary-operator-token",
    "xapi.password": "canary-xapi-password",
    "wrong.password": "canary-wrong-xapi-password",
}
VARIABLES = {
    "XENLENS_TOKEN": "canary-of-a-variable",
    "HOOK_TOKEN": "canary-webhook-token",
    "AM_PASSWORD": "canary-alertmanager-password",
}
_QUICK = {"confirm": {"reads": 2, "interval": "100ms"}}
WRONG = ("canary-of-a-stranger", "canary-in-place-of-a-hash")


@dataclass
class Secretive:
    """Its folder, its configuration, and all that it ever said, by where."""

    folder: Path
    url: str
    port: int
    said: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        """The configuration's file."""
        return self.folder / "xenlens.yml"

    @property
    def web_config(self) -> Path:
        """The file with users and the key."""
        return self.folder / "web.yml"

    def prepare(self, pool: DemoPool, alertmanager: str) -> None:
        """Write secrets and configurations."""
        for name, secret in FILES.items():
            (self.folder / name).touch(mode=0o600)
            (self.folder / name).write_text(f"{secret}\n")
        Authority(self.folder).server()
        self.write_web({"anna": hashed()})
        document = yaml.safe_load(pool.config_text(f"127.0.0.1:{self.port}", alertmanager))
        document |= {"web_config": "web.yml", "log": {"level": "debug"}}
        document["ssh"]["key"] = str(pool.keys.client_file)
        section = document["remediation"]
        section |= {
            "journal": str(self.folder / "journal.db"),
            "playbooks": {"set-active-member": _QUICK},
        }
        section["webhook"] = {"token_env": "HOOK_TOKEN"}
        section["operators"] = {"ben": {"token_file": "ben.token"}}
        section["alertmanager"] |= {"user": "xenlens", "password_env": "AM_PASSWORD"}
        modular = document["pools"]["modular"]
        modular["xapi"] = {"ways": ["https", "xe"], "user": "root"}
        modular["xapi"]["password_file"] = "xapi.password"
        for name, host in modular["hosts"].items():
            sha256 = pool.fingerprints.get(name, "0" * 64)
            host["xapi"] = {"port": pool.https_ports.get(name, 1), "certificate_sha256": sha256}
        del modular["disk_probes"]
        self.config.write_text(yaml.safe_dump(document))

    def write_web(self, users: dict[str, str]) -> None:
        """The web configuration, with its key inline."""
        tls = {key: (self.folder / f"server.{end}").read_text() for key, end in _INLINE}
        document = {"tls_server_config": tls, "basic_auth_users": users}
        self.web_config.touch(mode=0o600)
        self.web_config.write_text(yaml.safe_dump(document))

    def ask(
        self, path: str, headers: dict[str, str] | None = None, body: object = None
    ) -> dict[str, Any]:
        """Keep what is answered to a GET, or to a POST of a body; gives JSON where it is some."""
        data = None if body is None else json.dumps(body).encode()
        given = basic() if headers is None else headers
        request = urllib.request.Request(self.url + path, data, given)
        where = f"{request.get_method()} {path} {sorted(given)} {len(self.said)}"
        try:
            with urllib.request.urlopen(request, timeout=60, context=self._tls()) as answer:
                self._keep(where, answer.status, answer.read(), str(answer.headers))
        except HTTPError as error:
            self._keep(where, error.code, error.read(), str(error.headers))
        try:
            found: Any = json.loads(self.said[where].partition(b"\n\n")[2])
        except ValueError:
            found = {}
        return found if isinstance(found, dict) else {}

    def _keep(self, where: str, status: int, body: bytes, headers: str) -> None:
        self.statuses[where] = status
        self.said[where] = headers.rstrip().encode() + b"\n\n" + body

    def _tls(self) -> SSLContext:
        return create_default_context(cafile=self.folder / "ca.crt")

    def run(self, *words: str) -> int:
        """Keep what a command says; gives its exit status."""
        done = CliRunner().invoke(app, list(words))
        self.said[f"xenlens {' '.join(words)} {len(self.said)}"] = done.output.encode()
        return done.exit_code


_INLINE = (("cert", "crt"), ("key", "key"))


@contextmanager
def alertmanager(heard: list[str]) -> Iterator[str]:
    """One that has no alerts; notes the `Authorization` that it is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers["Authorization"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"[]")

        do_POST = do_GET

        def log_message(self, *args: object) -> None:
            """Nothing: a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def canaries(at: Secretive, key: Path) -> dict[str, bytes]:
    """What must be seen nowhere, by what it is of."""
    found = {name: secret.encode() for name, secret in (FILES | VARIABLES).items()}
    found |= {wrong: wrong.encode() for wrong in WRONG}
    found |= {"the password": PASSWORD.encode(), "its hash": hashed()[7:].encode()}
    for name, file in (("the key of TLS", at.folder / "server.key"), ("the key of SSH", key)):
        found[name] = file.read_bytes().splitlines()[1][8:40]
    return found
