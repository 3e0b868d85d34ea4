#!/usr/bin/env python
"""The gate of a host, through which every effect goes: one file, Python 2.4 to 3.13.

    python xenlens_gate.py take --object O --epoch N --owner ID --lease SECONDS
    python xenlens_gate.py act --object O --epoch N --owner ID --step ID --deadline S -- ARGV...
    python xenlens_gate.py release --object O --epoch N --owner ID
    python xenlens_gate.py show [--object O]

    --object, --owner, --step   free text of at most 200 characters
    --epoch N                   of the caller; this host refuses all that are lower than one it saw
    --lease SECONDS             how long the lock is held, on the clock of the host's uptime
    --deadline SECONDS          then the effect is killed
    --folder DIR                where the state is (/var/run/xenlens)

`take` takes or renews the lock of an object; while an effect of it runs nobody does. `act` carries
out one effect for whoever holds the lock, and each step of an owner only once. Before the effect
begins that is on the disk, and so is its result before it is told. After a reboot no lock is held.

Two effects are no programs:

    xenlens-announce DEVICE MAC[/VLAN]...   tells the switches by RARP that the MACs are here
    xenlens-write PATH VALUE                writes to a SCSI host's scan or a SCSI disk's state

It prints one JSON document: `granted`, and where it is false `reason` and `text`. The exit status
is 0 whatever was answered, 2 for a command line that cannot be understood.
"""

# Valid Python 2.4 as well: no `with`, no conditional expressions, no `except ... as`, no b"".
import errno
import fcntl
import os
import re
import select
import signal
import stat
import struct
import sys
import time
from binascii import crc32

try:
    # `socket` itself costs more to import than all the rest.
    import _socket as socket
except ImportError:  # pragma: no cover
    import socket  # type: ignore[no-redef]

FORMAT = 1
FOLDER = "/var/run/xenlens"
ONLY_OWNER, ONLY_OWNERS_FOLDER, OTHERS_WRITE = 0x180, 0x1C0, 0x12
PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/opt/xensource/bin:/usr/local/sbin:/usr/local/bin"
LONGEST = 200
MOST_SECONDS = 86400.0
MOST_OUTPUT = 1 << 16
MOST_STEPS = 500
"""So many steps are remembered, of all objects: a step of longer ago would be carried out again."""
PATIENCE = 5.0
"""Seconds to wait for another gate that decides just now."""
KILL_PATIENCE = 2.0
INHERITED = 100
"""The file descriptor of the object's lock, from here on, survives into the effect."""
NOT_FOUND, NOT_RUN, FAILED = 127, 126, 1
ANNOUNCE, WRITE = "xenlens-announce", "xenlens-write"
ANNOUNCED = r"([0-9A-Fa-f][02468ACEace](:[0-9A-Fa-f]{2}){5})(/([0-9]{1,4}))?\Z"
"""The MAC of one device, and perhaps its VLAN."""
BROADCAST = "ff:ff:ff:ff:ff:ff"
AF_PACKET, ETH_P_RARP, ETH_P_8021Q, RARP_REQUEST = 17, 0x8035, 0x8100, 3
WRITABLE = (
    (r"/sys/class/scsi_host/host[0-9]{1,5}/scan\Z", r"- (- -|[0-9]{1,5} [0-9]{1,5})\Z"),
    (r"/sys/block/sd[a-z]{1,5}/device/state\Z", r"running\Z"),
)
"""What may be written: the path, and the value."""
FAILURES = (IOError, OSError, socket.error)
WHOLE = (int, type(1 << 64))
BYTES = type("".encode("ascii"))
STDOUT = 1


def ticks():
    """Seconds on a clock that nobody sets, in steps of 10 ms."""
    return os.times()[4]


clock = getattr(time, "monotonic", ticks)


class Usage(Exception):
    """The command line cannot be understood; the text says what to do."""


class Refused(Exception):
    """The gate stays shut: a short reason, a text for people, and what else is told."""

    def __init__(self, reason, text, more=None):
        Exception.__init__(self, text)
        self.reason = reason
        self.text = text
        self.more = more or {}


def number_of(error):
    """The errno of an OSError; None of what has none."""
    return (error.args or [None])[0]


