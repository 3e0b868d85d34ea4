#!/usr/bin/env python
"""What xenlens does on a host itself: one file, standard library only, Python 2.4 to 3.13.

    python xenlens_host.py probe OPTIONS

`probe` asks by ARP, through each member of a bond, whether the network behind its switch answers.
Its options are read from left to right:

    --timeout 1.0         seconds for the whole round
    --count 3             requests per member and destination
    --interval 0.1        seconds between two requests
    --way auto            auto, raw or openflow; auto takes openflow where raw sockets fail
    --rundir DIR          Open vSwitch's run directory

    --bond bond0          begins a bond; of this bond:
    --mode active-backup  its mode; active-backup and balance-slb can be probed
    --backend openvswitch or linux
    --bridge xenbr0       its Open vSwitch bridge
    --device xenbr0       the device its traffic of the host itself leaves by
    --active eth0         the active member, left out when there is none
    --member eth0         each member
    --destination IPV4[,vlan=N][,mac=MAC][,hint=MAC][,via=DEVICE]
                          each address to ask for; mac is certainly its MAC address, hint was it
                          lately; via is the host's own device in its network

It prints one JSON document: `rows`, one per member and destination, and `frames`, what was sent
and heard. It changes nothing that outlives it but, with openflow, drop rules for its own private
MAC addresses, which it removes and which time out by themselves.

What goes on the wire, and why it disturbs nothing, is told in docs/reachability.md.
"""

# Valid Python 2.4 as well: no `with`, no conditional expressions, no `except ... as`, no b"".
import array
import errno
import fcntl
import posix
import select
import struct
import sys
import time
from binascii import crc32

try:
    # `socket` itself costs 6 to 10 ms of CPU on Python 3, a third of all that a round may cost.
    import _socket as socket
except ImportError:  # pragma: no cover
    import socket  # type: ignore[no-redef]

FORMAT = 1
ANYBODY = "0.0.0.0"
BROADCAST = "ff:ff:ff:ff:ff:ff"
AF_PACKET, SOL_PACKET = 17, 263
PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC, PACKET_MR_UNICAST = 1, 1, 3
SO_ATTACH_FILTER = 26
SIOCGIFFLAGS, SIOCGIFADDR, SIOCGIFHWADDR, SIOCGIFINDEX = 0x8913, 0x8915, 0x8927, 0x8933
LONGEST_NAME = 15
IFF_UP, IFF_RUNNING, IFF_PROMISC = 0x1, 0x40, 0x100
ETH_P_ALL, ETH_P_ARP, ETH_P_8021Q = 0x0003, 0x0806, 0x8100
ARP_REQUEST, ARP_REPLY = 1, 2
PROBED_MODES = ("active-backup", "balance-slb")
LEARN_SECONDS = 0.3
"""How long standby members wait for the active one to learn a destination's MAC address."""
CLOCK_STEP = 0.2
"""Seconds by which Python 2's only clock may differ from the kernel's ticks."""
MGMT_PATIENCE = 0.5
"""Seconds to wait for a bridge's management socket: one that hangs must not cost all others."""
SETTLE_SECONDS = 0.1
"""How long Open vSwitch may take to treat what it knows already by a rule that is new."""
MOST_FRAMES = 400
DEVICE_DOWN = errno.EHOSTDOWN
FORBIDDEN = (errno.EPERM, errno.EACCES)
NOT_TO_BE_HAD = FORBIDDEN + (errno.ENODEV, errno.ENXIO, DEVICE_DOWN)
NO_SOCKET = FORBIDDEN + (errno.ENOENT, errno.ENOTDIR, errno.ECONNREFUSED)
FAILURES = (IOError, OSError, socket.error)
STDOUT = 1

clock = getattr(time, "monotonic", time.time)
cpu_clock = getattr(time, "process_time", None) or getattr(time, "clock")


def ticks():
    """Seconds on a clock that nobody sets, in steps of 10 ms."""
    return posix.times()[4]


class Refused(Exception):
    """A member cannot be probed: a short reason, and a text for people."""

    def __init__(self, reason, text, failure=None):
        Exception.__init__(self, text)
        self.reason = reason
        self.text = text
        self.number = number_of(failure)


def number_of(failure):
    """The errno of an OSError or of Python 2.4's socket.error; of None, None."""
    return failure and failure.args and failure.args[0]


def words_of(failure):
    """What an OSError says, for people."""
    if len(failure.args) > 1:
        return str(failure.args[1])
    return str(failure)


# ---- addresses and frames (RFC 826, RFC 5227; IEEE 802.1Q) ----


def packed_mac(text):
    """The six bytes of aa:bb:cc:dd:ee:ff. Raises ValueError."""
    parts = [int(part, 16) for part in text.split(":")]
    if len(parts) != 6 or [part for part in parts if not 0 <= part <= 255]:
        raise ValueError(text)
    return struct.pack("6B", *parts)


def shown_mac(packed):
    """Six bytes as aa:bb:cc:dd:ee:ff."""
    return ":".join(["%02x" % part for part in struct.unpack("6B", packed)])


def private_mac(mac, nic):
    """The one locally administered address from which this NIC of this host probes.

    02:78 and four bytes made from the NIC's own address and name: always the same, so that a
    switch learns one more address on the port and no more, and never on two ports.
    """
    seed = ("%s/%s" % (mac, nic)).encode("ascii")
    return "02:78:" + shown_mac(struct.pack("!HI", 0, crc32(seed) & 0xFFFFFFFF))[6:]


def arp_request(source, to, vlan, sender, address):
    """The frame that asks who has `address`; `sender` 0.0.0.0 teaches nobody anything."""
    ethernet = packed_mac(to) + packed_mac(source)
    if vlan:
        ethernet += struct.pack("!HH", ETH_P_8021Q, vlan)
    fields = struct.pack("!HHHBBH", ETH_P_ARP, 1, 0x0800, 6, 4, ARP_REQUEST)
    hardware = packed_mac(source), struct.pack("6x")
    protocol = socket.inet_aton(sender), socket.inet_aton(address)
    frame = ethernet + fields + hardware[0] + protocol[0] + hardware[1] + protocol[1]
    return frame + struct.pack("%dx" % max(0, 60 - len(frame)))


