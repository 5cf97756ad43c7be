"""The versions that an inspection begins with stay its own, whatever is published or withdrawn later."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from visit_cases import send_in

from drawings.checklists.shipped import add_shipped
from drawings.inspections.field.facts import permit_classes_of, unit_of
from drawings.inspections.field.report import Answer, stored
from drawings.inspections.field.sheet import clauses, sheet
from drawings.models import Checklist, ChecklistPoint, ChecklistVersion, Inspection, LegalBasis
from drawings.states import Refused
from sources.models import PermitCondition


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


def new_version(number, code="general", *codes):
    version = ChecklistVersion.objects.create(
        checklist=Checklist.objects.get(code=code), number=number, published_at=timezone.now()
    )
    for place, each in enumerate(codes or ("permit", "eia"), 1):
        ChecklistPoint.objects.create(
            version=version, section="一", code=each, name=f"新{each}", position=place
        )
    return version


def names(inspection, opened=()):
    return [str(version) for version in sheet(latest(inspection), opened).versions]


@pytest.mark.parametrize(
    ("facts", "also"),
    [
        ({}, []),
        ({"discharges_wastewater": True}, ["废水"]),
        ({"media": "water,air"}, ["废水", "废气"]),
        ({"permit_class": "key", "discharges_waste_gas": True}, ["废气", "固体废物和危险废物", "自动监测"]),
        ({"permit_class": "simplified"}, ["固体废物和危险废物"]),
        ({"industry_code": "0313", "permit_class": "registered"}, ["畜禽养殖"]),
        ({"speciality": "livestock", "industry_code": "0111"}, []),
        ({"speciality": "medical-services", "industry_code": "8411"}, ["医疗机构"]),
        ({"speciality": "medical-services", "industry_code": "842"}, ["医疗机构"]),
        ({"speciality": "medical-services", "industry_code": "5265"}, ["加油站"]),
        ({"speciality": "medical-services", "industry_code": "526"}, []),
        ({"speciality": "medical-services", "industry_code": ""}, []),
    ],
)
def test_a_visit_begins_with_what_the_facts_of_the_unit_ask_for(facts, also, inspection, specialities):
    add_shipped()
    source = inspection.selection.source
    plain = {"media": "", "permit_class": "", "discharges_wastewater": False, "discharges_waste_gas": False}
    given = plain | {"speciality": "steel-mining"} | facts
    for name, value in given.items():
        setattr(source, name, specialities[value] if name == "speciality" else value)
    source.save()
    found = [version.checklist.name for version in sheet(latest(inspection)).versions]
    assert found == ["通用检查清单", *(f"{name}检查清单" for name in also)]


@pytest.mark.parametrize(
    ("kind", "also"),
    [
        ("water", ["废水"]), ("organised", ["废气"]), ("fugitive", ["废气"]), ("noise", []),
        ("waste", ["固体废物和危险废物"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("whose", ["its own", "out of use", "of the unit that stays"])
def test_an_outlet_of_the_permit_asks_for_its_list_whatever_the_registry_says(
    kind, also, whose, inspection, make_source
):
    add_shipped()
    source = inspection.selection.source
    source.media, source.permit_class, source.discharges_wastewater = "", "", False
    holder = source
    if whose == "of the unit that stays":
        holder = make_source(77)
        source.joined_into, source.is_active = holder, False
    source.save()
    PermitCondition.objects.create(
        code=f"{holder.number}/1/1", source=holder, outlet_kind=kind, outlet_code="1", pollutant="氨氮",
        is_active=whose != "out of use",
    )  # fmt: skip
    found = [version.checklist.name for version in sheet(latest(inspection)).versions]
    expected = [] if whose == "out of use" else also
    assert found == ["通用检查清单", *(f"{name}检查清单" for name in expected)]


@pytest.mark.parametrize(
    ("listed", "outlets", "classes"),
    [
        ("", [], set()),
        ("", ["water", "organised"], set()),
        ("", ["water", "waste"], {"simplified"}),
        ("registered", ["water"], {"registered"}),
        ("registered", ["waste"], {"registered", "simplified"}),
        ("simplified", ["waste"], {"simplified"}),
        ("key", ["waste"], {"key"}),
    ],
)
def test_conditions_for_waste_show_a_permit_that_the_registry_does_not_know(listed, outlets, classes):
    assert permit_classes_of(listed, outlets) == classes


@pytest.mark.parametrize(
    ("stratum", "category"),
    [("key-emitting", "key"), ("key", "key"), ("special", "special"), ("general", "general")],
)
def test_the_class_is_the_one_in_which_the_unit_was_drawn(stratum, category, inspection):
    inspection.selection.stratum = stratum
    assert unit_of(inspection).category == category


def test_a_visit_that_has_not_begun_takes_the_newest_version_and_one_that_has_keeps_its_own(inspection, save):
    assert names(inspection) == ["通用检查清单第 2 版"]
    save(inspection, summary="刚到")
    third = new_version(3)
    assert names(inspection) == ["通用检查清单第 2 版"]
    assert sheet(latest(inspection)).hints == [
        "“通用检查清单”已有第 3 版。这次检查用开始时的第 2 版填完，不用重填。"
    ]
    other = Inspection.objects.exclude(pk=inspection.pk).first()
    assert names(other) == [str(third)]


def test_a_version_withdrawn_in_mid_visit_is_filled_in_to_the_end(inspection, save, lead, points, full):
    save(inspection, answers={points[0].pk: Answer("fail", "证已过期")})
    ChecklistVersion.objects.update(withdrawn_at=timezone.now(), withdrawn_because="条文有变")
    assert sheet(latest(inspection)).hints == [
        "“通用检查清单第 2 版”已停用（条文有变）。这次检查已经用它开始，可以照常填完。"
    ]
    row = latest(inspection)
    send_in(inspection=row, actor=lead, version=row.version, report=full())
    assert len(stored(latest(inspection)).answers) == len(points)


def test_a_form_that_was_opened_before_a_new_version_counts_as_it_was_opened(inspection, save, points):
    opened = (points[0].version_id,)
    new_version(3)
    save(inspection, versions=opened, answers={points[1].pk: Answer("pass")})
    assert names(inspection) == ["通用检查清单第 2 版"]


def test_a_draft_that_was_never_published_is_no_version_to_fill_in(inspection):
    draft = ChecklistVersion.objects.create(checklist=Checklist.objects.get(), number=9)
    assert names(inspection, [draft.pk]) == []
    assert names(inspection, [10**15]) == []


def test_another_version_of_what_was_begun_is_refused(inspection, save):
    save(inspection, summary="刚到")
    third = new_version(3)
    with pytest.raises(Refused, match="已经用“通用检查清单第 2 版”开始"):
        save(inspection, versions=(third.pk,))


def test_what_the_unit_asks_for_cannot_be_left_out_and_what_was_added_by_hand_can(inspection, save):
    add_shipped()
    station = ChecklistVersion.objects.get(checklist__code="filling-station")
    own = sheet(latest(inspection)).version_ids
    save(inspection, versions=(*own, station.pk))
    assert sheet(latest(inspection)).added == {station.pk}
    save(inspection, versions=tuple(own))
    assert sheet(latest(inspection)).version_ids == own
    with pytest.raises(Refused, match="不能去掉"):
        save(inspection, versions=(station.pk,))


def test_an_answer_to_a_point_of_no_version_of_the_visit_is_refused(inspection, save):
    foreign = new_version(1, "general", "x").points.get()
    with pytest.raises(Refused, match="不在这次采用的清单里"):
        save(inspection, answers={foreign.pk: Answer("pass")})
    assert latest(inspection).updated_by is None


@pytest.mark.parametrize(
    ("day", "law", "articles"),
    [
        ("2026-08-14", "环境保护法", ["第二十四条", "第四十一条"]),
        ("2026-08-15", "生态环境法典", ["第一百六十二条"]),
    ],
)
def test_a_point_shows_the_law_of_the_day_of_the_visit(day, law, articles, points):
    on = datetime.date.fromisoformat(day)
    shown = [each.basis for each in clauses(points[1], on) if each.in_force]
    assert {basis.law for basis in shown} == {f"中华人民共和国{law}"}
    assert [basis.article for basis in shown] == articles


def test_the_shipped_checklists_are_added_once_and_change_nothing_that_is_there(specialities):
    Checklist.objects.update(name="本局的清单", media=["soil"])
    before = list(ChecklistPoint.objects.values_list("pk", "name"))
    assert len(add_shipped()) == 7  # the cast has the general one
    assert add_shipped() == []
    assert (
        list(ChecklistPoint.objects.filter(version__checklist__code="general").values_list("pk", "name"))
        == before
    )
    assert Checklist.objects.get(code="general").name == "本局的清单"
    for version in ChecklistVersion.objects.all():
        assert 8 <= version.points.count() <= 15
        assert 2 <= len(set(version.points.values_list("section", flat=True))) <= 4
        for point in version.points.all():
            assert any(basis.is_in_force(datetime.date(2026, 8, 15)) for basis in point.bases.all())
            assert any(basis.is_in_force(datetime.date(2026, 8, 14)) for basis in point.bases.all())


def test_codes_of_the_shipped_points_are_each_used_once(specialities):
    add_shipped()
    codes = list(ChecklistPoint.objects.values_list("code", flat=True))
    assert len(codes) == len(set(codes))


def test_an_upgraded_site_keeps_its_old_points_as_the_first_version(specialities, forge):
    forge(ChecklistVersion, ChecklistVersion.objects.get().pk, number=1)
    added = add_shipped()
    assert {str(version) for version in added if version.checklist.code == "general"} == {
        "通用检查清单第 2 版"
    }
    assert ChecklistVersion.objects.in_use().filter(checklist__code="general").first().number == 2


def test_the_fixture_loads_as_it_is_on_an_empty_site(db):
    for _ in range(2):
        call_command("loaddata", "specialities", "law", "checklists", verbosity=0)
    assert ChecklistVersion.objects.in_use().count() == 8
    assert ChecklistPoint.objects.count() == 96


def test_without_the_law_nothing_is_loaded(specialities):
    LegalBasis.objects.filter(article="第五百三十六条").update(article="第五百三十七条")
    with pytest.raises(CommandError, match="请先载入 law"):
        call_command("load_checklists", verbosity=0)
    assert Checklist.objects.count() == 1


def test_the_form_takes_as_many_queries_with_a_hundred_points_as_with_ten(inspection, login, lead, points):
    url, version, client = f"/inspections/{inspection.pk}/edit/", points[0].version, login(lead)

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    queries()
    few = queries()
    law = list(LegalBasis.objects.all()[:3])
    for number in range(100):
        point = ChecklistPoint.objects.create(
            version=version,
            section=f"第 {number // 10} 节",
            code=f"p{number}",
            name=f"项{number}",
            position=50,
        )
        point.bases.set(law)
    assert queries() == few


def test_a_report_is_written_in_as_many_statements_with_a_hundred_points_as_with_ten(
    inspection, save, points
):
    version = points[0].version

    def statements(answers):
        with CaptureQueriesContext(connection) as found:
            save(inspection, answers=answers)
        return len(found)

    save(inspection, summary="刚到")
    few = statements({point.pk: Answer("pass") for point in points})
    more = [
        ChecklistPoint.objects.create(version=version, section="二", code=f"p{n}", name=f"项{n}", position=50)
        for n in range(100)
    ]
    assert statements({point.pk: Answer("fail", "缺") for point in [*points, *more]}) == few
