"""The environment every command gets, on this machine and over SSH."""

LOCALE = "C"
"""LC_ALL: the parsers read the tools' untranslated words."""

SEARCHED = "/usr/local/sbin:/usr/sbin:/sbin:/opt/xensource/bin"
"""Folders added behind PATH. A login that is not root's often lacks sbin, and `multipath` not
found would read as "this host has no SAN"; /opt/xensource/bin holds XenServer's own tools."""