class Reply(object):
    """An ARP reply: who says so, to whom, and which address it claims for which MAC."""

    def __init__(self, frame):
        """Raises ValueError for any other frame; a VLAN tag may be there or already taken off."""
        start = 12
        if frame[12:14] == struct.pack("!H", ETH_P_8021Q):
            start = 16
        arp = frame[start : start + 30]
        if len(arp) < 30 or struct.unpack("!HHHBBH", arp[:10]) != (
            (ETH_P_ARP, 1, 0x0800, 6, 4, ARP_REPLY)
        ):
            raise ValueError("no ARP reply")
        self.to, self.source = shown_mac(frame[:6]), shown_mac(frame[6:12])
        self.mac, self.address = shown_mac(arp[10:16]), socket.inet_ntoa(arp[16:20])
        self.target_mac, self.target = shown_mac(arp[20:26]), socket.inet_ntoa(arp[26:30])


def only_replies_to(mac):
    """A classic BPF program that passes ARP replies to `mac`, with a VLAN tag or without."""
    high, low = struct.unpack("!HI", packed_mac(mac))
    load, half, equal, leave = 0x20, 0x28, 0x15, 0x06
    program = [
        (load, 0, 0, 2),
        (equal, 0, 12, low),
        (half, 0, 0, 0),
        (equal, 0, 10, high),
        (half, 0, 0, 12),
        (equal, 0, 2, ETH_P_ARP),
        (half, 0, 0, 20),
        (equal, 5, 6, ARP_REPLY),
        (equal, 0, 5, ETH_P_8021Q),
        (half, 0, 0, 16),
        (equal, 0, 3, ETH_P_ARP),
        (half, 0, 0, 24),
        (equal, 0, 1, ARP_REPLY),
        (leave, 0, 0, 0xFFFF),
        (leave, 0, 0, 0),
    ]
    return [struct.pack("=HBBI", *instruction) for instruction in program]


# ---- network devices ----


def asked(request, device):
    """What the kernel says of a device: bytes from 16 on of `struct ifreq`. Raises FAILURES."""
    if len(device) > LONGEST_NAME:
        raise IOError(errno.ENODEV, "No such device")
    question = struct.pack("256s", device.encode("ascii"))
    inet = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        return fcntl.ioctl(inet.fileno(), request, question)[16:]
    finally:
        inet.close()


def mac_of(device):
    """The MAC address of a device. Raises FAILURES."""
    return shown_mac(asked(SIOCGIFHWADDR, device)[2:8])


def address_of(device):
    """The IPv4 address of a device, or None where it has none."""
    try:
        return socket.inet_ntoa(asked(SIOCGIFADDR, device)[4:8])
    except FAILURES:
        return None


def flags_of(device):
    """The interface flags of a device. Raises FAILURES."""
    return struct.unpack("H", asked(SIOCGIFFLAGS, device)[:2])[0]


def check_link(device):
    """Raises Refused where nothing can leave by this device, FAILURES where it is not there."""
    flags = flags_of(device)
    if not flags & IFF_UP:
        raise Refused("link_down", "%s is administratively down" % device)
    if not flags & IFF_RUNNING:
        raise Refused("no_carrier", "%s has no carrier" % device)


def check_device(device):
    """Raises FAILURES where the host's own device is down: that says nothing of a member."""
    if not flags_of(device) & IFF_UP:
        raise IOError(DEVICE_DOWN, "%s is administratively down" % device)


def is_own(address):
    """Whether the host itself has this IPv4 address."""
    inet = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        try:
            # Sends nothing. To itself a host speaks from the address spoken to.
            inet.connect((address, 9))
        except FAILURES:
            return False
        return inet.getsockname()[0] == address
    finally:
        inet.close()


def neighbours():
    """The host's own ARP table: (address, device) to MAC address, complete entries only."""
    found = {}  # type: dict[tuple[str, str], str]
    try:
        table = open("/proc/net/arp")
    except FAILURES:
        return found
    try:
        for line in table.readlines()[1:]:
            words = line.split()
            # Other kinds of network (InfiniBand) have longer addresses.
            if len(words) >= 6 and int(words[2], 16) & 2 and len(words[3]) == 17:
                found[words[0], words[5]] = words[3]
    finally:
        table.close()
    return found


class Port(object):
    """A raw socket on one device that hears ARP replies to one MAC address, and nothing else."""

    def __init__(self, device, mac, membership=PACKET_MR_UNICAST):
        """Raises FAILURES. The filter is there before the first frame can come in."""
        self.device, self.mac = device, mac
        self.socket = socket.socket(AF_PACKET, socket.SOCK_RAW, 0)
        try:
            self._filter()
            # ETH_P_ARP would hear nothing: a bridge takes the frame before such sockets see it.
            self.socket.bind((device, ETH_P_ALL))
            if mac != mac_of(device) and not flags_of(device) & IFF_PROMISC:
                self._join(membership)
            self.socket.setblocking(False)
        except FAILURES:
            self.socket.close()
            raise

    def _filter(self):
        program = only_replies_to(self.mac)
        code = array.array("B")
        for instruction in program:
            code.extend(struct.unpack("8B", instruction))
        place = struct.pack("HP", len(program), code.buffer_info()[0])
        self.socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, place)

    def _join(self, membership):
        """A NIC that is not promiscuous would drop it: a Linux bond's backup. Ends on close."""
        index = struct.unpack("i", asked(SIOCGIFINDEX, self.device)[:4])[0]
        wanted = struct.pack("iHH8s", index, membership, 6, packed_mac(self.mac))
        self.socket.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, wanted)

    def fileno(self):
        """For select."""
        return self.socket.fileno()

    def send(self, frame):
        """Put a frame on the wire. Raises FAILURES."""
        self.socket.send(frame)

    def replies(self):
        """The ARP replies that wait on the socket. Raises FAILURES where the device went down."""
        found = []
        try:
            while 1:
                frame = self.socket.recv(2048)
                try:
                    found.append(Reply(frame))
                except ValueError:
                    continue
        except FAILURES:
            if number_of(sys.exc_info()[1]) != errno.EAGAIN:
                raise
        return found

    def close(self):
        """Stop listening."""
        self.socket.close()


