"""A host's configuration against the one it should have. None: cannot be told."""

from collectors.hostconfig_facts import MULTIPATH_CONF, Facts
from collectors.inventory import ExpectedHostConfig

_SAME = {"nobarrier": "barrier=0", "barrier": "barrier=1"}
"""What ext3 and older ext4 print for an option (their show_options in Linux)."""


def package_as_expected(facts: Facts, name: str, version: str | None) -> bool | None:
    """Whether the package is installed in this version, any where `version` is None."""
    found = facts.packages.get(name)
    if found is None:
        return None
    return bool(found) if version is None else any(one.version == version for one in found)


def initrd_older_than_driver(facts: Facts, driver: str | None) -> bool | None:
    """Whether the running kernel's initrd was written before the driver was installed.

    Such an initrd loads the old driver at the next boot. None also while no driver is named.
    """
    packages = facts.packages.get(driver or "")
    if not packages or facts.initrd_written is None:
        return None
    return facts.initrd_written < max(package.installed for package in packages)


def multipath_conf_as_expected(facts: Facts, expected: ExpectedHostConfig) -> bool | None:
    """Whether multipath.conf is the expected one, None also while none is expected."""
    if expected.multipath_conf_sha256 is None:
        return None
    if MULTIPATH_CONF in facts.absent:
        return False
    if facts.multipath_sha256 is None:
        return None
    return facts.multipath_sha256 == expected.multipath_conf_sha256


def option_in_effect(facts: Facts, point: str, option: str) -> bool | None:
    """Whether an option is in effect; False where nothing is mounted at `point`."""
    if facts.mounts is None:
        return None
    mount = facts.mounts.get(point)
    accepted = {option, _SAME.get(option, option)}
    return mount is not None and not accepted.isdisjoint(mount.options)
