"""The on-site record that a phone writes without a signal: the same text as the server's, and nothing else is frozen by it."""

import dataclasses
import datetime
import html
import json
import random
import re
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from evidence.photo_files import photo
from visit_cases import arrived, assessed, frozen

from drawings.inspections import record_verbs, verbs
from drawings.inspections.evidence import verbs as evidence
from drawings.inspections.evidence.queries import evidence_lines
from drawings.inspections.evidence.verbs import Sent
from drawings.inspections.field.forms import ReportForm
from drawings.inspections.field.permit_rows import permit_rows
from drawings.inspections.field.record import record_text
from drawings.inspections.field.report import Answer
from drawings.inspections.field.shown_record import groups
from drawings.models import ChecklistPoint, Inspection, OnSiteRecord
from drawings.protocol import verify
from drawings.states import Refused
from sources.models import PermitCondition

WRITER = Path(__file__).with_name("phone_writer.mjs")
NONCE = "0123456789abcdef" * 2
# What people paste, and what the two languages might read differently.
ODD = [
    "排口  见\t黑烟",
    " 台账缺 3 页\r\n另有\\反斜杠",
    "é與e\u0301",
    "-",
    "　全角空格　",
    "𠮷野\u200b有限\u3000公司",
    "\u2028行",
    "王\U00031350\U0002ebf0",
    "Ａ１\x85",
    "a\rb",
    "😀𝒳\uffff",
]

NAMES = ["钱 在场", "　钱\u3000\u3000在场 ", "Jose\u0301 Q", "安\u200b环\x85主管"]


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


@pytest.fixture
def unit(inspection):
    """The unit has limits and facilities whose names have to be put in form, and two points that share a name."""
    source = inspection.selection.source
    first, *others = ReportForm(inspection=inspection).sheet.points
    other = next(point for point in others if point.section != first.section)
    ChecklistPoint.objects.filter(pk=other.pk).update(name=first.name)
    rows = (
        ("DW001", "COD", "40", "mg/L", "TA001、TA002"),
        ("DW001", "pH", "6-9", "", ""),
        ("DA 001", "颗粒物", "", "mg/m³", "Ｔ９"),
    )
    for serial, (outlet, pollutant, limit, of, facility) in enumerate(rows):
        PermitCondition.objects.create(
            source=source, code=f"{source.number}/{serial}", outlet_kind="organised", outlet_code=outlet,
            pollutant=pollutant, limit=limit, limit_unit=of, facility_code=facility,
        )  # fmt: skip
    return latest(inspection)


@pytest.fixture
def opened(login, lead):
    """The frame of the form's page as an officer's phone holds it, and the values of its fields."""

    def get(inspection):
        page = login(lead).get(reverse("inspections:edit", args=[inspection.pk])).content.decode()
        [text] = re.findall(r'<script id="record-frame" type="application/json">(.*?)</script>', page)
        return json.loads(html.unescape(text))

    return get


