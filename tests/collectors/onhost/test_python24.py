"""The files that run on hosts are valid Python from 2.4 to 3.13, where vermin cannot tell."""

import subprocess
from pathlib import Path

import pytest

import collectors
from tests.collectors.onhost.python24 import refusals
from tests.labs.pythons import Interpreter, interpreters

PROGRAMS = sorted((Path(collectors.__file__).parent / "onhost").glob("xenlens_*.py"))
each_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)

SYNTAX = {
    "try:\n    x = 1\nexcept ValueError:\n    x = 2\nfinally:\n    x = 3\n": 1,
    "try:\n    x = 1\nexcept ValueError:\n    x = 2\nelse:\n    x = 3\nfinally:\n    x = 4\n": 1,
    "y = 1\nx = 1 if y else 2\n": 2,
    "x = lambda a: 1 if a else 2\n": 1,
    "try:\n    x = 1\nexcept ValueError as e:\n    x = 2\n": 3,
    "try:\n    x = 1\nexcept (KeyError, ValueError) as e:\n    x = 2\n": 3,
    "from . import x\n": 1,
    "def f(a, g):\n    return g(*a, b=1)\n": 2,
    "def f():\n    yield\n": 2,
    "def f():\n    x = yield 1\n": 2,
    "def f():\n    try:\n        yield 1\n    finally:\n        pass\n": 3,
    "def f():\n    yield 1\n    return 2\n": 3,
    "import sys\nprint('a', file=sys.stderr)\n": 2,
    "x = print('a')\n": 1,
    "f = print\n": 1,
}
"""What 2.4 calls a syntax error, and the line it is in."""

SPELLINGS = {
    "x = 0o755\n": 1,
    "x = 0b1\n": 1,
    "x = 1_000\n": 1,
    "class A():\n    pass\n": 1,
    "def f(\n    *a,\n):\n    return a\n": 3,
    "def f(g, **a):\n    return g(**a,)\n": 2,
    "class A(object):\n    def f(self):\n        return self.print()\n": 3,
    "class A(object):\n    def print(self):\n        pass\n": 2,
    "exec = 1\n": 1,
    "x = 'é'\n": 1,
    "# a\n# é\n": 2,
}

NAMES = {
    "import json\n": 1,
    "import imp\n": 1,
    "from itertools import zip_longest\n": 1,
    "import sys\nx = sys.maxint\n": 2,
    "import sys\nx = sys.maxsize\n": 2,
    "import time\nx = time.monotonic()\n": 2,
    "import time\nx = time.clock()\n": 2,
    "import ctypes\n": 1,
    "import mmap\nx = mmap.MAP_POPULATE\n": 2,
    "import _socket as socket\nx = socket.if_nametoindex('lo')\n": 2,
    "import os\nx = os.path.relpath('a')\n": 2,
    "x = bytes\n": 1,
    "x = xrange(3)\n": 1,
    "try:\n    x = 1\nexcept PermissionError:\n    x = 2\n": 3,
    "x = '{0}'\ny = x.format(1)\n": 2,
    "x = 'a:b'\ny = x.partition(':')\n": 2,
    "x = {}\ny = x.iteritems()\n": 2,
    "class A(object):\n    a = property(len)\n    b = a.setter(len)\n": 3,
    "for n, x in enumerate('a', 1):\n    pass\n": 1,
    "x = 'a'.startswith(('a', 'b'))\n": 1,
    "x = 'a'.encode('ascii', errors='replace')\n": 1,
    "import struct\nx = struct.pack('!?', True)\n": 2,
}
"""What 2.4 or 3.13 does not find when it comes to the line."""

DIFFERENT = {
    "x = u'a'\n": 1,
    "x = '\\u00e9'\n": 1,
    "print('a', 'b')\n": 1,
    "print()\n": 1,
}
"""What 2.4 and 3.13 both run, but 3.1 does not, or 2.4 and 3.13 not alike."""

FINE = (
    "print('a')\n",
    "x = r'\\u', '\\\\u%04x'\n",
    "class A(object):\n    a = property(len)\n",
    "def f(a, b=1, *c, **d):\n    return f(a, b=2, *c, **d)\n",
    "def f(\n    a,\n    b,\n):\n    return f(\n        a,\n        b,\n    )\n",
    "def f():\n    yield 1\n    return\n",
    "def f():\n    def g():\n        yield 1\n    return g\n",
    "try:\n    try:\n        x = 1\n    except ValueError:\n        x = 2\nfinally:\n    x = 3\n",
    "import sys\ntry:\n    x = 1\nexcept ValueError:\n    x = sys.exc_info()[1]\n",
    "try:\n    import _socket as s\nexcept ImportError:\n    import socket as s\nx = s.AF_INET\n",
    "try:\n    import json  # novm\nexcept ImportError:\n    json = None\n",
    "try:\n    import ctypes  # novm\n\n    ctypes.CDLL(None)\nexcept ImportError:\n    x = 1\n",
    "import mmap\nx = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)\n",
    "import time\nx = getattr(time, 'monotonic', time.time)\n",
    "import os.path\nx = os.path.join('a', 'b')\n",
    "try:\n    bytes\nexcept NameError:\n    bytes = str\n",
    "from binascii import crc32\nx = crc32\n",
    "import struct\nx = struct.pack('!6sH', 'a'.encode('ascii'), 0x1B)\n",
)


@pytest.mark.parametrize(("bad", "line"), (SYNTAX | SPELLINGS | NAMES | DIFFERENT).items())
def test_what_a_python_of_the_range_cannot_run_is_refused_with_its_line(
    bad: str, line: int
) -> None:
    assert [each.split(":")[0] for each in refusals(bad)] == [f"line {line}"]


@pytest.mark.parametrize("good", FINE)
def test_what_every_python_of_the_range_runs_is_not_refused(good: str) -> None:
    assert refusals(good) == []


def test_all_programs_are_checked() -> None:
    names = ["xenlens_disk", "xenlens_gate", "xenlens_host", "xenlens_key", "xenlens_reads"]
    assert [program.stem for program in PROGRAMS] == names


@each_program
def test_a_program_has_nothing_that_a_python_of_the_range_cannot_run(program: Path) -> None:
    assert refusals(program.read_text()) == []


def _complaint(python: Interpreter, program: Path) -> str:
    """What Python says about starting the program as hosts do, with every warning an error."""
    command = [*python.argv, "-S", "-E", "-W", "error", str(program), "--help"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return ran.stderr or ("" if ran.returncode == 0 else f"exit status {ran.returncode}")


@each_program
def test_a_program_starts_under_every_python_of_this_machine(program: Path) -> None:
    said = {str(python): _complaint(python, program) for python in interpreters()}
    assert {python: complaint for python, complaint in said.items() if complaint} == {}


@pytest.mark.python2
@each_program
def test_a_program_starts_under_python_2_7(program: Path) -> None:
    (python,) = [each for each in interpreters() if each.version[:2] == (2, 7)]
    assert _complaint(python, program) == ""
