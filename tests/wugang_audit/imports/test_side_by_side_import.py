"""A list in two tables side by side, from the upload to the registry."""

import io

import openpyxl
import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile

from sources.models import PollutionSource
from wugang_audit.imports.models import ImportJob

UPLOAD = "/admin/sources/pollutionsource/import/"
WHY = {"reason": "十月名录核对"}
HEADER = ["序号", "单位名称", "乡镇", "电话"]
pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


def chosen(client, *rows):
    file = SimpleUploadedFile("名录.xlsx", workbooks.of_rows(*rows))
    page = client.post(UPLOAD, {"file": file}, follow=True)
    columns = {f"column-{each.position}": each.attribute for each in page.context["layout"].columns}
    return client.post(page.request["PATH_INFO"], columns, follow=True)


def test_both_tables_come_in_and_again_change_nothing(client):
    rows = [
        [*HEADER, *HEADER],
        *(
            [
                n,
                f"虚构{n}号厂",
                "尚店镇",
                f"1390000000{n}",
                n + 4,
                f"虚构{n + 4}号厂",
                "八台镇",
                f"1390000000{n + 4}",
            ]
            for n in range(1, 5)
        ),
    ]
    page = chosen(client, *rows)
    assert (page.context["preview"].new, page.context["preview"].faults) == (8, ())
    assert "第2（右）行" in page.content.decode()
    client.post(page.request["PATH_INFO"], WHY)
    assert set(PollutionSource.objects.values_list("township", flat=True)) == {"尚店镇", "八台镇"}
    page = chosen(client, *rows[:1], *reversed(rows[1:]))
    assert (page.context["preview"].new, page.context["preview"].unchanged) == (0, 8)


def test_a_fault_of_the_second_table_is_marked_where_it_stands_and_mended_alone(client):
    rows = [[*HEADER, *HEADER], [1, "甲厂", "尚店镇", "13900000001", 2, "乙厂", "尚店镇", "无此号"]]
    page = chosen(client, *rows)
    (fault,) = page.context["preview"].faults
    assert fault.place == "第2（右）行 H列"
    url = f"{UPLOAD}{ImportJob.objects.get().pk}/"
    marked = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{url}marked/").streaming_content)))
    assert "不像电话号码" in marked["Sheet"]["H2"].comment.text and marked["Sheet"]["D2"].comment is None
    assert "第2（右）行" in client.get(f"{url}mend/").content.decode()
