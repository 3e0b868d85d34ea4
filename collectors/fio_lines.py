"""The lines of fio's own text, from 1.20 to 3.42: what each is, and which carry no fact for us.

Leading blanks are not looked at: they are lost in many captures.
"""

import re

from collectors.fio_units import NUMBER

JOB = re.compile(
    r"(?:Jobs: \d.{0,300}\[eta [^\]]{0,20}\]\s*)?"
    r"(?P<name>.*?): \(groupid=(?P<group>\d{1,9})(?:, jobs=\d+)?\): "
    r"err=\s*(?P<error>\d{1,9})(?: \((?P<reason>.*)\))?:(?: pid=(?P<pid>-?\d+))?"
)
OLD_DIRECTION = re.compile(
    r"(?P<direction>read|write|trim|mixed)\s*:\s*io=\s*(?P<io>[^,]*?)\s*,\s*bw=\s*(?P<bw>[^,]*?)\s*,"
    r"(?:\s*iops=\s*(?P<iops>[^,]*?)\s*,)?\s*runt=\s*(?P<runtime>\d{1,15})msec"
)
NEW_DIRECTION = re.compile(
    r"(?P<direction>read|write|trim|mixed)\s*:\s*IOPS=(?P<iops>[^,]*?)\s*,\s*BW=(?P<bw>\S+)"
    r"\s+\([^)]*\)\s*\((?P<io>[^/)]+)/(?P<runtime>\d{1,15})msec\)"
)
LATENCY = re.compile(
    r"(?P<kind>clat|lat)\s*\((?P<unit>[num]?sec)\)\s*:\s*min=.*?,\s*avg=\s*(?P<mean>[^\s,]+)\s*,"
)
PERCENTILES = re.compile(
    r"(?P<kind>clat|lat|.*?) percentiles \((?P<unit>[num]?sec)\)\s*:(?P<values>.*)"
)
VALUES = re.compile(
    rf"(?P<percent>{NUMBER})th=(?:\[\s*(?P<value>\d{{1,20}})\]|(?P<bare>\d{{1,20}})(?=,|\s*$))"
)
MORE_VALUES = re.compile(r"\|?\s*[\d.]+th=")
JOB_START = re.compile(r".*: \(groupid=\d*|.*\(groupid=\d+, jobs=")
DIRECTION_START = re.compile(r"(?:read|write|trim|mixed)\s*:\s*(?:io=|IOPS=)")
GROUP = re.compile(r"Run status group \d+ \(all jobs\)")
PROCESS_ERROR = re.compile(r"fio: pid=-?\d+, err=(?P<error>\d{1,9})/(?P<reason>.*)")
_KNOWN = re.compile(
    r"\|"
    r"|.*: \(g=\d+\): rw=|.*: ioengine=cpu|\.\.\.$"
    r"|fio[ -][\w.-]+$|\d+(?:\.\d+)+$|Starting \d|Starting $"
    r"|.*: Laying out IO files?\b|Jobs: \d+ \(f=\d+\)"
    r"|(?:READ|WRITE|TRIM|MIXED): |Disk stats \(|\S+: ios=\d"
    r"|cpu\s+: usr=|IO depths\s+: |(?:submit|complete|issued|errors|latency)\b[^:]*:"
    r"|bw \(|iops\s+: min=|(?:slat|clat|lat|sync)\b[^:]*\([num]?sec\)\s*:"
    r"|Description\s+: \[|steadystate\s+: |block lifetime percentiles|states\s+: |fsync/fdatasync/"
    r"|;"
)


def is_known(text: str) -> bool:
    """Whether a line is one of fio's report that carries none of our facts."""
    return _KNOWN.match(text) is not None
