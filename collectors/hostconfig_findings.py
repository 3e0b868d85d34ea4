"""Where a host's configuration has drifted from the expected one, in sentences."""

from collections.abc import Iterator
from datetime import UTC, datetime

from collectors.hostconfig_compare import (
    initrd_older_than_driver,
    multipath_conf_as_expected,
    option_in_effect,
    package_as_expected,
)
from collectors.hostconfig_facts import LVM_CONF, MULTIPATH_CONF, Facts, HostConfigReading
from collectors.inventory import ExpectedHostConfig
from collectors.registry import Finding, View


def findings(reading: HostConfigReading, view: View) -> Iterator[Finding]:
    """Every deviation from what is expected; nothing is said of what is not."""
    expected = view.inventory.hostconfig
    for facts in reading.records:
        for name, version in expected.packages.items():
            yield from _package(facts, name, version)
        if expected.driver is not None:
            yield from _driver(facts, expected.driver, expected.driver in expected.packages)
        yield from _files(facts, expected)
        yield from _mounts(facts, expected)
        yield from _hotfixes(facts, expected)


def _unknown(facts: Facts, subject: str, what: str) -> Finding:
    why = facts.why.get(what, "it was not asked for yet")
    return Finding("unknown", subject, f"cannot be compared: {why}")


def _package(facts: Facts, name: str, version: str | None) -> Iterator[Finding]:
    as_expected = package_as_expected(facts, name, version)
    if as_expected is None:
        yield _unknown(facts, name, name)
    elif not as_expected:
        installed = ", ".join(sorted(one.version for one in facts.packages[name] or ()))
        wanted = f"; {version} is expected" if version else ""
        yield Finding("warning", name, f"{installed or 'not installed'}{wanted}")


def _driver(facts: Facts, driver: str, is_named: bool) -> Iterator[Finding]:
    packages = facts.packages.get(driver)
    if packages is None or not packages:
        # As a package that is expected by name it has been mentioned.
        if not is_named:
            yield from _package(facts, driver, None)
        return
    older = initrd_older_than_driver(facts, driver)
    if older is None:
        yield _unknown(facts, "initrd", "initrd")
    elif older:
        installed = max(package.installed for package in packages)
        text = (
            f"{facts.initrd} of {_day(facts.initrd_written or 0)} is older than the driver "
            f"{driver} of {_day(installed)}: the next boot loads the old one; rebuild it"
        )
        yield Finding("warning", "initrd", text)


def _day(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M} UTC"


def _files(facts: Facts, expected: ExpectedHostConfig) -> Iterator[Finding]:
    if expected.multipath_conf_sha256 is not None:
        as_expected = multipath_conf_as_expected(facts, expected)
        if as_expected is None:
            yield _unknown(facts, MULTIPATH_CONF, MULTIPATH_CONF)
        elif not as_expected:
            yield _other_conf(facts.multipath_sha256, expected.multipath_conf_sha256)
    if expected.lvm_filter:
        yield from _lvm(facts)


def _other_conf(found: str | None, wanted: str) -> Finding:
    text = "does not exist"
    if found is not None:
        text = f"is another file than expected: SHA-256 {found[:16]}…"
    return Finding("warning", MULTIPATH_CONF, f"{text}; {wanted[:16]}… is expected")


def _lvm(facts: Facts) -> Iterator[Finding]:
    if LVM_CONF in facts.absent:
        yield Finding("warning", LVM_CONF, "does not exist, so no filter keeps LVM off /dev/sd*")
    elif facts.lvm_rejects_sd is None:
        yield _unknown(facts, LVM_CONF, LVM_CONF)
    elif not facts.lvm_rejects_sd:
        text = "its filter does not reject /dev/sd*: LVM may use a single path instead of the map"
        yield Finding("warning", LVM_CONF, text)


def _mounts(facts: Facts, expected: ExpectedHostConfig) -> Iterator[Finding]:
    if expected.mount_options and facts.mounts is None:
        yield _unknown(facts, "mount options", "mounts")
        return
    for point, options in expected.mount_options.items():
        if point not in (facts.mounts or {}):
            yield Finding("warning", point, "nothing is mounted there")
            continue
        absent = [one for one in options if option_in_effect(facts, point, one) is False]
        if absent:
            yield Finding("warning", point, f"mounted without {', '.join(absent)}")


def _hotfixes(facts: Facts, expected: ExpectedHostConfig) -> Iterator[Finding]:
    if expected.hotfixes and facts.hotfixes is None:
        yield _unknown(facts, "hotfixes", "hotfixes")
        return
    for hotfix in expected.hotfixes:
        if hotfix not in (facts.hotfixes or ()):
            yield Finding("warning", hotfix, "this hotfix is not applied")