# ---- OpenFlow 1.0, spoken to a bridge's management socket ----

OF_ERROR, OF_ECHO_REQUEST, OF_ECHO_REPLY = 1, 2, 3
OF_FEATURES, OF_PACKET_OUT, OF_FLOW_MOD, OF_STATS, OF_BARRIER = 5, 13, 14, 16, 18
OF_HELLO_FAILED = 0
OF_NONE, OF_NO_VLAN = 0xFFFF, 0xFFFF
OF_ADD, OF_DELETE_STRICT = 0, 4
OF_ANY = (1 << 22) - 1
OF_IN_PORT, OF_VLAN, OF_SRC, OF_DST, OF_TYPE, OF_PROTO = 1, 2, 4, 8, 16, 32
OF_NW_SRC = 0x3F << 8
COOKIE = 0x78656E6C656E7300
"""`xenlens` in ASCII and a number: whose rule it is, in `ovs-ofctl dump-flows`."""
EXACT, ANY_SOURCE, QUIET = 0xF002, 0xF001, 0xF000
"""Priorities: the destination's own answer, another's answer, whatever else comes for us.

Each program takes a quiet rule of its own below the last: two exporters may probe at once, and the
first to finish must not take the other's.
"""
OUTLIVES = 5
"""Seconds by which a rule that nobody removed outlives the round."""


class Match(object):
    """Frames to a private MAC address, as `struct ofp_match` and as words for people."""

    cookie = COOKIE

    def __init__(self, mac, port=None, source=None, vlan=None, address=None):
        any_bits = OF_ANY & ~OF_DST
        self.words = "dl_dst=%s" % mac
        if address is not None:
            any_bits &= ~(OF_IN_PORT | OF_TYPE | OF_PROTO | OF_NW_SRC | OF_VLAN)
            self.words = "in_port=%d,arp,arp_op=2,arp_spa=%s,%s" % (port, address, self.words)
        if source is not None:
            any_bits &= ~OF_SRC
            self.words += ",dl_src=%s" % source
        self.packed = struct.pack("!IH", any_bits, port or 0)
        self.packed += packed_mac(source or "00:00:00:00:00:00") + packed_mac(mac)
        fields = (vlan or OF_NO_VLAN, 0, ETH_P_ARP, 0, ARP_REPLY)
        self.packed += struct.pack("!HBxHBB2x", *fields)
        self.packed += socket.inet_aton(address or ANYBODY) + struct.pack("8x")


class Bridge(object):
    """A connection to `RUNDIR/BRIDGE.mgmt` (every version of Open vSwitch has it)."""

    def __init__(self, rundir, name, patience):
        """Raises FAILURES, Refused."""
        self.name, self.patience = name, patience
        self.rules = []
        self.serial = 0
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.socket.settimeout(patience)
            self.socket.connect("%s/%s.mgmt" % (rundir, name))
            self._send(0, struct.pack(""))
            self.ports = self._ports()
        except (Refused,) + FAILURES:
            self.socket.close()
            raise

    def _ports(self):
        """Port numbers by name, from the features reply."""
        reply = self._ask(OF_FEATURES, struct.pack(""))[24:]
        found = {}
        while len(reply) >= 48:
            number, name = struct.unpack("!H6x16s", reply[:24])
            found[name.decode("latin-1").split("\0")[0]] = number
            reply = reply[48:]
        return found

    def port(self, name):
        """The OpenFlow port number of a member. Raises Refused."""
        if name not in self.ports:
            raise Refused("no_such_device", "%s is no port of bridge %s" % (name, self.name))
        return self.ports[name]

    def add(self, match, priority, seconds):
        """Count and drop what matches; the rule goes by itself after `seconds`."""
        match.cookie = COOKIE + len(self.rules) % 256
        self.rules.append((match, priority))
        self._flow_mod(match, OF_ADD, int(seconds) + 1, priority)
        self._ask(OF_BARRIER, struct.pack(""))

    def touch(self, seconds):
        """Make the first rule anew, whose counter nobody reads. Raises FAILURES."""
        match, priority = self.rules[0]
        self._flow_mod(match, OF_ADD, int(seconds) + 1, priority)

    def _flow_mod(self, match, command, seconds, priority):
        fields = (match.cookie, command, 0, seconds, priority, 0xFFFFFFFF, OF_NONE, 0)
        self._send(OF_FLOW_MOD, match.packed + struct.pack("!QHHHHIHH", *fields))

    def count(self, match):
        """How many frames the rule has dropped. Raises Refused where the rule is gone."""
        body = struct.pack("!HH", 1, 0) + match.packed + struct.pack("!BxH", 0xFF, OF_NONE)
        reply = self._ask(OF_STATS, body)[4:]
        while len(reply) >= 88:
            cookie, packets = struct.unpack("!QQ", reply[64:80])
            if cookie == match.cookie:
                return int(packets)
            reply = reply[max(88, struct.unpack("!H", reply[:2])[0]) :]
        raise Refused("openflow_refused", "%s: a rule of ours was removed" % self.name)

    def send(self, port, frame):
        """Put a frame out of one port, past the bond's own choice of a member."""
        action = struct.pack("!HHHH", 0, 8, port, 0)
        head = struct.pack("!IHH", 0xFFFFFFFF, OF_NONE, len(action))
        self._send(OF_PACKET_OUT, head + action + frame)

    def close(self):
        """Remove the rules and hang up; what cannot be removed times out. Raises FAILURES."""
        try:
            for match, priority in self.rules:
                self._flow_mod(match, OF_DELETE_STRICT, 0, priority)
            if self.rules:
                self._ask(OF_BARRIER, struct.pack(""))
        finally:
            self.socket.close()

    def _send(self, kind, body):
        self.serial += 1
        self.socket.sendall(struct.pack("!BBHI", 1, kind, 8 + len(body), self.serial) + body)
        return self.serial

    def _ask(self, kind, body):
        """The body of the reply. Raises Refused for an error of any request so far."""
        serial, until = None, clock() + self.patience
        try:
            serial = self._send(kind, body)
        except FAILURES:
            # It hung up; what it said before is still to be read.
            pass
        while clock() < until:
            _, answer, length, number = struct.unpack("!BBHI", self._receive(8))
            reply = self._receive(length - 8)
            if answer == OF_ERROR:
                raise Refused("openflow_refused", "%s: %s" % (self.name, openflow_error(reply)))
            if answer == OF_ECHO_REQUEST:
                self.socket.sendall(struct.pack("!BBHI", 1, OF_ECHO_REPLY, length, number) + reply)
            if number == serial and answer == kind + 1:
                return reply
        raise Refused("openflow_refused", "%s: no answer in time" % self.name)

    def _receive(self, size):
        found = struct.pack("")
        while len(found) < size:
            more = self.socket.recv(size - len(found))
            if not more:
                raise Refused("openflow_refused", "%s: connection closed" % self.name)
            found += more
        return found


