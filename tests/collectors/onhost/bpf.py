"""Classic BPF as the kernel runs it on a frame: the few instructions that a filter of ours uses."""

import struct
from collections.abc import Sequence

LOAD_WORD, LOAD_HALF, JUMP_EQUAL, RETURN = 0x20, 0x28, 0x15, 0x06
_SIZES = {LOAD_WORD: ("!I", 4), LOAD_HALF: ("!H", 2)}


def passed(program: Sequence[bytes], frame: bytes) -> int:
    """How many bytes of the frame the filter lets through; a load beyond its end drops it."""
    accumulator = place = 0
    while True:
        code, if_so, if_not, operand = struct.unpack("=HBBI", program[place])
        place += 1
        if code == RETURN:
            return int(operand)
        if code == JUMP_EQUAL:
            place += if_so if accumulator == operand else if_not
            continue
        form, size = _SIZES[code]
        if operand + size > len(frame):
            return 0
        (accumulator,) = struct.unpack_from(form, frame, operand)
