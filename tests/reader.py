"""A stranger's browser: it reads to its end what is sent piece by piece."""

import pytest
from django.http import HttpResponse
from django.test import Client


class Reader(Client):
    """Its answers have their whole content; `streamed` says of one that it came piece by piece."""

    def request(self, **request):
        response = super().request(**request)
        if not response.streaming:
            return response
        whole = HttpResponse(b"".join(response), status=response.status_code, headers=dict(response.items()))
        whole.client, whole.context, whole.streamed = response.client, None, True
        return whole


@pytest.fixture
def stranger():
    return Reader()
