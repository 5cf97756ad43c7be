"""One name, one item: what is in use is told apart by its name."""

import pytest
from django.urls import reverse

from drawings.models import InspectionItem
from drawings.public_fields import ITEM

ADD = reverse("admin:drawings_inspectionitem_add")
NEW = dict.fromkeys(ITEM, "甲") | {"position": 9, "is_active": "on"}


@pytest.fixture
def client(login, admin, item):
    return login(admin)


def errors(page):
    assert page.status_code == 200
    return page.context["adminform"].form.errors


def change(item):
    return reverse("admin:drawings_inspectionitem_change", args=[item.pk])


@pytest.mark.parametrize("name", ["污染源日常环境监管", " 污染源 日常环境监管 "])
def test_the_name_of_an_item_in_use_is_refused_at_its_field(client, name):
    said = f"在用的事项里已经有“{name.strip()}”：请写得不同，或者打开那一项修改。"
    assert errors(client.post(ADD, NEW | {"subject": name})) == {"subject": [said]}
    assert InspectionItem.objects.count() == 1
    assert client.post(ADD, NEW | {"subject": name, "is_active": ""}).status_code == 302
    assert client.post(ADD, NEW).status_code == 302


def test_a_retired_item_does_not_come_back_beside_one_of_its_name(client, plan, item):
    InspectionItem.objects.update(is_active=False)
    assert client.post(ADD, NEW | {"subject": item.subject}).status_code == 302
    sent = {"position": 1, "is_active": "on", "bases": list(item.bases.values_list("pk", flat=True))}
    said = "在用的事项里已经有“污染源日常环境监管”：本项的名称公布过，不能再改；要用本项，请先停用那一项。"
    assert errors(client.post(change(item), sent)) == {"is_active": [said]}
    InspectionItem.objects.exclude(pk=item.pk).update(is_active=False)
    assert client.post(change(item), sent).status_code == 302


def test_twins_of_an_older_site_can_be_changed(client, item):
    twin = InspectionItem.objects.create(**NEW | {"subject": item.subject, "is_active": True})
    sent = NEW | {"subject": item.subject, "rate": "10%"}
    assert client.post(change(twin), sent).status_code == 302
    twin.refresh_from_db()
    assert twin.rate == "10%"
