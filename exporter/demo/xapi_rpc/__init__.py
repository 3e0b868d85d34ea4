"""XAPI's RPC face: HTTP over unix sockets and TLS, XML-RPC and JSON-RPC over the model."""
