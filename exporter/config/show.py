"""A configuration as text again: what is in effect, and the schema of the file."""

import json
from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from exporter.config.model import Document
from exporter.config.syntax import INT, WHOLE_NUMBER

_FOLDED: Mapping[str, Any] = {
    "ssh": True,
    "pools": {
        "__all__": dict.fromkeys(("ssh", "multipath", "ovs_rundir", "hostconfig", "probe"), True)
    },
}
"""What an effective document has handed down to its hosts."""


class _Dumper(yaml.SafeDumper):
    """Also quotes what only YAML 1.2 takes for a number, such as 08."""


_Dumper.add_implicit_resolver(INT, WHOLE_NUMBER, list("-+0123456789"))


class _Schema(GenerateJsonSchema):
    """A key may be left out, but not be null; a section's defaults stand in the section."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        own = isinstance(found.get("default"), dict | None)
        return {k: v for k, v in found.items() if not (own and k == "default")}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        found = super().dict_schema(schema)
        return {"additionalProperties": False, **found} if "patternProperties" in found else found


def as_yaml(section: BaseModel, exclude: Mapping[str, Any] | None = None) -> str:
    """A section as YAML; secrets (fields typed SecretStr) are stars."""
    data = section.model_dump(mode="json", exclude_none=True, exclude=dict(exclude or {}))
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def effective(document: Document) -> str:
    """An effective document as YAML that `load` reads back to the same targets."""
    return as_yaml(document, _FOLDED)


def schema() -> str:
    """The JSON Schema of the configuration file, for editors."""
    found = Document.model_json_schema(schema_generator=_Schema)
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": "xenlens.yml"}
    return json.dumps({**found, **head}, indent=2)
