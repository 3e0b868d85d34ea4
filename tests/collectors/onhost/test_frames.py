"""ARP frames: what is sent, what is taken for an answer, and what the kernel lets through."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collectors.onhost.bpf import passed
from tests.collectors.onhost.frames import (
    BROADCAST,
    HERE,
    NOBODY,
    OTHER,
    OURS,
    REQUEST,
    THEIRS,
    THERE,
    Arp,
)
from tests.collectors.onhost.program import HOST, every_python, work_out
from tests.labs.pythons import Interpreter

MACS = st.binary(min_size=6, max_size=6).map(lambda packed: packed.hex(":"))
SOME_MACS = st.sampled_from([OURS, THEIRS, OTHER, BROADCAST])
ADDRESSES = st.ip_addresses(v=4).map(str)
TAGS = st.none() | st.integers(0, 0xFFFF)
FRAMES = st.builds(
    Arp,
    st.just(OURS) | SOME_MACS,
    SOME_MACS,
    TAGS,
    st.just(0x0806) | st.sampled_from([0x0800, 0x8035, 0x8100]),
    st.just(2) | st.sampled_from([0, 1, 3, 0x0200]),
    MACS,
    ADDRESSES,
    SOME_MACS,
    ADDRESSES,
)
CUT = st.tuples(FRAMES, st.integers(0, 60)).map(lambda both: both[0].packed()[: both[1]])


def packs(mac: str) -> bool:
    """Whether the program takes a text for a MAC address."""
    try:
        return bool(HOST.packed_mac(mac))
    except ValueError:
        return False


def hears(frame: bytes) -> bool:
    """Whether the program takes a frame for an answer to OURS."""
    try:
        return bool(HOST.Reply(frame).to == OURS)
    except ValueError:
        return False


def test_a_probe_is_the_request_of_rfc_826_without_an_address_of_its_sender() -> None:
    assert HOST.arp_request(OURS, BROADCAST, None, NOBODY, THERE) == bytes.fromhex(
        "ffffffffffff 027800000001 0806"
        "0001 0800 06 04 0001"
        "027800000001 00000000"
        "000000000000 0aff4d01" + "00" * 18
    )


def test_a_probe_on_a_vlan_carries_its_tag_behind_the_addresses() -> None:
    assert HOST.arp_request(OURS, THEIRS, 20, HERE, THERE) == bytes.fromhex(
        "5a0000000001 027800000001 8100 0014 0806"
        "0001 0800 06 04 0001"
        "027800000001 0aff4d02"
        "000000000000 0aff4d01" + "00" * 14
    )


@given(MACS, MACS, st.none() | st.integers(1, 4094), ADDRESSES, ADDRESSES)
def test_every_probe_is_the_frame_made_by_hand_and_60_bytes_long(
    source: str, to: str, vlan: int | None, sender: str, address: str
) -> None:
    zeros = "00:00:00:00:00:00"
    by_hand = Arp(to, source, vlan, 0x0806, REQUEST, source, sender, zeros, address).packed()
    assert HOST.arp_request(source, to, vlan, sender, address) == by_hand
    assert len(by_hand) == 60


@pytest.mark.parametrize("tag", [None, 0, 20, 0xE014])
def test_an_answer_tells_who_says_so_to_whom_and_which_address(tag: int | None) -> None:
    reply = HOST.Reply(Arp(source=OTHER, tag=tag, target=HERE).packed())
    assert (reply.to, reply.source) == (OURS, OTHER)
    assert (reply.mac, reply.address) == (THEIRS, THERE)
    assert (reply.target_mac, reply.target) == (OURS, HERE)


ANSWER = Arp().packed()


@pytest.mark.parametrize(
    "frame",
    [
        Arp(operation=REQUEST).packed(),
        Arp(operation=3).packed(),
        Arp(ethertype=0x0800).packed(),
        Arp(ethertype=0x8035).packed(),
        Arp(tag=20, ethertype=0x8100).packed(),
        ANSWER[:14] + b"\x00\x06" + ANSWER[16:],
        ANSWER[:16] + b"\x86\xdd" + ANSWER[18:],
        ANSWER[:18] + b"\x08\x04" + ANSWER[20:],
        ANSWER[:41],
        Arp(tag=20).packed()[:45],
        b"",
    ],
    ids=[
        "a request",
        "a reverse request",
        "IPv4",
        "RARP",
        "two tags",
        "token ring",
        "IPv6 in ARP",
        "addresses of other lengths",
        "cut",
        "cut with a tag",
        "nothing",
    ],
)
def test_any_other_frame_is_no_answer(frame: bytes) -> None:
    with pytest.raises(ValueError, match="no ARP reply"):
        HOST.Reply(frame)


@given(st.binary(max_size=70) | CUT)
def test_no_bytes_break_the_reader(frame: bytes) -> None:
    assert hears(frame) in (True, False)


@given(FRAMES)
def test_every_reply_on_the_wire_reads_back(frame: Arp) -> None:
    answer = replace(frame, ethertype=0x0806, operation=2)
    reply = HOST.Reply(answer.packed())
    assert (reply.mac, reply.address) == (answer.sender_mac, answer.sender)
    assert (reply.target_mac, reply.target) == (answer.target_mac, answer.target)


@given(FRAMES)
def test_the_filter_passes_exactly_the_answers_to_our_address(frame: Arp) -> None:
    packed = frame.packed()
    assert (passed(HOST.only_replies_to(OURS), packed) >= len(packed)) is hears(packed)


@given(st.binary(max_size=70) | CUT)
def test_the_filter_never_drops_what_the_program_takes_for_an_answer(frame: bytes) -> None:
    assert passed(HOST.only_replies_to(OURS), frame) or not hears(frame)


@given(MACS, st.from_regex(r"[a-z]{1,8}[0-9]{1,3}", fullmatch=True))
def test_the_probe_address_of_a_nic_is_private_unicast_and_always_the_same(
    mac: str, nic: str
) -> None:
    private = HOST.private_mac(mac, nic)
    first = HOST.packed_mac(private)[0]
    assert first & 0b11 == 0b10
    assert private.startswith("02:78:")
    assert private == HOST.private_mac(mac, nic)


def test_no_two_nics_of_a_host_nor_of_two_hosts_share_a_probe_address() -> None:
    seen = [
        HOST.private_mac(f"00:25:90:{host:02x}:00:{nic:02x}", f"eth{nic}")
        for host in range(256)
        for nic in range(8)
    ]
    assert len(set(seen)) == len(seen)
    assert HOST.private_mac(OTHER, "eth0") != HOST.private_mac(OTHER, "eth1")


@given(MACS)
def test_a_mac_address_reads_back(mac: str) -> None:
    assert HOST.shown_mac(HOST.packed_mac(mac)) == mac
    assert HOST.shown_mac(HOST.packed_mac(mac.upper())) == mac


@pytest.mark.parametrize("text", ["", "5a:00:00:00:00", f"{OURS}:00", "5a:00:00:00:00:100", "x"])
def test_what_is_no_mac_address_is_refused(text: str) -> None:
    assert not packs(text)


@every_python
def test_every_python_makes_and_reads_the_same_frames(python: Interpreter) -> None:
    made = work_out(
        python,
        f"[[ord(c[0:1]) for c in [frame[i:i + 1] for i in range(len(frame))]] for frame in ["
        f"arp_request({OURS!r}, {THEIRS!r}, 20, {NOBODY!r}, {THERE!r})]"
        f" + only_replies_to({OURS!r})]",
    )
    assert [bytes(one) for one in made] == [
        HOST.arp_request(OURS, THEIRS, 20, NOBODY, THERE),
        *HOST.only_replies_to(OURS),
    ]
    told = work_out(python, f"[private_mac({OTHER!r}, 'eth0'), shown_mac(packed_mac({OURS!r}))]")
    assert told == [HOST.private_mac(OTHER, "eth0"), OURS]
