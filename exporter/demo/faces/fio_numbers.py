"""Numbers in the words of fio (its lib/num2str.c): with a prefix, in a few digits."""

_BINARY = ("", "Ki", "Mi", "Gi", "Ti")
_DECIMAL = ("", "k", "M", "G", "T")
_OLD = (" ", "K", "M", "G", "P")
_FEW, _MANY = 4, 6


def short(number: int, unit: str = "", *, binary: bool = False, digits: int = _FEW) -> str:
    """As fio 3 prints it: `105k`, `410MiB/s`, `16.0MiB`."""
    step, place, rest = 1024 if binary else 1000, 0, 0
    while len(str(number)) > digits:
        number, rest = divmod(number, step)
        place += 1
    prefix = (_BINARY if binary else _DECIMAL)[place]
    room = digits - len(str(number)) - 1
    if not place or room < 1:
        carry = 1 if place and rest >= step // 2 else 0
        return f"{number + carry}{prefix}{unit}"
    fraction = f"{rest / step:.{room}f}"
    return f"{number + int(fraction[0])}.{fraction[2:]}{prefix}{unit}"


def bandwidth(rate: int) -> tuple[str, str]:
    """Bytes a second in binary and in decimal units."""
    return short(rate, "B/s", binary=True), short(rate, "B/s")


def six(number: int) -> str:
    """As fio 3 prints a latency: `1567.0k`."""
    return short(number, digits=_MANY)


def old(number: int, *, binary: bool = False, place: int = 0) -> str:
    """As fio 2.0 prints it, in six digits: `16384K`, and a blank where there is no prefix.

    `place` is the prefix the number has already. Its decimals are those of fio: a remainder whose
    last digits are cut off.
    """
    step, rest = 1024 if binary else 1000, -1
    while len(str(number)) > _MANY:
        number, rest = divmod(number, step)
        place += 1
    room = _MANY - len(str(number)) - 1
    if rest < 0 or room < 1:
        carry = 1 if rest >= step // 2 else 0
        return f"{number + carry}{_OLD[place]}"
    while len(str(rest)) > room:
        rest = (rest + 9) // 10
    return f"{number}.{rest}{_OLD[place]}"


def old_block(number: int) -> str:
    """A block size as fio 2.0 prints it: `4K`."""
    place = 0
    while number >= 1024 and not number % 1024 and place < len(_OLD) - 1:
        number, place = number // 1024, place + 1
    return f"{number}{_OLD[place].strip()}"