def said_by(error):
    """What an OSError says, for people."""
    number = number_of(error)
    if number in errno.errorcode:
        return os.strerror(number)
    return str(error)


# ---- text: a character for every byte, in each Python ----


def native(data):
    """Bytes as text of as many characters; in Python 2 they are that already."""
    if isinstance(data, str):
        return data
    return data.decode("latin-1")


def raw(text):
    """The bytes of such a text."""
    if isinstance(text, BYTES):
        return text
    return text.encode("latin-1")


def argument(word):
    """A word of the command line, as the bytes it was given in."""
    if isinstance(word, BYTES):
        return word
    return native(word.encode(sys.getfilesystemencoding(), "surrogateescape"))


def characters(text):
    """What the bytes mean; those that mean nothing are replaced."""
    return raw(text).decode("utf-8", "replace")


# ---- the command line ----


class Options(object):
    """What is asked for."""

    def __init__(self, verb):
        self.verb = verb
        self.object = self.owner = self.step = ""
        self.folder = FOLDER
        self.epoch = None
        self.lease = self.deadline = None
        self.argv = []


NEEDED = {
    "take": ("object", "epoch", "owner", "lease"),
    "act": ("object", "epoch", "owner", "step", "deadline"),
    "release": ("object", "epoch", "owner"),
    "show": (),
}
NAMES, SECONDS = ("object", "owner", "step"), ("lease", "deadline")


def read_options(words):
    """The verb and its options. Raises Usage."""
    if words[0] not in NEEDED:
        raise Usage("no verb %s; there is: %s" % (words[0], ", ".join(sorted(NEEDED))))
    options = Options(words[0])
    words = list(words[1:])
    while words:
        word = words.pop(0)
        if word == "--":
            options.argv = words
            break
        if not words:
            raise Usage("%s is no option, or lacks its value" % word)
        take_option(options, word, words.pop(0))
    check(options)
    return options


def take_option(options, word, value):
    """Note one option with its value. Raises Usage."""
    key = word[2:]
    allowed = NEEDED[options.verb] + ("folder",)
    if options.verb == "show":
        allowed = ("object", "folder")
    if word[:2] != "--" or key not in allowed:
        raise Usage("%s is no option of %s" % (word, options.verb))
    if key in NAMES and not 0 < len(characters(value)) <= LONGEST:
        raise Usage("%s takes a text of 1 to %d characters" % (word, LONGEST))
    if key == "folder" and not value.startswith("/"):
        raise Usage("--folder takes an absolute path, not %s" % value)
    if key == "epoch":
        value = whole_number(word, value)
    if key in SECONDS:
        value = seconds(word, value)
    setattr(options, key, value)


def whole_number(word, value):
    """An epoch. Raises Usage."""
    if not re.match(r"[0-9]{1,18}\Z", value):
        raise Usage("%s takes a whole number, not %s" % (word, value))
    return int(value)


def seconds(word, value):
    """A time greater than 0. Raises Usage."""
    try:
        found = float(value)
    except ValueError:
        found = 0.0
    if not 0 < found <= MOST_SECONDS:
        raise Usage("%s takes seconds above 0, at most %d, not %s" % (word, MOST_SECONDS, value))
    return found


def check(options):
    """Raises Usage where something is missing or too much."""
    missing = [key for key in NEEDED[options.verb] if getattr(options, key) in ("", None)]
    if missing:
        raise Usage("%s needs --%s" % (options.verb, ", --".join(missing)))
    if bool(options.argv) != (options.verb == "act"):
        raise Usage("act needs -- and a command, and no other verb takes one")
    if options.argv and options.argv[0] == ANNOUNCE:
        frames_of(options.argv)
    if options.argv and options.argv[0] == WRITE and len(options.argv) != 3:
        raise Usage("%s takes a path and a value" % WRITE)


# ---- who may do what: decided by records alone, wherever these are kept ----


class Moment(object):
    """Now: the boot, and the seconds since. No clock that anybody sets."""

    def __init__(self, boot, uptime):
        self.boot = boot
        self.uptime = uptime


