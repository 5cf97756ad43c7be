"""The site that the fuzz shoots at: draws in every state, an import that waits, everybody at his desk."""

import datetime
import re
import traceback
from collections.abc import Iterator
from uuid import UUID

from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.http import HttpResponse
from django.http.cookie import SimpleCookie
from django.test import Client
from django.urls import URLResolver, get_resolver
from fuzz_requests import STRANGER, Form, Request, send, shown_forms

from drawings.inspections.aftercare.receipts import receipt
from drawings.models import Draw, Inspection, Objection, ObjectionAnswer, ObjectionSender
from enforcers.models import Officer, Recusal
from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.accounts.models import User
from wugang_audit.imports import jobs

HIDDEN = "HIDDEN-mark"
WORDS = {  # of the addresses
    "number": ["{unit}"],
    "name": ["commit.txt", "pool.tsv", "result.tsv", "verify.py"],
    "year": ["2026"],
    "version": ["1"],
    "part": ["1", "9"],
    "serial": ["1"],
    "key": ["{key}"],
    "digest": ["{digest}"],
    "period": ["2026Q4", "2026"],
    "kind": ["csv", "xlsx"],
    "figure": ["faulty", "drawn", "unit_substitutions"],
    "table": ["classes", "points", "coverage-units", "places"],
    "token": ["{token}"],
    "one": ["410481-0001"],
    "other": ["410481-0002"],
    "slug": ["everybody", "nothing"],
    "code": ["{published}", "{drawn}", "{frozen}", "{draft}"],
    "draw_pk": ["{draw}"],
    "what": ["training", "absence"],
    "pk": ["{inspection}"],
    "content_type_id": ["{pk}"],
    "object_id": ["{pk}"],
}


def hide() -> None:
    """Put a mark into what must stay inside."""
    PollutionSource.objects.update(phone=f"{HIDDEN}-1", remarks=f"{HIDDEN}-2", contact=f"{HIDDEN}-3")
    Officer.objects.update(phone=f"{HIDDEN}-4", remarks=f"{HIDDEN}-5")
    later = datetime.date(2099, 1, 1)  # in force now it would be a change that somebody has to confirm
    unit = PollutionSource.objects.first()
    Recusal.objects.create(officer=Officer.objects.last(), source=unit, since=later, reason=f"{HIDDEN}-6")


RECEIPT = receipt("fuzz", datetime.date(2026, 10, 8))


def object_to(unit: PollutionSource, head: User) -> None:
    """Let somebody have objected and been answered, but not in public: to be read with the receipt alone."""
    said = Objection.objects.create(
        kind="objection", unit=unit, text=f"{HIDDEN}-7", number=RECEIPT.number, secret_digest=RECEIPT.digest, stamp_digest="x",
        received_at="2026-10-08T01:00:00Z", due_on="2026-12-31", state="closed",
    )  # fmt: skip
    ObjectionSender.objects.create(objection=said, name=f"{HIDDEN}-8", telephone="13900001234")
    ObjectionAnswer.objects.create(
        objection=said, goes_public=False, answer=f"{HIDDEN}-9", by=head, at="2026-10-08T01:00:00Z", decision="confirm",
        decided_by=head, decided_at="2026-10-08T01:00:00Z",
    )  # fmt: skip


def import_waits(owner: models.Model) -> int:
    """Let a table of units wait for its confirmation, with a fault in it; return its key."""
    table = "污染源编码,单位名称,监管类别,行业代码\n410481-0001,甲厂,重点,2669\n410481-0099,乙厂,没有,2669\n"
    return jobs.submit(SourceImporter(), SimpleUploadedFile("甲.csv", table.encode()), owner).pk


def addresses(entries=None, prefix: str = "") -> Iterator[str]:
    """Yield all addresses of the site with ``{words}`` in them."""
    for entry in get_resolver().url_patterns if entries is None else entries:
        route = prefix + str(entry.pattern).lstrip("^").rstrip("$")
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, route)
            continue
        model = re.match(r"admin/\w+/(\w+)/", route)
        route = route.replace("([^/]+)", f"{{{model[1]}}}" if model else "1")
        route = re.sub(r"\(\?P<app_label>.*?\)", "sources", route).replace("(?P<url>.*)", "nowhere/")
        filled = ["/" + route]
        for word in re.findall(r"<\w+:(\w+)>", route):
            values = WORDS[word]
            if model and word in ("object_id", "pk"):
                values = ["{job}"] if "import/" in route else [f"{{{model[1]}}}"]
            filled = [re.sub(rf"<\w+:{word}>", value, one) for one in filled for value in values]
        yield from filled


def words_of(draws: dict[str, Draw], job: int) -> dict[str, object]:
    """Return what stands for the words: the first key of each table that the admin shows, codes, numbers."""
    words: dict[str, object] = {name: draw.code for name, draw in draws.items()}
    inspection = Inspection.objects.filter(selection__draw=draws["published"]).first()
    words |= {"draw": draws["published"].pk, "inspection": inspection.pk, "token": inspection.token}
    words |= {
        "key": UUID(int=1),
        "digest": "0" * 64,
        "receipt": RECEIPT.number,
        "code": draws["published"].code,
        "unit": "410481-0001",
        "job": job,
        "pk": 1,
    }
    first = User.objects.order_by("pk").first()
    words |= {"role": first.grants.first().role}
    for model in admin.site._registry:
        words[model._meta.model_name] = getattr(model._default_manager.order_by("pk").first(), "pk", 1)
    return words


class Site:
    """Each request is undone, so it can be tried again by itself."""

    def __init__(self, desks: dict[str, Client], words: dict[str, object], secrets: list[str]):
        self.desks = desks
        self.cookies = {
            role: {name: one.value for name, one in client.cookies.items()} for role, client in desks.items()
        }
        self.words, self.secrets = words, secrets
        self.statuses: list[int] = []  # of all answers

    def answer(self, request: Request) -> tuple[HttpResponse, bytes]:
        client = self.desks[request.role]  # a new one would take longer than its request
        client.cookies = SimpleCookie(self.cookies[request.role])
        with transaction.atomic():
            response = send(client, request, self.words)
            content = response.getvalue()
            transaction.set_rollback(True)
        self.statuses.append(response.status_code)
        return response, content

    def fault(self, request: Request) -> str:
        """Return what is wrong with the answer, or nothing."""
        try:
            response, content = self.answer(request)
        except Exception:  # whatever it is, the visitor would see a 500
            return traceback.format_exc()
        if response.status_code >= 500:
            return f"answered {response.status_code}"
        if b"Traceback (most recent call last)" in content:
            return "shows a traceback"
        told = [secret for secret in self.secrets if secret.encode() in content]
        return f"tells a stranger {told}" if told and request.role == STRANGER else ""

    def forms(self) -> list[Form]:
        """Return the forms of all pages, as the first of the cast sees them who may."""
        found: dict[tuple, Form] = {}
        for address in addresses():
            for role in self.cookies:
                response, content = self.answer(Request(role, address))
                if response.status_code == 200 and b"<form" in content:
                    for form in shown_forms(content.decode(), role, address):
                        found.setdefault((form.path, form.fields), form)
                if response.status_code in (200, 405):
                    break
        return list(found.values())
