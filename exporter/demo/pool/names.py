"""Identifiers of the demo: derived from names, so that every start gives the same ones."""

from uuid import UUID, uuid5

NULL_REF = "OpaqueRef:NULL"
_NAMESPACE = UUID("6d6f6475-6c61-5265-8000-78656e6c656e")


def uuid_of(kind: str, name: str) -> str:
    """The uuid of an object; `kind` is its class in the XAPI datamodel."""
    return str(uuid5(_NAMESPACE, f"{kind}:{name}"))


def ref_of(uuid: str | None) -> str:
    """The opaque reference of the object of that uuid; None gives the null reference."""
    return f"OpaqueRef:{uuid5(_NAMESPACE, uuid)}" if uuid else NULL_REF
