"""What the script of a page is answered where a person would be led to another page: the log-in has ended, or is a new one.

A script says so by `Accept: application/json`. It keeps what was typed and sends it once more when its owner is back.
"""

from django.http import HttpRequest, HttpResponseRedirect, JsonResponse


def wants_json(request: HttpRequest) -> bool:
    """Say whether a script asks. A browser that opens a page or sends a form accepts HTML."""
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def not_logged_in(page: HttpResponseRedirect) -> JsonResponse:
    """Answer 401 with the page to which a browser would be led: the log-in, the one-time code, the new password."""
    return _never_kept({"login": page["Location"], "error": "登录已过期，请重新登录。"}, 401)


def old_token() -> JsonResponse:
    """Answer 403 to a token against forged requests that is not of this log-in. Nothing was done: take a new one."""
    return _never_kept({"csrf": "stale", "error": "页面是上一次登录时打开的，请刷新后再试。"}, 403)


def _never_kept(said: dict[str, str], status: int) -> JsonResponse:
    return JsonResponse(said, status=status, headers={"Cache-Control": "private, no-store"})