def lease_left(lock, moment):
    """Seconds for which a lock is still held: 0 when it is over, or is of an earlier boot."""
    if lock is None or lock["boot"] != moment.boot:
        return 0.0
    return max(0.0, lock["until"] - moment.uptime)


def check_epoch(options, store):
    """Note a higher epoch. Raises Refused for one below what this host has seen."""
    seen = store.seen()
    if options.epoch < seen:
        text = "epoch %d is over since this host saw epoch %d: a newer xenlens acts here, end this"
        raise Refused("old_epoch", (text + " one") % (options.epoch, seen))
    if options.epoch > seen:
        store.see(options.epoch)


def check_busy(options, store):
    """Raises Refused while an effect of the object runs."""
    if store.busy(options.object):
        text = "an effect of %s is running just now: wait until it has ended"
        raise Refused("busy", text % options.object)


def take(options, store, moment):
    """The lock of an object, taken or renewed. Raises Refused."""
    check_epoch(options, store)
    check_busy(options, store)
    lock = store.lock(options.object)
    left = lease_left(lock, moment)
    if left and lock["owner"] != options.owner and lock["epoch"] >= options.epoch:
        text = "%s holds %s with epoch %d for another %.1f s: wait for that"
        shown = (lock["owner"], options.object, lock["epoch"], left)
        raise Refused("held", text % shown, {"lease_left": left})
    store.keep(
        {
            "object": options.object,
            "epoch": options.epoch,
            "owner": options.owner,
            "boot": moment.boot,
            "until": moment.uptime + options.lease,
        }
    )
    return {"lease_left": options.lease}


def begin(options, store, moment):
    """Note that a step begins; it is then to be run. Raises Refused."""
    check_effect(options.argv)
    check_epoch(options, store)
    check_held(options, store.lock(options.object), moment)
    check_busy(options, store)
    done = store.step(options.object, options.owner, options.step)
    if done is not None:
        text = "step %s of %s was begun before: read what is true now, it is not repeated"
        raise Refused("done_before", text % (options.step, options.owner), result_of(done))
    step = {
        "object": options.object,
        "owner": options.owner,
        "step": options.step,
        "command": " ".join(options.argv),
    }
    store.begin(step)
    return step


def check_held(options, lock, moment):
    """Raises Refused unless the caller holds the lock."""
    if not is_holder(options, lock) or lock["boot"] != moment.boot:
        text = "%s does not hold %s with epoch %d: take its lock first"
        raise Refused("not_held", text % (options.owner, options.object, options.epoch))
    if not lease_left(lock, moment):
        text = "the lease of %s for %s ran out %.1f s ago: take its lock again"
        late = moment.uptime - lock["until"]
        raise Refused("lease_expired", text % (options.owner, options.object, late))


def is_holder(options, lock):
    """Whether a lock is the caller's own, of this epoch."""
    asked = (options.owner, options.epoch)
    return lock is not None and (lock["owner"], lock["epoch"]) == asked


def release(options, store, moment):
    """Give the lock back, if it is the caller's. Raises Refused."""
    lock = store.lock(options.object)
    if not is_holder(options, lock):
        return {"released": False}
    store.drop(options.object)
    return {"released": lock["boot"] == moment.boot}


def show(options, store, moment):
    """What is known of an object, or of all. Raises Refused."""
    names = store.objects()
    if options.object:
        names = [options.object]
    return {"epoch": store.seen(), "objects": [shown(name, store, moment) for name in names]}


def shown(name, store, moment):
    """What is known of an object, for people. Raises Refused."""
    lock, step = store.lock(name), store.last_step(name)
    left = lease_left(lock, moment)
    told = {"object": name, "holder": None, "epoch": None, "lease_left": left}
    told["busy"] = store.busy(name)
    told["last_step"] = None
    if left:
        told["holder"], told["epoch"] = lock["owner"], lock["epoch"]
    if step is not None:
        told["last_step"] = dict(result_of(step))
        for key in ("owner", "step", "command"):
            told["last_step"][key] = step.get(key)
    return told


