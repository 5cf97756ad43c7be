"""A code that stands twice in the editor of a draft is marked at its field."""

import pytest
from django.urls import reverse

from drawings.checklists.verbs import new_draft


@pytest.mark.parametrize("second", ["a", "A"])
def test_a_code_twice_is_marked_in_the_second_row(checklist, login, admin, second):
    draft = new_draft(checklist=checklist, actor=admin)
    rows = [
        {"section": "证照", "position": 1, "code": code, "name": name, "guidance": "看"}
        for code, name in (("a", "一项"), (second, "又一项"))
    ]
    data = {"points-TOTAL_FORMS": 2, "points-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"points-{number}-{key}": row.get(key, "") for key in ("id", "version", *row)}
    before = draft.points.count()
    page = login(admin).post(reverse("admin:drawings_checklistversion_change", args=[draft.pk]), data)
    formset = page.context["inline_admin_formsets"][0].formset
    assert formset.errors == [{}, {"code": ["代码 a 在第 1 项已经用了：请改成别的，每项一个代码。"]}]
    assert not formset.non_form_errors()
    assert draft.points.count() == before
