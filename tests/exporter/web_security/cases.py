"""Web configurations, good and bad: what xenlens says of them, and what promtool does.

In their folder are server.crt and server.key, ca.crt, other.key and no.pem, which is no PEM.
"""

from collections.abc import Mapping

from tests.exporter.web_security.certificates import Authority

CERT = "tls_server_config: {cert_file: server.crt, key_file: server.key"
HASH = "$2y$04$nk3KD0vDFjVUgDhYTmbCku7zUIYZ8UxjBPsyGMSEXfDk9b3gBt7QC"
"""Of some password, as htpasswd -nBC 4 writes it."""

GOOD: Mapping[str, str] = {
    "a certificate": f"{CERT}}}",
    "an own CA for clients": f"{CERT}, client_auth_type: RequireAndVerifyClientCert, "
    "client_ca_file: ca.crt}",
    "a certificate if given": f"{CERT}, client_auth_type: VerifyClientCertIfGiven, "
    "client_ca_file: ca.crt}",
    "the machine's CAs for clients": f"{CERT}, client_auth_type: RequireAndVerifyClientCert}}",
    "no client certificate": f"{CERT}, client_auth_type: NoClientCert}}",
    "TLS 1.3 only": f"{CERT}, min_version: TLS13, max_version: TLS13}}",
    "TLS 1.2 only": f"{CERT}, max_version: TLS12, "
    "cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]}",
    "ciphers of both versions": f"{CERT}, prefer_server_cipher_suites: false, cipher_suites: "
    "[TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, TLS_RSA_WITH_AES_256_GCM_SHA384]}",
    "ciphers of TLS 1.3": f"{CERT}, cipher_suites: [TLS_AES_128_GCM_SHA256]}}",
    "a curve": f"{CERT}, curve_preferences: [CurveP521]}}",
    "headers": """\
http_server_config:
  http2: false
  headers:
    X-Frame-Options: sameorigin
    X-Content-Type-Options: nosniff
    X-XSS-Protection: 1
    Strict-Transport-Security: max-age=31536000; includeSubDomains
    Content-Security-Policy: default-src 'self'
""",
    "users": f"basic_auth_users: {{anna: {HASH}, ben: {HASH.replace('$2y$', '$2b$')}}}",
}
"""Which both take."""

BAD: Mapping[str, tuple[str, str]] = {
    "no YAML": ("just a word", "must be a mapping"),
    "an unknown key": ("tls_config: {}", "tls_config: unknown key"),
    "an unknown key of TLS": (f"{CERT}, cert_filse: x}}", "cert_filse: unknown key (did you mean"),
    "no key": (
        "tls_server_config: {cert_file: server.crt}",
        "has no key; allowed: exactly one of key, key_file",
    ),
    "no certificate": (
        "tls_server_config: {key_file: server.key}",
        "has no certificate; allowed: exactly one of cert, cert_file",
    ),
    "no such file": (
        "tls_server_config: {cert_file: gone.crt, key_file: server.key}",
        "gone.crt: No such file or directory",
    ),
    "no PEM": (
        "tls_server_config: {cert_file: no.pem, key_file: server.key}",
        "cert_file: no PEM certificate in it",
    ),
    "no PEM as key": (
        "tls_server_config: {cert_file: server.crt, key_file: no.pem}",
        "key_file: no PEM private key without a passphrase in it",
    ),
    "another's key": (
        "tls_server_config: {cert_file: server.crt, key_file: other.key}",
        "key_file: not the key of the certificate",
    ),
    "a CA for nobody": (
        f"{CERT}, client_ca_file: ca.crt}}",
        "client_ca_file: no client is asked for a certificate; give client_auth_type",
    ),
    "a CA that is not there": (
        f"{CERT}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: gone.crt}}",
        "gone.crt: No such file or directory",
    ),
    "another policy": (
        f"{CERT}, client_auth_type: Sometimes}}",
        '"Sometimes" is not allowed; allowed: NoClientCert, VerifyClientCertIfGiven, Require',
    ),
    "another version": (f"{CERT}, min_version: TLS14}}", 'did you mean "TLS1'),
    "another cipher": (
        f"{CERT}, cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA2048]}}",
        'cipher_suites[0]: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA2048" is not allowed (did you',
    ),
    "another curve": (f"{CERT}, curve_preferences: [CurveP257]}}", 'did you mean "CurveP256"'),
    "another header": (
        "http_server_config: {headers: {Content-Type: text/plain}}",
        '"Content-Type" is not allowed',
    ),
    "another value of a header": (
        "http_server_config: {headers: {X-Frame-Options: allow}}",
        'X-Frame-Options: "allow" is not allowed; allowed: deny, sameorigin',
    ),
    "a password for a hash": (
        "basic_auth_users: {anna: pass-word}",
        "basic_auth_users.anna: is no bcrypt hash; make one with: htpasswd -nBC 10 USER",
    ),
}
"""Which neither takes, with what xenlens says."""

