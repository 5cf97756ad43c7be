"""Take the case file of an inspection away: a POST, for the trail keeps who took it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import Role
from wugang_audit.access.throttle import DOWNLOAD, throttled

from ...protocol import verify
from ..guards import trace
from ..pages import readable
from .contents import case_file, may_take
from .packing import pack


@require_role(Role.OFFICER, Role.REVIEWER, Role.HEAD)
@throttled(DOWNLOAD)
@does("导出案卷")
@only_post("inspections:detail", "pk")
def case(request: HttpRequest, pk: int) -> FileResponse | HttpResponse:
    inspection = readable(request, pk)
    if not may_take(inspection, request.user):
        raise PermissionDenied("案卷里有当事人的签字和原图：提交以后，检查组、审核人和负责人可以导出。")
    try:
        found = case_file(inspection)
        packed = pack(found)
    except FileNotFoundError:
        messages.error(
            request, "有证据的文件不见了，案卷没有导出。请告诉系统管理员，运行 check_evidence 查找。"
        )
        return redirect("inspections:detail", pk)
    except verify.Invalid as reason:
        messages.error(request, f"案卷写不成，没有导出：{reason}。请告诉系统管理员。")
        return redirect("inspections:detail", pk)
    # Before the first byte goes out: a download that was cancelled still delivered some.
    told = {"record_number": found.record.number} if found.record else {}
    trace(inspection, request.user, "导出案卷", **told)
    headers = {"Cache-Control": "private, no-store"}
    return FileResponse(
        packed, as_attachment=True, filename=found.name, content_type="application/zip", headers=headers
    )
