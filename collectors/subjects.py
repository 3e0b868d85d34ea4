"""What a finding calls the thing it is about, the same in every collector."""


def named(name: str, uuid: str) -> str:
    """An SR or VM: by its name-label, which others may bear too, and its uuid, to be copied."""
    return f"{name} ({uuid})" if name else uuid
