"""One page: what was found in the public texts of a year, or in the registries and lists."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wugang_audit.access.marks import require_role
from wugang_audit.access.roles import Role

from . import queries

LISTS = "lists"
MOST = 200  # lines on a page: who has mended them opens it again


@require_role(Role.ADMIN, Role.REVIEWER, Role.HEAD)
def found(request: HttpRequest) -> HttpResponse:
    """Search the part that is asked for, else that of the latest year: a part costs what its texts cost, and no more."""
    parts = {str(year): f"{year}年" for year in queries.years()} | {LISTS: "名录、计划、事项和清单"}
    chosen = request.GET.get("of", "")
    if chosen not in parts:
        chosen = next(iter(parts))
    lines = queries.of_lists() if chosen == LISTS else queries.of_year(int(chosen))
    context = {
        "parts": parts.items(),
        "chosen": chosen,
        "label": parts[chosen],
        "count": len(lines),
        "most": MOST,
        "lines": [(line, request.user.has_role(*line.may_open)) for line in lines[:MOST]],
    }
    return render(request, "published_texts/found.html", context)