STRICTER: Mapping[str, tuple[str, str]] = {
    "empty": ("", "nothing in it; where nothing is to be asked of anybody, take web_config out"),
    "everything commented out": ("# basic_auth_users: {}", "web.yml:1: nothing in it"),
    "TLS without a certificate": (
        "tls_server_config: {min_version: TLS13}",
        "has no certificate; allowed: exactly one of cert, cert_file",
    ),
    "TLS of old": (
        f"{CERT}, min_version: TLS10}}",
        'min_version: "TLS10" is not allowed: RFC 8996 withdrew TLS before 1.2',
    ),
    "any certificate": (
        f"{CERT}, client_auth_type: RequireAnyClientCert}}",
        "is not allowed: xenlens verifies every client certificate it asks for; allowed: NoClient",
    ),
    "a certificate for show": (
        f"{CERT}, client_auth_type: RequestClientCert}}",
        "is not allowed: xenlens verifies every client certificate it asks for; allowed: NoClient",
    ),
    "several curves": (
        f"{CERT}, curve_preferences: [X25519, CurveP256]}}",
        "curve_preferences: has 2 entries; at most 1 are allowed",
    ),
    "versions the wrong way round": (
        f"{CERT}, min_version: TLS13, max_version: TLS12}}",
        "min_version: is later than TLS12",
    ),
    "no cipher that is left": (
        f"{CERT}, max_version: TLS12, cipher_suites: [TLS_AES_128_GCM_SHA256]}}",
        "cipher_suites: no cipher suite of TLS 1.2 is in it",
    ),
    "a CA that is no PEM": (
        f"{CERT}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: no.pem}}",
        "client_ca_file: no PEM certificate in it",
    ),
    "a hash that is cut": (
        f"basic_auth_users: {{anna: {HASH[:-1]}}}",
        "basic_auth_users.anna: is no bcrypt hash",
    ),
}
"""Which promtool takes, and xenlens refuses: it cannot do it, or nobody can mean it."""

NEWER: Mapping[str, str] = {
    "a limit": "rate_limit: {interval: 100ms, burst: 20}",
    "no limit": "rate_limit: {interval: 0, burst: 0}",
    "names of clients": f"{CERT}, client_auth_type: RequireAndVerifyClientCert, "
    "client_ca_file: ca.crt, client_allowed_sans: [prometheus, 10.0.0.1]}",
    "everything inline": "tls_server_config: {cert: CERT, key: KEY, client_ca: CA, "
    "client_auth_type: VerifyClientCertIfGiven}",
}
"""Which xenlens takes, and Prometheus from some version after 2.42. CERT, KEY and CA are PEM."""

NEWER_BAD: Mapping[str, tuple[str, str]] = {
    "a limit without a unit": ("rate_limit: {interval: 5, burst: 1}", "interval: "),
    "a limit of nothing": (
        "rate_limit: {interval: 1s}",
        "rate_limit: a burst of 0 lets no request through",
    ),
    "names of any client": (
        f"{CERT}, client_auth_type: VerifyClientCertIfGiven, client_allowed_sans: [a]}}",
        "client_allowed_sans: needs client_auth_type: RequireAndVerifyClientCert",
    ),
    "a certificate twice": (
        f"{CERT}, cert: CERT}}",
        "has cert and cert_file; allowed: exactly one of cert, cert_file",
    ),
    "a CA twice": (
        f"{CERT}, client_auth_type: VerifyClientCertIfGiven, client_ca_file: ca.crt, "
        "client_ca: CA}",
        "has client_ca and client_ca_file; allowed: one of the two",
    ),
    "no PEM inline": (
        "tls_server_config: {cert: CERT, key: hush}",
        "key: is no PEM text; allowed: lines from -----BEGIN to -----END",
    ),
}


def write(authority: Authority, text: str) -> str:
    """Make what the cases name; gives the text with PEM in place of CERT, KEY and CA."""
    folder = authority.folder
    if not (folder / "server.crt").exists():
        authority.server()
        authority.client("other")
        (folder / "no.pem").touch(mode=0o600)
        (folder / "no.pem").write_text("no PEM\n")
    for word, name in (("CERT", "server.crt"), ("KEY", "server.key"), ("CA", "ca.crt")):
        pem = (folder / name).read_text().replace("\n", "\\n")
        text = text.replace(f": {word}", f': "{pem}"')
    return text
