"""The copy of a photo that may become public: held against the original, whose digest the record names."""

import uuid

import pytest
from django.urls import reverse
from evidence.photo_files import photo, saved, with_exif
from PIL import Image, ImageDraw

from drawings.inspections import verbs as inspections
from drawings.inspections.evidence import pictures, verbs
from drawings.models import Evidence, Inspection
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry


def scene(size=(900, 600), sign="white", form="JPEG", **options):
    """A wall with a pipe and a sign on it."""
    image = Image.new("RGB", (900, 600), (150, 140, 120))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 420, 900, 600), fill=(60, 90, 60))
    draw.ellipse((500, 250, 700, 450), fill=(30, 30, 40))
    draw.rectangle((100, 100, 260, 200), fill=sign)
    return saved(image.resize(size), form, **options)


def sent(phone, copy, original):
    key = uuid.uuid4()
    told = phone.send(copy, key=key, digest=pictures.sha256(original), original_size=len(original))
    assert told[0] == 201
    return Evidence.objects.get(key=key)


def bring(phone, row, original):
    assert phone.post(phone.address(row.key, "original"), original)[0] == 201
    row.refresh_from_db()


def test_a_copy_is_known_by_its_picture_whatever_was_done_to_the_file():
    original = scene()
    for copy in (
        scene((300, 200), quality=60),
        scene((450, 300), form="PNG"),
        scene(form="WEBP", quality=50),
    ):
        assert pictures.are_alike(original, copy)
    turned = with_exif((60, 40), orientation=6)
    assert pictures.are_alike(turned, pictures.clean(turned).jpeg)
    for other in (scene(sign="black"), photo((900, 600)), photo((40, 30), colour="black")):
        assert not pictures.are_alike(original, other)


def test_a_photo_becomes_public_only_when_its_original_has_come_and_shows_the_same(
    phone, inspection, step, reviewer, login
):
    original, strange = scene(), scene(sign="red")
    good, bad = sent(phone, scene((300, 200)), original), sent(phone, photo(), strange)
    step(Inspection.objects.get(pk=inspection.pk), "submitted")
    client, page = login(reviewer), reverse("inspections:evidence", args=[inspection.pk])
    for row in (good, bad):
        with pytest.raises(Refused, match="原图还没有到"):
            verbs.mark_public(evidence=row, actor=reviewer, is_public=True)
    shown = client.get(page).content.decode()
    assert shown.count("原图到了、和副本比对过，才能标为可以公开") == 2 and 'value="yes"' not in shown

    bring(phone, good, original)
    bring(phone, bad, strange)
    shown = client.get(page).content.decode()
    assert shown.count("原图和副本不是同一张</span>") == 1 and shown.count('value="yes"') == 1
    assert "手机先传来的副本和后到的原图不是同一张" in shown
    verbs.mark_public(evidence=good, actor=reviewer, is_public=True)
    client.post(reverse("inspections:evidence_public", args=[inspection.pk, bad.key]), {"decision": "yes"})
    assert "原图和副本不是同一张，不能公开" in client.get(page).content.decode()
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.is_public, bad.is_public) == (True, False)
    came = (
        AuditEntry.objects.filter(action="补传证据原件").order_by("index").values_list("changes", flat=True)
    )
    assert [changes.get("picture") for changes in came] == [None, "other"]


def test_an_original_that_nobody_can_read_is_kept_and_its_copy_never_public(
    phone, inspection, step, reviewer
):
    broken = scene()[:400]
    row = sent(phone, photo(), broken)
    bring(phone, row, broken)
    step(Inspection.objects.get(pk=inspection.pk), "submitted")
    with pytest.raises(Refused, match="没有比对，不能公开"):
        verbs.mark_public(evidence=row, actor=reviewer, is_public=True)


def test_a_mark_from_before_publishes_nothing_whose_original_never_came(phone, inspection, step, head, forge):
    row = sent(phone, photo(), scene())
    held = step(Inspection.objects.get(pk=inspection.pk), "submitted", "approved")
    forge(Evidence, row.pk, is_public=True)
    with pytest.raises(Refused, match="原图还没有到"):
        inspections.publish(inspection=held, actor=head, version=held.version)
