"""No photo, original, signature, position, word or draft of a visit reaches who may not have it, in whatever file.

What could leak is made first, of a visit that is public, of one that was handed in, and of one under way; then every
address of the site is walked, with every key that somebody might have seen, and what comes is searched, archives too.
"""

import itertools
import json

import pytest
from django.urls import reverse
from fuzz_site import addresses, words_of
from leak_cases import Secrets, drafted, handed_in, published, stretch, told

from drawings.models import Draw, Evidence, Inspection, QuarterReport
from wugang_audit.access.roles import Role


@pytest.fixture
def draw(clock, draw_in):
    draw = draw_in("published")
    clock.move(days=2)
    return draw


@pytest.fixture
def visits(draw, reviewer, head):
    """Return (inspection, its secrets): public, handed in, under way; the team of all three lacks one officer."""
    rows = Inspection.objects.filter(selection__draw=draw).order_by("pk")
    teams = [frozenset(row.selection.team.values_list("officer", flat=True)) for row in rows]
    most = max(teams, key=teams.count)
    rows = [row for row, team in zip(rows, teams, strict=True) if team == most][:3]
    assert len(rows) == 3
    found = [(row, Secrets(number)) for number, row in enumerate(rows, 1)]
    published(*found[0], reviewer, head)
    handed_in(*found[1], reviewer)
    drafted(*found[2])
    return [(Inspection.objects.get(pk=row.pk), secrets) for row, secrets in found]


def filled(visits):
    """Return every address of the site, once with each visit and each of its photos."""
    words = words_of(dict.fromkeys(("published", "drawn", "frozen", "draft"), visits[0][0].selection.draw), 1)
    urls = {}
    for row, _ in visits:
        of = {"inspection": row.pk, "token": row.token, "unit": row.selection.source.number}
        for photo in Evidence.objects.filter(inspection=row):
            both = {"key": photo.key, "digest": photo.copy_digest or photo.digest}
            urls |= dict.fromkeys(address.format_map(words | of | both) for address in addresses())
    return list(urls)


def secrets_of(visits):
    return set().union(*(secrets.all | secrets.originals for _, secrets in visits))


def walked(client, urls, hidden):
    """Return [(url, what it told)] of a walk over addresses, by GET, and by POST where something is exported."""
    found = []
    for url in urls:
        # Who asks with a key has it already: an answer may name the address that was asked for.
        unknown = {secret for secret in hidden if secret not in url.encode()}
        answers = [client.get(url)]
        if "export" in url or url.endswith("/case.zip"):
            answers += [client.post(url), client.post(url, {"as": "chain"})]
        found += [(url, secrets) for answer in answers if (secrets := told(answer, unknown))]
    return found


@pytest.mark.parametrize("is_sealed", [False, pytest.param(True, marks=pytest.mark.long)])
def test_the_public_reads_nothing_of_a_visit_but_what_is_published_of_it(
    draw, visits, stranger, public_urls, is_sealed
):
    if is_sealed:
        Draw.objects.filter(pk=draw.pk).update(disclosure="sealed")
    urls = [*public_urls(), *filled(visits), *(f"/visit/{row.token}/" for row, _ in visits)]
    assert sum("/evidence/" in url for url in urls) > 60
    hidden, shown = secrets_of(visits), visits[0][1].shown
    found = [(url, set(secrets)) for url, secrets in walked(stranger, urls, hidden | shown)]
    assert [(url, secrets - shown) for url, secrets in found if secrets - shown] == []
    # The caption, the copy and its digest and the words of the finding: what is public came along.
    assert len(set().union(*(secrets for _, secrets in found))) >= 4


# Who may do nothing with a visit is kept out in the same way: the others are tried where there is time.
@pytest.mark.parametrize(
    "who",
    [
        Role.AUDITOR,
        *(pytest.param(each, marks=pytest.mark.long) for each in (Role.ADMIN, Role.SECURITY, Role.OFFICER)),
    ],
)
def test_nobody_without_a_part_in_it_reads_anything_either(visits, login, person, who):
    client = login(person(f"only-{who}", who))
    urls = filled(visits)
    assert walked(client, urls, secrets_of(visits)) == []
    for url in urls:
        if "/evidence/" in url or url.endswith(("/signature.png", "/record/")):
            assert {client.get(url).status_code, client.post(url).status_code} <= {403, 404}, url
        elif url.endswith("/case.zip"):  # only ever posted
            assert client.post(url).status_code in (403, 404), url


def test_an_officer_of_another_team_reads_and_holds_his_own_visits_alone(visits, login, officers):
    team = {member.officer_id for member in visits[0][0].selection.team.all()}
    (other,) = [officer.user for officer in officers if officer.pk not in team]
    client, hidden = login(other), secrets_of(visits)
    assert walked(client, filled(visits), hidden) == []
    held = json.loads(client.get("/inspections/offline.json").content)
    pages = [url for url in strings(held) if url.startswith("/")]
    assert pages and walked(client, pages, hidden) == []
    assert not any(f"/inspections/{row.pk}/" in url for row, _ in visits for url in pages)


def strings(value):
    """Yield all texts of an answer in JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        yield from itertools.chain.from_iterable(
            map(strings, value.values() if isinstance(value, dict) else value)
        )


def test_originals_and_positions_stay_with_team_reviewer_and_head(visits, login, organiser):
    hidden = set().union(*(secrets.originals for _, secrets in visits))
    assert walked(login(organiser), filled(visits), hidden) == []


def test_what_leaves_the_house_as_a_file_holds_nothing_of_a_visit(draw, visits, login, organiser, head):
    """Reports, minutes and papers that organiser and head take away; the case file is the visit itself."""
    login(organiser).post(f"/desk/statistics/{draw.code}/make/", {"kind": "interim"})
    hidden, files = secrets_of(visits), []
    report = reverse("statistics:download", args=[QuarterReport.objects.get().pk])
    for client in (login(organiser), login(head)):
        for url in [*filled(visits), report]:
            if url.startswith("/inspections/"):
                continue
            answer = client.get(url)
            if "attachment" in answer.get("Content-Disposition", ""):
                files.append(url)
                assert told(answer, hidden) == [], url
    assert {url.rpartition("/")[2] or url.split("/")[-2] for url in files} >= {"download", "minutes.docx"}


def test_the_walk_itself_finds_each_kind_of_secret(visits, login, reviewer):
    """Else nothing was looked for."""
    row, secrets = visits[1]
    urls = [url for url in filled(visits[1:2]) if f"/inspections/{row.pk}/" in url]
    found = {secret for _, some in walked(login(reviewer), urls, secrets_of(visits[1:2])) for secret in some}
    words = {secret for secret in secrets.all if secret.startswith(b"SECRET")}
    files = {secret for secret in secrets.all | secrets.originals if len(secret) == len(stretch(b"x" * 999))}
    places = {secret for secret in secrets.originals if secret[:3] in (b"33.", b"113")}
    assert (len(words), len(places)) == (19, 2) and len(files) >= 9
    assert words | files | places <= found


def test_the_organiser_reads_of_a_sealed_draw_what_was_handed_in_alone(draw, visits, login, organiser):
    Draw.objects.filter(pk=draw.pk).update(disclosure="sealed")
    client = login(organiser)
    seen = {row.state: client.get(f"/inspections/{row.pk}/evidence/").status_code for row, _ in visits}
    assert seen == {"published": 200, "submitted": 200, "draft": 404}
