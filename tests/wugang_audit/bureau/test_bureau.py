"""The bureau's facts: where they begin, who changes them, and what keeps the name that it was frozen with."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drawings.protocol import verify
from wugang_audit import bureau
from wugang_audit.accounts.second_factor import codes
from wugang_audit.audit.models import AuditEntry
from wugang_audit.bureau.models import Bureau

URL = "/admin/wugang_audit/bureau/"
FACTS = {
    "name": "虚构县生态环境局",
    "address": "虚构县环城路1号",
    "phone": "0375-1234567",
    "county_prefix": "410422",
}


@pytest.fixture
def client(login, admin):
    return login(admin)


def test_before_anybody_saved_it_the_settings_are_shown_and_offered(client, stranger, settings):
    settings.BUREAU_NAME, settings.BUREAU_COUNTY_PREFIX = "设置里的局", "410400"
    assert bureau.current().name == "设置里的局"
    assert "设置里的局" in stranger.get("/").content.decode()
    form = client.get(URL, follow=True).context["adminform"].form
    assert form["name"].value() == "设置里的局"
    assert form["county_prefix"].value() == "410400"
    assert not Bureau.objects.exists()


def test_what_is_saved_stands_on_every_page_from_the_next_request_on(client, stranger, settings):
    stranger.get("/")
    client.post(f"{URL}add/", FACTS)
    page = stranger.get("/").content.decode()
    assert "虚构县生态环境局" in page
    assert "0375-1234567" in page
    assert settings.BUREAU_NAME not in page
    # Another process writes: what this one has read is not what the next request shows.
    Bureau.objects.update(name="改过名的局")
    assert "改过名的局" in stranger.get("/").content.decode()
    assert "%E6%94%B9" in codes.app_link("seed", "somebody")


def test_each_change_stands_in_the_trail_with_what_was_there_before(client, admin):
    client.post(f"{URL}add/", FACTS)
    client.post(f"{URL}1/change/", FACTS | {"phone": "12345"})
    client.post(f"{URL}1/change/", FACTS | {"phone": "12345"})
    first, second = AuditEntry.objects.filter(action__endswith="本单位").order_by("index")
    assert (first.action, first.actor) == ("新增本单位", admin)
    assert first.changes["单位名称"] == ["", "虚构县生态环境局"]
    assert (second.action, set(second.changes)) == ("修改本单位", {"电话"})


def test_there_is_one_row_and_one_form(client):
    client.post(f"{URL}add/", FACTS)
    assert client.get(URL)["Location"] == f"{URL}1/change/"
    assert client.get(f"{URL}add/")["Location"] == f"{URL}1/change/"
    client.post(f"{URL}add/", FACTS | {"name": "第二个局"})
    assert Bureau.objects.get().name == "虚构县生态环境局"
    assert client.get(f"{URL}1/delete/").status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "请填写单位全称。"),
        ("name", "虚构县\u200b局", "看不见的字符"),
        ("county_prefix", "41048", "6 位行政区划代码"),
        ("county_prefix", "4104811", "6 位行政区划代码"),
        ("county_prefix", "舞钢市", "6 位行政区划代码"),
        ("county_prefix", "010481", "6 位行政区划代码"),
        ("phone", " ", "请填写电话。"),
    ],
)
def test_what_could_not_be_printed_or_numbered_is_refused(client, field, value, said):
    page = client.post(f"{URL}add/", FACTS | {field: value})
    assert said in page.content.decode()
    assert not Bureau.objects.exists()


def test_digits_in_full_width_are_digits(client):
    client.post(f"{URL}add/", FACTS | {"county_prefix": "４１０４２２"})
    assert bureau.current().county_prefix == "410422"


def test_a_page_asks_for_the_bureau_once(stranger, db):
    with CaptureQueriesContext(connection) as asked:
        stranger.get("/")
    assert sum("wugang_audit_bureau" in each["sql"] for each in asked) == 1


def test_a_frozen_draw_keeps_the_name_that_it_was_frozen_with(published_draw, login, organiser, settings):
    Bureau.objects.create(**FACTS)
    commit = verify.parse_commit(published_draw.file(verify.COMMIT))
    assert commit.bureau == settings.BUREAU_NAME
    client = login(organiser)
    for page in ("minutes", "notice"):
        text = client.get(f"/ceremony/{published_draw.code}/{page}/").content.decode()
        main = text[text.index("<main") : text.index("</main>")]
        assert settings.BUREAU_NAME in main
        assert FACTS["name"] not in main


def test_the_next_freeze_carries_the_new_name(draft, freeze, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    Bureau.objects.create(**FACTS)
    freeze(draft)
    assert verify.parse_commit(draft.file(verify.COMMIT)).bureau == FACTS["name"]
