"""Who is let in where clients are asked for certificates."""

from tests.exporter.web_security.secured import (
    API,
    IF_GIVEN,
    OWN_CERTIFICATE,
    REQUIRED,
    Secured,
    basic,
    bearer,
)


async def test_a_password_does_not_stand_in_for_a_certificate(locked: Secured) -> None:
    locked.authority.client("prometheus")
    locked.web["tls_server_config"] = {**OWN_CERTIFICATE, **REQUIRED}
    async with locked.serving():
        known = locked.trusting("prometheus")
        assert await locked.status(headers=basic(), tls=known) == 200
        assert await locked.status(tls=known) == 401


async def test_a_certificate_that_is_only_asked_for_does_not_stand_in_for_a_password(
    locked: Secured,
) -> None:
    locked.authority.client("prometheus")
    locked.web["tls_server_config"] = {**OWN_CERTIFICATE, **IF_GIVEN}
    async with locked.serving():
        assert await locked.status(tls=locked.trusting("prometheus")) == 401
        assert await locked.status(headers=basic()) == 200


async def test_where_certificates_are_asked_for_tokens_open_their_own_paths(
    locked: Secured,
) -> None:
    del locked.web["basic_auth_users"]
    locked.web["tls_server_config"] = {**OWN_CERTIFICATE, **IF_GIVEN}
    async with locked.serving():
        await locked.service.start_remediation()
        assert await locked.status(API, bearer("ben")) == 200
        assert await locked.status(API) == 403
        assert await locked.status("/metrics", bearer("ben")) == 403
