"""Lists beside the registries: whom a row means, which registered row it is, and that an export comes back unchanged."""

import datetime

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from enforcers.models import Absence, Recusal, TrainingRecord
from enforcers.record_importers import AbsenceImporter, RecusalImporter, TrainingImporter
from sources.credit_importer import CreditImporter
from sources.models import CreditClass
from wugang_audit.imports import undo
from wugang_audit.imports.models import ImportJob

DAY = datetime.date(2026, 9, 1)
PAGES = {
    "enforcers/absence": [
        {"姓名": "甲", "事由": "病假", "开始日期": "2026-09-01", "结束日期": "2026-09-05"},
        {"执法证号": "16041048002", "事由": "抽调", "开始日期": "2026-09-01"},
    ],
    "enforcers/trainingrecord": [
        {"姓名": "甲", "培训时间": "2026.9.1", "培训内容": "执法培训", "学时": "8学时", "结果": "合格"},
        {"姓名": "乙", "培训时间": "2026.9.1", "培训内容": "执法培训", "学时": 8},
    ],
    "enforcers/recusal": [
        {"姓名": "甲", "回避单位": "虚构1号化工厂", "依据": "当事人申请", "原因": "亲属", "自": "2026-09-01"},
        {"姓名": "乙", "污染源编码": "410481-0002", "至": "2099-01-01"},
    ],
    "sources/creditclass": [
        {"企业名称": "虚构1号化工厂", "评价结果": "绿牌", "公布日期": "2026-03-01", "文号": "平环〔2026〕1号"},
        {"污染源编码": "410481-0002", "评价结果": "环保不良企业", "公布日期": "2026-03-01", "有效期至": "2027-03-01"},
    ],
}  # fmt: skip
MODELS = {
    "enforcers/absence": Absence,
    "enforcers/trainingrecord": TrainingRecord,
    "enforcers/recusal": Recusal,
    "sources/creditclass": CreditClass,
}


@pytest.fixture
def registries(officers, make_source):
    return officers, [make_source(1), make_source(2)]


@pytest.fixture
def client(login, admin):
    return login(admin)