def openflow_error(reply):
    """An error message as people need it: `OpenFlow error type 3, code 1`."""
    kind, code = struct.unpack("!HH", reply[:4])
    if kind == OF_HELLO_FAILED:
        return "the bridge speaks no OpenFlow 1.0 (its `protocols` leave it out)"
    return "OpenFlow error type %d, code %d" % (kind, code)


# ---- one round of probes ----


class Row(object):
    """One member's requests to one destination, and what came of them."""

    control_for = None
    """The row whose silence is to be explained: the same way with the host's own address."""

    def __init__(self, bond, member, destination, target, neighbour):
        self.bond, self.member, self.destination = bond, member, destination
        self.target, self.neighbour = target, neighbour
        self.way, self.device, self.vlan, self.mac = None, None, destination.vlan, None
        self.sender = ANYBODY
        self.reason, self.text = None, ""
        self.sent, self.heard, self.counted = [], [], []
        self.strayed = 0
        self.next_at = None

    def refuse(self, refusal):
        """Say why this member cannot be probed."""
        self.reason, self.text, self.next_at = refusal.reason, refusal.text, None

    def received(self):
        """How many answers came, from whomever."""
        return len(self.heard) + sum([count for _, count in self.counted])

    def as_json(self):
        """The row as it is printed: first what people look for."""
        return Ordered(
            [
                ("bond", self.bond.name),
                ("member", self.member),
                ("destination", self.destination.address),
                ("sent", len(self.sent)),
                ("answers", self._answers()),
                ("reason", self.reason),
                ("text", self.text),
                ("vlan", self.destination.vlan),
                ("way", self.way),
                ("device", self.device),
                ("sender", self.sender),
                ("mac", self.mac),
                ("neighbour", self.neighbour),
            ]
        )

    def _answers(self):
        macs = []
        for _, mac in self.heard:
            if mac not in macs:
                macs.append(mac)
        times = [(mac, [at for at, by in self.heard if by == mac]) for mac in macs]
        found = [(mac, len(at), round_trips(self.sent, at)) for mac, at in times]
        found += [(mac, count, []) for mac, count in self.counted if count]
        names = ("mac", "received", "rtts")
        return [Ordered(list(zip(names, answer))) for answer in found]


def round_trips(sent, heard):
    """Seconds from request to answer.

    ARP answers carry no number. As many answers as requests belong to them one by one; with
    fewer, each belongs to the latest request before it that has no answer yet. Where a device
    answers twice, the first answer after a request is its own.
    """
    one_by_one = [at - began for began, at in zip(sent, heard)]
    if len(heard) == len(sent) and not [trip for trip in one_by_one if trip < 0]:
        return one_by_one
    if len(heard) >= len(sent):
        later = [[at - began for at in heard if at >= began] for began in sent]
        return [trips[0] for trips in later if trips]
    left = list(sent)
    found = []  # type: list[float]
    for at in heard[::-1]:
        before = [began for began in left if began <= at]
        if before:
            left.remove(before[-1])
            found.insert(0, at - before[-1])
    return found


class Raw(object):
    """Sends a row's requests from a raw socket."""

    def __init__(self, port):
        self.port = port

    def send(self, row, frame):
        """Raises FAILURES."""
        self.port.send(frame)


class Flow(object):
    """Sends a row's requests by OpenFlow and counts the answers with rules."""

    def __init__(self, bridge, row, seconds):
        """Raises FAILURES, Refused."""
        self.bridge, self.port = bridge, bridge.port(row.member)
        address, vlan = row.destination.address, row.destination.vlan
        any_source = Match(row.mac, self.port, None, vlan, address)
        self.rules, self.seconds = [(None, any_source)], seconds
        self.counted_to, self.stale = 0, {}
        bridge.add(any_source, ANY_SOURCE, seconds)
        for mac in (row.neighbour, row.target):
            # The host's own table may have the address of a destination that was replaced.
            if mac and mac not in [known for known, _ in self.rules]:
                exact = Match(row.mac, self.port, mac, vlan, address)
                self.rules.insert(0, (mac, exact))
                bridge.add(exact, EXACT, seconds)

    def send(self, row, frame):
        """Raises FAILURES."""
        self.bridge.send(self.port, frame)

    def begin(self):
        """Older frames are put down to a rule that is new: do not count them. Raises as `look`."""
        self.stale = dict([(mac, self.bridge.count(match)) for mac, match in self.rules])

    def count_now(self, sent):
        """Have Open vSwitch count what so many requests brought; else it may be 0.5 s late.

        Any change of a rule makes it go through its flows. True the first time. Raises FAILURES.
        """
        if self.counted_to == sent:
            return False
        self.counted_to = sent
        self.bridge.touch(self.seconds)
        return True

    def look(self, row):
        """Read the counters. Raises FAILURES, Refused."""
        # They begin anew when another program makes the same rules meanwhile.
        known = dict(row.counted)
        now = [(mac, self.bridge.count(match)) for mac, match in self.rules]
        fresh = [(mac, count - self.stale.get(mac, 0)) for mac, count in now]
        row.counted = [(mac, max(count, known.get(mac, 0))) for mac, count in fresh]


