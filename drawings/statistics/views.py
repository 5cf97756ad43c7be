"""The figures of a quarter, its reports, and how the work went: pages for the staff alone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header

from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import Role
from wugang_audit.access.throttle import DOWNLOAD, throttled
from wugang_audit.pagination import LimitedPaginator

from ..models import Draw, QuarterReport
from ..models.powers import DRAW_READERS, INSPECTION_READERS
from ..privacy_gate import reported
from ..steps import attempt, made
from . import evaluation, queries, verbs, workbook
from .counted import due_day
from .forms import MakeForm
from .report import Kept, Kind, going_up, table
from .report import content as report_content

readers = require_role(*INSPECTION_READERS)
PER_PAGE = 30


@readers
def quarters(request: HttpRequest) -> HttpResponse:
    reports = LimitedPaginator(queries.reports(), PER_PAGE, counted=True)
    page = reports.get_page(request.GET.get("page"))
    context = {"draws": queries.draws(), "page_obj": page, "reports": [Kept.of(row) for row in page]}
    return render(request, "statistics/quarters.html", context)


@readers
def quarter(request: HttpRequest, code: str) -> HttpResponse:
    return _quarter(request, _draw(code), None)


@require_role(Role.ORGANISER)
@does("编制季度汇总表", MakeForm.base_fields, kind=dict(Kind.choices))
def make(request: HttpRequest, code: str) -> HttpResponse:
    draw = _draw(code)
    if request.method != "POST":  # after a new log-in the browser comes back by GET
        return redirect("statistics:quarter", code)
    form = MakeForm(request.POST)
    report = made(request, form, lambda **values: verbs.make(draw=draw, **values))
    if report is None:
        return _quarter(request, draw, form)
    return redirect("statistics:report", report.pk)


@require_role(*DRAW_READERS)
def work(request: HttpRequest, code: str) -> HttpResponse:
    draw = _draw(code)
    context = {
        "draw": draw,
        "draws": queries.draws(),
        "found": evaluation.evaluate(draw),
        "columns": evaluation.COLUMNS,
    }
    return render(request, "statistics/work.html", context)


@require_role(Role.OFFICER)
def own(request: HttpRequest) -> HttpResponse:
    context = {"rows": queries.own_work(request.user), "columns": evaluation.COLUMNS}
    return render(request, "statistics/own.html", context)


@readers
def report(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.reports(), pk=pk)
    versions = queries.reports().filter(year=row.year, quarter=row.quarter)
    is_waiting = queries.waiting().filter(pk=row.pk).exists()
    draw = Draw.objects.published().filter(code=row.figures["draw"]).first()
    context = {
        "kept": Kept.of(row),
        "is_altered": queries.is_altered(row),
        "report": row,
        "table": table(row.figures),
        "problems": row.figures["problems"],
        "marks": reported.marks(going_up(draw)) if draw else [],
        "draw": draw,
        "others": [Kept.of(other) for other in versions if other.pk != row.pk],
        "is_waiting": is_waiting,
        "may_approve": is_waiting and request.user.has_role(Role.HEAD) and row.made_by_id != request.user.pk,
    }
    return render(request, "statistics/report.html", context)


@require_role(Role.HEAD)
@does("批准季度汇总表")
@only_post("statistics:report", "pk")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.reports(), pk=pk)
    digest = request.POST.get("digest", "")
    attempt(request, "汇总表已批准，可以下载上报。", verbs.approve, made=row, digest=digest)
    return redirect("statistics:report", pk)


@readers
@throttled(DOWNLOAD)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the workbook to the byte; one that is no longer what was kept is not sent."""
    row = get_object_or_404(QuarterReport, pk=pk)
    content = bytes(row.workbook)
    if verbs.digest_of(content) != row.digest:
        messages.error(request, "工作簿和编制时的指纹不一致，没有发出。请告诉系统管理员和审计员。")
        return redirect("statistics:report", pk)
    headers = {"Content-Disposition": content_disposition_header(True, Kept(row).filename)}
    return HttpResponse(content, content_type=workbook.MEDIA_TYPE, headers=headers)


def _draw(code: str) -> Draw:
    return get_object_or_404(queries.draws(), code=code)


def _quarter(request: HttpRequest, draw: Draw, form: MakeForm | None) -> HttpResponse:
    found = queries.quarter(draw)
    content = report_content(draw, found.counts, found.kind or Kind.INTERIM)
    kept = queries.reports().filter(year=draw.year, quarter=draw.quarter)
    context = {
        "found": found,
        "table": table(content),
        "problems": content["problems"],
        "marks": reported.marks(going_up(draw)),
        "draw": draw,
        "due": due_day(draw),
        "draws": queries.draws(),
        "reports": [Kept.of(row) for row in kept],
        "form": form or MakeForm(),
        "organises": request.user.has_role(Role.ORGANISER),
        "reads_work": request.user.has_role(*DRAW_READERS),
    }
    return render(request, "statistics/quarter.html", context)
