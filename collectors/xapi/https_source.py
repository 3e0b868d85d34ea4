"""XAPI over HTTPS with a pinned certificate: for pools that are not reached by SSH."""

from collectors.xapi.by_rpc import RpcXapi
from collectors.xapi.endpoint import Credentials, Endpoint
from collectors.xapi.pinned_tls import PinnedTls


class HttpsXapi(RpcXapi):
    """XAPI by RPC over HTTPS. A member refuses with `host_is_slave` and its coordinator's address.

    XenServer before 7 offers TLS 1.0 only and cannot be asked this way.
    """

    def __init__(self, endpoint: Endpoint, credentials: Credentials) -> None:
        address = endpoint.address
        host = f"[{address}]" if ":" in address else address
        super().__init__(PinnedTls(endpoint).open, host, credentials, "over HTTPS")