class Round(object):
    """Probes of all bonds of a host, side by side."""

    def __init__(self, options):
        self.options = options
        self.rows, self.frames = [], []
        self.ports, self.bridges, self.quiet = {}, {}, {}
        self.ways = {}
        self.began, self.began_ticks = clock(), ticks()
        self.neighbours = neighbours()

    # -- what is to be sent --

    def prepare(self, bonds):
        """Open what the bonds' probes need, and note which members cannot be probed."""
        for bond in bonds:
            for destination in bond.destinations:
                for member in bond.members:
                    self._prepare_row(bond, member, destination)
        for row in self.rows:
            if row.reason is None and row.control_for is None:
                row.next_at = self._first_request(row)
        self.began, self.began_ticks = clock(), ticks()
        for row in self.rows:
            if row.next_at is not None:
                row.next_at += self.began

    def _prepare_row(self, bond, member, destination):
        neighbour = self._neighbour(destination)
        target = destination.mac or destination.hint or neighbour
        row = Row(bond, member, destination, target, neighbour)
        self.rows.append(row)
        try:
            self._equip(row)
        except Refused:
            row.refuse(with_advice(sys.exc_info()[1]))
        if row.reason is None and row.way == "bridge":
            self._prepare_control(row)

    def _neighbour(self, destination):
        for (address, device), mac in self.neighbours.items():
            if address == destination.address and device == destination.via:
                return mac
        return None

    def _prepare_control(self, row):
        """The same question with the host's own address, asked only if this one stays unanswered.

        It tells a dead network from a switch or a gateway that objects to sender 0.0.0.0. Only
        from the device that has the address: elsewhere it would teach others a wrong MAC.
        """
        own = row.destination.via and address_of(row.destination.via)
        if own:
            control = Row(row.bond, row.member, row.destination, row.target, row.neighbour)
            control.way, control.device, control.mac = row.way, row.device, row.mac
            control.vlan, control.sender, control.control_for = row.vlan, own, row
            self.rows.append(control)
            self.ways[control] = self.ways[row]

    def _equip(self, row):
        """Choose the way and open it. Raises Refused."""
        bond, way = row.bond, self.options["way"]
        only_raw, raw = way == "raw" or bond.backend == "linux", None
        if bond.mode not in PROBED_MODES or (bond.backend == "linux" and bond.slb):
            raise Refused("mode", "%s: a reply may come in by any member" % (bond.mode or "?"))
        if is_own(row.destination.address):
            raise Refused("own_address", "%s is the host's own" % row.destination.address)
        try:
            check_link(row.member)
            if way != "openflow" or bond.backend == "linux":
                return self._equip_raw(row)
        except FAILURES:
            raw = raw_refusal(row, sys.exc_info()[1])
            if only_raw or raw.number not in NOT_TO_BE_HAD:
                raise raw
        try:
            self._equip_flow(row)
        except Refused:
            if raw is None or way != "auto":
                raise
            raise both_refused(raw, sys.exc_info()[1])

    def _equip_raw(self, row):
        bond, via = row.bond, row.destination.via
        if row.member == bond.active and not bond.slb:
            row.way, row.device = "bridge", via or bond.device
            if via:
                row.vlan = None
            check_device(row.device)
            row.mac = mac_of(row.device)
        else:
            row.way, row.device = "raw", row.member
            row.mac = private_mac(mac_of(row.member), row.member)
            if bond.slb:
                self._keep_quiet(bond, row.mac)
        self.ways[row] = Raw(self._port(row, row.device))
        # What the active member hears proves nothing before it is seen to come in there.
        self._port(row, row.member)

    def _port(self, row, device):
        if (device, row.mac) not in self.ports:
            self.ports[device, row.mac] = Port(device, row.mac, row.bond.membership())
        return self.ports[device, row.mac]

    def _equip_flow(self, row):
        row.way, row.device = "openflow", row.member
        row.mac = private_mac(self._flow_mac(row), row.member)
        self._keep_quiet(row.bond, row.mac)
        seconds = self.options["timeout"] + OUTLIVES
        self.ways[row] = self._with_bridge(row.bond, lambda bridge: Flow(bridge, row, seconds))

    def _flow_mac(self, row):
        try:
            return mac_of(row.member)
        except FAILURES:
            return row.bond.bridge

    def _with_bridge(self, bond, deed):
        """What the deed makes of the bond's bridge. Raises Refused."""
        try:
            return deed(self._bridge(bond))
        except FAILURES:
            failure = sys.exc_info()[1]
            text = "%s.mgmt: %s" % (bond.bridge, words_of(failure))
            raise Refused(reason_of(failure, "openflow_refused"), text, failure)

    def _bridge(self, bond):
        """Connected once; a bridge that refuses or hangs costs its members no more than that."""
        if bond.bridge not in self.bridges:
            patience = min(MGMT_PATIENCE, self.options["timeout"] / 2)
            try:
                self.bridges[bond.bridge] = Bridge(self.options["rundir"], bond.bridge, patience)
            except (Refused,) + FAILURES:
                self.bridges[bond.bridge] = sys.exc_info()[1]
        if isinstance(self.bridges[bond.bridge], Exception):
            raise self.bridges[bond.bridge]
        return self.bridges[bond.bridge]

    def _keep_quiet(self, bond, mac):
        """Answers to a private MAC that a bridge does not know would be flooded to all guests."""
        if (bond.bridge, mac) not in self.quiet:
            priority, seconds = QUIET - posix.getpid() % 256, self.options["timeout"] + OUTLIVES
            self._with_bridge(bond, lambda bridge: bridge.add(Match(mac), priority, seconds))
            self.quiet[bond.bridge, mac] = True

    def _first_request(self, row):
        """Seconds: at once, or when the active member had its chance to learn where to send it."""
        if row.way == "openflow" or row.bond.slb:
            return SETTLE_SECONDS
        if row.target or row.way != "raw":
            return 0
        for other in self._of_same_question(row):
            if other.way == "bridge" and other.reason is None:
                return min(LEARN_SECONDS, self.options["timeout"] / 3)
        return 0

    def _of_same_question(self, row):
        return [
            other
            for other in self.rows
            if (other.bond, other.destination) == (row.bond, row.destination)
        ]

    # -- sending and hearing --

    def run(self):
        """Send and hear until everything is answered or the time is over."""
        until = self.began + self.options["timeout"]
        now = clock()
        while self.began <= now < until and not self._is_complete():
            for row in self.rows:
                self._send_if_due(row, now)
            self._hear(min(until, self._next_event(now)) - clock())
            now = clock()
        # On a busy host the time may be over before what has come in was looked at.
        self._hear(0)
        self._doubt_detours()
        self._doubt_silence()

    def _doubt_detours(self):
        """A destination on the host itself answers the bridge, and never by way of the bond."""
        for row in self.rows:
            if row.strayed and not row.heard:
                text = "%s answers, but not by way of %s: is it a guest of this host?"
                refusal = Refused("not_behind_bond", text % (row.destination.address, row.member))
                for other in self._of_same_question(row):
                    if other.reason is None:
                        other.refuse(refusal)

    def _doubt_silence(self):
        """Silence proves something only if all was asked and there was time to answer."""
        stepped = abs((clock() - self.began) - (ticks() - self.began_ticks)) > CLOCK_STEP
        for row in self.rows:
            if row.reason is None and row.control_for is None and not row.received():
                if stepped:
                    row.refuse(Refused("clock_stepped", "the host's clock was set meanwhile"))
                elif len(row.sent) < self.options["count"]:
                    asked = (len(row.sent), self.options["count"])
                    text = "the host was too busy: %d of %d requests went out in time" % asked
                    row.refuse(Refused("too_busy", text))

    def _is_complete(self):
        for row in self.rows:
            is_asked = row.control_for is None and row.reason is None
            sent = len(row.sent)
            if is_asked and (sent < self.options["count"] or row.received() < sent):
                return False
        return True

    def _send_if_due(self, row, now):
        if row.control_for is not None and row.next_at is None:
            self._let_control_begin(row, now)
        if row.next_at is None or now < row.next_at or len(row.sent) >= self.options["count"]:
            return
        if self._awaits_its_counters(row, now):
            return
        if row.way == "openflow" and not row.sent:
            self._begin_counting(row)
            if row.reason:
                return
        to = self._next_target(row)
        frame = arp_request(row.mac, to, row.vlan, row.sender, row.destination.address)
        row.sent.append(clock())
        row.next_at = row.sent[-1] + self.options["interval"]
        self._note_sent(row, to)
        try:
            self.ways[row].send(row, frame)
        except FAILURES:
            failure = sys.exc_info()[1]
            reason = reason_of(failure, "send_failed")
            if row.way == "bridge" and reason == "link_down":
                reason = "send_failed"
            row.refuse(Refused(reason, "%s: %s" % (row.device, words_of(failure))))

    def _awaits_its_counters(self, row, now):
        """Nobody is to be woken only because Open vSwitch has not counted an answer yet."""
        if row.way != "openflow" or not row.target or not self._is_doubtful(row):
            return False
        try:
            waits = self.ways[row].count_now(len(row.sent))
        except (Refused,) + FAILURES:
            row.refuse(Refused("openflow_refused", words_of(sys.exc_info()[1])))
            return True
        if waits:
            row.next_at = now + SETTLE_SECONDS
        return waits

    def _begin_counting(self, row):
        try:
            self.ways[row].begin()
        except (Refused,) + FAILURES:
            row.refuse(Refused("openflow_refused", str(sys.exc_info()[1])))

    def _is_doubtful(self, row):
        """Before its last request: nobody has answered at the address that we know."""
        is_last = len(row.sent) + 1 == self.options["count"]
        return is_last and not row.received() and not row.destination.mac

    def _next_target(self, row):
        """A MAC address; everybody where it is unknown, or may have changed and nobody answered."""
        if row.destination.mac:
            return row.destination.mac
        if self._is_doubtful(row) and row.control_for is None:
            return BROADCAST
        if len(row.sent) == 1 and row.neighbour:
            # What was learned may be a liar's; what the host itself uses is to have its say.
            return row.neighbour
        return row.target or BROADCAST

    def _let_control_begin(self, row, now):
        main = row.control_for
        silent = len(main.sent) == self.options["count"] and not main.heard and not main.reason
        if silent and now >= self.began + self.options["timeout"] / 2:
            row.next_at = now

    def _next_event(self, now):
        """When there is something to send or to count again."""
        due = [row.next_at for row in self.rows if self._has_more(row)]
        due += [now + 0.05 for way in self.ways.values() if isinstance(way, Flow)]
        due += [self.began + self.options["timeout"] / 2]
        return min([at for at in due if at > now] or [now + 0.05])

    def _has_more(self, row):
        return row.next_at is not None and len(row.sent) < self.options["count"]

    def _hear(self, seconds):
        ports = self.ports.values()
        for port in select.select(list(ports), [], [], max(0, seconds))[0]:
            at = clock()
            try:
                for reply in port.replies():
                    self._take(port, reply, at)
            except FAILURES:
                self._lose(port, sys.exc_info()[1])
        for row, way in self.ways.items():
            if isinstance(way, Flow) and row.sent and row.reason is None:
                self._count(row, way)

    def _lose(self, port, failure):
        """A device that went down meanwhile: its silence is none of the network's."""
        for row in self.rows:
            if row.reason is None and port.device in (row.device, row.member):
                reason = "send_failed"
                if port.device == row.member:
                    reason = reason_of(failure, "send_failed")
                row.refuse(Refused(reason, "%s: %s" % (port.device, words_of(failure))))

    def _take(self, port, reply, at):
        found = [row for row in self.rows if self._is_answer(row, port, reply)]
        if not [row for row in found if row.member == port.device]:
            for row in found:
                row.strayed += 1
            return self._note_heard(port, reply, found)
        for row in found:
            row.heard.append((at, reply.mac))
            for other in self._of_same_question(row):
                if other.target is None:
                    other.target = reply.mac
                    if other.next_at is not None and not other.sent:
                        other.next_at = min(other.next_at, at)
        return self._note_heard(port, reply, found)

    def _is_answer(self, row, port, reply):
        asked = (row.mac, row.mac, row.destination.address, row.sender)
        given = (reply.to, reply.target_mac, reply.address, reply.target)
        is_there = port.device in (row.device, row.member)
        return is_there and len(row.sent) > 0 and asked == given

    def _count(self, row, way):
        before = row.counted
        try:
            is_last = len(row.sent) == self.options["count"]
            if is_last and not row.received() and clock() > row.sent[-1] + SETTLE_SECONDS:
                way.count_now(len(row.sent))
            way.look(row)
        except (Refused,) + FAILURES:
            row.refuse(Refused("openflow_refused", str(sys.exc_info()[1])))
        for (mac, match), (_, count) in zip(way.rules, row.counted):
            if count and (mac, count) not in before:
                self._note("%s counted %d: %s" % (row.member, count, match.words))

    # -- what is told --

    def _note(self, text):
        if len(self.frames) < MOST_FRAMES:
            self.frames.append("%.6f %s" % (clock() - self.began, text))

    def _note_sent(self, row, to):
        tag = ""
        if row.vlan:
            tag = " vlan %d" % row.vlan
        shown = (row.device, row.mac, to, tag, row.destination.address, row.sender)
        self._note("%s sent %s > %s%s ARP who-has %s tell %s" % shown)

    def _note_heard(self, port, reply, found):
        shown = (port.device, reply.source, reply.to, reply.address, reply.mac)
        text = "%s heard %s > %s ARP %s is-at %s" % shown
        if not found:
            text += " (not counted: no request of this round)"
        self._note(text)

    def close(self):
        """Close the sockets and remove the rules; each rule also times out by itself."""
        for port in self.ports.values():
            port.close()
        for bridge in self.bridges.values():
            if isinstance(bridge, Exception):
                continue
            try:
                bridge.close()
            except (Refused,) + FAILURES:
                self._note("%s: rules left to time out: %s" % (bridge.name, sys.exc_info()[1]))


