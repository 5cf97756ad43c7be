"""Photos of the demonstration, drawn here: nobody's firm, nobody's face. The reviewer lets all but the last one be public."""

import datetime
import io
import uuid

from PIL import Image, ImageDraw

from drawings.inspections.evidence import verbs
from drawings.inspections.evidence.verbs import Sent
from drawings.inspections.field.sheet import sheet
from drawings.models import Inspection
from wugang_audit.accounts.models import User

MINUTE = datetime.timedelta(minutes=1)
SIZE = (1200, 900)
CAPTIONS = (
    "废水总排放口标志牌（演示用图）",
    "污染治理设施正在运行（演示用图）",
    "危险废物贮存间门口（演示用图）",
)
ABOUT = ("排放口", "治理设施", "危险废物")  # what the name of the point says
PLACE = {"latitude": "33.298100", "longitude": "113.516200", "accuracy": 12}


def take(row: Inspection, count: int, turn: int, at: datetime.datetime) -> None:
    """Let the lead take some photos during the visit, each of another point."""
    if not count:
        return
    lead, points = row.selection.team.get(is_lead=True).officer.user, sheet(row).points
    for number in range(count):
        sent = Sent(
            key=uuid.UUID(int=(row.pk << 16) + number, version=4),
            content=_picture(number, turn),
            taken_at=at + (number + 1) * 5 * MINUTE,
            caption=CAPTIONS[number % len(CAPTIONS)],
            point=next((point for point in points if ABOUT[number % len(ABOUT)] in point.name), None),
            **PLACE,
        )
        verbs.add(inspection=row, actor=lead, sent=sent)


def let_be_public(row: Inspection, reviewer: User) -> None:
    for photo in list(row.evidence.standing().order_by("taken_at"))[:-1]:
        verbs.mark_public(evidence=photo, actor=reviewer, is_public=True)


def _picture(number: int, turn: int) -> bytes:
    """Sky, ground, a plant, and what the photo is about: a sign at an outlet, a facility, a door."""
    image = Image.new("RGB", SIZE, (168 + turn % 20, 200, 226))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 560, *SIZE), fill=(140, 132, 112))
    for block in range(3):
        left = 60 + 380 * block + turn % 7 * 12
        draw.rectangle(
            (left, 300 - 40 * block, left + 260, 560), fill=(186, 190, 196), outline=(96, 100, 108), width=4
        )
        draw.rectangle((left + 190, 140 - 20 * block, left + 226, 300), fill=(150, 152, 158))
    if number == 0:
        draw.rectangle((470, 420, 730, 590), fill=(32, 122, 72), outline="white", width=8)
        draw.rectangle((590, 590, 610, 760), fill=(90, 90, 96))
        draw.polygon([(0, 820), (1200, 760), (1200, 900), (0, 900)], fill=(88, 138, 164))
    elif number == 1:
        draw.ellipse((380, 430, 820, 800), fill=(120, 150, 170), outline=(60, 80, 96), width=10)
        draw.line((600, 430, 600, 260), fill=(60, 80, 96), width=22)
    else:
        draw.rectangle((420, 380, 780, 800), fill=(222, 184, 62), outline=(60, 60, 60), width=10)
        draw.polygon([(600, 440), (520, 580), (680, 580)], outline="black", width=12)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()
