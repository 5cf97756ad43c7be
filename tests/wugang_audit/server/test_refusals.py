"""What the server answers by itself, before Django."""

import pytest

from wugang_audit.server.refusals import refusal


@pytest.mark.parametrize(("seconds", "said"), [(31_536_000, [b"max-age=31536000"]), (0, [])])
@pytest.mark.parametrize("status", [400, 431, 500])
def test_with_tls_a_refusal_of_the_server_says_that_it_stays_so(status, seconds, said, settings):
    settings.SECURE_HSTS_SECONDS = seconds
    head, _, body = refusal(status, "7K3M-Q9XA").partition(b"\r\n\r\n")
    fields = [line.split(b": ", 1) for line in head.split(b"\r\n")[1:]]
    assert [value for name, value in fields if name == b"Strict-Transport-Security"] == said
    assert dict(fields)[b"Content-Length"] == str(len(body)).encode()