def raw_refusal(row, failure):
    """A raw socket that is not to be had: of the member, or of the host's own device."""
    text = "%s: %s" % (row.device or row.member, words_of(failure))
    if number_of(failure) == DEVICE_DOWN:
        text = words_of(failure)
    return Refused(reason_of(failure), text, failure)


def both_refused(raw, flow):
    """Neither way is to be had. A host without the other way has the first one's reason."""
    refusal = Refused(flow.reason, "%s; OpenFlow: %s" % (raw.text, flow.text))
    if flow.number in NO_SOCKET and raw.reason in ("no_such_device", "not_permitted"):
        refusal.reason = raw.reason
    if raw.number in FORBIDDEN or flow.number in FORBIDDEN:
        refusal.number = errno.EPERM
    return refusal


def with_advice(refusal):
    """The refusal, and what to do where the user may not do it; root knows of no better user."""
    if refusal.number in FORBIDDEN and posix.geteuid() != 0:
        return Refused(refusal.reason, refusal.text + "; run it as root")
    return refusal


def reason_of(failure, otherwise="send_failed"):
    """The code of an OSError."""
    number = number_of(failure)
    if number in FORBIDDEN:
        return "not_permitted"
    if number in (errno.ENODEV, errno.ENXIO):
        return "no_such_device"
    if number == errno.ENETDOWN:
        return "link_down"
    return otherwise


