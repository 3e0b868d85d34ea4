#!/usr/bin/env python
"""Measures a disk on the machine itself and leaves nothing: one file, Python 2.4 to 3.13.

    python xenlens_disk.py OPTIONS -- COMMAND...      runs fio or hdparm
    python xenlens_disk.py OPTIONS --seek COUNT     reads 4 KiB at COUNT random places

    --at directory:PATH   a file of --size bytes is made there, and has no name from the start
    --at file:PATH        an existing file, only read
    --at device:PATH      a block device, only read
    --size N              bytes of the new file; of a file or device, what is read at most
    --keep-free N         bytes that must stay free on the file system (directory)
    --seconds N           for everything; then the command is killed
    --seek-seconds N      for --seek
    --lay-out-rate N      bytes a second at which the new file is written at most
    --own-disk            also on the file systems that dom0 itself lives on

In COMMAND, {file} is the file or device, {device} the block device below it, and {size} the bytes
to use. Only fio and hdparm are run, with the few options that measure and never harm.

The parent touches no storage: it watches its worker, the deadline and whoever reads its output.
The worker becomes the command, so that one process holds the file, and the lock that lets one
measurement run at a time. A worker that hangs in the kernel keeps that lock until it is gone.

Prints facts line by line, then the command's output; `end` is the last line. The exit status is 0
whatever was found, 2 for a command line that cannot be understood, 1 where nobody reads any more.
"""

# Valid Python 2.4 as well: no `with`, no conditional expressions, no `except ... as`, no b"".
import errno
import fcntl
import mmap
import os
import random
import select
import signal
import stat
import struct
import sys
import time

FORMAT = 1
DEVNULL = "/dev/null"
LOCKS = ("/var/run/xenlens-disk.lock", "/tmp/xenlens-disk-%d.lock")
NAME = ".xenlens-disk-probe"
"""Where a file cannot be made without a name, it has this one between two system calls; a crash
there leaves an empty file."""
NO_NAME = 0x400000 | os.O_DIRECTORY
"""O_TMPFILE of open(2), which Python 2 does not know. Linux before 3.11 takes it for a directory,
which cannot be opened for writing."""
NO_NAME_UNKNOWN = (errno.EISDIR, errno.EOPNOTSUPP, errno.EINVAL)
INHERITED = 100
"""File descriptors from here on survive into the command."""
ONLY_OWNER, ALL_MAY_READ = 0x180, 0x1A4
FAILURES = (IOError, OSError, MemoryError, getattr(mmap, "error"))
BLOCK, SECTOR = 4096, 512
PIECE = 1 << 20
STRIDE = 4099
"""Pieces are the same bytes, each turned by so many more: no two blocks of 4 KiB are equal."""
MOST_OUTPUT = 1 << 18
POLITE_PATIENCE, KILL_PATIENCE = 2.0, 3.0
MEMORY_DEVICES = ("ram", "zram")
MEMORY = ("tmpfs", "ramfs", "devtmpfs", "proc", "sysfs", "rootfs", "hugetlbfs", "cgroup")
OWN_PLACES = ("/", "/var", "/var/log", "/tmp", "/boot", "/usr", "/home", "/root")
HDPARM_OPTIONS = ("-t", "-T", "-tT", "--direct")
FIO_OPTIONS = (
    "name", "filename", "size", "rw", "bs", "ioengine", "iodepth", "direct", "sync", "invalidate",
    "rate", "runtime", "thread", "readonly", "eta", "output-format", "minimal", "terse-version",
    "group_reporting", "overwrite", "randrepeat", "allow_file_create", "fallocate", "fsync",
    "max-jobs",
)  # fmt: skip
FIO_FLAGS = ("--thread", "--readonly", "--minimal", "--group_reporting")
FIO_ENGINES = (
    "sync", "psync", "vsync", "pvsync", "pvsync2", "libaio", "posixaio", "mmap", "io_uring",
)  # fmt: skip
"""An engine of another name is a library that fio loads, a placeholder's path as well."""
ONLY_FILE = "--filename={file}"
ENDED_BY = {
    errno.ENOENT: "no_such_path",
    errno.ENOTDIR: "no_such_path",
    errno.EACCES: "not_permitted",
    errno.EPERM: "not_permitted",
    errno.EROFS: "read_only",
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EIO: "io_error",
    errno.ESTALE: "io_error",
}

