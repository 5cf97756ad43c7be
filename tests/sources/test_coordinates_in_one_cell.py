"""A cell that holds both coordinates comes in by the pages too."""

from decimal import Decimal

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile

from sources.models import PollutionSource

pytestmark = pytest.mark.usefixtures("specialities")


def test_both_coordinates_in_one_cell_come_in_beside_others(login, admin):
    client = login(admin)
    header = ["污染源编码", "单位名称", "监管类别", "行业代码", "经度", "纬度"]
    both, apart = ["113.5,33.3", None], [113.6, 33.4]
    content = workbooks.of_rows(
        header,
        ["410481-0001", "一厂", "一般", "2669", *both],
        ["410481-0002", "二厂", "一般", "2669", *apart],
    )
    file = SimpleUploadedFile("名录.xlsx", content)
    page = client.post("/admin/sources/pollutionsource/import/", {"file": file}, follow=True)
    client.post(page.request["PATH_INFO"], {"reason": "核对"})
    places = PollutionSource.objects.order_by("number").values_list("longitude", "latitude")
    assert list(places) == [(Decimal("113.5"), Decimal("33.3")), (Decimal("113.6"), Decimal("33.4"))]
