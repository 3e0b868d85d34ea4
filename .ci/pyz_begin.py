"""Begins xenlens.pyz: unpacks it where it was made for, and says in one line where it was not.

Any Python reads this, from 2.7 on: who has a wrong one is told so.
"""

import os
import platform
import stat
import sys

import built_for

CACHE = "XENLENS_PYZ_CACHE"


def main():
    """Run xenlens out of the folder that it is unpacked into."""
    wrong = unfit()
    if wrong:
        sys.exit("xenlens.pyz: this is %s; %s is needed, or the wheel" % (wrong, needed()))
    os.environ["SHIV_ROOT"] = cache(os.environ)
    import _bootstrap

    _bootstrap.bootstrap()


def needed():
    """What it was made for."""
    values = built_for.PYTHON + (built_for.MACHINE,) + built_for.GLIBC
    return "CPython %d.%d on Linux %s with glibc %d.%d or newer" % values


def unfit():
    """What is wrong with where this runs; empty where nothing is."""
    if platform.python_implementation() != "CPython" or sys.version_info[:2] != built_for.PYTHON:
        return "%s %s" % (platform.python_implementation(), platform.python_version())
    if platform.system() != "Linux" or platform.machine() != built_for.MACHINE:
        return "%s %s" % (platform.system(), platform.machine())
    library, version = platform.libc_ver()
    if library != "glibc":
        return "a system without glibc"
    if tuple(int(part) for part in version.split(".")[:2]) < built_for.GLIBC:
        return "glibc " + version
    return ""


def cache(environ):
    """The folder to unpack into: this user's own, closed to others. Ends the program elsewhere."""
    caches = environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache")
    path = os.path.expanduser(environ.get(CACHE) or os.path.join(caches, "xenlens"))
    advice = "name a folder to unpack into with " + CACHE
    if not os.path.isabs(path):
        sys.exit("xenlens.pyz: %s: no absolute path; %s" % (path, advice))
    try:
        if not os.path.lexists(path):
            os.makedirs(path, 0o700)
        found = os.lstat(path)
    except OSError as error:
        sys.exit("xenlens.pyz: %s: %s; %s" % (path, os.strerror(error.errno), advice))
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        sys.exit("xenlens.pyz: %s: no folder of this user's own; %s" % (path, advice))
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        sys.exit("xenlens.pyz: %s: open to other users; run: chmod 700 %s" % (path, path))
    return path
