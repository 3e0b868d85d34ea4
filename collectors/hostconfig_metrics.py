"""A host's configuration as metrics."""

from collectors.hostconfig_compare import (
    initrd_older_than_driver,
    multipath_conf_as_expected,
    option_in_effect,
    package_as_expected,
)
from collectors.hostconfig_facts import Facts, HostConfigReading
from collectors.inventory import ExpectedHostConfig
from collectors.metrics import Family, Page
from collectors.registry import View

PACKAGE = Family(
    "xenlens_package_info",
    "An installed RPM package that the configuration names, or device-mapper-multipath (rpm -q).",
    ("package", "version"),
)
PACKAGE_AS_EXPECTED = Family(
    "xenlens_package_as_expected",
    "1 when the package is installed as the configuration expects, 0 when it is not.",
    ("package",),
)
INITRD_OLDER = Family(
    "xenlens_initrd_older_than_driver",
    "1 when the running kernel's initrd was written before the multipath driver's package was "
    "installed: the next boot loads the old driver.",
)
MULTIPATH_CONF = Family(
    "xenlens_multipath_conf_info", "Digest of /etc/multipath.conf.", ("sha256",)
)
MULTIPATH_CONF_AS_EXPECTED = Family(
    "xenlens_multipath_conf_as_expected",
    "1 when /etc/multipath.conf has the digest that the configuration expects, 0 when not.",
)
LVM_FILTER = Family(
    "xenlens_lvm_filter_rejects_sd",
    "1 when the filters of /etc/lvm/lvm.conf reject every name of a single path, /dev/sd* and its "
    "links under /dev/disk.",
)
LVM_FILTER_AS_EXPECTED = Family(
    "xenlens_lvm_filter_as_expected",
    "1 when lvm.conf keeps single paths out as the configuration expects, 0 when it does not.",
)
MOUNT_OPTION = Family(
    "xenlens_mount_option",
    "1 when an expected mount option is in effect (/proc/mounts), 0 when it is not.",
    ("mountpoint", "option"),
)
HOTFIX = Family(
    "xenlens_hotfix_applied",
    "1 for a hotfix applied to the host (XAPI), 0 for an expected one that is not.",
    ("hotfix",),
)
AGE = Family(
    "xenlens_hostconfig_age_seconds",
    "How long ago the host was asked for its configuration, which is read every five minutes.",
)
FAMILIES = (
    PACKAGE,
    PACKAGE_AS_EXPECTED,
    INITRD_OLDER,
    MULTIPATH_CONF,
    MULTIPATH_CONF_AS_EXPECTED,
    LVM_FILTER,
    LVM_FILTER_AS_EXPECTED,
    MOUNT_OPTION,
    HOTFIX,
    AGE,
)


def fill(page: Page, reading: HostConfigReading, view: View) -> None:
    """What is there, and whether it is as expected."""
    expected = view.inventory.hostconfig
    for facts in reading.records:
        _fill_packages(page, facts, expected)
        if facts.multipath_sha256 is not None:
            page.add(MULTIPATH_CONF, 1, sha256=facts.multipath_sha256)
        page.add_known(MULTIPATH_CONF_AS_EXPECTED, multipath_conf_as_expected(facts, expected))
        page.add_known(LVM_FILTER, facts.lvm_rejects_sd)
        if expected.lvm_filter:
            page.add_known(LVM_FILTER_AS_EXPECTED, facts.lvm_rejects_sd)
        for point, options in expected.mount_options.items():
            for option in options:
                in_effect = option_in_effect(facts, point, option)
                page.add_known(MOUNT_OPTION, in_effect, mountpoint=point, option=option)
        applied = facts.hotfixes
        for hotfix in sorted({*applied, *expected.hotfixes}) if applied is not None else ():
            page.add(HOTFIX, hotfix in (applied or ()), hotfix=hotfix)
    page.add(AGE, reading.age)


def _fill_packages(page: Page, facts: Facts, expected: ExpectedHostConfig) -> None:
    for name, packages in facts.packages.items():
        for version in sorted({package.version for package in packages or ()}):
            page.add(PACKAGE, 1, package=name, version=version)
    for name, wanted in expected.packages.items():
        as_expected = package_as_expected(facts, name, wanted)
        page.add_known(PACKAGE_AS_EXPECTED, as_expected, package=name)
    page.add_known(INITRD_OLDER, initrd_older_than_driver(facts, expected.driver))