VERBS = {"take": take, "release": release, "show": show}
NO_RESULT = {
    "exit_status": None,
    "stdout": "",
    "stderr": "",
    "seconds": None,
    "timed_out": False,
    "still_there": False,
}  # type: dict[str, object]
TOLD = {
    "take": {"lease_left": None},
    "act": NO_RESULT,
    "release": {"released": False},
    "show": {},
}  # type: dict[str, dict[str, object]]
"""What is answered beside `granted`, and what it is where nothing is known of it."""


def result_of(step):
    """What a step's record says of its result; `seconds` is None where it has none."""
    return dict([(key, step.get(key, default)) for key, default in NO_RESULT.items()])


def document(verb, found):
    """The answer to a verb: `found` is what is told, or why nothing was done."""
    answer = {"xenlens_gate": FORMAT, "granted": True, "reason": "", "text": ""}
    answer.update(TOLD[verb])
    if isinstance(found, Refused):
        answer.update({"granted": False, "reason": found.reason, "text": found.text})
        answer.update(found.more)
    else:
        answer.update(found)
    return answer


# ---- records on the disk ----

NEEDED_FIELDS = {
    "epoch": ("epoch",),
    "lock": ("object", "epoch", "owner", "boot", "until"),
    "step": ("object", "owner", "step"),
}


def flag(text):
    """A truth value of a record. Raises ValueError."""
    return bool(("0", "1").index(text))


def value_of(key, text):
    """The value of a field. Raises ValueError."""
    if key in ("epoch", "exit_status"):
        return int(text)
    if key in ("until", "seconds"):
        return float(text)
    if key in ("timed_out", "still_there"):
        return flag(text)
    return unquoted(text)


def quoted(text):
    """A text on one line of ASCII."""
    return re.sub(r"[^ -$&-~]", lambda found: "%%%02x" % ord(found.group()), text)


def unquoted(text):
    """The text again."""
    return re.sub("%([0-9a-f]{2})", lambda found: chr(int(found.group(1), 16)), text)


def field(value):
    """How a value is written."""
    if isinstance(value, float):
        return "%.3f" % value
    if isinstance(value, WHOLE):
        return "%d" % value
    return quoted(value)


def checksum(text):
    """Eight digits that are others for another text."""
    return "%08x" % (crc32(raw(text)) & 0xFFFFFFFF)


def record_text(record):
    """A record as text: a field a line, and at last a checksum. None is left out."""
    lines = ["xenlens_gate %d\n" % FORMAT]
    for key in sorted(record):
        if record[key] is not None:
            lines.append("%s %s\n" % (key, field(record[key])))
    text = "".join(lines)
    return "%ssum %s\n" % (text, checksum(text))


def read_record(text, kind):
    """The record again. Raises ValueError, KeyError where it is not whole."""
    lines = text.split("\n")
    if lines[-1] or lines[-2] != "sum " + checksum("\n".join(lines[:-2]) + "\n"):
        raise ValueError("checksum")
    if lines[0] != "xenlens_gate %d" % FORMAT:
        raise ValueError("format")
    found = {}
    for line in lines[1:-2]:
        key, value = line.split(" ", 1)
        found[key] = value_of(key, value)
    for key in NEEDED_FIELDS[kind]:
        found[key]
    return found


def damaged(path, why):
    """The refusal of a record that cannot be relied on."""
    text = "%s cannot be relied on (%s): see what was done to this host, then remove it"
    return Refused("damaged_state", text % (path, why))


def unwritable(path, error):
    """The refusal where nothing can be kept."""
    text = "%s cannot be written (%s): make room, or mount it writable"
    return Refused("unwritable_state", text % (path, said_by(error)))


def name_of(text):
    """A file's name for any text: its readable part, and a checksum that tells others apart."""
    return "%s-%s" % (re.sub("[^A-Za-z0-9_-]", "_", text)[:100], checksum(text))


def step_end(name, owner, step):
    """The end of the name of a step's file, without its number."""
    return ".%s.%s" % (name_of(name), checksum("%s\n%s\n%s" % (name, owner, step)))


def make_folder(path):
    """A folder for its owner alone, unless something is there. Raises OSError."""
    try:
        os.mkdir(path, ONLY_OWNERS_FOLDER)
    except OSError:
        if number_of(sys.exc_info()[1]) != errno.EEXIST:
            raise


