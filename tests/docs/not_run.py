"""Commands that no test runs as the documentation has them, and why: may only get shorter."""

from collections.abc import Mapping

TESTED_BY: Mapping[str, str] = {
    "docs/quickstart.md": "tests/docs/test_quickstart.py",
    "docs/web-security.md": "tests/exporter/web_security/test_documentation.py",
    "deploy/systemd/README.md": "tests/deploy/test_service.py",
}
"""Pages whose commands another test runs, in their order and in a system of their own."""
_ENVIRONMENT = "makes the environment of the tests anew; all others run on such a demo"
_ABSENT = "the demo's hosts have no such program or file"
_SYNTAX = "the demo's hosts have a shell without this syntax"
_XE = "the demo's pool cannot be changed like this"
NOT_RUN: Mapping[str, str] = {
    "make demo": _ENVIRONMENT,
    "bash .ci/setup": _ENVIRONMENT,
    "make bench": "takes minutes, and is judged by itself: tests/bench",
    "ssh root@": "the demo's hosts keep no files that are copied there",
    "scp on-host": "the same",
    "runuser": "there is no user xenlens on this machine; tests/deploy",
    "xenlens serve": "keeps the terminal; tests/e2e/test_serve.py runs it",
    "ps aux | grep '[x]enlens serve'": "finds nothing: the demo is a process of another name",
    "ssh -i ": "the demo's hosts have ports of their own; test_its_commands_work_on_a_host logs in",
    "ssh-keyscan -p 22": "the same",
    "python xenlens_host.py": "the demo knows the program only as it is streamed",
    "pipx install": "tests/packaging runs it",
    "sha256sum --check": "tests/packaging runs it",
    "python3 xenlens.pyz": "tests/packaging runs it",
    "make image": "tests/packaging runs it, by buildah",
    "docker run": "tests/packaging runs it, by buildah",
    "kubectl": "there is no cluster",
    "sed -i 's|http://127.0.0.1:10045|": "tests/deploy/test_manifests.py runs it",
    "ovs-vsctl set": _XE,
    "nohup": _SYNTAX,
    "ping -c 3 192.0.2.1 && kill $!": _SYNTAX,
    "cp -p initrd-": _SYNTAX,
    "cat initrd-": _SYNTAX,
    "(xe sr-list": _SYNTAX,
    "dmesg | tail": _SYNTAX,
    "for h in": _SYNTAX,
    "ps -eo": _ABSENT,
    "ls -l": _ABSENT,
    "/opt/xensource/sm/mpathcount.py": _ABSENT,
    "iscsiadm": _ABSENT,
    'echo "- - -"': _ABSENT,
    "openssl s_client": _SYNTAX,
    "bash -c 'exec 3<>/dev/tcp/ADDRESS/3260'": "no iSCSI server in the demo",
    "grep ": "the demo's grep knows what xenlens asks, and no more",
    "xe sr-param-set": _XE,
    "xe sr-introduce": _XE,
    "xe pbd-create": _XE,
    "xe vbd-eject": "no disc is inserted in the demo",
    "xe vbd-insert": "no disc is inserted in the demo",
    "xe snapshot-uninstall": _XE,
    "xe pool-ha-compute": _XE,
}
"""By the beginning of a command."""
MOST = 41


def not_run(command: str) -> bool:
    """Whether a command is one of these."""
    return command.startswith(tuple(NOT_RUN))
