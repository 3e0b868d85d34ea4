"""XAPI's own errors: a code and parameters, as they travel to the client."""


class XapiError(Exception):
    """A call failed. Codes and parameters are those of the XAPI datamodel's error list."""

    def __init__(self, code: str, *parameters: str) -> None:
        super().__init__(", ".join((code, *parameters)))
        self.code = code
        self.parameters = parameters


class ClientGone(ConnectionAbortedError):
    """The client hung up while its call was waiting: nobody is left to answer."""
