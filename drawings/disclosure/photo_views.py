"""The addresses of public photos and of the texts about them. One that is no public photo's answers 404, whatever it is."""

from collections.abc import Callable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wugang_audit.access.marks import public
from wugang_audit.access.throttle import DOWNLOAD, PAGE, throttled

from ..protocol import verify
from . import photos
from .views import TYPES, download, found


@public
@throttled(DOWNLOAD)
@require_safe
def photo(request: HttpRequest, code: str, number: str, digest: str) -> HttpResponse:
    return _picture(request, photos.photo_file, code, number, digest)


@public
@throttled(PAGE)
@require_safe
def small_photo(request: HttpRequest, code: str, number: str, digest: str) -> HttpResponse:
    return _picture(request, photos.small_file, code, number, digest)


def _picture(
    request: HttpRequest, read: Callable[[str, str, str], bytes | None], code: str, number: str, digest: str
) -> HttpResponse:
    content = read(code, number, digest)
    if content is None:
        # Who kept its address reads what the page says too: that it is hidden, not that it never was.
        text = found(photos.hidden_photo_record(code, number, digest))
        return HttpResponse(f"这张照片已依法隐去。\n{text}", status=410, content_type=TYPES["txt"])
    answer = download(request, "photo.jpg", sha256(content).hexdigest(), lambda: content)
    # Whatever a browser takes it for, it loads and runs nothing.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return answer


@public
@throttled(DOWNLOAD)
@require_safe
def photos_record(request: HttpRequest, code: str, number: str) -> HttpResponse:
    text = found(photos.photos_record(code, number))
    return download(request, "photos.txt", verify.digest(text), lambda: text)


@public
@throttled(DOWNLOAD)
@require_safe
def hidden_photo(request: HttpRequest, code: str, number: str, digest: str) -> HttpResponse:
    text = found(photos.hidden_photo_record(code, number, digest))
    return download(request, "hidden-photo.txt", verify.digest(text), lambda: text)
