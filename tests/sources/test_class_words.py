"""Words of older lists for the class of a unit: what they mean is suggested, and never applied unseen."""

import re

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.asserts import assertInHTML

from sources.class_words import likely_classes
from sources.models import PollutionSource
from wugang_audit.imports.models import Recipe

KEY, GENERAL, SPECIAL = "重点排污单位", "一般排污单位", "特殊监管对象"
UPLOAD = "/admin/sources/pollutionsource/import/"

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("国控", [KEY]), ("省 控", [KEY]), ("市控", [KEY]), ("市控重点", [KEY]), ("国家重点监控企业", [KEY]),
        ("重点（水）", [KEY]), ("重点(气)", [KEY]), ("重点排污单位（土壤）", [KEY]), ("非重点单位", [GENERAL, KEY]),
        ("一般（登记）", [GENERAL]), ("挂牌督办", [SPECIAL]), ("县控", [GENERAL]), ("其他", [GENERAL]),
        ("重点管理", []), ("登记管理", []), ("A类", []), ("", []),
    ],
)  # fmt: skip
def test_a_word_is_ranked_by_the_classes_that_it_may_mean(text, classes):
    assert likely_classes(text) == classes


@pytest.fixture
def client(login, admin):
    return login(admin)


def upload(client, *words):
    rows = [[f"410481-{n:04d}", f"虚构{n}号厂", each, "2669"] for n, each in enumerate(words, 1)]
    return client.post(UPLOAD, {"file": SimpleUploadedFile("名录.xlsx", workbooks.of_units(*rows))}).url


def test_what_is_likely_stands_first_in_the_answer_and_nothing_is_chosen_beforehand(client):
    url = upload(client, "国控", "县控", "A类")
    page = client.get(f"{url}mend/")
    groups = {group.value: group for group in page.context["groups"]}
    assert {value: [word for word, _ in group.offers] for value, group in groups.items()} == {
        "国控": [KEY], "县控": [GENERAL], "A类": []
    }  # fmt: skip
    assert groups["国控"].other_words == [SPECIAL, GENERAL]
    html = page.content.decode()
    assertInHTML(f'<optgroup label="多半是"><option value="{KEY}">{KEY}</option></optgroup>', html)
    chosen = re.findall(r'<option value="([^"]*)" selected', html)
    assert set(chosen) == {""}  # （请选）


def test_a_word_for_the_watched_is_offered_as_key_and_stays_a_fault_until_somebody_says_so(client):
    url = upload(client, "国控", "国控", "重点（水）", "县控", "重点管理", "一般")
    offers = client.get(url).context["offers"]
    assert [(each.found, each.becomes, each.count) for each, _ in offers] == [
        ("国控", KEY, 2),
        ("重点（水）", KEY, 1),
    ]
    assert client.get(url).context["preview"].fault_count == 5
    client.post(f"{url}mend/", {"offer": "*", "remember": "1"})
    assert client.get(url).context["preview"].fault_count == 2
    assert set(Recipe.objects.values_list("becomes", flat=True)) == {KEY}
    client.post(url, {"reason": "核对", "good_only": "1", "everything": "1"})
    assert list(PollutionSource.objects.order_by("number").values_list("category", flat=True)) == [
        "key", "key", "key", "general"
    ]  # fmt: skip
