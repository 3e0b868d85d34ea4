#!/usr/bin/env python
"""The forced command of a key that may do little: one file, Python 2.4 to 3.13.

    command="/usr/bin/python -S -E /opt/xenlens/xenlens_key.py LEVEL"   in authorized_keys(5)

LEVEL is read, probe or heal; each also allows what the one before it does. sshd hands over what
the client asked for in SSH_ORIGINAL_COMMAND. Only two kinds of lines are understood: the one with
which xenlens starts a command, and the one with which it kills what was started so. A command is
run when `xenlens_key.table`, beside this file, has a line for it: a level, and a pattern for each
word. No shell sees any of it, and the command gets an environment of its own.

A program that arrives on standard input is never run. It is compared with the one of that name
beside this file, byte for byte; the one beside this file is run.

The table, the programs and their folder must belong to root or to this account, and nobody else
may write to them. Whatever is refused ends with exit status 126 and one line that says why, and
is noted by syslog(3).
"""

# Valid Python 2.4 as well: no `with`, no conditional expressions, no `except ... as`, no b"".
import errno
import os
import re
import signal
import stat
import sys

LEVELS = ("read", "probe", "heal")
TABLE = "xenlens_key.table"
REFUSED, NOT_RUN, NOT_FOUND = 126, 126, 127
REPEATED = "..."
"""As the last of a line of the table: the word before it may come once or more."""
SEARCHED = "/usr/local/sbin:/usr/sbin:/sbin:/opt/xensource/bin"
USUAL_PATH = "/usr/bin:/bin"
MARK = "XENLENS_KEY"
"""In the environment of all that this program starts, with the level: only such is killed."""
SWITCHES = ("-S", "-E")
PROGRAMS = ("xenlens_host.py", "xenlens_disk.py", "xenlens_reads.py", "xenlens_gate.py")
"""What may arrive on standard input."""
MOST_INPUT, MOST_LINE, MOST_SAID = 1 << 20, 1 << 16, 300
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
PLAIN = re.compile(r"[ -~\x80-\xff]*\Z")
"""Neither line feeds nor other control characters; a character stands for a byte."""
SAFE = re.compile(r"[A-Za-z0-9_@%+=:,./-]+\Z")
"""What shlex.quote leaves as it is."""
WORD = re.compile(r"(?:[A-Za-z0-9_@%+=:,./-]+|'(?:[^']|'\"'\"')*')(?: |\Z)")
QUOTE = "'\"'\"'"
START = (
    "{ read -r s </proc/$$/stat; } 2>/dev/null; "
    'echo MARKER "$s"; echo MARKER >&2; '
    "LC_ALL=C PATH=$PATH:%s; export LC_ALL PATH; exec "
) % SEARCHED
NO_INPUT = " </dev/null"
KILL = (
    "{ read -r s </proc/PID/stat && set -- ${s##*) } "
    '&& [ "${20}" = TICKS ] && kill -9 -"$3"; '
    '[ "${20}" = TICKS ] && [ "$1" != Z ] && echo alive; } 2>/dev/null'
)
"""The two lines that xenlens sends. They are rebuilt from what they name, and must be the same."""
MARKER = re.compile(r"\{[^;]*; \} 2>/dev/null; echo (xenlens-[0-9a-f]{16}) ")
KILLED = re.compile(r"\{ read -r s </proc/([1-9][0-9]{0,9})/stat .* = ([0-9]{1,20}) \]")
FAILURES = (IOError, OSError)
BYTES = type("".encode("ascii"))


class Refused(Exception):
    """This is not done; the text says why."""


def number_of(error):
    """The errno of an OSError; None of what has none."""
    return (error.args or [None])[0]


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


def printable(text):
    """The beginning of a text, as one line of ASCII."""
    return re.sub(r"[^ -~]", lambda found: "\\x%02x" % ord(found.group()), text[:MOST_SAID])


def quoted(words):
    """Words as xenlens writes them: as shlex.join does."""
    texts = []
    for word in words:
        if not SAFE.match(word):
            word = "'%s'" % word.replace("'", QUOTE)
        texts.append(word)
    return " ".join(texts)


def unquoted(text):
    """The words of such a text. Raises Refused where it was not written so."""
    words, found = [], WORD.match(text)
    while found:
        words.append(bare(found.group().rstrip(" ")))
        found = WORD.match(text, found.end())
    if not PLAIN.match(text) or not words or quoted(words) != text:
        raise Refused("these are no words as xenlens writes them: %s" % printable(text))
    return words


def bare(word):
    """A word without its quotes."""
    if word.startswith("'"):
        return word[1:-1].replace(QUOTE, "'")
    return word


def variable(name):
    """A variable of the environment, or nothing."""
    return native(getattr(os, "environb", os.environ).get(raw(name), raw("")))


# ---- files ----


