"""Prints maps as multipath-tools does, in the layout of 0.4.7 and in that of 0.9."""

from collectors.multipath_records import Group, Map, Path

GIB = 1024**3


def printed_old(maps: tuple[Map, ...]) -> str:
    """The bracket layout; it knows no device state."""
    return "".join(line + "\n" for one in maps for line in _old(one))


def printed_new(maps: tuple[Map, ...]) -> str:
    """The layout with a tree."""
    return "".join(line + "\n" for one in maps for line in _new(one))


def _header(one: Map) -> str:
    name = f"{one.alias} ({one.wwid})" if one.alias else one.wwid
    made_by = f"{one.vendor},{one.product}" if one.vendor else "##,##"
    return f"{name} {one.device or 'undef'} {made_by}"


def _counted(words: tuple[str, ...]) -> str:
    return " ".join((str(len(words)), *words))


def _size(one: Map) -> str:
    return f"{(one.size_bytes or 0) // GIB}G"


def _handler(one: Map) -> str:
    return f"1 {one.hardware_handler}" if one.hardware_handler else "0"


def _old(one: Map) -> list[str]:
    properties = f"[size={_size(one)}][features={_counted(one.features)}]"
    lines = [_header(one), f"{properties}[hwhandler={_handler(one)}][{one.write_protect}]"]
    for group in one.groups:
        lines.append(f"\\_ {group.policy} [prio={group.priority}][{group.state}]")
        for path in group.paths:
            lines.append(f" \\_ {_address(path)} [{path.dm_state}][{path.checker_state}]")
    return lines


def _new(one: Map) -> list[str]:
    properties = f"size={_size(one)} features='{_counted(one.features)}'"
    lines = [_header(one), f"{properties} hwhandler='{_handler(one)}' wp={one.write_protect}"]
    for index, group in enumerate(one.groups, 1):
        lines += _new_group(group, is_last=index == len(one.groups))
    return lines


def _new_group(group: Group, is_last: bool) -> list[str]:
    facts = f"policy='{group.policy}' prio={group.priority} status={group.state}"
    lines = [f"{'`' if is_last else '|'}-+- {facts}"]
    for index, path in enumerate(group.paths, 1):
        tree = f"{' ' if is_last else '|'} {'`' if index == len(group.paths) else '|'}-"
        states = f"{path.dm_state} {path.checker_state} {path.device_state}"
        lines.append(f"{tree} {_address(path)} {states}")
    return lines


def _address(path: Path) -> str:
    number = "#:#" if path.major is None else f"{path.major}:{path.minor}"
    return f"{path.hctl} {path.device or '-'} {number}"
