"""The law of the export: whatever a clerk could type, import or leave, its export imports again as all unchanged."""

import datetime
from decimal import Decimal

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from laws import times

from enforcers.columns import COLUMNS as OFFICER_COLUMNS
from enforcers.forms import OfficerForm, RecusalForm
from enforcers.importer import OfficerImporter
from enforcers.models import Ability, Officer
from sources.columns import COLUMNS as SOURCE_COLUMNS
from sources.forms import PollutionSourceForm
from sources.importer import SourceImporter
from sources.models import Category, Medium, OperatingState, PermitClass, PollutionSource
from wugang_audit.spreadsheets import export
from wugang_audit.spreadsheets.cell_reader import KEEP, read_cell
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong

CODES = ["91410481317593588N", "91410481105484945P"]
ODD = [
    "无", "/", "-", "——", "否", "参加", "=1+1", "+1", "@a", "'007", "007", "00123", "#N/A", "TRUE", "1E5", "9.1E+17", "2028-07-01",
    "合计", "填表人：甲", "甲\n乙", "a\r\nb", "\t甲\u3000乙\xa0", "\ufeff甲\u200b", "ＡＢＣ１２３", "𠮷祥·厂", "e\u0301", "か \u3099", "_x000D_", "_x0041_",
    "<b>&amp;\"", "a、b，c;d/e|f", "长" * 200, "", " ", "\ue000", "138 0013 8000", "０３７５－８１２３４５６", "U\xa8", "\x01\x0b", "甲 乙",
    # names that a spreadsheet program would calculate, typed, pasted, and already with an apostrophe before them
    "=甲厂", "+甲厂", "-甲厂", "@甲厂", "\t=甲厂", "\r+甲厂", "'=甲厂", "''=甲厂", "＝甲厂", "＠甲厂", "=HYPERLINK(\"a\",\"甲\")", "=cmd|' /C calc'!A0",
]  # fmt: skip
TEXT = st.sampled_from(ODD) | st.text(
    st.characters(blacklist_categories=("Cs",)) | st.sampled_from("甲厂 a0\u3000\n\u200b、-/_x"), max_size=20
)
WRITTEN = [column for column in (*SOURCE_COLUMNS, *OFFICER_COLUMNS) if not hasattr(column.rule, "write")]


@settings(deadline=None, max_examples=times(600))
@given(st.sampled_from(WRITTEN), TEXT | st.sampled_from(CODES) | st.integers(0, 10**15) | st.floats(0, 1e6))
def test_what_was_read_of_a_cell_is_read_again_as_it_is(column, raw):
    try:
        value = read_cell(raw, column)
    except Wrong:
        return
    value = value.value if isinstance(value, Adjusted) else value
    if value is KEEP:  # an empty cell says nothing, and so does what is written for it
        assert read_cell(column.blank, column) is KEEP
    else:
        again = read_cell(value, column)
        assert (
            again.value if isinstance(again, Adjusted) else again
        ) == value  # what is told may be told again