# ---- options ----


class Usage(Exception):
    """The command line cannot be understood; the text says what to do."""


class Bond(object):
    """A bond to be probed."""

    def __init__(self, name):
        self.name, self.mode, self.backend = name, "active-backup", "openvswitch"
        self.bridge, self.device, self.active = None, None, None
        self.members, self.destinations = [], []

    slb = property(lambda self: self.mode == "balance-slb")

    def membership(self):
        """What lets a NIC that is not promiscuous receive the answers.

        Its VLAN filter would keep out the tags of networks in which the host has no device.
        """
        foreign = [each for each in self.destinations if each.vlan and not each.via]
        if foreign:
            return PACKET_MR_PROMISC
        return PACKET_MR_UNICAST

    def check(self):
        """Raises Usage where something is missing."""
        if not self.members or not self.destinations or not self.device:
            need = "at least one --member, one --destination and --device"
            raise Usage("bond %s: needs %s" % (self.name, need))
        if self.backend not in ("openvswitch", "linux"):
            raise Usage("bond %s: --backend: give openvswitch or linux" % self.name)
        if self.backend == "openvswitch" and not self.bridge:
            raise Usage("bond %s: needs --bridge" % self.name)


class Destination(object):
    """An address to ask for."""

    def __init__(self, text):
        """Of `IPV4[,KEY=VALUE...]`. Raises Usage."""
        words = text.split(",")
        self.address, self.vlan, self.mac, self.hint, self.via = words[0], None, None, None, None
        try:
            if socket.inet_ntoa(socket.inet_aton(self.address)) != self.address:
                raise ValueError(self.address)
            for word in words[1:]:
                self._take(*word.split("=", 1))
        except (ValueError, TypeError) + FAILURES:
            form = "IPV4[,vlan=N][,mac=MAC][,hint=MAC][,via=DEVICE]"
            raise Usage("--destination %s: give %s" % (text, form))

    def _take(self, key, value):
        if key == "vlan" and 0 < int(value) < 4095:
            self.vlan = int(value)
        elif key in ("mac", "hint"):
            setattr(self, key, shown_mac(packed_mac(value)))
        elif key == "via" and value:
            self.via = value
        else:
            raise ValueError(key)


