"""What is said of an on-site record as the outbox of a phone sends it: the same forms and verbs, answered in JSON.

The answer may be lost on its way. Then the phone sends the same once more, perhaps hours later, and hears that it is done.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, JsonResponse

from wugang_audit.accounts.models import User

from ...models import CoSign, FirmSignature, Inspection, OnSiteRecord
from ...models.site_facts import nothing_or
from ...states import Refused
from ..guards import locked
from .record import signature_of
from .signature import clean_signature
from .supplementing import as_given, is_repeat

Said = dict[str, Any]
Repeat = Callable[[OnSiteRecord, User, Said], bool]


def answer(
    request: HttpRequest,
    inspection: Inspection,
    form: Form,
    verb: Callable[..., Any],
    is_there: Repeat,
    done: str,
) -> JsonResponse:
    """Do what the form says, once.

    200 ``{"done": true, "said": done, "before", "version"}`` (of the inspection: what was typed on the version before goes on
    from the new one), without versions where that very thing is there already; 422 ``{"errors": {field: [text]}}``; 409
    ``{"error": text}`` and 403 ``{"error": text}``: not done, and sending it again does not help.

    :param verb: takes ``actor`` and the form's fields by name.
    :param is_there: says of a record and a person whether he has said this of it before.
    """
    if not form.is_valid():
        errors = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
        return JsonResponse({"errors": errors}, status=422)
    said, versions = form.cleaned_data, {}
    if not _was_said(request, inspection, said, is_there):
        try:
            with transaction.atomic():
                before = locked(inspection).version
                verb(**said, actor=request.user)
                versions = {"before": before, "version": Inspection.objects.get(pk=inspection.pk).version}
        except (Refused, PermissionDenied) as refusal:
            # The first sending may only have been slow: it was done while this one waited for it.
            if not _was_said(request, inspection, said, is_there):
                status = 409 if isinstance(refusal, Refused) else 403
                return JsonResponse({"error": str(refusal) or "您现在不能办这一步。"}, status=status)
    return JsonResponse({"done": True, "said": done} | versions)


def _was_said(request: HttpRequest, inspection: Inspection, said: Said, is_there: Repeat) -> bool:
    # Of the record that lay before the person: it may have been opened again since, or the report handed in.
    seen = inspection.records.filter(digest=said["digest"]).first()
    return seen is not None and is_there(seen, request.user, said)


def is_cosigned(record: OnSiteRecord, actor: User, said: Said) -> bool:
    """The same word, said at the same moment; said anew after another one, it is a word of its own."""
    note = nothing_or(said["note"]).strip() if said["verdict"] == CoSign.Verdict.OBJECT else ""
    words = record.cosigns.filter(by=actor, verdict=said["verdict"], note=note)
    return said["phone_time"] is not None and words.filter(phone_time=said["phone_time"]).exists()


def is_signed(record: OnSiteRecord, actor: User, said: Said) -> bool:
    """The same words and the same drawing, whoever of the two officers sends them."""
    signature = signature_of(record)
    if signature is None:
        return False
    image_digest = ""
    if said["kind"] == FirmSignature.Kind.DRAWN:
        try:
            image_digest = hashlib.sha256(clean_signature(said["image"])).hexdigest()
        except Refused:
            return False
    words = (" ".join(nothing_or(said[name]).split()) for name in ("name", "post", "reason", "witness"))
    there = (signature.kind, signature.image_digest, *_words_of(signature))
    return (said["kind"], image_digest, *words) == there


def _words_of(signature: FirmSignature) -> tuple[str, ...]:
    return (signature.name, signature.post, signature.reason, signature.witness)


def is_reopened(record: OnSiteRecord, actor: User, said: Said) -> bool:
    because = " ".join(said["reason"].split())
    return (record.set_aside_by_id, record.set_aside_because) == (actor.pk, because)


def is_supplemented(record: OnSiteRecord, actor: User, said: Said) -> bool:
    """The same words, about the same thing, with the same right value, as long as that still is what is put right."""
    text = nothing_or(said["text"]).strip()
    there = record.supplements.filter(by=actor, text=text, target=said["target"])
    return any(is_repeat(record, made) for made in there.filter(given=as_given(said["value"])))


def is_decided(number: int) -> Repeat:
    def decided(record: OnSiteRecord, actor: User, said: Said) -> bool:
        note = nothing_or(said["note"]).strip() if said["verdict"] == CoSign.Verdict.OBJECT else ""
        there = record.supplements.filter(number=number, decided_by=actor, decision=said["verdict"])
        return there.filter(note=note).exists()

    return decided
