"""The admin's lists and forms, in the words of the site and in its frame."""

import re

import pytest
from as_shown import LATIN, words_of
from django.urls import reverse
from django.utils.safestring import mark_safe

from enforcers.models import Officer, Recusal
from sources.models import PollutionSource, Speciality
from wugang_audit.accounts.models import User
from wugang_audit.admin_frame.lists import cells, in_words

LIST = "/admin/sources/pollutionsource/"
TABLES = (
    "sources/pollutionsource sources/permitcondition sources/speciality enforcers/officer enforcers/recusal "
    "enforcers/absence enforcers/trainingrecord drawings/inspectionitem drawings/checklist drawings/legalbasis"
)
# What bureaus say themselves, names of files, and what the cast is called.
KNOWN = {
    "Excel",
    "CSV",
    "xlsx",
    "xls",
    "xlsb",
    "ods",
    "et",
    "WPS",
    "SHA",
    "lon",
    "longitude",
    "lat",
    "latitude",
    "admin",
    "security",
    "organiser",
    "officer",
}
ODD = (
    "以 在库",
    "来修改",
    "增加 ",
    "添加 ",
    "执行动作",
    "成功修改了",
    "---------",
    "首页",
    "查看站点",
    "站点管理",
)


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def registry(make_source, officers):
    make_source(1, township="八台镇", category="key"), make_source(2, is_active=False)
    Recusal.objects.create(officer=officers[0], source=PollutionSource.objects.first(), reason="亲属")


def pages():
    yield "/admin/"
    for table in TABLES.split():
        yield from (f"/admin/{table}/", f"/admin/{table}/add/")
    yield from (f"{LIST}import/", f"{LIST}import/history/", "/admin/enforcers/officer/matrix/")
    for name, row in (("sources_pollutionsource", PollutionSource), ("enforcers_officer", Officer),
                      ("enforcers_recusal", Recusal)):  # fmt: skip
        for step in ("change", "history", *(["delete"] if row is Recusal else [])):
            yield reverse(f"admin:{name}_{step}", args=[row.objects.first().pk])


def foreign(html):
    said = words_of(html)
    odd = [word for word in ODD for each in said if word in each]
    return odd + [word for each in said for word in LATIN.findall(each) if word not in KNOWN]


def is_code(word):
    return Speciality.objects.filter(code=word).exists()


@pytest.mark.usefixtures("registry")
def test_the_administrator_reads_no_foreign_word_and_finds_one_heading(client):
    for page in pages():
        html = client.get(page).content.decode()
        found = [word for word in foreign(html) if not is_code(word)]
        assert found == [], page
        assert (html.count("<h1"), html.count("<main"), html.count('aria-label="主导航"')) == (1, 1, 1), page
        assert 'style="' not in html and "<script>" not in html, page


def test_the_security_administrator_reads_no_foreign_word(login, security, organiser):
    client = login(security)
    change = reverse("admin:wugang_audit_user_change", args=[organiser.pk])
    history = reverse("admin:wugang_audit_user_history", args=[organiser.pk])
    for page in ("/admin/", "/admin/wugang_audit/user/", "/admin/wugang_audit/user/add/", change, history):
        assert foreign(client.get(page).content.decode()) == [], page


def test_a_role_is_a_box_that_says_what_it_may_do_and_who_grants_it(login, security):
    html = login(security).get("/admin/wugang_audit/user/add/").content.decode()
    boxes = re.findall(r'<label for="id_roles_\d">.*?name="roles" value="(\w+)".*?<b>(.*?)</b><small>(.*?)</small>', html, re.S)  # fmt: skip
    assert [value for value, *_ in boxes] == [
        "admin", "security", "auditor", "organiser", "reviewer", "head", "officer"
    ]  # fmt: skip
    assert ("reviewer", "审核人", "审核检查结果。须另一人批准。") in boxes
    assert ("officer", "执法人员", "完成自己的检查任务。立即生效。") in boxes
    assert "<legend>角色" in html


@pytest.mark.usefixtures("registry")
def test_the_filters_are_folded_until_one_is_set(client):
    folded = client.get(LIST).content.decode()
    assert '<details class="fold filter-fold" id="changelist-filter">' in folded
    assert "去掉条件" not in folded and "共 2 家单位" in folded
    opened = client.get(f"{LIST}?category__exact=key&township=八台镇&q=虚构").content.decode()
    assert '<details class="fold filter-fold" id="changelist-filter" open>' in opened
    assert "找到 1 家单位" in opened
    for label in ("监管类别，重点排污单位", "乡镇（街道），八台镇", "搜索“虚构”"):
        [without] = re.findall(f'<a class="chip" href="([^"]*)" aria-label="去掉条件：{label}"', opened)
        rest = client.get(LIST + without.replace("&amp;", "&")).content.decode()
        assert (rest.count('class="chip"'), label in rest) == (2, False)


def test_a_condition_that_a_link_brought_along_is_named_too(client, registry):
    unit = PollutionSource.objects.first()
    html = client.get(f"/admin/sources/permitcondition/?source__id__exact={unit.pk}").content.decode()
    assert f"单位：{unit}" in html
    assert (
        "指定的一条" in client.get("/admin/sources/permitcondition/?source__id__exact=9999").content.decode()
    )


@pytest.mark.usefixtures("registry")
def test_each_cell_carries_the_label_that_a_phone_shows(client):
    html = client.get(LIST).content.decode()
    row = html.partition("<tbody>")[2].partition("</tr>")[0]
    labels = re.findall(r'data-label="([^"]*)"', row)
    assert labels == ["勾选", "单位名称", "监管类别", "行业专业组", "乡镇（街道）", "生产状态", "参加抽签"]
    assert row.count('<th scope="row"') == 1
    assert 'aria-label="勾选虚构1号化工厂(410481-0001)"' in row


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<img src="/static/admin/img/icon-yes.svg" alt="True">', "是"),
        ('<img src="/static/admin/img/icon-no.abc.svg" alt="False">', "否"),
        ('<img src="/static/admin/img/icon-unknown.svg" alt="None">', "—"),
    ],
)
def test_a_picture_of_yes_and_no_becomes_the_word(html, words):
    assert in_words(mark_safe(html)) == words


def test_a_value_that_looks_like_html_stays_text():
    assert in_words('<img src="x" alt="True">') == "&lt;img src=&quot;x&quot; alt=&quot;True&quot;&gt;"


def test_the_label_of_a_cell_is_escaped():
    header = {"text": '"><script>', "class_attrib": ""}
    [cell] = cells([mark_safe("<td>x</td>")], [header])
    assert cell == '<td data-label="&quot;&gt;&lt;script&gt;">x</td>'


@pytest.mark.usefixtures("registry")
def test_nothing_found_says_so_and_leads_back(client):
    html = client.get(f"{LIST}?q=没有的").content.decode()
    assert "没有符合条件的登记" in html and '<a href="?">看全部</a>' in html


def test_an_account_is_counted_in_accounts(login, security):
    html = login(security).get("/admin/wugang_audit/user/").content.decode()
    assert f"共 {User.objects.count()} 个账号" in html
