#!/usr/bin/env python
"""Reads a block device lightly and tells how long each read took: one file, Python 2.4 to 3.13.

    python xenlens_reads.py DEVICE [--seconds S] [--every S]

Reads 4 KiB past the page cache at random places of DEVICE, every 0.05 seconds for 10 seconds, or
as the options say. One read at a time: the next waits for one that hangs, however long that takes.
Nothing is ever written. DEVICE is a block device in /dev, with a name of plain characters.

Prints `clock UNIX` first, then, as each read ends, `read UNIX SECONDS` or `error UNIX SECONDS
NAME`: when it began, how long it took, and the errno's name; last `end`. The exit status is 2 for
a command line that cannot be understood or a DEVICE that is refused, 1 where nobody reads any
more, or where the device cannot be opened.
"""

# Valid Python 2.4 as well: no `with`, no conditional expressions, no `except ... as`, no b"".
import errno
import mmap
import os
import random
import re
import select
import stat
import sys
import time

BLOCK = 4096
PLAIN = re.compile(r"/dev(/[A-Za-z0-9_+:=@#-][A-Za-z0-9._+:=@#-]*)+\Z")
"""Neither blanks nor backslashes (dmsetup's mangling), nor a way up."""
LEAST = {"--seconds": 0.0, "--every": 0.01}
MOST = {"--seconds": 86400.0, "--every": 60.0}
CLOCK_STEP = 0.1
"""Seconds by which Python 2's only fine clock may differ from the kernel's ticks."""
FAILURES = (IOError, OSError)


class Refused(Exception):
    """The command line cannot be understood, or the device is none to read from."""


def ticks():
    """Seconds on a clock that nobody sets, in steps of 10 ms."""
    return os.times()[4]


class FineClock:
    """Seconds since it was made, though Python 2 has no clock that is fine and never set.

    There it is Unix time, less what the ticks do not know of: where the two part, it was set.
    """

    def __init__(self, fine, coarse):
        self.fine, self.coarse = fine, coarse
        self.began, self.began_coarse = fine(), coarse()
        self.set_by = 0.0

    def now(self):
        """Seconds since the clock was made."""
        passed, told = self.fine() - self.began, self.coarse() - self.began_coarse
        if abs(passed - told - self.set_by) > CLOCK_STEP:
            self.set_by = passed - told
        return passed - self.set_by


def number(word, value):
    """A number within the option's bounds. Raises Refused."""
    try:
        found = float(value)
    except ValueError:
        found = -1.0
    if not LEAST[word] <= found <= MOST[word]:
        raise Refused("%s takes %g to %g, not %s" % (word, LEAST[word], MOST[word], value))
    return found


def read_options(words):
    """The device and the options by name. Raises Refused."""
    options = {"--seconds": 10.0, "--every": 0.05}
    words, devices = list(words), []
    while words:
        word = words.pop(0)
        if word in options and words:
            options[word] = number(word, words.pop(0))
        elif word.startswith("-"):
            raise Refused("%s is no option, or lacks its value" % word)
        else:
            devices.append(word)
    if len(devices) != 1 or not PLAIN.match(devices[0]):
        raise Refused("one device in /dev is needed, its name of plain characters")
    return devices[0], options


def opened(device):
    """The device, open for reading past the page cache, and its blocks. Raises Refused, OSError."""
    if not stat.S_ISBLK(os.stat(device).st_mode):
        raise Refused("%s is no block device" % device)
    # Neither a pipe nor a tape that took the device's place meanwhile may make it wait.
    handle = os.open(device, os.O_RDONLY | os.O_NONBLOCK | os.O_DIRECT)
    if not stat.S_ISBLK(os.fstat(handle).st_mode):
        raise Refused("%s is no block device" % device)
    blocks = os.lseek(handle, 0, 2) // BLOCK
    if blocks < 1:
        raise Refused("%s is smaller than one block" % device)
    return os.fdopen(handle, "rb", 0), blocks


def failure_of_read(source, block, place):
    """Read one block into memory; the errno's name where that fails, nothing where it does not."""
    try:
        source.seek(place * BLOCK)
        if source.readinto(block) != BLOCK:
            return "EIO"
    except FAILURES:
        return name_of(sys.exc_info()[1])
    return ""


def name_of(error):
    """The errno's name of an OSError or select.error."""
    return errno.errorcode.get((error.args or [None])[0], "EIO")


def say(line):
    """Print a line at once. False where nobody reads it."""
    try:
        os.write(1, (line + "\n").encode("ascii"))
    except FAILURES:
        return False
    return True


def rest(seconds):
    """Sleep. False as soon as nobody reads the output any more."""
    poll = select.poll()
    poll.register(1, 0)
    try:
        return not poll.poll(max(0, int(seconds * 1000)))
    except select.error:
        # A signal came first, as Python 2 has it; then this rest is a short one.
        return name_of(sys.exc_info()[1]) == "EINTR"


def read_on(device, seconds, every):
    """Read until the time is over. 0, or 1 where nobody listens. Raises Refused, OSError."""
    source, blocks = opened(device)
    # One page of memory of its own, as direct I/O wants it.
    block = mmap.mmap(-1, BLOCK, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    unix, chance = time.time(), random.Random()
    clock = FineClock(getattr(time, "monotonic", time.time), getattr(time, "monotonic", ticks))
    listening, due = say("clock %.6f" % unix), 0.0
    while listening and due < seconds:
        began = clock.now()
        failure = failure_of_read(source, block, chance.randrange(blocks))
        ended = clock.now()
        took = max(0.0, ended - began)
        word = "read"
        if failure:
            word = "error"
        line = "%s %.6f %.6f %s" % (word, unix + began, took, failure)
        due = max(due + every, ended)
        listening = say(line.rstrip()) and rest(due - clock.now())
    return int(not (listening and say("end")))


def main(words):
    """Read as the command line says."""
    if not words or words[0] in ("help", "-h", "--help"):
        sys.stdout.write(__doc__.strip() + "\n")
        return 0
    try:
        device, options = read_options(words)
        return read_on(device, options["--seconds"], options["--every"])
    except Refused:
        sys.stderr.write("xenlens_reads: %s\n" % sys.exc_info()[1])
        return 2
    except FAILURES:
        sys.stderr.write("xenlens_reads: %s\n" % sys.exc_info()[1])
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
