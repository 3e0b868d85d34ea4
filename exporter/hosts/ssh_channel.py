"""What asyncssh receives for one command, handed to its capture."""

import signal

import asyncssh

from exporter.hosts.capture import Capture

CHUNK = 32 * 1024
"""Bytes handed to asyncssh at a time, which cuts them to what the server's packets take."""


class CommandChannel(asyncssh.SSHClientSession[bytes]):
    """The session of one command. `stdin` is sent as the command reads it, then the end of file."""

    def __init__(self, capture: Capture, stdin: bytes) -> None:
        self._capture = capture
        self._unsent = memoryview(stdin)
        self._is_full = False
        self._channel: asyncssh.SSHClientChannel[bytes] | None = None

    @property
    def is_open(self) -> bool:
        """Whether the server opened the channel."""
        return self._channel is not None

    def send_kill(self) -> None:
        """Ask the server to kill. OpenSSH does since 7.9, for commands that are not forced.

        Raises OSError when the channel is closing.
        """
        if self._channel is not None:
            self._channel.send_signal("KILL")

    def close(self) -> None:
        """Close the channel, whatever still holds the command's pipes or was not read."""
        if self._channel is not None:
            self._channel.abort()

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        """Called by asyncssh: the server opened the channel."""
        self._channel = chan

    def session_started(self) -> None:
        """Called by asyncssh: the server took the command."""
        self._send()

    def pause_writing(self) -> None:
        """Called by asyncssh: the server has no room for more."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Called by asyncssh: there is room again, which may also come after the close."""
        self._is_full = False
        self._send()

    def _send(self) -> None:
        channel = self._channel
        if channel is None or channel.is_closing():
            return
        while self._unsent and not self._is_full:
            channel.write(bytes(self._unsent[:CHUNK]))
            self._unsent = self._unsent[CHUNK:]
            if not self._unsent:
                channel.write_eof()

    def eof_received(self) -> bool:
        """Called by asyncssh: nothing more will be printed. True while there is more to send,
        since asyncssh would else end the command's input here."""
        return bool(self._unsent)

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Called by asyncssh: the command printed."""
        is_error = datatype == asyncssh.EXTENDED_DATA_STDERR
        self._capture.feed(self._capture.stderr if is_error else self._capture.stdout, data)

    def exit_status_received(self, status: int) -> None:
        """Called by asyncssh: the command ended."""
        self._capture.exited(status)

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:
        """Called by asyncssh: a signal ended the command."""
        self._capture.exited(status_of_signal(signal))

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncssh: the channel is closed, or the connection is gone."""
        self._capture.closed(exc)


def status_of_signal(name: str) -> int:
    """Negative, as for a child process; a name that is not ours (`FOO@host`) counts as KILL."""
    return -int(signal.Signals.__members__.get(f"SIG{name}", signal.SIGKILL))