def upload(client, page, content, name="list.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post(f"/admin/{page}/import/", {"file": file}, follow=True)


def come_in(client, page, rows):
    """Upload the rows and confirm what the preview shows; return the job."""
    shown = upload(client, page, workbooks.of_dicts(rows))
    job = shown.context["job"]
    assert not shown.context["preview"].faults, shown.context["preview"].faults
    client.post(f"/admin/{page}/import/{job.pk}/", {"reason": "各科室报送"})
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("page", PAGES)
def test_a_list_comes_in_by_the_pages_twice_is_once_and_its_export_is_unchanged(page, client, registries):
    job = come_in(client, page, PAGES[page])
    assert (job.state, MODELS[page].objects.count()) == ("applied", 2)
    again = upload(client, page, workbooks.of_dicts(PAGES[page][::-1])).context["preview"]
    assert (again.new, again.changed, again.unchanged, again.faults) == (0, 0, 2, ())
    export = b"".join(client.post(f"/admin/{page}/export/").streaming_content)
    back = upload(client, page, export, "export.xlsx").context["preview"]
    assert (back.new, back.changed, back.unchanged, back.faults) == (0, 0, 2, ())


@pytest.mark.parametrize("page", PAGES)
def test_an_import_stands_in_the_list_and_is_undone_from_there(page, client, registries):
    job = come_in(client, page, PAGES[page])
    assert "list.xlsx" in client.get(f"/admin/{page}/import/history/").content.decode()
    assert client.get(f"/admin/{page}/import/{job.pk}/undo/").status_code == 200
    client.post(f"/admin/{page}/import/{job.pk}/undo/", {"reason": "导错了"})
    assert not MODELS[page].objects.exists()
    assert MODELS[page].history.count() == 4


@pytest.mark.parametrize("page", PAGES)
def test_the_template_and_the_page_of_columns_open(page, client, registries):
    template = client.get(f"/admin/{page}/import/template/")
    assert template.status_code == 200
    job = upload(client, page, workbooks.of_dicts(PAGES[page])).context["job"]
    assert client.get(f"/admin/{page}/import/{job.pk}/columns/").status_code == 200


def test_what_came_in_is_what_the_cells_say(client, registries):
    for page, rows in PAGES.items():
        come_in(client, page, rows)
    (甲, 乙, _), (one, two) = registries
    assert list(Absence.objects.order_by("officer").values_list("officer", "kind", "since", "until")) == [
        (甲.pk, "leave", DAY, datetime.date(2026, 9, 5)),
        (乙.pk, "seconded", DAY, None),
    ]
    results = TrainingRecord.objects.order_by("officer").values_list("result", "hours")
    assert list(results) == [("passed", 8), ("attended", 8)]
    recusals = Recusal.objects.order_by("officer").values_list("source", "kind", "reason")
    assert list(recusals) == [(one.pk, "unit", "亲属"), (two.pk, "officer", "名录导入时登记")]
    classes = CreditClass.objects.order_by("source").values_list("source", "grade", "document", "valid_until")
    assert list(classes) == [
        (one.pk, "A", "平环〔2026〕1号", None),
        (two.pk, "D", "", datetime.date(2027, 3, 1)),
    ]


def faults(importer, *rows):
    return [str(fault) for fault in importer.preview(workbooks.of_dicts(rows), "x.xlsx").faults]


def test_an_officer_is_found_by_number_or_by_a_name_that_one_alone_has(registries, make_officer):
    make_officer(9, "甲")
    row = {"姓名": "甲", "事由": "请假", "自": "2026-09-01"}
    [fault] = faults(AbsenceImporter, row)
    assert "不止一人" in fault
    assert "16041048001、16041048009" in fault
    assert not faults(AbsenceImporter, row | {"执法证号": "16041048009"})
    assert "不是同一个人" in faults(AbsenceImporter, row | {"执法证号": "16041048002"})[0]
    assert "没有这个人" in faults(AbsenceImporter, row | {"姓名": "戊"})[0]
    assert "没有这个证号" in faults(AbsenceImporter, row | {"执法证号": "16041048777"})[0]
    assert "没有写明是谁" in faults(AbsenceImporter, row | {"姓名": None})[0]
    assert "缺少“姓名”和“执法证号”" in faults(AbsenceImporter, {"事由": "请假", "自": "2026-09-01"})[0]


def test_who_left_does_not_stand_in_the_way_of_a_colleague_of_the_same_name(registries, make_officer):
    make_officer(9, "甲", is_active=False)
    assert not faults(AbsenceImporter, {"姓名": "甲", "事由": "请假", "自": "2026-09-01"})


CODE = "91410481MA3X12345Q"


def test_a_unit_is_found_by_number_permit_credit_code_or_name(registries, make_source):
    make_source(3, name="一厂", credit_code=CODE, permit_number=f"{CODE}001V")
    row = {"等级": "B", "评定日期": "2026-03-01"}
    assert not faults(CreditImporter, row | {"单位名称": "一厂"})
    assert not faults(CreditImporter, row | {"统一社会信用代码": CODE.lower()})
    assert not faults(CreditImporter, row | {"排污许可证编号": f"{CODE}001V"})
    make_source(4, name="二厂", credit_code=CODE, permit_number=f"{CODE}002V")
    [fault] = faults(CreditImporter, row | {"统一社会信用代码": CODE})
    assert "410481-0003、410481-0004" in fault
    assert not faults(CreditImporter, row | {"统一社会信用代码": CODE, "单位名称": "二厂"})
    assert not faults(CreditImporter, row | {"排污许可证编号": f"{CODE}002V", "统一社会信用代码": CODE})
    assert "没有这个编码" in faults(CreditImporter, row | {"污染源编码": "410481-9999"})[0]
    assert (
        "没有这个单位" in faults(CreditImporter, row | {"单位名称": "没有的厂", "统一社会信用代码": "914"})[0]
    )
    make_source(5, name="一厂")
    assert "不止一家" in faults(CreditImporter, row | {"单位名称": "一厂"})[0]


def test_periods_that_end_before_they_begin_are_refused(registries):
    period = {"自": "2026-09-05", "至": "2026-09-01"}
    assert "早于开始" in faults(AbsenceImporter, {"姓名": "甲", "事由": "请假"} | period)[0]
    assert "早于开始" in faults(RecusalImporter, {"姓名": "甲", "回避单位": "虚构1号化工厂"} | period)[0]
    rated = {"单位名称": "虚构1号化工厂", "等级": "A", "评定日期": "2026-09-05", "有效期至": "2026-09-01"}
    assert "早于评定日期" in faults(CreditImporter, rated)[0]


def test_two_rows_that_contradict_each_other_are_refused_and_equal_ones_are_one(registries):
    row = {"姓名": "甲", "培训时间": "2026-09-01", "培训内容": "执法培训", "学时": 8}
    assert len(faults(TrainingImporter, row, row | {"学时": 6})) == 2
    preview = TrainingImporter.preview(workbooks.of_dicts([row, row]), "x.xlsx")
    assert (preview.new, len(preview.faults)) == (1, 0)


def test_registered_rows_that_share_their_key_come_back_unchanged_and_are_changed_by_hand_alone(
    client, registries
):
    (甲, *_), _ = registries
    for until in (5, 9):
        Absence.objects.create(officer=甲, since=DAY, until=datetime.date(2026, 9, until))
    export = b"".join(client.post("/admin/enforcers/absence/export/").streaming_content)
    preview = AbsenceImporter.preview(export, "x.xlsx")
    assert (preview.unchanged, preview.new, preview.changed, len(preview.faults)) == (2, 0, 0, 0)
    [fault] = faults(AbsenceImporter, {"姓名": "甲", "事由": "请假", "自": "2026-09-01", "至": "2026-10-01"})
    assert "不止一条" in fault


def test_a_recusal_without_dates_stays_as_it_is(registries):
    (甲, *_), (one, _) = registries
    Recusal.objects.create(officer=甲, source=one, reason="亲属", since=DAY, until=DAY)
    preview = RecusalImporter.preview(workbooks.of_dicts([{"姓名": "甲", "回避单位": one.name}]), "x.xlsx")
    assert (preview.unchanged, preview.new, preview.changed) == (1, 0, 0)


def test_a_recusal_whose_first_day_is_left_empty_keeps_it_and_a_new_one_begins_today(registries):
    (甲, *_), (one, two) = registries
    Recusal.objects.create(officer=甲, source=one, reason="亲属", since=DAY)
    row = {"姓名": "甲", "自": None, "至": "2099-01-01", "原因": "亲属"}
    content = workbooks.of_dicts([row | {"回避单位": one.name}, row | {"回避单位": two.name}])
    preview = RecusalImporter.import_file(content, "x.xlsx", None)
    assert (preview.new, preview.changed) == (1, 1)
    days = Recusal.objects.order_by("source").values_list("since", "until")
    last = datetime.date(2099, 1, 1)
    assert list(days) == [(DAY, last), (timezone.localdate(), last)]


def test_an_officers_list_uploaded_as_absences_says_what_is_missing(registries):
    rows = [{"姓名": "甲", "执法证号": "16041048001", "执法证有效期至": "2028-07-01"}]
    assert any("事由" in fault for fault in faults(AbsenceImporter, *rows))


def test_what_a_frozen_draw_rests_on_is_not_undone(client, frozen_draw):
    for page in ("enforcers/absence", "enforcers/recusal"):
        job = come_in(client, page, PAGES[page])
        ImportJob.objects.filter(pk=job.pk).update(applied_at=frozen_draw.frozen_at)
        job.refresh_from_db()
        importer = {"enforcers/absence": AbsenceImporter, "enforcers/recusal": RecusalImporter}[page]
        importer.model.history.update(history_date=job.applied_at)
        assert "已按名录冻结抽签" in "".join(undo.examine(importer(), job).obstacles)


def test_the_page_of_a_unit_and_the_list_show_the_class_of_today(client, registries):
    _, (one, two) = registries
    past = {"source": one, "grade": "A", "date": datetime.date(2025, 3, 1)}
    CreditClass.objects.create(**past)
    CreditClass.objects.create(source=one, grade="D", date=datetime.date(2026, 3, 1))
    CreditClass.objects.create(source=one, grade="B", date=datetime.date(2199, 3, 1))
    over = datetime.date(2025, 12, 31)
    CreditClass.objects.create(source=two, grade="C", date=datetime.date(2025, 3, 1), valid_until=over)
    page = client.get(f"/inspections/units/{one.number}/").content.decode()
    assert "环保信用 D 级" in page
    assert "A 级" in page
    assert "今天没有有效的等级" in client.get(f"/inspections/units/{two.number}/").content.decode()

    def listed(grade):
        cl = client.get(f"/admin/sources/pollutionsource/?credit={grade}").context["cl"]
        return [unit.number for unit in cl.result_list]

    assert {grade: listed(grade) for grade in ("A", "B", "C", "D", "none")} == {
        "A": [], "B": [], "C": [], "D": [one.number], "none": [two.number],
    }  # fmt: skip


def test_no_query_per_row(registries, django_assert_max_num_queries):
    rows = [{"姓名": "甲", "培训时间": "2026-09-01", "培训内容": f"培训{n}", "学时": 8} for n in range(400)]
    content = workbooks.of_dicts(rows)
    with django_assert_max_num_queries(12):
        TrainingImporter.preview(content, "x.xlsx")