def content(path, most=MOST_INPUT):
    """The bytes of a file, at most one more than `most`. Raises FAILURES."""
    handle = os.open(path, os.O_RDONLY)
    try:
        return all_of(handle, most)
    finally:
        os.close(handle)


def all_of(handle, most):
    """What can be read up to the end, at most one byte more than `most`. Raises FAILURES."""
    pieces, left = [], most + 1
    while left:
        data = os.read(handle, min(left, 1 << 16))
        if not data:
            break
        pieces.append(data)
        left -= len(data)
    return raw("").join(pieces)


def installed(folder, name):
    """The bytes of a file beside this one. Raises Refused where others could have changed it."""
    path = os.path.join(folder, name)
    try:
        check_owner(folder, stat.S_ISDIR)
        check_owner(path, stat.S_ISREG)
        return content(path)
    except FAILURES:
        raise Refused("%s cannot be read on the host: install it" % path)


def check_owner(path, is_kind):
    """Raises Refused unless only root and this account can change it, FAILURES where it is not."""
    found = os.lstat(path)
    if not is_kind(found.st_mode):
        raise Refused("%s is a link or something else: install it again" % path)
    if found.st_uid not in (0, os.geteuid()) or found.st_mode & OTHERS_WRITE:
        raise Refused("others may change %s: chown root and chmod go-w" % path)


def shapes_of(text, level):
    """The lines of the table that a level has, each as its patterns. Raises Refused."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    unknown = [line for line in lines if line.split(" ")[0] not in LEVELS]
    if unknown:
        raise Refused("%s has a line of no level: %s" % (TABLE, printable(unknown[0])))
    own = LEVELS[: LEVELS.index(level) + 1]
    shapes = [unquoted(line) for line in lines if line.split(" ")[0] in own]
    return [shape[1:] for shape in shapes if len(shape) > 1]


def fits(shape, words):
    """Whether every word is as its pattern says."""
    if shape[-1] == REPEATED:
        shape = shape[:-1] + [shape[-2]] * (len(words) - len(shape) + 1)
    if len(shape) != len(words):
        return False
    return not [1 for pattern, word in zip(shape, words) if not matches(pattern, word)]


def matches(pattern, word):
    """Whether all of a word is as its pattern says. Raises Refused."""
    try:
        return re.match(raw("(?:%s)\\Z" % pattern), raw(word)) is not None
    except re.error:
        raise Refused("%s has a pattern that is none: %s" % (TABLE, printable(pattern)))


# ---- what is asked for, and whether it is allowed ----


class Key(object):
    """A level, and the folder of this file."""

    def __init__(self, level, folder):
        if level not in LEVELS:
            raise Refused("authorized_keys names no level: give read, probe or heal")
        self.level = level
        self.folder = folder
        self.shapes = shapes_of(native(installed(folder, TABLE)), level)

    def allows(self, words):
        """Whether a line of the table has room for these words."""
        return bool([1 for shape in self.shapes if fits(shape, words)])

    def check(self, words):
        """Raises Refused for what this level does not allow."""
        named = list(words)
        if is_program(words):
            folder, named[3] = os.path.split(words[3])
            if folder != self.folder or named[3] not in PROGRAMS:
                raise self.refusal(words)
        if not self.allows(named):
            raise self.refusal(words)
        if is_program(words):
            installed(self.folder, named[3])

    def candidates(self, words):
        """Which programs could be meant where one is to come. Raises Refused for none."""
        names = [name for name in PROGRAMS if self.allows(words[:3] + [name] + words[4:])]
        if not names:
            raise self.refusal(words)
        return names

    def program(self, names, text):
        """Where the program that was sent is installed. Raises Refused for any other."""
        for name in names:
            if installed(self.folder, name) == text:
                return os.path.join(self.folder, name)
        found = " or ".join(names)
        raise Refused("the host has another version of %s: install it again" % found)

    def refusal(self, words):
        """Why a command is not run."""
        text = "the key on this host allows %s only: %s"
        return Refused(text % (self.level, printable(quoted(words))))


def is_program(words):
    """Whether Python is to run a file, or what is sent."""
    return words[0] in ("python", "python3") and tuple(words[1:3]) == SWITCHES and len(words) > 3


def started_by(line):
    """The marker, the words and whether they read, of a line that starts a command. Or nothing."""
    found = MARKER.match(line)
    if not found or not line.startswith(START.replace("MARKER", found.group(1))):
        return None
    rest = line[len(START.replace("MARKER", found.group(1))) :]
    reads = not rest.endswith(NO_INPUT)
    if not reads:
        rest = rest[: -len(NO_INPUT)]
    return found.group(1), unquoted(rest), reads


def killed_by(line):
    """The process id and the start time of a line that kills. Or nothing."""
    found = KILLED.match(line)
    if not found or line != KILL.replace("PID", found.group(1)).replace("TICKS", found.group(2)):
        return None
    return int(found.group(1)), int(found.group(2))


def answer(key, line):
    """Do what a line asks for; the exit status, where it returns. Raises Refused."""
    if not line:
        raise Refused("this key opens no shell")
    if len(line) > MOST_LINE or not PLAIN.match(line):
        raise Refused("the line is too long, or has control characters")
    kill = killed_by(line)
    if kill:
        return end(kill[0], kill[1], key.level)
    start = started_by(line)
    if not start:
        raise Refused("this is no line of this version of xenlens: %s" % printable(line))
    return begin(key, start[0], start[1], start[2])


# ---- starting ----


def begin(key, marker, words, reads):
    """Become the command. Raises Refused."""
    sent = is_program(words) and words[3] == "-"
    if sent != reads:
        raise Refused("only xenlens's programs are sent on standard input")
    if not sent:
        key.check(words)
        show(marker)
    else:
        names = key.candidates(words)
        # xenlens has to know the process before it waits for what it sends.
        show(marker)
        words = words[:3] + [key.program(names, all_of(0, MOST_INPUT))] + words[4:]
    return become(words, key.level)


def show(marker):
    """Print the marker's lines: this process is the command that it becomes (proc(5), stat)."""
    told = native(content("/proc/self/stat")).splitlines()[0]
    os.write(1, raw("%s %s\n" % (marker, told)))
    os.write(2, raw("%s\n" % marker))


