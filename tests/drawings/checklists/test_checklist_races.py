"""Two administrators save a checklist at the same moment: no two of one name, or of codes that differ in case alone."""

import pytest
from django.urls import reverse
from races import race, together

from drawings.admin.checklists import ChecklistForm
from drawings.models import Checklist
from drawings.states import Refused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "sent",
    [
        [{"name": "加油站", "code": "A-1"}, {"name": "加 油站", "code": "B-1"}],
        [{"name": "加油站", "code": "A-1"}, {"name": "油库", "code": "a-1"}],
    ],
    ids=["name", "code"],
)
def test_two_lists_that_look_alike_are_not_both_saved(admin, login, specialities, sent, monkeypatch):
    monkeypatch.setattr(ChecklistForm, "clean", together(ChecklistForm.clean))
    before = Checklist.objects.count()

    def save(client, values):
        page = client.post(reverse("admin:drawings_checklist_add"), values | {"position": 1})
        if page.status_code != 302:
            raise Refused(str(page.context["adminform"].form.errors))

    clients = [login(admin), login(admin)]
    saves = [
        lambda client=client, values=values: save(client, values)
        for client, values in zip(clients, sent, strict=True)
    ]
    assert race(*saves) == ["done", "refused"]
    assert Checklist.objects.count() == before + 1
