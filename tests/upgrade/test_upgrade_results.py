"""Published results, and objections as the first schema that has them, brought up to date: every public page answers, nothing is lost."""

import json

import pytest
from upgrade.release import NEWEST

# An objection with its answer, written by the models of the migration that brought them.
OBJECT = """
import django
import json
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
at = [("drawings", "0023_objections")]
executor = MigrationExecutor(connection)
executor.migrate(at)
model = executor.loader.project_state(at).apps.get_model
results = model("drawings", "PublishedResult").objects.filter(is_hidden=False)
row = results.filter(inspection__selection__draw__disclosure="open").order_by("pk").first()
people = list(model("wugang_audit", "User").objects.order_by("pk")[:2])
said = model("drawings", "Objection").objects.create(
    kind="mistake", unit_id=row.inspection.selection.source_id, inspection_id=row.inspection_id,
    draw_id=row.inspection.selection.draw_id, text="SECRET-words-of-the-sender", number="JC-1", secret_digest="1" * 64,
    stamp_digest="2" * 64, received_at="2026-10-20T01:00:00Z", due_on="2026-12-31", state="published",
)
model("drawings", "ObjectionAnswer").objects.create(
    objection=said, goes_public=True, public_text="有人说面积写错了", answer="已经另行更正", by=people[0],
    at="2026-10-21T01:00:00Z", decision="confirmed", decided_by=people[1], decided_at="2026-10-22T01:00:00Z",
)
names = {r.inspection_id: r.inspection.selection.name for r in model("drawings", "PublishedResult").objects.all()}
print(json.dumps([row.number, len(names), sorted(set(names.values()) - {""})[:1]]))
"""

BROWSE = """
import django
import json
django.setup()
from django.test import Client
from drawings.disclosure.periods import known_years, quarters_of
from drawings.disclosure.draws import public_draws
from drawings.disclosure.result_lists import ORDERS
from drawings.models import PublishedResult, StrongerDisclosure
from drawings.models.published_results import name_key_of
client = Client(raise_request_exception=False)
paths = ["/", "/results/", "/results/files/", "/results/dictionary/", "/statistics/", "/about/", "/glossary/", "/firms/"]
paths += ["/sitemap.xml", "/sitemap-pages.xml", "/sitemap-units-1.xml", "/units/", "/organisers/", "/log/", "/draws/"]
paths += [f"/results/?sort={order}" for order in ORDERS if order != "newest"]
paths += [f"/results/results.{kind}?sort=name" for kind in ("csv", "xlsx")]
draws = public_draws()
periods = [each for year in known_years(draws) for each in (f"{year}", *(q.code for q in quarters_of(draws, year)))]
for period in periods:
    rest = ("", "places/", "rows/faulty/", "rows/seen3/", "rows/drawn/", "rows/faulty.csv", "classes.csv")
    paths += [f"/statistics/{period}/{each}" for each in rest]
paths += [f"/draws/{draw.code}/" for draw in draws]
for row in PublishedResult.objects.select_related("inspection__selection__draw"):
    paths.append(f"/units/{row.number}/")
    if not row.is_hidden:
        paths.append(f"/draws/{row.inspection.selection.draw.code}/findings/{row.number}/")
told = {}
for path in dict.fromkeys(paths):
    answer = client.get(path)
    body = b"".join(answer) if answer.streaming else answer.content
    told[path] = [answer.status_code, b"SECRET" in body, "已经另行更正" in body.decode(errors="replace")]
rows = PublishedResult.objects.select_related("inspection__selection")
print(json.dumps({
    "told": told,
    "results": rows.count(),
    "names": all(row.name_key == name_key_of(row.inspection.selection.name) for row in rows),
    "rules": list(StrongerDisclosure.objects.values_list("kind", "is_active", "categories", "specialities")),
}))
"""


@pytest.mark.long  # in the short run test_upgrade brings a year up to date
def test_results_and_objections_of_an_older_site_are_brought_up_to_date(run, manage):
    run("tests/upgrade/release.py", "fill", NEWEST)
    number, count, names = json.loads(run("-c", OBJECT))
    manage("migrate --no-input", "verify_audit", "check")  # no trail of an objection was written with it
    found = json.loads(run("-c", BROWSE))
    told = found["told"]
    assert {path: status for path, (status, _, _) in told.items() if status != 200} == {}
    assert [path for path, (_, is_secret, _) in told.items() if is_secret] == []
    assert told[f"/units/{number}/"][2]
    assert (found["results"], found["names"]) == (count, True) and count > 3 and names
    assert found["rules"] == [
        ["water", True, ["key"], []],
        ["gas", True, ["key"], []],
        ["noise", False, ["key"], []],
    ]