def surroundings(words, level):
    """The command's environment and what is left of its words: `env` is not run, it is done.

    So the mark is there also for what `env -i` would start.
    """
    path = "%s:%s" % (variable("PATH") or USUAL_PATH, SEARCHED)
    values = {"PATH": path, "LC_ALL": "C"}
    if words[0] == "env" and len(words) > 2:
        words = words[1:]
        if words[:1] == ["-i"]:
            values, words = {}, words[1:]
        while "=" in words[0] and len(words) > 1:
            name, value = words[0].split("=", 1)
            values[name] = value
            words = words[1:]
    values[MARK] = level
    return values, words


def become(words, level):
    """Run the command in place of this program; the exit status where that cannot be."""
    values, words = surroundings(words, level)
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    # What Python ignores would be ignored by the command as well.
    for name in ("SIGPIPE", "SIGXFSZ"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        os.execvpe(words[0], [raw(word) for word in words], values)
    except OSError:
        number = number_of(sys.exc_info()[1])
        say("%s: %s" % (printable(words[0]), os.strerror(number)))
        if number in (errno.ENOENT, errno.ENOTDIR):
            return NOT_FOUND
        return NOT_RUN


# ---- killing ----


def seen(pid):
    """State, process group and start time of a process (proc(5), stat), or nothing."""
    try:
        text = native(content("/proc/%d/stat" % pid))
    except FAILURES:
        return None
    words = text[text.rindex(")") + 1 :].split()
    return words[0], int(words[2]), int(words[19])


def is_ours(pid, level):
    """Whether this account started it with a key of this level, or is about to.

    What is about to become a command is another run of this very program.
    """
    try:
        here = "/proc/%d/" % pid
        marks = native(content(here + "environ")).split("\0")
        same = content(here + "cmdline") == content("/proc/self/cmdline")
        is_own = os.stat(here).st_uid == os.geteuid()
    except FAILURES:
        return False
    return is_own and (same or "%s=%s" % (MARK, level) in marks)


def end(pid, ticks, level):
    """Kill the group of a process, and print `alive` where it was still there. Raises Refused."""
    found = seen(pid)
    if found is None or found[2] != ticks or found[0] == "Z":
        return 1
    if not is_ours(pid, level) or found[1] in (0, 1, os.getpgrp()):
        raise Refused("process %d was not started with this key" % pid)
    try:
        os.kill(-found[1], signal.SIGKILL)
    except OSError:
        if number_of(sys.exc_info()[1]) != errno.ESRCH:
            raise
    os.write(1, raw("alive\n"))
    return 0


# ---- the end ----


def say(text):
    """One line on standard error."""
    os.write(2, raw("xenlens_key: %s\n" % text))


def note(text):
    """Leave it in the host's log (syslog(3))."""
    import syslog

    syslog.openlog("xenlens_key", syslog.LOG_PID, syslog.LOG_AUTH)
    syslog.syslog(syslog.LOG_WARNING, "refused: %s" % text)


def main(words):
    """Do what SSH_ORIGINAL_COMMAND asks for, or refuse it."""
    if words in (["help"], ["-h"], ["--help"]):
        os.write(1, raw(__doc__.strip() + "\n"))
        return 0
    folder = os.path.dirname(os.path.abspath(sys.argv[0]))
    try:
        return answer(Key(" ".join(words), folder), variable("SSH_ORIGINAL_COMMAND"))
    except Refused:
        text = printable(str(sys.exc_info()[1]))
        say("refused: %s" % text)
        note(text)
        return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
