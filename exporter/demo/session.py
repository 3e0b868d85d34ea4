"""SSH sessions of a simulated dom0: a command, a prompt, or its control socket."""

import asyncssh

from exporter.demo.command import Dom0, Result
from exporter.demo.faces import unixctl
from exporter.demo.shell import Shell

_FIRST_PID = 20000


class Login(asyncssh.SSHServer):
    """One connection of one client."""

    def __init__(self, dom0: Dom0, connections: set[asyncssh.SSHServerConnection]) -> None:
        self._dom0 = dom0
        self._connections = connections
        self._connection: asyncssh.SSHServerConnection | None = None
        self._pid = _FIRST_PID

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Called by asyncssh: note the connection, so that the pool can end it."""
        self._connection = conn
        self._connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncssh."""
        if self._connection is not None:
            self._connections.discard(self._connection)

    def session_requested(self) -> "Session":
        """A shell of its own for every channel."""
        self._pid += 10
        return Session(self._dom0, self._pid)

    def unix_connection_requested(self, dest_path: str) -> "Socket":
        """Forward ovs-vswitchd's control socket where this host's OpenSSH can forward one."""
        if not self._dom0.state.flavour.forwards_sockets:
            raise asyncssh.ChannelOpenError(
                asyncssh.OPEN_UNKNOWN_CHANNEL_TYPE, "unknown channel type"
            )
        if dest_path != unixctl.socket_path(self._dom0):
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, "open failed")
        return Socket(self._dom0)


class Session(asyncssh.SSHServerSession[str]):
    """A command that is run, or lines typed at a prompt."""

    def __init__(self, dom0: Dom0, pid: int) -> None:
        self._shell = Shell(dom0, pid)
        self._prompt = f"[root@{dom0.name} ~]# "
        self._command: str | None = None
        self._channel: asyncssh.SSHServerChannel[str] | None = None

    def connection_made(self, chan: "asyncssh.SSHServerChannel[str]") -> None:
        """Called by asyncssh when the channel is open."""
        self._channel = chan

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: object
    ) -> bool:
        """A terminal is fine; asyncssh edits its lines."""
        return True

    def shell_requested(self) -> bool:
        """Give a prompt."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Run a command."""
        self._command = command
        return True

    def session_started(self) -> None:
        """Called by asyncssh once it is known what is wanted."""
        if self._command is None:
            self._write(Result(self._prompt))
        else:
            self._end(self._shell.run(self._command))

    def data_received(self, data: str, datatype: asyncssh.DataType) -> None:
        """A line at the prompt. A command that was given reads no input."""
        if self._command is not None or self._shell.ended:
            return
        for line in data.splitlines():
            result = self._shell.run(line)
            if self._shell.ended:
                self._end(result)
                return
            self._write(Result(result.stdout, result.stderr))
            self._write(Result(self._prompt))

    def eof_received(self) -> bool:
        """Ctrl-D at the prompt."""
        if self._command is None:
            self._end(Result("logout\n"))
        return True

    def _write(self, result: Result) -> None:
        if self._channel is not None:
            self._channel.write(result.stdout)
            self._channel.write_stderr(result.stderr)

    def _end(self, result: Result) -> None:
        self._write(result)
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.exit(result.status)


class Socket(asyncssh.SSHUNIXSession[bytes]):
    """A forwarded connection to the control socket."""

    def __init__(self, dom0: Dom0) -> None:
        self._session = unixctl.session(dom0)
        self._channel: asyncssh.SSHUNIXChannel[bytes] | None = None

    def connection_made(self, chan: "asyncssh.SSHUNIXChannel[bytes]") -> None:
        """Called by asyncssh when the channel is open."""
        self._channel = chan

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Answer requests; anything else closes the connection, as the real server does."""
        if self._channel is None:
            return
        try:
            for reply in self._session.feed(data):
                self._channel.write(reply)
        except ValueError:
            self._channel.close()