def locked(handle):
    """Lock an open file, if nobody else has."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FAILURES:
        return False
    return True


def content(path):
    """The bytes of a file. Raises FAILURES."""
    source = open(path, "rb")
    try:
        return source.read()
    finally:
        source.close()


def put(handle, text):
    """Write all of a text. Raises OSError."""
    rest = raw(text)
    while rest:
        rest = rest[os.write(handle, rest) :]


class Folder(object):
    """The state of this host, in files.

    epoch                 the highest epoch that was seen
    lock                  locked while a gate decides
    object.NAME           who holds an object
    effect.NAME           locked while an effect of the object runs
    step.NUMBER.NAME.ID   a step of an owner that was begun, and its result
    """

    def __init__(self, path):
        """Raises Refused where others could write into it."""
        self.path = path
        self.entered = self.claimed = -1
        self.file = ""
        try:
            make_folder(path)
            found = os.lstat(path)
        except FAILURES:
            text = "%s cannot be used (%s): make that folder for root alone"
            raise Refused("unsafe_folder", text % (path, said_by(sys.exc_info()[1])))
        mine = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
        if not mine or stat.S_IMODE(found.st_mode) & OTHERS_WRITE:
            text = "%s is no folder that only user %d can write to: remove it or make it that"
            raise Refused("unsafe_folder", text % (path, os.geteuid()))

    def enter(self):
        """Let no other gate decide meanwhile. Raises Refused."""
        handle, until = self.opened("lock"), clock() + PATIENCE
        while not locked(handle):
            if clock() > until:
                text = "another gate has been deciding for %d s: see whether it hangs"
                raise Refused("busy", text % PATIENCE)
            time.sleep(0.01)
        self.entered = handle

    def leave(self):
        """Let others decide."""
        os.close(self.entered)

    # -- what decisions ask and note --

    def seen(self):
        """The highest epoch this host saw."""
        record = self.read("epoch", "epoch")
        if record is not None:
            return record["epoch"]
        if [name for name in os.listdir(self.path) if name.startswith("object.")]:
            raise damaged(self.path, "locks are there but no epoch")
        return 0

    def see(self, epoch):
        """Note a higher one."""
        self.write("epoch", {"epoch": epoch})

    def lock(self, name):
        """Who holds an object, also when the lease is over; None where nobody does."""
        return self.read("object." + name_of(name), "lock", object=name)

    def keep(self, lock):
        """Note who holds an object."""
        self.write("object." + name_of(lock["object"]), lock)

    def drop(self, name):
        """Forget who held it."""
        path = self.place("object." + name_of(name))
        try:
            os.unlink(path)
            self.settle()
        except FAILURES:
            raise unwritable(path, sys.exc_info()[1])

    def busy(self, name):
        """Whether an effect of the object runs."""
        handle = self.opened("effect." + name_of(name))
        try:
            return not locked(handle)
        finally:
            os.close(handle)

    def step(self, name, owner, step):
        """A step that was begun, or None."""
        end = step_end(name, owner, step)
        for file in self.steps():
            if file.endswith(end):
                return self.read(file, "step", object=name, owner=owner, step=step)
        return None

    def last_step(self, name):
        """The last step of an object that was begun, or None."""
        files = [file for file in self.steps() if file[16:-9] == name_of(name)]
        if not files:
            return None
        return self.read(files[-1], "step", object=name)

    def objects(self):
        """The objects somebody holds, or held."""
        files = [name for name in os.listdir(self.path) if name.startswith("object.")]
        return sorted([self.read(name, "lock")["object"] for name in files])

    def begin(self, step):
        """Note that a step begins, and that an effect of its object runs."""
        handle = self.opened("effect." + name_of(step["object"]))
        self.claimed = fcntl.fcntl(handle, fcntl.F_DUPFD, INHERITED)
        os.close(handle)
        if not locked(self.claimed):
            raise damaged(self.path, "an effect began past the gate")
        files = self.steps()
        for file in files[: max(0, len(files) - MOST_STEPS + 1)]:
            os.unlink(self.place(file))
        number = int("".join(files[-1:])[5:15] or "0") + 1
        end = step_end(step["object"], step["owner"], step["step"])
        self.file = "step.%010d%s" % (number, end)
        self.write(self.file, step)

    def finish(self, step):
        """Note the result."""
        self.write(self.file, step)

    def unclaim(self):
        """No effect runs any more: also where one left children, who inherited the lock."""
        fcntl.flock(self.claimed, fcntl.LOCK_UN)

    # -- files --

    def place(self, name):
        """The path of a file."""
        return os.path.join(self.path, name)

    def steps(self):
        """The files of steps, the oldest first."""
        form = r"step\.[0-9]{10}\.[^.]+\.[0-9a-f]{8}\Z"
        return sorted([name for name in os.listdir(self.path) if re.match(form, name)])

    def opened(self, name):
        """An open file to lock. Raises Refused."""
        path = self.place(name)
        try:
            return os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, ONLY_OWNER)
        except FAILURES:
            raise unwritable(path, sys.exc_info()[1])

    def read(self, name, kind, **named):
        """A record, or None. Raises Refused where it is not whole, or not the one of that name."""
        path = self.place(name)
        try:
            found = read_record(native(content(path)), kind)
        except FAILURES:
            if number_of(sys.exc_info()[1]) == errno.ENOENT:
                return None
            raise damaged(path, said_by(sys.exc_info()[1]))
        except (ValueError, KeyError, IndexError):
            raise damaged(path, "it is not whole")
        if [key for key in named if found[key] != named[key]]:
            raise damaged(path, "it is of something else")
        return found

    def write(self, name, record):
        """Write a record, so that it is whole and on the disk. Raises Refused."""
        path, new = self.place(name), self.place("new." + name)
        try:
            handle = os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, ONLY_OWNER)
            try:
                put(handle, record_text(record))
                os.fsync(handle)
            finally:
                os.close(handle)
            os.rename(new, path)
            self.settle()
        except FAILURES:
            raise unwritable(path, sys.exc_info()[1])

    def settle(self):
        """Have the names on the disk as well."""
        handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ---- the effects that are no programs ----


def packed_mac(text):
    """The six bytes of aa:bb:cc:dd:ee:ff."""
    return struct.pack("6B", *[int(part, 16) for part in text.split(":")])


def learning_frame(mac, vlan):
    """What tells switches where a MAC is: as Open vSwitch's compose_rarp (RFC 903, 802.1Q)."""
    frame = packed_mac(BROADCAST) + packed_mac(mac)
    if vlan:
        frame += struct.pack("!HH", ETH_P_8021Q, vlan)
    frame += struct.pack("!HHHBBH", ETH_P_RARP, 1, 0x0800, 6, 4, RARP_REQUEST)
    frame += (packed_mac(mac) + struct.pack("4x")) * 2
    return frame + struct.pack("%dx" % max(0, 60 - len(frame)))


