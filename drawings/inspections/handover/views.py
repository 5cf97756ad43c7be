"""The page on which an officer brings the file that another device of his has written, and the key for it."""

import base64

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from wugang_audit.access.json_answers import wants_json
from wugang_audit.access.limits import KIB, largest_body
from wugang_audit.access.marks import does, require_role
from wugang_audit.access.roles import Role

from ...states import Refused
from . import form_words, verbs

PAGE = "inspections:handover"
UNREADABLE, FOREIGN, LOST = 422, 404, 409


@require_role(Role.OFFICER)
@largest_body(64 * KIB)
@does("打开移交文件")
def handover(request: HttpRequest) -> HttpResponse:
    """The page. Its script posts the file's head: 200 ``{"key": base64}``; 404 another's, 409 the server's key is gone, 422
    broken or not shown to be his own, each ``{"error": what, and how to mend it}``."""
    if request.method != "POST":
        return render(request, "inspections/handover.html", {"words": form_words.of_form()})
    if not wants_json(request):
        return redirect(PAGE)
    try:
        key = verbs.open_file(actor=request.user, head=verbs.read_head(request.POST.get("head", "")))
    except Refused as refusal:
        status = {verbs.Foreign: FOREIGN, verbs.Lost: LOST}.get(type(refusal), UNREADABLE)
        return _answer({"error": str(refusal)}, status)
    return _answer({"key": base64.b64encode(key).decode()}, 200)


def _answer(said: dict[str, str], status: int) -> JsonResponse:
    return JsonResponse(said, status=status, headers={"Cache-Control": "private, no-store"})
