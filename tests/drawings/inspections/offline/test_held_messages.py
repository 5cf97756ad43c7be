"""What the next page is to say is not said to the worker, which only keeps a copy."""

from django.urls import reverse

from drawings.inspections.field.report import Report


def test_a_message_waits_for_the_page_that_a_person_sees(login, inspection, lead, fields):
    client, page = login(lead), reverse("inspections:edit", args=[inspection.pk])
    assert client.post(page, fields(inspection, Report(summary="刚到厂门口"))).status_code == 302
    assert "草稿已保存。" not in client.get(page, headers={"X-Hold": "1"}).content.decode()
    assert "草稿已保存。" in client.get(page).content.decode()
