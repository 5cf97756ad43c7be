"""What is remembered of headings: only what was imported, only what can be meant in other files, and never unseen."""

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile

from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports.models import HeaderSynonym, ImportJob

UPLOAD = "/admin/sources/pollutionsource/import/"
WHY = {"reason": "十月名录核对"}
FIRM, OTHER = "舞钢市虚构一号有限公司", "舞钢市虚构二号有限公司"

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


def upload(client, *rows, name="名录.xlsx"):
    file = SimpleUploadedFile(name, workbooks.of_rows(*rows))
    return client.post(UPLOAD, {"file": file}, follow=True)


def choose(client, page, **columns):
    url = f"{UPLOAD}{ImportJob.objects.latest('pk').pk}/"
    said = {f"column-{at}": name for at, name in enumerate(columns.values(), 1)}
    return client.post(f"{url}columns/", said | {"remember": "on"}, follow=True)


def confirm(client):
    client.post(f"{UPLOAD}{ImportJob.objects.latest('pk').pk}/", WHY)


def learned():
    return dict(HeaderSynonym.objects.values_list("key", "attribute"))


def remember(admin, key, attribute):
    return HeaderSynonym.objects.create(registry="sources", key=key, attribute=attribute, user=admin)


def test_what_is_not_imported_is_not_remembered(client):
    page = upload(client, ["厂子", "行当"], [FIRM, "甲"])
    choose(client, page, a="name", b="industry_name")
    assert learned() == {}
    page = upload(client, ["厂子", "行当"], [OTHER, "甲"], name="别的.xlsx")
    assert [each.attribute for each in page.context["layout"].columns] == ["name", ""]
    choose(client, page, a="name", b="industry_name")
    confirm(client)
    assert learned() == {"厂子": "name", "行当": "industry_name"}


@pytest.mark.parametrize("heading", ["电话", "法人", "单位地址"])
def test_a_heading_that_the_site_knows_is_never_remembered_as_not_read(client, heading):
    page = upload(client, ["单位名称", heading], [FIRM, "13900001111"])
    choose(client, page, a="name", b="")
    confirm(client)
    assert learned() == {}


def test_neither_is_one_that_stands_twice_nor_a_title_nor_what_looks_like_data(client):
    titled = "重点监管企业（6家）"
    page = upload(
        client, ["厂子", "电话", "电话", titled, OTHER], [FIRM, "13900001111", "13900002222", "甲", "乙"]
    )
    choose(client, page, a="name", b="phone", c="", d="remarks", e="address")
    confirm(client)
    assert learned() == {"厂子": "name"}


def test_another_meaning_of_a_proper_header_is_not_remembered(client):
    page = upload(client, ["单位名称", "备注"], [FIRM, "尚店镇某村1号"])
    choose(client, page, a="name", b="address")
    confirm(client)
    assert learned() == {}


def test_what_was_once_remembered_as_not_read_of_a_known_heading_counts_no_more(client, admin):
    remember(admin, "电话", "")
    page = upload(client, ["单位名称", "电话"], [FIRM, "13900001111"])
    assert [each.attribute for each in page.context["layout"].columns] == ["name", "phone"]


def test_the_page_says_why_each_column_is_not_read(client, admin):
    remember(admin, "心情", "")
    page = upload(
        client,
        ["序号", "单位名称", "心情", "天气", "名录类别", "地址", "生产地址", "丙"],
        [1, FIRM, "好", "晴", "甲", "甲地", "乙地", "13900001111"],
    )
    assert [row.why for row in page.context["form"].rows()] == [
        "", "", "按记住的叫法没有读取", "没有认出来", "内容不像“监管类别”，没有读取", "“详细地址”已读另一列", "", "按内容猜的，请核对",
    ]  # fmt: skip
    assert "列都认出来了" not in page.content.decode()
    assert f'href="{UPLOAD}recipes/#headers"' in page.content.decode()
    preview = ImportJob.objects.latest("pk").stored_preview
    assert "按记住的叫法没有读取：C列“心情”" in preview.notices
    assert "没有认出来的列没有读取：D列“天气”、H列“丙”" in preview.notices


def test_all_is_recognised_only_if_every_column_that_holds_anything_is_read(client):
    page = upload(client, ["序号", "单位名称", "电话", "空的"], [1, FIRM, "13900001111", None])
    assert '<p class="import-verdict is-ok">列都认出来了。' in page.content.decode()
    page = upload(client, ["单位名称", "天气"], [FIRM, "晴"])
    assert '<p class="import-verdict is-note">有的列没有认出来' in page.content.decode()


def test_what_is_remembered_is_listed_and_can_be_deleted(client, admin):
    synonym = remember(admin, "厂子", "name")
    page = client.get(f"{UPLOAD}recipes/").content.decode()
    assert "记住的表头叫法" in page and "厂子" in page
    gone = client.post(f"{UPLOAD}headers/{synonym.pk}/forget/", follow=True)
    assert "已删除表头“厂子”的叫法" in gone.content.decode() and learned() == {}
    assert AuditEntry.objects.filter(action="删除污染源名录的表头叫法").count() == 1


def test_what_another_registry_remembers_is_not_deleted_here(client, admin):
    other = HeaderSynonym.objects.create(registry="officers", key="人", attribute="name", user=admin)
    assert client.post(f"{UPLOAD}headers/{other.pk}/forget/").status_code == 404