CLOCK_STEP = 0.1
"""Seconds by which Python 2's only fine clock may differ from the kernel's ticks."""


def ticks():
    """Seconds on a clock that nobody sets, in steps of 10 ms."""
    return os.times()[4]


clock = getattr(time, "monotonic", ticks)
fine_clock = getattr(time, "monotonic", time.time)


class Usage(Exception):
    """The command line cannot be understood."""


class Refused(Exception):
    """Nothing was measured: whether that was decided (`refused`) or went wrong (`failed`)."""

    def __init__(self, verdict, code, text):
        Exception.__init__(self, text)
        self.line = "%s %s %s" % (verdict, code, text)


def refuse(code, text):
    """The reason why nothing is tried."""
    return Refused("refused", code, text)


def number_of(error):
    """The errno of an OSError; None of what has none."""
    return (error.args or [None])[0]


def line_of(refused):
    """How a refusal is printed."""
    return refused.line


def failure_of(error, what):
    """What an OSError means for the measurement."""
    number = number_of(error)
    said = str(error)
    if number in errno.errorcode:
        said = os.strerror(number)
    return Refused("failed", ENDED_BY.get(number, "failed"), "%s: %s" % (what, said))


# ---- the command line ----


class Options:
    """What is asked for."""

    def __init__(self):
        self.kind = self.path = None
        self.size = self.keep_free = self.seek = 0
        self.seconds, self.seek_seconds = 60.0, 10.0
        self.lay_out_rate = float(PIECE * 16)
        self.own_disk = False
        self.command = []


def number(word, value):
    """A number greater than or equal to 0. Raises Usage."""
    try:
        found = float(value)
    except ValueError:
        found = -1.0
    if not 0 <= found < 1e15:
        raise Usage("%s takes a number, not %s" % (word, value))
    return found


def place(value):
    """`directory:/srv` apart. Raises Usage."""
    kind, path = (value.split(":", 1) + [""])[:2]
    if kind not in ("directory", "file", "device") or not path.startswith("/"):
        raise Usage("--at takes directory:, file: or device: and an absolute path, not %s" % value)
    return kind, path


def read_options(words):
    """The options of a command line. Raises Usage."""
    options = Options()
    words = list(words)
    while words:
        word = words.pop(0)
        if word == "--":
            options.command = words
            break
        if word == "--own-disk":
            options.own_disk = True
            continue
        if not words:
            raise Usage("%s is no option, or lacks its value" % word)
        take(options, word, words.pop(0))
    check(options)
    return options


def take(options, word, value):
    """Note one option with its value. Raises Usage."""
    if word == "--at":
        options.kind, options.path = place(value)
    elif word in ("--size", "--keep-free", "--seek"):
        setattr(options, word[2:].replace("-", "_"), int(number(word, value)))
    elif word in ("--seconds", "--seek-seconds", "--lay-out-rate"):
        setattr(options, word[2:].replace("-", "_"), number(word, value))
    else:
        raise Usage("%s is no option" % word)


def check(options):
    """Refuse what could harm. Raises Usage."""
    if options.kind is None or options.size < BLOCK or options.lay_out_rate < BLOCK:
        raise Usage("--at, and --size and --lay-out-rate of %d bytes or more are needed" % BLOCK)
    if bool(options.command) == bool(options.seek):
        raise Usage("either --seek or -- COMMAND is needed")
    if options.command:
        check_command(options, os.path.basename(options.command[0]), options.command[1:])


def check_command(options, program, words):
    """Only measuring commands; what is not ours is only read. Raises Usage."""
    if program == "hdparm":
        if words[-1:] != ["{device}"] or [w for w in words[:-1] if w not in HDPARM_OPTIONS]:
            raise Usage("hdparm takes %s and {device}" % ", ".join(HDPARM_OPTIONS))
    elif program == "fio":
        check_fio(options, words)
    else:
        raise Usage("%s is not run: only fio and hdparm are" % program)


