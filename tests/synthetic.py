"""Listings of any size, for properties and for the benchmark."""


def multipath_listing(maps: int, paths: int, generation: str = "0.9") -> str:
    """`multipath -ll` with `maps` maps of `paths` paths in two groups; 0.4.7 or 0.9."""
    layout = {"0.4.7": _old_map, "0.9": _new_map}[generation]
    return "".join(layout(number, paths) for number in range(maps))


def _wwid(number: int) -> str:
    return f"3600a0980{number:024x}"


def _address(number: int, path: int, paths: int) -> tuple[str, str, str]:
    disk = number * paths + path
    minor = disk * 16 % 256
    return f"{path}:0:{path % 2}:{number}", _letters(disk), f"{8 + disk // 16}:{minor}"


def _letters(disk: int) -> str:
    name = ""
    disk += 1
    while disk:
        disk, letter = divmod(disk - 1, 26)
        name = chr(ord("a") + letter) + name
    return "sd" + name


def _groups(paths: int) -> list[tuple[int, str, range]]:
    half = max(1, paths // 2)
    groups = [(50, "active", range(half)), (10, "enabled", range(half, paths))]
    return [group for group in groups if group[2]]


def _old_map(number: int, paths: int) -> str:
    lines = [
        f"{_wwid(number)} dm-{number} Intel,Multi-Flex",
        "[size=100G][features=1 queue_if_no_path][hwhandler=1 alua][rw]",
    ]
    for priority, state, members in _groups(paths):
        lines.append(f"\\_ round-robin 0 [prio={priority}][{state}]")
        for path in members:
            hctl, device, device_number = _address(number, path, paths)
            lines.append(f" \\_ {hctl} {device} {device_number} [active][ready]")
    return "\n".join(lines) + "\n"


def _new_map(number: int, paths: int) -> str:
    lines = [
        f"mpath{number} ({_wwid(number)}) dm-{number} NETAPP,LUN C-Mode",
        "size=100G features='3 queue_if_no_path pg_init_retries 50' hwhandler='1 alua' wp=rw",
    ]
    groups = _groups(paths)
    for priority, state, members in groups:
        is_last = (priority, state, members) == groups[-1]
        tree = "`" if is_last else "|"
        lines.append(f"{tree}-+- policy='service-time 0' prio={priority} status={state}")
        for path in members:
            hctl, device, device_number = _address(number, path, paths)
            tree = (" " if is_last else "|") + (" `-" if path == members[-1] else " |-")
            lines.append(f"{tree} {hctl:<10} {device:<5} {device_number:<6} active ready running")
    return "\n".join(lines) + "\n"
