"""Photos made here, and a phone that sends them."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from evidence.photo_files import photo

from drawings.inspections.evidence import verbs
from drawings.inspections.evidence.verbs import Sent

JSON = {"HTTP_ACCEPT": "application/json"}


class Phone:
    """What an officer's phone sends, and what it is told."""

    def __init__(self, client, inspection):
        self.client, self.inspection = client, inspection

    def address(self, key=None, what=""):
        name = f"evidence_{what}" if what else "evidence"
        return reverse(f"inspections:{name}", args=[self.inspection.pk, *([key] if key else [])])

    def post(self, url, content=None, name="甲.jpg", **fields):
        data = {key: value for key, value in fields.items() if value is not None}
        if content is not None:
            data["file"] = SimpleUploadedFile(name, content)
        response = self.client.post(url, data, **JSON)
        if not response["Content-Type"].startswith("application/json"):
            return response.status_code, {}
        return response.status_code, json.loads(response.content)

    def send(self, content, name="甲.jpg", key=None, **fields):
        return self.post(self.address(), content, name, key=str(key or uuid.uuid4()), **fields)


@pytest.fixture
def phone(login, lead, inspection):
    return Phone(login(lead), inspection)


@pytest.fixture
def taken(inspection, lead):
    """Add a photo to an inspection: ``taken()``, ``taken(caption="排口")``."""

    def add(to=inspection, actor=lead, content=None, **fields):
        sent = Sent(key=uuid.uuid4(), content=content or photo(text=uuid.uuid4().hex), **fields)
        row, is_new = verbs.add(inspection=to, actor=actor, sent=sent)
        assert is_new
        return row

    return add
