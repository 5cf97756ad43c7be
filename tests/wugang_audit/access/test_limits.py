"""How large the body of a request may be, at each address; the server asks the same table before it reads (see there)."""

import pytest
from django.test import Client
from django.test.client import FakePayload
from django.urls import reverse
from test_access import named

from drawings.ceremony.papers.forms import DepositForm
from drawings.inspections.evidence import pictures
from drawings.inspections.evidence.views import TOGETHER
from wugang_audit.access.limits import BESIDE_A_FILE, FORM, KIB, MIB, limit_at, limit_of
from wugang_audit.spreadsheets.xlsx.guard import MAX_FILE

FORM_TYPE = "application/x-www-form-urlencoded"


class Untouched(FakePayload):
    """A body that must not be read."""

    def read(self, *args):
        raise AssertionError("the body was read")


def post(client, url, size, **more):
    meta = {"CONTENT_LENGTH": str(size), "wsgi.input": Untouched(b"x"), "CONTENT_TYPE": FORM_TYPE, **more}
    return client.generic("POST", url, b"", **meta)


def test_the_table_names_every_address_with_a_limit_of_its_own():
    special = {name: limit_of(entry.callback) for name, entry in named() if limit_of(entry.callback) != FORM}
    assert special == {
        "login": 64 * KIB,
        "ceremony:deposit": DepositForm.LARGEST + BESIDE_A_FILE,
        "inspections:handover": 64 * KIB,
        "inspections:evidence": TOGETHER + BESIDE_A_FILE,
        "inspections:evidence_original": pictures.LARGEST + BESIDE_A_FILE,
    }


@pytest.mark.parametrize(
    "registry", ["sources_pollutionsource", "sources_permitcondition", "enforcers_officer"]
)
def test_a_workbook_may_be_as_large_as_the_import_takes(registry):
    assert limit_at(reverse(f"admin:{registry}_import").encode()) == MAX_FILE + BESIDE_A_FILE
    assert limit_at(reverse(f"admin:{registry}_changelist").encode()) == FORM


@pytest.mark.parametrize(
    "target, limit",
    [
        (b"/accounts/login/", 64 * KIB),
        (b"/accounts/login/?next=/admin/", 64 * KIB),
        (b"/accounts/%6cogin/", 64 * KIB),
        (b"/nowhere/", FORM),
        (b"", FORM),
        (b"*", FORM),
        (b"\xff\x00", FORM),
        (b"/ceremony/%00/", FORM),
    ],
)
def test_the_server_finds_the_limit_in_the_request_line(target, limit):
    assert limit_at(target) == limit


def test_a_body_beyond_the_limit_is_refused_unread(client, organiser, login, draft):
    for someone, url, limit, words in (
        (client, "/accounts/login/", 64 * KIB, "64 KB"),
        (client, "/accounts/logout/", FORM, "1 MB"),
        (client, "/admin/sources/pollutionsource/import/", MAX_FILE + BESIDE_A_FILE, "20 MB"),
        (login(organiser), f"/ceremony/{draft.code}/deposit/", DepositForm.LARGEST + BESIDE_A_FILE, "164 KB"),
        (client, "/", FORM, "1 MB"),
    ):
        response = post(someone, url, limit + 1)
        assert (response.status_code, words in response.content.decode()) == (413, True), url
        assert response["Cache-Control"] == "no-store"


def test_a_body_at_the_limit_is_looked_at(client, db):
    with pytest.raises(AssertionError, match="was read"):
        post(client, "/accounts/login/", 64 * KIB)


def test_a_length_of_a_million_digits_costs_nothing(client):
    assert post(client, "/accounts/login/", "9" * 1_000_000).status_code == 400


def test_a_body_of_no_stated_length_is_refused_unread(client):
    response = post(client, "/accounts/login/", 0, HTTP_TRANSFER_ENCODING="chunked")
    assert response.status_code == 411 and "没有写明长度" in response.content.decode()


def test_too_many_fields_get_a_page_that_says_what_to_do(db):
    client = Client(raise_request_exception=False)
    response = client.post(
        "/accounts/login/", "&".join(f"a{n}=" for n in range(2001)), "application/x-www-form-urlencoded"
    )
    assert response.status_code == 400 and "没有改动任何内容" in response.content.decode()
    files = "".join(
        f'--x\r\nContent-Disposition: form-data; name="f{n}"; filename="f"\r\n\r\na\r\n' for n in range(11)
    )
    response = client.post("/accounts/login/", files + "--x--\r\n", "multipart/form-data; boundary=x")
    assert response.status_code == 400 and "没有改动任何内容" in response.content.decode()


def test_no_form_is_longer_than_what_django_takes_into_memory(settings):
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE >= FORM == MIB
