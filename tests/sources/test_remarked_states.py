"""States of production that stand in the remarks: offered where the list has no column of states, never read unseen."""

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile

from sources.importer import SourceImporter
from sources.models import PollutionSource
from sources.remarked_states import meant_by
from wugang_audit.imports.models import ImportJob

UPLOAD = "/admin/sources/pollutionsource/import/"

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.mark.parametrize(
    ("remark", "state"),
    [
        ("长期停产", "stopped"), ("已关停", "stopped"), ("已拆除", "stopped"), ("停产", "stopped"), ("目前停产整改", "stopped"), ("2023年已停产", "stopped"),
        ("停产3年", "stopped"), ("企业已倒闭。", "stopped"), ("该厂现已搬迁", "stopped"), ("季节性生产", "seasonal"), ("空栏", "stopped"),
        ("停产后于2024年恢复生产", None), ("二期未停产", None), ("曾被责令停产整治", None), ("正常生产", None), ("-", None), ("注销", None), ("1" * 20, None),
    ],
)  # fmt: skip
def test_a_remark_that_says_nothing_else_tells_a_state(remark, state):
    found = meant_by(remark)
    assert (found and found[0]) == state


@pytest.fixture
def client(login, admin):
    return login(admin)


def upload(client, *remarks, name="名单.xlsx", **more):
    rows = [
        {"污染源编码": f"410481-{n:04d}", "单位名称": f"虚构{n}号厂", "监管类别": "一般", "行业代码": "2669", "备注": each} | more
        for n, each in enumerate(remarks, 1)
    ]  # fmt: skip
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, workbooks.of_dicts(rows))}).url


def offers(client, url):
    found = client.get(url).context["offers"]
    return {(each.header, each.found, each.becomes, each.count): code for each, code in found}


def states():
    return list(PollutionSource.objects.order_by("number").values_list("operating_state", "remarks"))


def test_the_state_in_the_remarks_is_offered_and_nothing_is_read_of_it_before(client):
    url = upload(client, "长期停产", "长期停产", "已拆除", "有排污口")
    found = offers(client, url)
    header = "生产状态（备注里写的）"
    assert list(found) == [(header, "长期停产", "停产", 2), (header, "已拆除", "停产", 1)]
    client.post(url, {"reason": "核对"})
    assert states() == [
        ("normal", "长期停产"),
        ("normal", "长期停产"),
        ("normal", "已拆除"),
        ("normal", "有排污口"),
    ]


def test_what_was_taken_is_read_shown_remembered_and_leaves_the_remark(client):
    url = upload(client, "长期停产", "已拆除")
    header = "生产状态（备注里写的）"
    client.post(f"{url}mend/", {"offer": offers(client, url)[header, "长期停产", "停产", 1], "remember": "1"})
    (used,) = client.get(url).context["preview"].applied
    assert (used.header, used.found, used.becomes, used.count) == (header, "长期停产", "停产", 1)
    assert list(offers(client, url)) == [(header, "已拆除", "停产", 1)]
    client.post(url, {"reason": "核对"})
    assert states() == [("stopped", "长期停产"), ("normal", "已拆除")]
    again = upload(client, "长期停产", name="下一份.xlsx")
    assert [each.how for each in client.get(again).context["preview"].applied] == ["按记住的改法"]


def test_nothing_is_offered_where_a_column_of_states_or_the_registry_says_it(client, make_source):
    assert offers(client, upload(client, "长期停产", 生产状态="正常")) == {}
    make_source(1, name="虚构1号厂", operating_state="stopped", remarks="长期停产")
    assert offers(client, upload(client, "长期停产", name="又一份.xlsx")) == {}


def test_a_state_in_the_name_counts_more_than_the_remark(client):
    content = workbooks.of_dicts([{"单位名称": "虚构厂（停产）", "备注": "季节性生产"}])
    client.post(UPLOAD, {"file": SimpleUploadedFile("名单.xlsx", content)})
    assert ImportJob.objects.get().stored_preview.offers == ()


def test_a_hostile_remark_takes_no_time():
    rows = [{"单位名称": f"虚构{n}号厂", "备注": f"{n:05}年111111111月11"} for n in range(3000)]
    assert SourceImporter.preview(workbooks.of_dicts(rows), "x.xlsx").new == 3000
