"""Visits full of what must stay inside, each with marks of its own, and a search for them that looks into every archive."""

import base64
import dataclasses
import datetime
import io
import uuid
import zipfile

from PIL import ExifTags, Image, ImageDraw
from visit_cases import arrived

from drawings.inspections import record_verbs, verbs
from drawings.inspections.evidence import kept_files, pictures
from drawings.inspections.evidence import verbs as evidence
from drawings.inspections.evidence.verbs import Sent
from drawings.inspections.field.report import Answer, Report, stored
from drawings.models import ChecklistPoint, Inspection

PDF = b"%PDF-1.4\n%% SECRET-pdf \n%%EOF\n"
TAKEN = datetime.datetime(2026, 10, 9, 4, 17, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))


@dataclasses.dataclass
class Secrets:
    """What one visit must not give away. shown: of what a reviewer lets be public, as long as it is not published.

    originals: what even those of the house who read the visit do not get, but for its team, reviewer and head.
    """

    number: int
    all: set[bytes] = dataclasses.field(default_factory=set)
    originals: set[bytes] = dataclasses.field(default_factory=set)
    shown: set[bytes] = dataclasses.field(default_factory=set)

    def word(self, what):
        """A word that stands in this visit and nowhere else."""
        said = f"SECRET{self.number}x{what}"
        self.all.add(said.encode())
        return said


def noise(seed, text):
    """A JPEG that has its like nowhere, with a text and a position beside the picture."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = text
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (33.0, 7.0, 24.0)
    out = io.BytesIO()
    Image.effect_noise((60, 40), 90 + seed).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def signature(number):
    picture = Image.new("L", (200, 80), "white")
    ImageDraw.Draw(picture).line(
        [(5, 5 + number), (90, 70), (150, 11 * number), (190, 40)], fill="black", width=3
    )
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def stretch(content):
    return content[-300:-100] or content


def photographed(inspection, secrets):
    """Add what becomes public, what does not, a PDF, and one that is taken out again."""
    lead = inspection.selection.team.get(is_lead=True).officer.user
    place = {
        "latitude": f"33.12345{secrets.number}",
        "longitude": f"113.12345{secrets.number}",
        "accuracy": 7,
    }
    secrets.originals |= {place["latitude"].encode(), place["longitude"].encode()}
    secrets.all |= {b"04:17"}
    for name, content in (
        ("shown", noise(1, secrets.word("exif"))), ("kept", noise(2, secrets.word("exif2"))), ("pdf", PDF),
        ("gone", noise(3, secrets.word("exif3"))),
    ):  # fmt: skip
        caption = secrets.word(f"caption-{name}")
        sent = Sent(
            key=uuid.uuid4(), content=content, caption=caption, taken_at=TAKEN, phone_time=TAKEN, **place
        )
        row, _ = evidence.add(inspection=inspection, actor=lead, sent=sent)
        if name == "gone":
            evidence.remove(evidence=row, actor=lead, reason=secrets.word("removed"))
        about(row, secrets, caption if name == "shown" else "")


def about(row, secrets, shown):
    """Note down all that would give a piece of evidence away, inside of whatever file."""
    original = kept_files.content(row.original_name)
    secrets.originals |= {stretch(original), row.original_name.encode()}
    secrets.all |= {str(row.key).encode(), row.digest.encode()}
    if row.copy_name:
        copy = kept_files.content(row.copy_name)
        own = {stretch(copy), row.copy_digest.encode()}
        own.add(stretch(pictures.small(copy)))
        secrets.all |= {row.copy_name.encode()} | own
        if shown:
            secrets.shown |= own | {shown.encode()}


def full(secrets):
    """A whole report in which each text is a secret but the summary of what is published."""
    points = list(ChecklistPoint.objects.order_by("pk"))
    answers = {
        point.pk: Answer("pass", secrets.word(f"note{number}")) for number, point in enumerate(points[:2])
    }
    answers |= {point.pk: Answer("pass") for point in points[2:]}
    report = Report(
        visited_at=TAKEN.replace(hour=8, minute=30),
        outcome="clean",
        summary=secrets.word("summary"),
        answers=answers,
    )
    report = arrived(report)
    said = {name: secrets.word(name) for name in ("met_name", "met_post", "remark", "statement")}
    return dataclasses.replace(report, arrival=dataclasses.replace(report.arrival, **said))


def signed(inspection, secrets):
    """Freeze, object, confirm, sign and put right, each with words that stay inside."""
    lead = inspection.selection.team.get(is_lead=True).officer.user
    record = record_verbs.freeze(
        inspection=inspection, actor=lead, version=inspection.version, report=full(secrets), phone_time=TAKEN
    )
    said = {"record": record, "digest": record.digest}
    record_verbs.cosign(**said, actor=record.second, verdict="object", note=secrets.word("objection"))
    record_verbs.cosign(**said, actor=record.second, verdict="confirm", phone_time=TAKEN)
    drawn, name = signature(secrets.number), secrets.word("signer")
    record_verbs.sign(**said, actor=lead, kind="drawn", name=name, post=secrets.word("post"), image=drawn)
    kept = bytes(record.signature.image)
    secrets.all |= {stretch(kept), base64.b64encode(kept)[-200:-40], record.signature.image_digest.encode()}
    made = record_verbs.supplement(record=record, actor=lead, text=secrets.word("supplement"))
    record_verbs.decide_supplement(supplement=made, actor=record.second, verdict="confirm")
    return lead


def drafted(inspection, secrets):
    """A visit under way: a report that is typed, and photos."""
    lead = inspection.selection.team.get(is_lead=True).officer.user
    photographed(inspection, secrets)
    row = Inspection.objects.get(pk=inspection.pk)
    verbs.save_draft(inspection=row, actor=lead, version=row.version, report=full(secrets))


def handed_in(inspection, secrets, reviewer):
    """The same, frozen, signed and handed in; the reviewer lets one photo be public."""
    photographed(inspection, secrets)
    lead = signed(Inspection.objects.get(pk=inspection.pk), secrets)
    row = Inspection.objects.get(pk=inspection.pk)
    verbs.submit(inspection=row, actor=lead, version=row.version, report=stored(row))
    shown = row.evidence.get(caption__endswith="caption-shown")
    evidence.mark_public(evidence=shown, actor=reviewer, is_public=True)
    secrets.shown.add(f"SECRET{secrets.number}xsummary".encode())


def published(inspection, secrets, reviewer, head):
    """The same, published; what is public of it now is none of its secrets any more."""
    handed_in(inspection, secrets, reviewer)
    for verb, actor in ((verbs.approve, reviewer), (verbs.publish, head)):
        row = Inspection.objects.get(pk=inspection.pk)
        verb(inspection=row, actor=actor, version=row.version)
    secrets.all -= secrets.shown


def texts_in(content):
    """Yield an answer and all that lies in it, however deep it is packed."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            for name in file.namelist():
                yield name.encode()
                yield from texts_in(file.read(name))


def told(response, hidden):
    """Return what of it stands in an answer, its headers included."""
    heads = "\n".join(f"{name}: {value}" for name, value in response.items()).encode()
    texts = [heads, *texts_in(response.getvalue())]
    return sorted(secret for secret in hidden if any(secret in text for text in texts))
