"""Everything that reads what others wrote, and the errors by which it may refuse it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alerts.remediation.payload import BadPayload, parse_payload
from collectors.disk_answer import read_answer
from collectors.disk_reasons import DiskProbeFailed
from collectors.disk_seek import seek_figures
from collectors.dmsetup import parse_listed, parse_status
from collectors.host import HostError, Stream
from collectors.hostconfig_lvm import BadLvmConf, rejects_sd
from collectors.multipath_json import parse_maps_json
from collectors.multipathd import parse_raw_paths
from collectors.parsing import ParseError, ToolError
from collectors.proc_mounts import parse_proc_mounts
from collectors.reachability_answer import parse_report
from collectors.registry import Look
from collectors.routes import parse_routes
from collectors.unixctl import ControlSocket
from collectors.xapi.json_rpc import JsonRpc
from collectors.xapi.rpc_draft import Draft
from collectors.xapi.rpc_fields import table
from collectors.xapi.rpc_protocol import Call, NotRpc
from collectors.xapi.source import XapiFailed
from collectors.xapi.xml_rpc import XmlRpc
from collectors.xe_complete import complete_records
from exporter.cli.parse import kinds
from exporter.config import ConfigError
from exporter.config.load import loads
from exporter.hosts.transcript import captures
from tests.fakes import FakeHost

Read = Callable[[bytes], object]
Errors = tuple[type[Exception], ...]
CALL = Call("VM.get_all_records", ("OpaqueRef:session",))
PARSING: Errors = (ParseError, ToolError)
XAPI: Errors = (XapiFailed, NotRpc)


@dataclass(frozen=True, slots=True)
class Subject:
    """A reader, as bytes reach it, and the errors that it declares."""

    name: str
    read: Read
    errors: Errors = PARSING

    def try_to(self, raw: bytes) -> object:
        """What it reads, or the error that it declares. Anything else is raised."""
        try:
            return self.read(raw)
        except self.errors as error:
            return error


def _text(read: Callable[[str], object]) -> Read:
    """Of a program's output: what is not UTF-8 was replaced where it arrived."""
    return lambda raw: read(raw.decode(errors="replace"))


@cache
def subjects() -> Mapping[str, Subject]:
    """All of them by name: every KIND of `xenlens parse`, then the others."""
    parsers = [Subject(kind.name, _text(kind.parse)) for kind in kinds().values()]
    return {subject.name: subject for subject in (*parsers, *_others())}


def _others() -> tuple[Subject, ...]:
    return (
        Subject("multipath-json", _text(parse_maps_json)),
        Subject("multipath-raw", _text(parse_raw_paths)),
        Subject("dmsetup-status", _text(parse_status)),
        Subject("dmsetup-listed", _text(parse_listed)),
        Subject("proc-mounts", _text(parse_proc_mounts)),
        Subject("routes", _text(parse_routes)),
        Subject("xe-complete", _text(complete_records)),
        Subject("lvm-filter", _text(rejects_sd), (BadLvmConf,)),
        Subject("reachability", _text(parse_report)),
        Subject("disk-answer", _text(read_answer), (DiskProbeFailed,)),
        Subject("disk-seek", _text(lambda text: seek_figures(text, 4096)), (DiskProbeFailed,)),
        Subject("unixctl", _by_control_socket, (HostError,)),
        Subject("json-rpc", lambda raw: JsonRpc().decode(raw, CALL), XAPI),
        Subject("xml-rpc", lambda raw: XmlRpc().decode(raw, CALL), XAPI),
        Subject("xapi-tables", _tables, XAPI),
        Subject("transcript", _text(captures), ()),
        Subject("configuration", lambda raw: loads(raw, Path("xenlens.yml")), (ConfigError,)),
        Subject("alertmanager", parse_payload, (BadPayload,)),
    )


def _tables(raw: bytes) -> object:
    """A pool's state from tables as JSON has them; what is no such thing is nothing."""
    found = JsonRpc().decode(b'{"result":' + raw + b"}", CALL)
    if not isinstance(found, dict):
        return None
    draft = Draft()
    add = {
        "host_metrics": draft.host_metrics,
        "host": draft.hosts,
        "SR": draft.srs,
        "pool": draft.pools,
        "PBD": draft.pbds,
        "VM": draft.vms,
        "task": draft.tasks,
        "message": lambda records: draft.messages(records, 0.0),
        "pool_update": draft.updates,
        "host_patch": draft.patches,
    }
    for kind, take in add.items():
        take(table(found.get(kind, {}), kind))
    return draft.state()


@dataclass
class _OneReply(FakeHost):
    """A host whose ovs-vswitchd replies with these bytes to whatever it is asked, and hangs up."""

    reply: bytes = b""

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        reader = asyncio.StreamReader()
        reader.feed_data(self.reply)
        reader.feed_eof()
        return reader, _Nowhere()


class _Nowhere:
    """The sending half of a stream whose other side reads nothing."""

    def write(self, data: bytes, /) -> None: ...

    async def drain(self) -> None: ...

    def close(self) -> None: ...

    async def wait_closed(self) -> None: ...


def _by_control_socket(raw: bytes) -> object:
    async def ask() -> object:
        host = _OneReply({"cat /var/run/openvswitch/ovs-vswitchd.pid": "7\n"}, reply=raw)
        look = Look(host, asyncio.get_running_loop().time() + 60)
        return await ControlSocket().ask(look, "bond/show")

    return _loop().run_until_complete(ask())


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()
