"""A published result of the drawn unit, and somebody outside who has something to say about it."""

import pytest

from drawings.inspections.aftercare import stamp
from drawings.models import Objection

# What a sender types.
TEXT = "检查情况写的是 3 号炉，我们只有 1 号和 2 号炉，请更正。"
PHONE, NAME, EMAIL = "13800001234", "某代表", "firm@example.com"


def worked(text):
    """The proof of a stamp, as the script finds it."""
    return next(str(number) for number in range(10**7) if stamp.holds(text, str(number)))


@pytest.fixture
def result(published_draw, report):
    return report(published_draw.selections.first().inspection)


@pytest.fixture
def address(result):
    """The form about the published result."""
    return f"/say/?unit={result.selection.source.number}&draw={result.selection.draw.code}"


@pytest.fixture
def send(stranger):
    """Fill in the form of an address and send it: ``send(address, text="…")`` returns the answer."""

    def do(address, client=stranger, proof=None, **given):
        text = client.get(address).context["form"]["stamp"].value()
        sent = {"kind": "objection", "text": TEXT, "name": NAME, "telephone": PHONE, "email": EMAIL}
        sent |= {"stamp": text, "proof": worked(text) if proof is None else proof}
        return client.post(address, sent | given)

    return do


@pytest.fixture
def received(send, address):
    """An objection to the published result."""
    assert send(address).status_code == 302
    return Objection.objects.get()