def on_phone(cases):
    done = subprocess.run(
        [shutil.which("node"), WRITER], input=json.dumps(cases).encode(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


def typed(form, rng):
    """Something typed into the fields of the site, now plain and now odd."""
    day = timezone.localtime().strftime("%Y-%m-%dT")

    def text():
        return rng.choice(["", "", "正常", rng.choice(ODD), rng.choice(ODD) + rng.choice(ODD)])

    def choice(field):
        return rng.choice([value for value, _ in field.choices])

    values = {
        "visited_at": f"{day}09:30",
        "shown_at": f"{day}09:{rng.randrange(10, 59)}",
        "entry": choice(form.fields["entry"]),
    }
    values |= {name: text() for name in ("remark", "statement")}
    values |= {name: rng.choice(["", "-", *NAMES]) for name in ("met_name", "met_post")}
    for name, field in form.fields.items():
        if name.startswith(("verdict_", "facility_")):
            values[name] = choice(field)
        if name.startswith("note_"):
            values[name] = text()
        if name.startswith("reading_"):
            values[name] = rng.choice(["", "7", "007.50", "0.000", "８．１", " 6.0 ", "12 " + field.row.unit])
    for kind in ("urge", "order", "case"):
        if rng.random() < 0.4:
            values[f"measure_{kind}"] = "on"
    if "measure_order" in values:
        values["due_order"] = "2027-05-01"
    if rng.random() < 0.5:
        values["notice_given"] = "on"
    return {name: value for name, value in values.items() if value}


def sent(inspection, values, **more):
    data = QueryDict(mutable=True)
    data.update(values | {"version": inspection.version} | more)
    return data


@pytest.mark.browser
def test_the_phone_writes_the_very_text_of_the_server(unit, opened, monkeypatch):
    """Every odd text and number, 300 forms: byte for byte."""
    monkeypatch.setattr("drawings.inspections.field.forms.faults", lambda *args, **parts: [])
    rng, frame, forms = random.Random(20261127), opened(unit), []
    blank = ReportForm(inspection=unit)
    versions = {"versions": ",".join(map(str, blank.sheet.version_ids))}
    for _ in range(300):
        values = typed(blank, rng)
        form = ReportForm(sent(unit, values, **versions), inspection=unit)
        form.is_valid()
        assert not [name for name in form.errors if name.startswith(("reading_", "note_", "met_"))], (
            form.errors
        )
        text = record_text(unit, form.report(), form.sheet, form.permit, NONCE)
        forms.append((values, text))
    now = "2099-01-01T00:00:00Z"
    written = on_phone(
        [{"values": values, "frame": frame, "photos": [], "nonce": NONCE, "now": now} for values, _ in forms]
    )
    for (values, text), answer in zip(forms, written, strict=True):
        assert answer["text"] == text, values
        read = groups(OnSiteRecord(text=text))  # as the page of the record shows it to the other officer
        assert answer["groups"] == [[each.title, [list(row) for row in each.rows]] for each in read], values


@pytest.fixture
def shown(inspection, full):
    """A report, and the text of its record as a phone wrote it."""
    report = arrived(full())
    form = ReportForm(inspection=inspection)
    text = record_text(inspection, report, form.sheet, permit_rows(inspection), NONCE)
    return report, text


@pytest.fixture
def send(login, lead, fields):
    """Freeze as the outbox of a phone does: ``send(report, text)``; the status and the JSON come back."""

    def do(inspection, report, text, **more):
        values = fields(inspection, report, shown_text=text.replace("\n", "\r\n"), copy="17-3", **more)
        page = reverse("inspections:freeze", args=[inspection.pk])
        answer = login(lead).post(page, values, headers={"Accept": "application/json"})
        return answer.status_code, answer.json()

    return do


def test_what_the_phone_has_shown_is_frozen_to_the_byte_and_once(inspection, shown, send):
    report, text = shown
    row = latest(inspection)
    for _ in range(2):
        status, told = send(row, report, text, phone_time="2026-11-26T07:00:00+08:00")
        assert (status, told["record"]) == (200, verify.digest(text))
    [held] = OnSiteRecord.objects.all()
    assert held.text == text
    assert held.phone_time == datetime.datetime.fromisoformat("2026-11-26T07:00:00+08:00")


def test_another_text_than_the_reports_is_not_frozen_and_what_differs_is_named(inspection, shown, send):
    report, text = shown
    _, point, _ = text.partition("\npoint\t")
    assert point
    other = text.replace("\tpass\t", "\tabsent\t", 1).replace("statement\t-", "statement\t没有说")
    status, told = send(latest(inspection), report, other)
    assert status == 422 and "检查项目、陈述申辩" in told["errors"]["__all__"][0]
    assert "签字也不算" in told["errors"]["__all__"][0]
    status, told = send(latest(inspection), report, "record/1\nnonsense\n")
    assert status == 422 and "读不出来" in told["errors"]["__all__"][0]
    assert not OnSiteRecord.objects.exists() and not latest(inspection).findings.exists()


def test_a_record_that_another_has_frozen_of_the_same_entries_is_not_the_one_that_was_signed(
    inspection, shown, send, second
):
    report, text = shown
    frozen(inspection, report, second)
    status, told = send(inspection, report, text)
    assert status == 422 and "不是这台设备上显示的那一份" in told["errors"]["__all__"][0]
    [held] = OnSiteRecord.objects.all()
    assert held.text != text


def test_a_nonce_that_anybody_guesses_is_refused(inspection, shown, send):
    report, text = shown
    status, told = send(inspection, report, text.replace(NONCE, "0" * 32))
    assert status == 422 and "读不出来" in told["errors"]["__all__"][0]
    assert not OnSiteRecord.objects.exists()


@pytest.mark.browser
def test_a_name_that_the_protocol_cannot_write_is_told_on_the_phone(unit, opened):
    values = {"entry": "entered", "met_name": "王\U00031350", "met_post": "主管😀"}
    [answer] = on_phone(
        [
            {
                "values": values,
                "frame": opened(unit),
                "photos": [],
                "nonce": NONCE,
                "now": "2099-01-01T00:00:00Z",
            }
        ]
    )
    assert "写不进记录" in answer["faults"]["met_name"] and "写不进记录" in answer["faults"]["met_post"]


def test_evidence_that_the_phone_did_not_know_stays_out_of_the_record(inspection, shown, lead):
    report, text = shown
    known, _ = (
        evidence.add(
            inspection=inspection, actor=lead, sent=Sent(key=uuid.uuid4(), content=photo(text=word))
        )[0]
        for word in ("one", "two")
    )
    [line] = [each for each in evidence_lines(inspection, ()) if each[0] == known.digest]
    record = verify.parse_field_record(text)._replace(evidence=(line,))
    held = frozen(inspection, report, lead, shown_text=verify.write_field_record(record))
    assert [row[0] for row in verify.parse_field_record(held.text).evidence] == [known.digest]
    gone = verify.write_field_record(record._replace(evidence=(line, ("f" * 64, *line[1:]))))
    with pytest.raises(Refused, match="现场证据"):
        record_verbs.set_aside(record=held, actor=lead, reason="编号记错了")
        frozen(latest(inspection), report, lead, shown_text=gone)


def test_what_looks_personal_in_a_note_stops_the_submission_and_not_what_was_signed(
    inspection, full, points, lead, second, login, fields
):
    report = arrived(
        full(
            answers={point.pk: Answer("pass") for point in points}
            | {points[0].pk: Answer("fail", "联系人 13812345678")},
            outcome="urged",
        )
    )
    with pytest.raises(Refused, match="手机号"):
        frozen(inspection, report)
    form = ReportForm(inspection=inspection)
    text = record_text(inspection, report, form.sheet, permit_rows(inspection), NONCE)
    held = frozen(latest(inspection), report, lead, shown_text=text)
    record_verbs.cosign(record=held, actor=second, digest=held.digest, verdict="confirm")
    record_verbs.sign(record=held, actor=lead, digest=held.digest, kind="paper", name="钱在场", post="厂长")
    row = latest(inspection)
    values = fields(row, dataclasses.replace(assessed(row, report), summary="查过。"))
    answer = login(lead).post(reverse("inspections:submit", args=[row.pk]), values).content.decode()
    assert f"note_{points[0].pk}_not_personal" in answer and "13812345678" in answer
    with pytest.raises(Refused):
        verbs.submit(inspection=row, actor=lead, version=row.version, report=assessed(row, report))
