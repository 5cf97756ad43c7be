"""Steps of the first hour of a bureau, from which `year.py` makes a year: its facts, lists without numbers, a rehearsal."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from upgrade.steps import VALUES, clock, who

from drawings.models import InspectionItem
from drawings.rehearsals import queries, verbs
from enforcers.importer import OfficerImporter
from enforcers.models import Officer
from enforcers.record_importers import AbsenceImporter, RecusalImporter, TrainingImporter
from sources.credit_importer import CreditImporter
from sources.importer import SourceImporter
from sources.joining import call_different, join
from sources.models import PollutionSource
from wugang_audit.bureau import current
from wugang_audit.imports import choices, jobs, marking, recipes, wrong_file
from wugang_audit.imports.importer import Importer
from wugang_audit.imports.mending import Mended
from wugang_audit.imports.models import ImportJob

PHONE = "12345"


def uploaded(importer: Importer, rows: list[dict[str, str]]) -> ImportJob:
    text = io.StringIO()
    table = csv.DictWriter(text, fieldnames=[*rows[0]])
    table.writeheader()
    table.writerows(rows)
    clock.move(minutes=20)
    file = SimpleUploadedFile(f"{importer.label}{clock():%H%M}.csv", text.getvalue().encode())
    return jobs.submit(importer, file, who("admin"))


def brought_in(importer: Importer, rows: list[dict[str, str]], **constants: str) -> ImportJob:
    """Upload a list, say what its file lacks, and import it."""
    job = uploaded(importer, rows)
    if constants:
        mended = Mended.of(job)
        mended.constants = constants
        jobs.mend(importer, job, mended)
        job.refresh_from_db()
    clock.move(minutes=5)
    ticked = (jobs.EVERYTHING,)
    assert jobs.confirm(importer, job, reason="各镇上报", good_only=True, ticked=ticked) == jobs.APPLIED
    job.refresh_from_db()
    return job


def heading(importer: Importer) -> None:
    """Import a list with a heading of its own, whose meaning is remembered."""
    job = uploaded(importer, [{"单位名称": "虚构溪口厂", "行业": "化工类", "档案所在": "档案在二楼"}])
    seen = choices.layout(importer, job)
    columns = {str(each.position): each.attribute for each in seen.columns}
    (own,) = (str(each.position) for each in seen.columns if each.text == "档案所在")
    choice = {"sheet": seen.sheet, "header_row": seen.header_row, "columns": columns | {own: "remarks"}}
    jobs.choose(importer, job, choice, remember=True, constants={"category": "一般"})
    job.refresh_from_db()
    ticked = (jobs.EVERYTHING,)
    assert jobs.confirm(importer, job, reason="各镇上报", ticked=ticked) == jobs.APPLIED


def bureau() -> None:
    """Save what stands at the foot of every page."""
    there = current()
    there.phone = PHONE
    there.save()


def rehearsal() -> None:
    """One rehearsal to its end, one frozen alone."""
    organiser, item = who("organiser"), InspectionItem.objects.first()
    for values in ((VALUES["dice10"],) * 2, ()):
        found = verbs.start(year=2026, quarter=3, item=item, actor=organiser)
        seen = queries.flight_of(found).snapshot.fingerprint
        found = verbs.freeze(rehearsal=found, seen=seen, actor=organiser)
        for value in values:
            found = verbs.enter_value(rehearsal=found, value=value, actor=organiser)
        clock.move(minutes=9)


def lists() -> None:
    """Units and officers without numbers, recipes, faults that wait, doubles, a file that was no use, and lists beside."""
    admin, importer = who("admin"), SourceImporter()
    said = [
        recipes.Said("township", "石漫滩乡", "石漫滩街道"),
        recipes.Said("industry_name", "化工类", "2669"),
    ]
    assert recipes.remember(importer, said, admin) == []
    named = ["虚构溪东塑料厂", "虚构溪东塑料有限公司", "虚构溪西砂石场", "虚构溪北养殖场"]
    brought_in(
        importer,
        [{"单位名称": name, "行业": "化工类", "乡镇": "石漫滩乡"} for name in named],
        category="一般",
    )
    heading(importer)
    faulty = [
        {"单位名称": "虚构溪南厂", "联系电话": "电话坏了"},
        {"单位名称": "虚构溪中厂", "联系电话": "139"},
    ]
    marking.make(importer, uploaded(importer, faulty))
    useless = uploaded(importer, [{"单位名称": "虚构传错的厂", "备注": ""}])
    wrong_file.discard(importer, useless, admin)
    one, double, third, _ = (PollutionSource.objects.get(name=name) for name in named)
    clock.move(minutes=3)
    join(one, double, taken={}, reason="同一家登记了两次", actor=admin)
    call_different(one, third, reason="两处厂区", actor=admin)
    brought_in(
        OfficerImporter(),
        [{"姓名": "虚构待证甲", "科室": "一中队"}, {"姓名": "虚构待证乙", "科室": "一中队"}],
    )
    officer = Officer.objects.filter(is_active=True).exclude(certificate_number="").order_by("pk").first()
    person = {"执法证号": officer.certificate_number, "姓名": officer.name}
    unit = PollutionSource.objects.filter(is_active=True).order_by("number").first()
    brought_in(
        AbsenceImporter(), [person | {"开始日期": "2027-02-01", "结束日期": "2027-02-20", "请假类型": "休假"}]
    )
    brought_in(TrainingImporter(), [person | {"培训名称": "虚构法典培训", "日期": "2026-09-01", "学时": "8"}])
    brought_in(RecusalImporter(), [person | {"污染源编码": unit.number, "回避原因": "亲属任职"}])
    brought_in(
        CreditImporter(),
        [{"污染源编码": unit.number, "单位名称": unit.name, "信用等级": "B", "评价日期": "2026-06-30"}],
    )


def undecided() -> None:
    """A unit that waits for its class and its industry."""
    brought_in(SourceImporter(), [{"单位名称": "虚构待定类别的厂", "备注": "乡镇上报"}])
