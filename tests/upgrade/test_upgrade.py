"""The filled database of each release, brought up to date: nothing is lost, everything verifies, every page opens."""

import json

import pytest
from upgrade.release import NAMES, NEWEST

BROWSE = """
import django
import json
django.setup()
from django.apps import apps
from django.test import Client
from drawings.models import Draw, Inspection, QuarterReport
from sources.models import PollutionSource
from wugang_audit.accounts.models import User
counts = {m._meta.label_lower: m._base_manager.count() for m in apps.get_models(include_auto_created=True)}
paths = ["/", "/results/", "/plans/", "/log/", "/organisers/", "/units/"]
paths += [f"/draws/{draw.code}/" for draw in Draw.objects.visible()]
paths += [f"/units/{unit.number}/" for unit in PollutionSource.objects.all()[:3]]
told = {path: Client().get(path).status_code for path in paths}
client = Client()
for user in User.objects.order_by("pk")[:20]:
    client.force_login(user)
    told[f"/ as {user.username}"] = client.get("/desk/", follow=True).status_code
client.force_login(User.objects.get(username="reviewer"))
states = dict(Inspection.objects.values_list("state", "pk"))  # one visit of each
paths = [f"/inspections/{pk}/" for pk in states.values()]
paths += [f"/desk/statistics/reports/{pk}/" for pk in QuarterReport.objects.values_list("pk", flat=True)[:1]]
told |= {f"{path} as reviewer": client.get(path, follow=True).status_code for path in paths}
print(json.dumps([told, counts]))
"""


RENAMED = {
    "drawings.checklistitem": "drawings.checklistpoint",
    "drawings.inspectionitem_bases": "drawings.itembasis",
}

POINTS = """
import django
import json
django.setup()
from drawings.models import ChecklistPoint, ChecklistVersion, Finding, Inspection, InspectionChecklist
(version,) = ChecklistVersion.objects.all()
begun = Finding.objects.values_list("inspection", flat=True).distinct()
print(json.dumps({
    "it is the first of the general checklist": version.natural_key() == ("general", 1),
    "it keeps its name": version.name == version.checklist.name != "",
    "it is in use": list(ChecklistVersion.objects.in_use()) == [version],
    "it has all points": version.points.count() == ChecklistPoint.objects.count() == 10,
    "those visits keep it": set(begun) == set(InspectionChecklist.objects.values_list("inspection", flat=True)),
    "no form of a text changed": set(Inspection.objects.filter(state="published").values_list("record_form", flat=True)) <= {"finding/1"},
}))
"""


# The year goes on: without registered law, the next plan and draw wait for one step.
GO_ON = """
import sys
import django
import json
django.setup()
sys.path.insert(0, "tests")
from django.test import Client
from django.utils import timezone
from upgrade.steps import clock, freeze, plan, who
from drawings import annex
from drawings.models import Draw, InspectionItem
from drawings.plans import verbs as plans
from drawings.states import Refused
from sources.models import PollutionSource

timezone.now = clock
clock.at("2027-01-04 09:00")
draft = plan(2027, publish=False)
refused = ""
try:
    plans.publish(plan=draft, actor=who("organiser"))
except Refused as reason:
    refused = str(reason)
    annex.register(items=InspectionItem.objects.all(), actor=who("admin"))
    clock.move(minutes=1)
    plans.publish(plan=draft, actor=who("organiser"))
PollutionSource.objects.undecided().update(is_active=False)
freeze(Draw.objects.get(code="2027Q1"), disclosure="sealed")
pages = {code: Client().get(f"/draws/{code}/").content.decode() for code in ("2025Q4", "2026Q4", "2027Q1")}
LAW = {"old": "（主席令第9号）第二十四条", "new": "《中华人民共和国生态环境法典》第五十一条", "notice": "（环办〔2015〕88号）"}
shown = {code: [name for name, words in LAW.items() if words in page] for code, page in pages.items()}
print(json.dumps([refused, shown]))
"""

