"""Objects of Kubernetes, as they are in deploy/kubernetes."""

from typing import Any

import yaml

from exporter.manifests import FOLDER

Object = dict[str, Any]


def objects(name: str) -> list[Object]:
    return list(yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8")))


def of_kind(name: str, kind: str) -> Object:
    (found,) = [one for one in objects(name) if one["kind"] == kind]
    return found