# --- the whole way: form, export, import -----------------------------------------------------------------------
DAYS = st.none() | st.dates(datetime.date(1900, 1, 1), datetime.date(2200, 1, 1))
MANY = settings(
    phases=[Phase.generate],    deadline=None, max_examples=times(20),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


def places(low, high):
    return st.none() | st.decimals(Decimal(low), Decimal(high), places=6)


UNITS = st.fixed_dictionaries({
    "number": TEXT | st.from_regex(r"[0-9A-Za-z_-]{1,12}", fullmatch=True), "name": TEXT,
    "credit_code": st.sampled_from(["", *CODES, CODES[0].lower()]), "category": st.sampled_from(Category.values),
    "media": st.lists(st.sampled_from(Medium.values)), "industry_code": st.sampled_from(["0313", "2669", "３１１０", "C2669"]),
    "industry_name": TEXT, "permit_class": st.sampled_from(["", *PermitClass.values]),
    "permit_number": TEXT | st.sampled_from([f"{CODES[0]}001u"]), "permit_expiry": DAYS, "township": TEXT, "address": TEXT,
    "longitude": places("113.1", "113.9"), "latitude": places("32.9", "33.7"), "legal_representative": TEXT, "contact": TEXT,
    "phone": TEXT, "operating_state": st.sampled_from(OperatingState.values), "out_of_season": st.booleans(),
    "discharges_wastewater": st.booleans(), "discharges_waste_gas": st.booleans(), "special_reason": TEXT, "special_from": DAYS,
    "special_until": DAYS, "special_basis": TEXT, "category_after": st.sampled_from(["key", "general"]),
    "exempt_reason": TEXT, "remarks": TEXT, "is_active": st.booleans(),
})  # fmt: skip
OFFICERS = st.fixed_dictionaries({
    "name": TEXT, "certificate_number": TEXT | st.from_regex(r"[0-9A-Za-z_-]{1,12}", fullmatch=True),
    "certificate_expiry": DAYS, "sex": st.sampled_from(["", "男", "女"]), "department": TEXT, "post": TEXT, "group": TEXT,
    "duty_state": st.sampled_from(["on_duty", "leave", "left"]), "phone": TEXT, "remarks": TEXT, "is_active": st.booleans(),
})  # fmt: skip


def typed(form_class, wanted: dict, sound: dict):
    """Save what a clerk typed; what the form refuses the clerk gives up for something sound."""
    wanted = {"change_reason": "据单位来函"} | wanted
    form = form_class(wanted)
    if not form.is_valid():
        form = form_class(wanted | {name: sound.get(name, "") for name in form.errors if name != "__all__"})
    return form.save() if form.is_valid() else None


def again(importer):
    content = b"".join(
        export.export(importer.written_columns, importer.exported(importer.model.objects.all()))
    )
    found = importer.examine(content, "x.xlsx")[0]
    return (
        found.new,
        found.changed,
        found.unchanged,
        [str(fault) for fault in found.faults],
        found.differences,
    )


@MANY
@given(st.lists(UNITS, min_size=1, max_size=4))
def test_units_as_typed_export_and_import_as_unchanged(specialities, units):
    PollutionSource.objects.all().delete()
    for number, unit in enumerate(units):
        typed(
            PollutionSourceForm,
            unit,
            {"number": f"1-{number}", "name": f"{number}厂", "industry_code": "2669"},
        )
    count = PollutionSource.objects.count()
    assume(count)  # where every row was refused there is nothing to compare
    assert again(SourceImporter()) == (0, 0, count, [], [])


@MANY
@given(
    st.lists(
        st.tuples(OFFICERS, st.sets(st.integers(0, 7)), st.sets(st.integers(1, 3)), TEXT),
        min_size=1,
        max_size=4,
    )
)
def test_officers_as_typed_export_and_import_as_unchanged(specialities, make_source, officers):
    Officer.objects.all().delete()
    PollutionSource.objects.all().delete()
    units = {serial: make_source(serial) for serial in (1, 2, 3)}
    everything = list(specialities.values())
    for number, (officer, masters, recused, reason) in enumerate(officers):
        sound = {
            "name": f"{number}甲",
            "certificate_number": f"1-{number}",
            "certificate_expiry": "2099-01-01",
        }
        if made := typed(OfficerForm, officer, sound):
            for at in masters:
                Ability.objects.create(officer=made, speciality=everything[at % len(everything)])
            for serial in recused:
                recusal = {
                    "officer": made.pk,
                    "source": units[serial].pk,
                    "kind": "officer",
                    "since": "2026-01-01",
                }
                typed(RecusalForm, recusal | {"reason": reason}, {"reason": "亲属任职"})
    count = Officer.objects.count()
    assume(count)
    new, changed, unchanged, faults, differences = again(OfficerImporter())
    assert (new, changed, faults, differences) == (0, 0, [], [])
    assert unchanged <= count  # drafts that agree in everything are one row


def test_names_that_begin_like_a_formula_export_and_import_as_unchanged(specialities):
    """Each of them once, whatever the examples above happen to be."""
    names = [name for name in ODD if "甲" in name and "厂" in name]
    for number, name in enumerate(names):
        unit = {"number": f"1-{number}", "name": name, "industry_code": "2669", "category": "general"}
        unit |= {"category_after": "general", "operating_state": "normal", "remarks": name, "is_active": True}
        typed(PollutionSourceForm, unit, {})
    count = PollutionSource.objects.count()
    assert count > 5 and PollutionSource.objects.filter(name__startswith="=").exists()
    assert again(SourceImporter()) == (0, 0, count, [], [])
