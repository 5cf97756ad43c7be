"""The list of items and the law are public as soon as they are saved: no word of them may hold personal data."""

import pytest
from django.urls import reverse

from drawings.models import InspectionItem, LegalBasis
from drawings.public_fields import ITEM

LAW = {
    "law": "某某法",
    "document_number": "1号",
    "article": "第一条",
    "text": "要点",
    "in_force_from": "2020-01-01",
}
REFUSED = "“13812345678”像手机号码。会公开的文字里不能有个人信息，请删去。"


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.mark.parametrize("name", ITEM)
def test_an_item_with_personal_data_is_not_saved(client, name):
    words = dict.fromkeys(ITEM, "甲") | {"position": 9, "is_active": "on", name: "张三13812345678"}
    page = client.post(reverse("admin:drawings_inspectionitem_add"), words)
    assert page.context["adminform"].form.errors == {name: [REFUSED]}
    assert not InspectionItem.objects.filter(position=9).exists()
    client.post(reverse("admin:drawings_inspectionitem_add"), words | {name: "甲"})
    assert InspectionItem.objects.filter(position=9).exists()


@pytest.mark.parametrize("name", ["law", "document_number", "text"])
def test_a_law_with_personal_data_is_not_saved(client, name):
    page = client.post(reverse("admin:drawings_legalbasis_add"), LAW | {name: "张三13812345678"})
    assert page.context["adminform"].form.errors == {name: [REFUSED]}
    assert not LegalBasis.objects.filter(in_force_from="2020-01-01").exists()
    client.post(reverse("admin:drawings_legalbasis_add"), LAW)
    assert LegalBasis.objects.filter(law="某某法").exists()