# Of a release that has checklists with versions: each visit keeps its own, and each record says what it said.
FIELD_WORK = """
import django
import json
django.setup()
from drawings.models import Checklist, ChecklistVersion, Inspection, InspectionChecklist, QuarterReport, Redaction, Sampling
by_industry = Checklist.objects.filter(code__in=["livestock", "hospital", "filling-station"])
published = Inspection.objects.filter(state="published")
visits = published.filter(outcome__in=["clean", "urged", "ordered"])
print(json.dumps({
    "the records have their form": set(published.values_list("record_form", flat=True)) == {"finding/2"},
    "each keeps the versions that it began with": not visits.filter(checklists=None).exists(),
    "each version in use keeps its name": all(
        row.name == row.checklist.name != "" for row in ChecklistVersion.objects.published()
    ),
    "what was decided beside them is there": all(
        model.objects.exists() for model in (QuarterReport, Redaction, Sampling, InspectionChecklist)
    ),
    "the shipped lists are chosen by industry": [
        (row.code, row.industries, row.by_hand, row.specialities.count()) for row in by_industry
    ] == [
        ("livestock", ["03"], False, 0), ("hospital", ["841", "842", "843"], False, 0),
        ("filling-station", ["5265"], False, 0),
    ],
}))
"""

# Of a table that the migration filled and the database keeps from then on.
SEARCH = """
import django
import json
django.setup()
from django.db import connection
from drawings.models import Draw, SearchText, Selection, search_index
from drawings.models.search_index import fold
from sources.models import PollutionSource
def finds(unit, text):
    keys = [key for some in SearchText.objects.holding(fold(text)) for key in some]
    return SearchText.objects.filter(pk__in=keys, source=unit).exists()
units = list(PollutionSource.objects.all())
withdrawn = {number for draw in Draw.objects.filter(withdrawals__kind="unit") for number in draw.names.withdrawn("unit")}
drawn = Selection.objects.exclude(name="").values_list("source", "name")
print(json.dumps({
    "the triggers stand": search_index.missing(connection) == [],
    "each unit is found by its name and its number": all(finds(unit, unit.name) and finds(unit, unit.number) for unit in units),
    "each drawn name has a row": set(drawn) <= set(SearchText.objects.values_list("source", "text")),
    "what was withdrawn is marked": withdrawn == set(
        SearchText.objects.filter(is_withdrawn=True).values_list("number", flat=True)
    ),
}))
"""

BUNDLES = """
import django
import io
import json
import zipfile
django.setup()
from django.test import Client
from drawings.models import Draw
from drawings.protocol import verify
told = {}
for draw in Draw.objects.published():
    response = Client().get(f"/draws/{draw.code}/bundle.zip")
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    told[draw.code] = [line.detail for line in verify.check(files) if line.level in ("fail", "skip")]
print(json.dumps(told))
"""


def test_there_is_a_release_to_upgrade_from():
    assert NEWEST in NAMES


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == NEWEST else pytest.mark.long) for name in NAMES]
)
def test_a_filled_database_of_a_release_is_brought_up_to_date(run, manage, name):
    before = json.loads(run("tests/upgrade/release.py", "fill", name))
    manage("migrate --no-input", "verify_log", "verify_audit", "check")
    more = FIELD_WORK if "drawings.checklistversion" in before else POINTS
    looked = run("-c", BROWSE + more + SEARCH + BUNDLES).splitlines()  # one process, a line for each
    (told, after), facts, search, bundles = map(json.loads, looked)
    assert set(told.values()) == {200}, told
    # What Django lists of the models themselves grows with each new one.
    kept = before.keys() - {"auth.permission", "contenttypes.contenttype"}
    now = {label: after.get(RENAMED.get(label, label), 0) for label in kept}
    if gone := before.get("drawings.checklist_specialities"):
        # Farms were told by their speciality: the one link that there was has become a criterion by industry.
        assert (gone, now.pop("drawings.checklist_specialities")) == (1, 0)
    assert now == {label: before[label] for label in now}
    assert kept - now.keys() <= {"drawings.checklist_specialities"}
    assert [fact for fact, holds in (facts | search).items() if not holds] == []
    assert bundles and not any(bundles.values()), bundles
    refused, shown = json.loads(run("-c", GO_ON))
    assert ("还没有登记法律依据" in refused) == ("drawings.inspectionitem_bases" not in before)
    # What was cited already stands from the beginning. Else the words of the list cited the old law and the notice; what
    # replaces that is cited from the step on.
    frozen = ["notice"] if refused else ["new", "notice"]
    assert shown == {"2025Q4": ["old", "notice"], "2026Q4": frozen, "2027Q1": ["new", "notice"]}