def check_fio(options, words):
    """One job, which writes to nothing but the file that was made for it. Raises Usage."""
    names = [w[2:].split("=")[0] for w in words if w.startswith("--")]
    files = [w for w in words if w.split("=")[0] == "--filename"]
    if len(names) != len(words) or files != [ONLY_FILE]:
        raise Usage("fio takes options only, and %s once" % ONLY_FILE)
    if [name for name in names if name not in FIO_OPTIONS] or "--thread" not in words:
        raise Usage("fio takes --thread, and of others only %s" % ", ".join(FIO_OPTIONS))
    if [w for w in words if "=" not in w and w not in FIO_FLAGS]:
        # The next word would be its value.
        raise Usage("fio takes --OPTION=VALUE, and without a value only %s" % ", ".join(FIO_FLAGS))
    if len(dict.fromkeys(names)) != len(names):
        raise Usage("fio takes each option once: a second --name is a job without our file")
    given = dict([(w[2:] + "=").split("=")[:2] for w in words])
    if given.get("size", "{size}") != "{size}" or given.get("ioengine", "sync") not in FIO_ENGINES:
        raise Usage("fio takes --size={size}, and an --ioengine of %s" % ", ".join(FIO_ENGINES))
    ways = ["read", "randread"]
    if options.kind == "directory":
        ways.append("write")
    elif "--readonly" not in words:
        raise Usage("what is not made for the measurement is only read: --readonly is missing")
    if given.get("rw", "read") not in ways:
        raise Usage("fio takes --rw of %s here" % ", ".join(ways))


# ---- the worker: everything that touches the storage ----