OF_BOND = ("mode", "backend", "bridge", "device", "active", "member", "destination")


def read_options(words):
    """Options of the round, and its bonds. Raises Usage."""
    options = {
        "timeout": 1.0,
        "count": 3,
        "interval": 0.1,
        "way": "auto",
        "rundir": "/var/run/openvswitch",
    }
    bonds = []
    while words:
        key = words[0][2:]
        if words[0][:2] != "--" or len(words) < 2:
            raise Usage("%s: give --OPTION VALUE" % words[0])
        if key == "bond":
            bonds.append(Bond(words[1]))
        elif key in OF_BOND and bonds:
            of_bond(bonds[-1], key, words[1])
        elif key in options and not bonds:
            options[key] = of_round(options[key], words[0], words[1])
        elif key in OF_BOND:
            raise Usage("%s: give --bond first" % words[0])
        elif key in options:
            raise Usage("%s: give it before the first --bond" % words[0])
        else:
            raise Usage("%s: no such option here" % words[0])
        words = words[2:]
    for bond in bonds:
        bond.check()
    if not bonds:
        raise Usage("no --bond given")
    check_times(options)
    return options, bonds


def check_times(options):
    """Raises Usage where the last request would not go out in time."""
    if (options["count"] - 1) * options["interval"] >= options["timeout"]:
        shown = (options["count"], options["interval"], options["timeout"])
        raise Usage("--interval: %d requests %g s apart do not fit into --timeout %g" % shown)


def of_bond(bond, key, value):
    """Take one option of a bond. Raises Usage."""
    if key == "member":
        bond.members.append(value)
    elif key == "destination":
        bond.destinations.append(Destination(value))
    else:
        setattr(bond, key, value)


def of_round(default, key, value):
    """The value in the type of its default. Raises Usage."""
    try:
        found = type(default)(value)
    except ValueError:
        raise Usage("%s %s: give a number" % (key, value))
    if key == "--way" and found not in ("auto", "raw", "openflow"):
        raise Usage("--way %s: give auto, raw or openflow" % value)
    if not isinstance(default, str) and not 0 < found <= 60:
        raise Usage("%s %s: give a number above 0, at most 60" % (key, value))
    return found


# ---- printing: Python 2.4 has no json ----

WHOLE = (int, type(1 << 64))
"""In Python 2 a large number is of another type, as is every counter that struct unpacks in 2.4."""


class Ordered(dict):  # type: ignore[type-arg]
    """A dict printed in the order of its pairs, which Python 2 does not keep by itself."""

    def __init__(self, pairs):
        dict.__init__(self, pairs)
        self.order = [key for key, _ in pairs]


def json_of(value):
    """A value as JSON."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        keys = getattr(value, "order", value)
        pairs = [(json_of(key), json_of(value[key])) for key in keys]
        return "{%s}" % ", ".join(["%s: %s" % pair for pair in pairs])
    if isinstance(value, list):
        return "[%s]" % ", ".join([json_of(each) for each in value])
    if isinstance(value, float):
        return "%.6f" % value
    if isinstance(value, WHOLE):
        return "%d" % value
    return '"%s"' % "".join([json_character(character) for character in value])


def json_character(character):
    """A character of a JSON string, escaped where it must be."""
    number = ord(character)
    if number > 0xFFFF:
        return "\\u%04x\\u%04x" % (0xD7C0 + (number >> 10), 0xDC00 + (number & 0x3FF))
    if character in '"\\' or not " " <= character <= "~":
        return "\\u%04x" % number
    return character


def report(rows, frames, seconds):
    """The document, one row or frame a line, so that people can read it as well."""
    head = [
        '"xenlens_host": %d' % FORMAT,
        '"python": %s' % json_of(sys.version.split()[0]),
        '"seconds": %s' % json_of(seconds),
        '"cpu_seconds": %s' % json_of(cpu_clock()),
    ]
    told = [json_of(row.as_json()) for row in rows if row.control_for is None or row.sent]
    shown = [json_of(frame) for frame in frames]
    lists = ' "rows": [\n  %s\n ],\n "frames": [\n  %s\n ]' % (
        ",\n  ".join(told),
        ",\n  ".join(shown),
    )
    return "{%s,\n%s}\n" % (", ".join(head), lists)


def probe(words):
    """One round; prints the document."""
    options, bonds = read_options(words)
    began, turn = ticks(), Round(options)
    try:
        turn.prepare(bonds)
        turn.run()
    finally:
        turn.close()
    put_out(report(turn.rows, turn.frames, ticks() - began))


def put_out(text):
    """Print ASCII, past sys.stdout: at its end that would complain of a reader who left early."""
    rest = text.encode("ascii")
    try:
        while rest:
            rest = rest[posix.write(STDOUT, rest) :]
    except OSError:
        # As with `head`, or with no standard output at all.
        if number_of(sys.exc_info()[1]) not in (errno.EPIPE, errno.EBADF):
            raise


VERBS = {"probe": probe}
HELP = ("-h", "--help")


def check_words(words):
    """No name of a device or address has other letters. Raises Usage."""
    for word in words:
        if [character for character in word if not " " <= character <= "~"]:
            raise Usage("%r: give printable ASCII characters" % word)


def main(words):
    """Run a verb; the exit status is 2 for a command line that cannot be understood."""
    if not words or words[0] == "help" or [word for word in words if word in HELP]:
        put_out(__doc__.strip() + "\n")
        return 0
    try:
        check_words(words)
        if words[0] not in VERBS:
            raise Usage("no verb %s; there is: %s" % (words[0], ", ".join(sorted(VERBS))))
        VERBS[words[0]](words[1:])
    except Usage:
        sys.stderr.write("xenlens_host: %s\n" % sys.exc_info()[1])
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
