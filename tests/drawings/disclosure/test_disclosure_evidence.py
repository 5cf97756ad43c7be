"""No photo, original, place or caption leaves the house: what could leak is made first, then every address is walked."""

import io
import uuid
import zipfile

import pytest
from fuzz_site import addresses, words_of
from PIL import ExifTags, Image

from drawings.inspections.evidence import kept_files, verbs
from drawings.inspections.evidence.verbs import Sent
from drawings.models import Draw, Evidence, Inspection
from drawings.states import InspectionState
from wugang_audit.access.roles import Role

MARK, NORTH = "HIDDEN-evidence", "33.123457"


def original():
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = MARK
    out = io.BytesIO()
    Image.effect_noise((60, 40), 90).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def photographed(inspection, reviewer, state):
    """Let the lead add a photo with all that it can carry and take one away, the reviewer mark it, and the report go on."""
    lead = inspection.selection.team.get(is_lead=True).officer.user
    place = {"latitude": NORTH, "longitude": "113.123457", "accuracy": 7}
    for removed in (False, True):
        sent = Sent(key=uuid.uuid4(), content=original(), caption=MARK, **place)
        row, _ = verbs.add(inspection=inspection, actor=lead, sent=sent)
        if removed:
            verbs.remove(evidence=row, actor=lead, reason=f"{MARK}-reason")
    Inspection.objects.filter(pk=inspection.pk).update(state=InspectionState.SUBMITTED)
    kept = inspection.evidence.standing().get()
    verbs.mark_public(evidence=kept, actor=reviewer, is_public=True)
    Inspection.objects.filter(pk=inspection.pk).update(state=state)


def secrets():
    """All that would give a photo away: its words, its numbers, and a stretch of each of its files."""
    found = {MARK.encode(), NORTH.encode(), b"113.123457"}
    for row in Evidence.objects.all():
        found |= {str(row.key).encode(), row.digest.encode(), row.copy_digest.encode()}
        for name in (row.copy_name, row.original_name):
            content = kept_files.content(name)
            found |= {name.encode(), content[-400:-100]}
    return found


def told(response, hidden):
    """Return what of it stands in an answer, also inside a ZIP."""
    content = response.getvalue()
    texts = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            texts += [file.read(name) for name in file.namelist()]
    return [secret for secret in hidden if any(secret in text for text in texts)]


@pytest.fixture
def draw(draw_in, report, reviewer):
    """A published draw with photos of a result that is public, of one that is under way, and of one not yet begun."""
    draw = draw_in("published")
    first, second, third = Inspection.objects.filter(selection__draw=draw).order_by("pk")[:3]
    for inspection in (first, second):
        photographed(inspection, reviewer, InspectionState.DRAFT)
    photographed(third, reviewer, InspectionState.DRAFT)
    report(first)
    report(second, InspectionState.SUBMITTED)
    return draw


def filled(draw):
    """Return every address of the site, filled with the first inspection and its photo."""
    words = words_of(dict.fromkeys(("published", "drawn", "frozen", "draft"), draw), 1)
    row = Evidence.objects.order_by("pk").first()
    words |= {"inspection": row.inspection_id, "key": row.key}
    return {address.format_map(words) for address in addresses()}


@pytest.mark.parametrize("is_sealed", [False, True])
def test_the_public_reads_nothing_of_a_photo(draw, stranger, public_urls, is_sealed):
    if is_sealed:
        Draw.objects.filter(pk=draw.pk).update(disclosure="sealed")
    hidden, urls = secrets(), {*public_urls(), *filled(draw)}
    assert sum("/evidence/" in url for url in urls) == 7
    tokens = Inspection.objects.values_list("token", flat=True)
    for url in [*urls, *(f"/visit/{token}/" for token in tokens)]:
        response = stranger.get(url)
        assert told(response, hidden) == [], url
        if "/evidence/" in url:
            assert response.status_code == 302, url


@pytest.mark.parametrize("who", ["auditor", "admin", "security", "other_officer"])
def test_nobody_else_in_the_house_reads_anything_of_it(draw, login, who, person, request):
    hidden, urls = secrets(), filled(draw)
    user = person("other-officer", Role.OFFICER) if who == "other_officer" else request.getfixturevalue(who)
    client = login(user)
    for url in urls:
        response = client.get(url)
        assert told(response, hidden) == [], url
        if "/evidence/" in url:
            assert {response.status_code, client.post(url).status_code} <= {403, 404}, url


def test_the_walk_itself_finds_a_photo(draw, login, reviewer):
    row, hidden = Evidence.objects.order_by("pk").first(), secrets()
    client = login(reviewer)
    assert told(client.get(f"/inspections/{row.inspection_id}/"), hidden)
    for what in ("", "original/"):
        assert told(client.get(f"/inspections/{row.inspection_id}/evidence/{row.key}/{what}"), hidden)


def test_the_organiser_reads_of_a_sealed_draw_what_was_handed_in_alone(draw, login, organiser):
    Draw.objects.filter(pk=draw.pk).update(disclosure="sealed")
    client = login(organiser)
    seen = {
        inspection.state: client.get(f"/inspections/{inspection.pk}/evidence/").status_code
        for inspection in Inspection.objects.filter(evidence__isnull=False)
    }
    assert seen == {"published": 200, "submitted": 200, "draft": 404}
    assert (
        NORTH
        not in client.get(f"/inspections/{Inspection.objects.get(state='submitted').pk}/").content.decode()
    )
