"""A list on several sheets, one for each township: the next one goes on from where the last ended."""

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from pages import said

from sources.models import PollutionSource
from wugang_audit.imports.models import ImportJob

UPLOAD = "/admin/sources/pollutionsource/import/"
WHY = {"reason": "各镇上报"}
HEADER = ["单位名称", "联系电话", "备注"]

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


def upload(client, content):
    return client.post(UPLOAD, {"file": SimpleUploadedFile("各镇名录.xlsx", content)}, follow=True)


def choose(client, page, **answers):
    """Say on the page of columns that all is as it was found."""
    address = page.redirect_chain[-1][0]
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    return client.post(address, data | answers, follow=True)


def by_sheets():
    return workbooks.of_sheets(
        尚店镇=[HEADER, ["甲厂", "13800000001", ""]],
        枣林镇=[HEADER, ["乙厂", "13800000002", ""]],
        八台镇=[HEADER, ["丙厂", "13800000003", ""]],
    )


def test_each_sheet_of_one_upload_comes_in_with_its_township(client):
    page = upload(client, by_sheets())
    for _ in range(2):
        checked = choose(client, page)
        assert "导入过" not in checked.content.decode()
        done = client.post(checked.redirect_chain[-1][0], WHY, follow=True)
        left = done.context["sheets_left"]
        address = f"{done.redirect_chain[-1][0]}sheet/"
        page = client.post(address, {"sheet": left[0]}, follow=True)
    checked = choose(client, page)
    done = client.post(checked.redirect_chain[-1][0], WHY, follow=True)
    assert not done.context.get("sheets_left")
    assert sorted(PollutionSource.objects.values_list("name", "township")) == [
        ("丙厂", "八台镇"), ("乙厂", "枣林镇"), ("甲厂", "尚店镇"),
    ]  # fmt: skip


def test_the_same_sheet_again_is_told(client):
    content = by_sheets()
    for _ in range(2):
        checked = choose(client, upload(client, content))
        address = checked.redirect_chain[-1][0]
        client.post(address, WHY)
    assert "这张工作表" in checked.content.decode() and "导入过" in checked.content.decode()


def test_a_sheet_that_came_in_already_or_is_not_there_is_refused(client):
    checked = choose(client, upload(client, by_sheets()))
    done = client.post(checked.redirect_chain[-1][0], WHY, follow=True)
    address = f"{done.redirect_chain[-1][0]}sheet/"
    for sheet in ("尚店镇", "别的表", ""):
        refused = client.post(address, {"sheet": sheet}, follow=True)
        assert said(refused) == ["这张工作表已经导入过，或者文件已经不在了；要用的话，请重新上传。"]
    assert ImportJob.objects.count() == 1