def frames_of(argv):
    """The frames of `xenlens-announce DEVICE MAC[/VLAN]...`. Raises Usage."""
    frames = []
    for word in argv[2:]:
        found = re.match(ANNOUNCED, word)
        if found is None or int(found.group(4) or "1") not in range(1, 4095):
            raise Usage("%s takes MAC[/VLAN], a single device's, not %s" % (ANNOUNCE, word))
        frames.append(learning_frame(found.group(1), int(found.group(4) or "0")))
    if not frames:
        raise Usage("%s takes a device and at least one MAC" % ANNOUNCE)
    return frames


def announce(argv):
    """Send the frames. Raises FAILURES."""
    port = socket.socket(AF_PACKET, socket.SOCK_RAW, 0)
    try:
        port.bind((argv[1], 0))
        for frame in frames_of(argv):
            port.send(frame)
    finally:
        port.close()


def check_effect(argv):
    """Raises Refused for what is never written."""
    if argv[0] != WRITE:
        return
    for path, value in WRITABLE:
        if re.match(path, argv[1]) and re.match(value, argv[2]):
            return
    text = "%s is not written to %s: only a SCSI host's scan and a SCSI disk's state are"
    raise Refused("forbidden_path", text % (argv[2], argv[1]))


def write_value(argv):
    """Write the value, with the newline that a disk's state wants. Raises FAILURES."""
    handle = os.open(argv[1], os.O_WRONLY | os.O_NOFOLLOW)
    try:
        os.write(handle, raw(argv[2] + "\n"))
    finally:
        os.close(handle)