class Worker:
    """Finds the place, makes the file, and becomes the command."""

    def __init__(self, options, say):
        self.options = options
        self.say = say

    def run(self):
        """Never returns from a command that was found. Raises Refused, OSError."""
        self.calm_down()
        self.found = os.stat(self.options.path)
        self.check_kind()
        self.guard_place()
        if "{device}" in self.options.command:
            words = {"{device}": self.device_below()}
            self.say("fact device %s" % words["{device}"])
        else:
            path, size = self.prepared()
            words = {"{file}": path, "{size}": str(size)}
        self.say("phase measure")
        if self.options.seek:
            seek(path, size, self.options.seek, self.options.seek_seconds)
            return
        argv = [filled(word, words) for word in self.options.command]
        try:
            os.execvp(argv[0], argv)
        except OSError:
            text = "%s: %s" % (argv[0], os.strerror(number_of(sys.exc_info()[1])))
            raise Refused("failed", "no_command", text)

    def check_kind(self):
        """Whether the path is what was said, for whatever tool."""
        kinds = {"directory": stat.S_ISDIR, "file": stat.S_ISREG, "device": stat.S_ISBLK}
        if not kinds[self.options.kind](self.found.st_mode):
            raise refuse("wrong_kind", "%s is no %s" % (self.options.path, self.options.kind))

    def calm_down(self):
        """Others go first: lowest CPU priority, idle I/O class (ionice(1), class 3)."""
        os.nice(19)
        words = {0: "yes"}
        done = quietly("ionice", "-c", "3", "-p", str(os.getpid()))
        self.say("fact idle_io_class %s" % words.get(done, "no"))

    def prepared(self):
        """The path that the command opens, and how many bytes of it to use."""
        if self.options.kind == "directory":
            return self.new_file()
        # Neither a pipe nor a tape that took the path's place meanwhile may make it wait.
        handle = direct(self.options.path, os.O_RDONLY | os.O_NONBLOCK)
        self.found = os.fstat(handle)
        self.check_kind()
        if self.options.kind == "file" and self.found.st_blocks * SECTOR < self.found.st_size:
            text = "%s has holes or is compressed: reading them reads no disk"
            raise refuse("sparse", text % self.options.path)
        size = min(os.lseek(handle, 0, 2), self.options.size) // BLOCK * BLOCK
        if size < BLOCK:
            raise refuse("too_small", "%s is smaller than one block" % self.options.path)
        return self.opened(handle), size

    def new_file(self):
        """A laid out file without a name."""
        directory, size = self.options.path, self.options.size // BLOCK * BLOCK
        self.guard_space(directory, size)
        handle = nameless(directory)
        # NFS counts the name until the file is closed, so the name itself is looked for.
        named = os.path.lexists(os.path.join(directory, NAME))
        if named or os.fstat(handle).st_dev != self.found.st_dev:
            raise refuse("wrong_kind", "%s does not take a file without a name" % directory)
        path = self.opened(handle)
        self.say("phase lay_out")
        lay_out(path, size, self.options.lay_out_rate)
        return path, size

    def guard_place(self):
        """Refuse memory, what reads from memory all the same, and the disk dom0 lives on."""
        path = self.options.path
        if self.options.kind == "device":
            name = os.path.basename(os.path.realpath(path))
            if [memory for memory in MEMORY_DEVICES if name.startswith(memory)]:
                raise refuse("memory", "%s is memory, no disk" % path)
            return
        kind = file_system(path)
        self.say("fact file_system %s" % kind)
        if kind in MEMORY:
            raise refuse("memory", "%s is a %s: memory, no disk" % (path, kind))
        if kind == "zfs" and not zfs_reads_directly():
            raise refuse("no_direct_io", "ZFS before 2.3 answers direct reads from its cache")
        own = [name for name in OWN_PLACES if device_of(name) == self.found.st_dev]
        if own and self.options.kind == "directory" and is_dom0() and not self.options.own_disk:
            raise refuse("own_disk", "%s is on dom0's own file system %s" % (path, own[0]))

    def guard_space(self, directory, size):
        """Refuse what would leave too little free."""
        numbers = os.statvfs(directory)
        free = numbers.f_bavail * numbers.f_frsize
        self.say("fact free_bytes %d" % free)
        if free - self.options.keep_free < size:
            text = "%s has %d MiB free: %d for the file and %d in reserve do not fit"
            kept = self.options.keep_free // PIECE
            raise refuse("no_space", text % (directory, free // PIECE, size // PIECE, kept))

    def opened(self, handle):
        """The path of an open file for the command, which inherits it."""
        kept = fcntl.fcntl(handle, fcntl.F_DUPFD, INHERITED)
        os.close(handle)
        return "/proc/self/fd/%d" % kept

    def device_below(self):
        """The block device that the place is on (proc(5): partitions; sysfs: dev/block)."""
        if self.options.kind == "device":
            return self.options.path
        major, minor = os.major(self.found.st_dev), os.minor(self.found.st_dev)
        for line in lines_of("/sys/dev/block/%d:%d/uevent" % (major, minor)):
            if line.startswith("DEVNAME="):
                return "/dev/" + line[len("DEVNAME=") :].strip()
        for line in lines_of("/proc/partitions"):
            words = line.split()
            if words[:2] == [str(major), str(minor)]:
                return "/dev/" + words[3]
        text = "%s is on no block device that can be named: give the device" % self.options.path
        raise refuse("no_device", text)


def quietly(*argv):
    """Run a small program without its output; its exit status as wait(2) has it."""
    child = os.fork()
    if not child:
        try:
            onto_null(0, 1, 2)
            os.execvp(argv[0], argv)
        except OSError:
            os._exit(127)
    return os.waitpid(child, 0)[1]


def filled(word, words):
    """A word of the command with its placeholders filled in."""
    for name, value in words.items():
        word = word.replace(name, value)
    return word


def nameless(directory):
    """A new file in a directory, without a name: it ends with who holds it open."""
    name = os.path.join(directory, NAME)
    if os.path.lexists(name):
        clear_away(name)
    try:
        # A worker that hangs here and is killed leaves nothing once the disk answers again.
        return os.open(directory, NO_NAME | os.O_RDWR, ONLY_OWNER)
    except OSError:
        if number_of(sys.exc_info()[1]) not in NO_NAME_UNKNOWN:
            raise
    handle = os.open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, ONLY_OWNER)
    os.unlink(name)
    return handle


def clear_away(name):
    """Remove what a crash left, and nothing else."""
    left = os.lstat(name)
    if not stat.S_ISREG(left.st_mode) or left.st_uid != os.geteuid() or left.st_size:
        raise refuse("name_taken", "%s is there and is not ours: remove it" % name)
    os.unlink(name)


def direct(path, flags):
    """A file opened past the page cache. Raises Refused where that does not exist."""
    try:
        return os.open(path, flags | os.O_DIRECT)
    except OSError:
        if number_of(sys.exc_info()[1]) != errno.EINVAL:
            raise
        raise refuse("no_direct_io", "the file system knows no direct I/O")


def aligned(size):
    """Memory that begins on a page, as direct I/O wants it."""
    return mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def lay_out(path, size, rate):
    """Fill the file with bytes that neither compress nor repeat, no faster than `rate`."""
    handle = direct(path, os.O_WRONLY)
    pattern = os.urandom(PIECE)
    began, written = clock(), 0
    while written < size:
        turned = written // PIECE * STRIDE % PIECE
        piece = pattern[turned:] + pattern[:turned]
        written += write_all(handle, piece[: size - written])
        time.sleep(max(0.0, began + written / rate - clock()))
    os.close(handle)


def write_all(handle, data):
    """Write it past the page cache; a file system may take less at a time than it was given."""
    left = data
    while left:
        part = aligned(len(left))
        part.write(left)
        taken = os.write(handle, part)
        part.close()
        if taken % SECTOR:
            raise OSError(errno.EIO, "less than a sector was written")
        left = left[taken:]
    return len(data)


def seek(path, size, count, seconds):
    """Read one block at random places; print how long each took, in microseconds."""
    source = os.fdopen(direct(path, os.O_RDONLY), "rb", 0)
    block, chance = aligned(BLOCK), random.Random()
    began, began_fine = clock(), fine_clock()
    took = [timed_read(source, block, size, chance)]
    while len(took) < count and fine_clock() - began_fine < seconds > clock() - began - CLOCK_STEP:
        took.append(timed_read(source, block, size, chance))
    lasted = fine_clock() - began_fine
    if abs(clock() - began - lasted) > CLOCK_STEP:
        raise Refused("failed", "clock_stepped", "the clock was set while it was measured")
    shown = " ".join(["%.1f" % (one * 1e6) for one in took])
    os.write(1, to_bytes("seeks %d %.6f\n%s\n" % (len(took), lasted, shown)))


def timed_read(source, block, size, chance):
    """Seconds that it took to read one block somewhere."""
    asked = fine_clock()
    source.seek(chance.randrange(size // BLOCK) * BLOCK)
    if source.readinto(block) != BLOCK:
        raise OSError(errno.EIO, "short read")
    return fine_clock() - asked


# ---- what the machine says of itself ----


def lines_of(path):
    """The lines of a file of the kernel's; none where it is not there."""
    try:
        source = open(path)
    except (IOError, OSError):
        return []
    try:
        return source.readlines()
    finally:
        source.close()


def device_of(path):
    """The number of the device a path is on, or None."""
    try:
        return os.stat(path).st_dev
    except OSError:
        return None


def zfs_reads_directly():
    """Whether this ZFS honours O_DIRECT, as it does from 2.3 on."""
    version = "".join(lines_of("/sys/module/zfs/version")).split(".")[:2]
    return len(version) == 2 and (int(version[0]), int(version[1])) >= (2, 3)


def is_dom0():
    """Whether this is the control domain of a XenServer or XCP-ng host."""
    told = "".join(lines_of("/proc/xen/capabilities"))
    return os.path.exists("/etc/xensource-inventory") or "control_d" in told


def file_system(path):
    """The type of the file system that a path is on (proc(5): mounts)."""
    real, best, found = os.path.realpath(path) + "/", "", "unknown"
    for line in lines_of("/proc/mounts"):
        words = line.split()
        point = words[1].replace("\\040", " ").rstrip("/") + "/"
        if real.startswith(point) and len(point) >= len(best):
            best, found = point, words[2]
    return found


def to_bytes(text):
    """Text as ASCII; on Python 2 it is bytes already, of any sort."""
    try:
        return text.encode("ascii", "replace")
    except UnicodeDecodeError:
        return to_text(text)


def to_text(data):
    """Bytes as text of as many characters: what is not ASCII becomes a question mark."""
    codes = struct.unpack("%dB" % len(data), data)
    shown = []
    for code in codes:
        if code > 126 or (code < 32 and code not in (9, 10, 13)):
            code = 63
        shown.append(chr(code))
    return "".join(shown)


# ---- the parent: nothing that could hang ----


class Watch:
    """Reads what the worker says until it ends, the time is over, or nobody listens any more."""

    def __init__(self, worker, outputs, began, deadline):
        self.worker = worker
        self.outputs = outputs
        self.kept = dict([(end, []) for end in outputs])
        self.deadline = deadline
        self.status = None
        self.reason = None
        self.phases = [("prepare", began)]

    def wait(self):
        """Return once the worker has ended or been given up. False where nobody reads."""
        poll = select.poll()
        poll.register(1, 0)
        for end in self.outputs:
            poll.register(end, select.POLLIN)
        open_ends = list(self.outputs)
        while open_ends:
            left = self.deadline - clock()
            if left <= 0:
                self.reason = "failed overtime it did not end in time and was killed"
                return self.give_up()
            for end, _ in ready(poll, left):
                if end == 1:
                    # The connection, or who asked, is gone: nobody would remove what is left.
                    self.give_up()
                    return False
                if not self.take(end):
                    poll.unregister(end)
                    open_ends.remove(end)
        self.status = self.gone(KILL_PATIENCE)
        if self.status is None:
            self.reason = "failed overtime it closed its output, did not end and was killed"
            return self.give_up()
        return True

    def take(self, end):
        """Keep what came; false at the end of the stream."""
        data = os.read(end, 65536)
        if end == self.outputs[0]:
            words = [line.split() for line in to_text(data).splitlines()]
            self.phases += [(word[1], clock()) for word in words if word[0:1] == ["phase"]]
        if sum([len(part) for part in self.kept[end]]) < MOST_OUTPUT:
            self.kept[end].append(data)
        return bool(data)

    def give_up(self):
        """End the worker; one that hangs in the kernel is left behind, with the lock.

        A fio before 2.21 that is interrupted takes its shared memory along; killed, it does not.
        """
        for number, patience in ((signal.SIGINT, POLITE_PATIENCE), (signal.SIGKILL, KILL_PATIENCE)):
            os.kill(self.worker, number)
            self.status = self.gone(patience)
            if self.status is not None:
                return True
        self.reason = "failed hung it hangs in the kernel and cannot be killed"
        return True

    def gone(self, patience):
        """The worker's exit status once it has ended, None where it has not in time."""
        until = clock() + patience
        while True:
            pid, status = os.waitpid(self.worker, os.WNOHANG)
            if pid:
                return status
            if clock() > until:
                return None
            time.sleep(0.01)

    def text(self, number):
        """All that came from one of the outputs."""
        return "".join([to_text(part) for part in self.kept[self.outputs[number]]])


def ready(poll, seconds):
    """What can be read within the time; nothing where a signal came first, as Python 2 has it."""
    try:
        return poll.poll(int(seconds * 1000) + 1)
    except select.error:
        if number_of(sys.exc_info()[1]) != errno.EINTR:
            raise
        return []


def kill(worker):
    """Kill it at once; one that has just ended by itself is not reaped yet, so it is still ours."""
    os.kill(worker, signal.SIGKILL)


def locked():
    """Take the machine's lock. Raises Refused where a measurement holds it."""
    for path in LOCKS:
        if "%d" in path:
            path = path % os.geteuid()
        handle = lock_file(path)
        if handle is None:
            continue
        kept = fcntl.fcntl(handle, fcntl.F_DUPFD, INHERITED)
        os.close(handle)
        try:
            fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (IOError, OSError):
            raise refuse("busy", "another measurement runs or hangs: %s" % holder(kept, path))
        return kept
    raise refuse("no_lock", "none of the lock files can be opened")


def lock_file(path):
    """The open file, also another user's: to lock it, reading is enough. None without one."""
    for flags in (os.O_CREAT | os.O_RDWR, os.O_RDONLY):
        try:
            return os.open(path, flags | os.O_NOFOLLOW, ALL_MAY_READ)
        except OSError:
            continue
    return None


def noted(lock):
    """The process id that the last holder wrote into the lock file, as text, or nothing."""
    os.lseek(lock, 0, 0)
    return "".join(to_text(os.read(lock, 20)).split()[:1])


def note(lock, pid):
    """Write who holds the lock; not where the file is another user's."""
    try:
        os.ftruncate(lock, 0)
        os.lseek(lock, 0, 0)
        os.write(lock, to_bytes("%d\n" % pid))
    except (IOError, OSError):
        return


def holder(lock, path):
    """Who has the lock, for people."""
    return "process %s holds %s" % (noted(lock) or "?", path)


def lives(pid):
    """Whether a process is there and no zombie (proc(5), pid/stat); `pid` is text."""
    told = "".join(lines_of("/proc/%s/stat" % pid)).split(")")[-1].split()
    return bool(told) and told[0] not in ("Z", "X")


def sweep(pid):
    """Remove the shared memory of a fio that was killed: before 2.21 it stays, up to 230 MB.

    `pid` is text. proc(5), sysvipc/shm: key shmid perms size cpid lpid nattch uid gid cuid.
    """
    if not pid.isdigit() or lives(pid):
        return
    for line in lines_of("/proc/sysvipc/shm"):
        words = line.split()
        if words[4:5] == [pid] and words[6] == "0" and words[9] == str(os.geteuid()):
            quietly("ipcrm", "-m", words[1])


def onto_null(*handles):
    """Point file descriptors at nothing."""
    null = os.open(DEVNULL, os.O_RDWR)
    for handle in handles:
        os.dup2(null, handle)


def die_with_parent():
    """Also where the parent is killed (prctl(2), PR_SET_PDEATHSIG); Python 2.4 has no ctypes."""
    try:
        import ctypes  # novm

        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        return


def work(options, ends):
    """The worker's life, from fork to exec."""
    status, out, err = ends
    os.dup2(out, 1)
    os.dup2(err, 2)
    onto_null(0)
    fcntl.fcntl(status, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    # What Python or whoever started it ignores would be ignored by the command as well.
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)

    def say(line):
        os.write(status, to_bytes(" ".join(line.splitlines()) + "\n"))

    try:
        die_with_parent()
        Worker(options, say).run()
    except Refused:
        say(line_of(sys.exc_info()[1]))
    except FAILURES:
        say(line_of(failure_of(sys.exc_info()[1], options.path)))


def measure(options):
    """Fork the worker, watch it, print what became of it."""
    began = clock()
    lock = locked()
    sweep(noted(lock))
    pipes = [os.pipe() for _ in range(3)]
    worker = os.fork()
    if not worker:
        for reading, _ in pipes:
            os.close(reading)
        work(options, [writing for _, writing in pipes])
        os._exit(0)
    for _, writing in pipes:
        os.close(writing)
    note(lock, worker)
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: kill(worker))
    watch = Watch(worker, [reading for reading, _ in pipes], began, began + options.seconds)
    listening = watch.wait()
    sweep(str(worker))
    if not listening:
        return 1
    if watch.status is not None:
        os.close(lock)
    lines = watch.text(0).splitlines() + endings(watch)
    return report(lines, watch.text(1), watch.text(2))


def endings(watch):
    """How the worker ended, and how long each phase took."""
    lines = []
    if watch.reason:
        lines.append(watch.reason)
    elif watch.status is not None and os.WIFSIGNALED(watch.status):
        lines.append("ended signal %d" % os.WTERMSIG(watch.status))
    elif watch.status is not None:
        lines.append("ended exit %d" % os.WEXITSTATUS(watch.status))
    ends = [at for _, at in watch.phases[1:]] + [clock()]
    for (name, start), end in zip(watch.phases, ends):
        lines.append("took %s %.3f" % (name, end - start))
    return lines


def report(lines, out, err):
    """Print it all: counted in bytes, so that nothing in an output can be taken for a line."""
    head = "xenlens_disk %d\n%s\n" % (FORMAT, "\n".join(lines))
    body = "stdout %d\n%s\nstderr %d\n%s\nend\n" % (len(out), out, len(err), err)
    data = to_bytes(head + body)
    while data:
        data = data[os.write(1, data) :]
    return 0


def main(words):
    """Measure as the command line says."""
    if not words or words[0] in ("help", "-h", "--help"):
        sys.stdout.write(__doc__.strip() + "\n")
        return 0
    try:
        return measure(read_options(words))
    except Usage:
        sys.stderr.write("xenlens_disk: %s\n" % sys.exc_info()[1])
        return 2
    except Refused:
        return report([line_of(sys.exc_info()[1])], "", "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
