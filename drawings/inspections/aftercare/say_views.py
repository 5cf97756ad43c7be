"""The public pages on which somebody objects or corrects, gets his receipt, and follows what became of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from wugang_audit import clock
from wugang_audit.access.marks import public

from ... import deadlines
from ...models import Objection
from . import receipts, stamp
from .about import About, about_unit, about_visit
from .say_forms import FollowForm, SayForm
from .verbs import Used, receive

COOKIE, SALT, SHOWN_FOR = "say_receipt", "drawings.say.receipt", 600  # seconds
_ABOUT = ("unit", "draw", "inspection")  # what the page of a receipt names
UNKNOWN = "没有查到：请核对受理编号和查询码，两样都要对。"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    """The form about a unit, ``?unit=410481-0001&draw=2026Q4``; without a unit, what can be said and where."""
    number = request.GET.get("unit", "")[:60]
    if not number:
        return _private(render(request, "aftercare/start.html", {"answer_by": _answer_by()}))
    about = about_unit(number, request.GET.get("draw", "")[:20])
    if about is None:
        raise Http404
    return _say(request, about)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, token: str) -> HttpResponse:
    """The form from the firm's secret page. Nothing that is linked here gives the address away."""
    about = about_visit(token)
    if about is None:
        raise Http404
    return _say(request, about)


def _say(request: HttpRequest, about: About) -> HttpResponse:
    kind = request.GET.get("kind", "")
    if request.method != "POST":
        first = {"kind": kind if kind in Objection.Kind else "", "stamp": stamp.fresh()}
        return _form(request, about, SayForm(initial=first))
    form = SayForm(request.POST)
    if form.is_valid() and (answer := _taken(request, about, form)):
        return answer
    return _form(request, about, form)


def _taken(request: HttpRequest, about: About, form: SayForm) -> HttpResponse | None:
    """Take in a form without faults, and lead to its receipt; None where it has to be sent again, with the reason at it."""
    data = form.cleaned_data
    read = stamp.read(data["stamp"], data["proof"])
    if read.verdict != stamp.Verdict.GOOD:
        form.add_error(None, read.verdict.value.format(seconds=stamp.OPEN_FOR))
        if read.verdict != stamp.Verdict.EARLY:  # who waits has not to begin anew
            form.renew()
        return None
    if seconds := stamp.wait(request, stamp.WITH_PROOF if read.is_worked else stamp.WITHOUT_PROOF):
        waiting = stamp.in_words(seconds)
        form.add_error(
            None, f"这个网络最近提交得太多。写的内容都还在，请过 {waiting}再点“提交”；急事请打电话。"
        )
        return None
    try:
        made = receive(about=about, kind=data["kind"], text=data["text"], sender=form.sender, stamp=read)
    except Used as refusal:
        form.add_error(None, str(refusal))
        form.renew()
        return None
    answer = redirect("say:receipt")
    until = (clock.now() + timedelta(seconds=SHOWN_FOR)).isoformat()
    kept = signing.dumps([made.number, made.secret, until], salt=SALT)
    # The receipt stands on the next page alone, in this browser, for some minutes: the site keeps no secret.
    answer.set_cookie(
        COOKIE,
        kept,
        max_age=SHOWN_FOR,
        path=reverse("say:receipt"),
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return _private(answer)


def _form(request: HttpRequest, about: About, form: SayForm) -> HttpResponse:
    context = {
        "about": about,
        "form": form,
        "answer_by": _answer_by(),
        "bits": stamp.BITS,
        "sender_days": settings.SENDER_DAYS,
    }
    return _private(render(request, "aftercare/say.html", context))


def _answer_by() -> object:
    return deadlines.answer_by(clock.today())


@public
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    try:
        number, secret, until = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SHOWN_FOR)
    except (signing.BadSignature, ValueError):
        number = secret = until = ""
    row = Objection.objects.filter(number=number).select_related(*_ABOUT).first() if number else None
    context = {
        "row": row,
        "about": about_unit(row.unit.number) if row else None,
        "secret": secret,
        "shown_until": datetime.fromisoformat(until) if row else None,
    }
    return _private(render(request, "aftercare/receipt.html", context))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """What became of it, for who has both number and secret. Nothing of either ever stands in an address."""
    form, row, seconds = FollowForm(request.POST or None), None, 0
    if request.method == "POST" and form.is_valid():
        if seconds := stamp.wait(request, stamp.FOLLOW):
            form.add_error(
                None,
                f"查错的次数太多，这一次没有查。请过 {stamp.in_words(seconds)}再查。同一个网络里的人合在一起计算。",
            )
        else:
            row = _opened(form.cleaned_data["number"], form.cleaned_data["secret"])
            if row is None:
                form.add_error(None, UNKNOWN)
            else:
                stamp.not_counted(request, stamp.FOLLOW)  # who opens his own receipt often is no guesser
    answer = row.answers.confirmed().first() if row and row.is_decided else None
    # As the public calls the unit today, also to who sent it from a secret page: a name that was withdrawn is no more here.
    about = about_unit(row.unit.number) if row else None
    context = {"form": form, "row": row, "about": about, "answer": answer}
    response = _private(render(request, "aftercare/follow.html", context, status=429 if seconds else 200))
    if seconds:
        response["Retry-After"] = f"{seconds}"
    return response


def _opened(number: str, secret: str) -> Objection | None:
    number = receipts.number_of(number)
    row = Objection.objects.filter(number=number).select_related(*_ABOUT).first()
    return row if receipts.opens(row.secret_digest if row else "", number, secret) else None


def _private(response: HttpResponse) -> HttpResponse:
    """Nobody keeps these pages, and no address of them leaves the site: one of them is a key.

    ``no-referrer`` would take the origin from the form too, and without it no form is taken.
    """
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