OWN = {ANNOUNCE: announce, WRITE: write_value}


# ---- running one ----


def become(argv, out, err, seconds):
    """The child's life: the effect itself, in a process group of its own. Never returns."""
    status = NOT_RUN
    try:
        try:
            os.setsid()
            null = os.open("/dev/null", os.O_RDWR)
            for handle, number in ((null, 0), (out, 1), (err, 2)):
                os.dup2(handle, number)
            for handle in (null, out, err):
                if handle > 2:
                    os.close(handle)
            # What Python ignores would be ignored by the effect as well.
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            # It outlives exec: should the gate be killed, the effect ends all the same.
            signal.alarm(int(seconds) + 2)
            os.chdir("/")
            if argv[0] in OWN:
                status = FAILED
                OWN[argv[0]](argv)
                status = 0
            else:
                execute(argv)
        except FAILURES:
            error = sys.exc_info()[1]
            if status == NOT_RUN and number_of(error) in (errno.ENOENT, errno.ENOTDIR):
                status = NOT_FOUND
            os.write(2, raw(complaint(argv[0], said_by(error))))
    finally:
        os._exit(status)


def execute(argv):
    """Become a program. Raises OSError."""
    # Not a user's own: arguments in ~/.xe would change what `xe` does.
    environment = {"PATH": PATH, "LC_ALL": "C", "HOME": "/nonexistent"}
    os.execvpe(raw(argv[0]), [raw(word) for word in argv], environment)


def complaint(name, why):
    """What is said of an effect that could not be begun."""
    return "xenlens_gate: %s: %s\n" % (name, why)


class Watch(object):
    """Reads what the effect prints until it ends or its time is over."""

    def __init__(self, child, outputs, deadline):
        self.child = child
        self.outputs = outputs
        self.deadline = deadline
        self.kept = dict([(end, "") for end in outputs])
        self.open_ends = list(outputs)
        self.status = None
        self.timed_out = self.still_there = False

    def wait(self):
        """Return once it has ended, or was killed, or cannot be."""
        while not self.has_ended():
            left = self.deadline - clock()
            if left <= 0:
                self.timed_out = True
                self.still_there = not self.killed()
                break
            self.take(left)
        while self.take(0):
            pass

    def has_ended(self):
        """Whether the effect's first process is gone."""
        if self.status is None:
            pid, status = os.waitpid(self.child, os.WNOHANG)
            if pid:
                self.status = status
        return self.status is not None

    def killed(self):
        """Kill the group. Whether all of it is gone in time."""
        until = clock() + KILL_PATIENCE
        while clock() < until:
            for target in (-self.child, self.child):
                if target < 0 or not self.has_ended():
                    kill(target)
            self.take(0.02)
            if self.has_ended() and not members_of(self.child):
                return True
        return False

    def take(self, seconds):
        """Keep what was printed; false where nothing came within the time, or 50 ms."""
        seconds = min(seconds, 0.05)
        if not self.open_ends:
            time.sleep(min(seconds, 0.01))
            return False
        came = readable(self.open_ends, seconds)
        for end in came:
            data = os.read(end, MOST_OUTPUT)
            self.kept[end] = (self.kept[end] + native(data))[:MOST_OUTPUT]
            if not data:
                self.open_ends.remove(end)
        return bool(came)

    def result(self):
        """How it ended, as it is told and recorded."""
        status = None
        if self.status is not None:
            status = os.WEXITSTATUS(self.status)
            if os.WIFSIGNALED(self.status):
                status = -os.WTERMSIG(self.status)
        return {
            "exit_status": status,
            "stdout": self.kept[self.outputs[0]],
            "stderr": self.kept[self.outputs[1]],
            "timed_out": self.timed_out,
            "still_there": self.still_there,
        }


def readable(ends, seconds):
    """Which of these can be read within the time; none where a signal came first."""
    try:
        return select.select(ends, [], [], seconds)[0]
    except select.error:
        if number_of(sys.exc_info()[1]) != errno.EINTR:
            raise
        return []


def kill(target):
    """Kill a process or, negative, a group, if it is there."""
    try:
        os.kill(target, signal.SIGKILL)
    except OSError:
        if number_of(sys.exc_info()[1]) != errno.ESRCH:
            raise


def members_of(group):
    """The processes of a group that are no zombies (proc(5), pid/stat)."""
    found = []
    for name in os.listdir("/proc"):
        try:
            state, _, pgrp = native(content("/proc/%d/stat" % int(name))).split(")")[-1].split()[:3]
        except FAILURES + (ValueError,):
            continue
        if int(pgrp) == group and state not in ("Z", "X"):
            found.append(int(name))
    return found


def run(argv, seconds):
    """Run an effect to its end or its deadline; its result."""
    began, pipes = clock(), [os.pipe(), os.pipe()]
    child = os.fork()
    if not child:
        for reading, _ in pipes:
            os.close(reading)
        become(argv, pipes[0][1], pipes[1][1], seconds)
    for _, writing in pipes:
        os.close(writing)
    watch = Watch(child, [reading for reading, _ in pipes], began + seconds)
    watch.wait()
    result = watch.result()
    result["seconds"] = float(clock() - began)
    return result


def act(options, store):
    """Carry out one step. Raises Refused."""
    # Whoever asked may be cut off meanwhile: what was begun is brought to its end.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    step = decided(begin, options, store)
    result = run(options.argv, options.deadline)
    told = dict(result)
    try:
        step.update(result)
        store.finish(step)
    except Refused:
        told["text"] = "it ran, and its result is not recorded: %s" % sys.exc_info()[1]
    if not result["still_there"]:
        store.unclaim()
    return told


def decided(decide, options, store):
    """What is decided while no other gate decides. Raises Refused."""
    store.enter()
    try:
        try:
            return decide(options, store, moment())
        except FAILURES:
            raise unwritable(store.path, sys.exc_info()[1])
    finally:
        store.leave()


def moment():
    """Now (proc(5): uptime, sys/kernel/random/boot_id)."""
    boot = native(content("/proc/sys/kernel/random/boot_id")).strip()
    return Moment(boot, float(native(content("/proc/uptime")).split()[0]))


def answer(options):
    """The document of what was done."""
    try:
        store = Folder(options.folder)
        if options.verb == "act":
            return document("act", act(options, store))
        return document(options.verb, decided(VERBS[options.verb], options, store))
    except Refused:
        return document(options.verb, sys.exc_info()[1])


# ---- printing: Python 2.4 has no json ----


def json_of(value):
    """A value as JSON; texts are of a character for every byte."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return ("false", "true")[value]
    if isinstance(value, dict):
        pairs = [(json_of(key), json_of(value[key])) for key in sorted(value)]
        return "{%s}" % ", ".join(["%s: %s" % pair for pair in pairs])
    if isinstance(value, list):
        return "[%s]" % ", ".join([json_of(each) for each in value])
    if isinstance(value, float):
        return "%.3f" % value
    if isinstance(value, WHOLE):
        return "%d" % value
    return '"%s"' % "".join([json_character(character) for character in characters(value)])


def json_character(character):
    """A character of a JSON string, escaped where it must be."""
    number = ord(character)
    if number > 0xFFFF:
        return "\\u%04x\\u%04x" % (0xD7C0 + (number >> 10), 0xDC00 + (number & 0x3FF))
    if character in '"\\' or not " " <= character <= "~":
        return "\\u%04x" % number
    return str(character)


def put_out(text):
    """Print ASCII; whoever asked may be gone."""
    try:
        put(STDOUT, text)
    except OSError:
        if number_of(sys.exc_info()[1]) not in (errno.EPIPE, errno.EBADF):
            raise


def main(words):
    """Answer; the exit status is 2 for a command line that cannot be understood."""
    if not words or words[0] in ("help", "-h", "--help"):
        put_out(__doc__.strip() + "\n")
        return 0
    try:
        options = read_options([argument(word) for word in words])
    except Usage:
        said = " ".join(str(sys.exc_info()[1]).splitlines())
        os.write(2, raw("xenlens_gate: %s\n" % said))
        return 2
    put_out(json_of(answer(options)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
