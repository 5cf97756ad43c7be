"""The worker of the officers' pages, what it is to hold, and what makes the pages installable."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import condition

from wugang_audit.access.marks import public, require_role
from wugang_audit.access.roles import Role

from . import queries, release

ICONS = (
    ("192.png", "192x192", "any"),
    ("512.png", "512x512", "any"),
    ("maskable.png", "512x512", "maskable"),
)
THEME = "#0b559f"


def _version(request: HttpRequest) -> str:
    return f'"{release.current().version if settings.OFFLINE_PAGES else "none"}"'


@public
@condition(etag_func=_version)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. For everybody: it holds code alone, and an old one must find its successor, logged in or not."""
    script = release.current().worker if settings.OFFLINE_PAGES else release.farewell()
    return HttpResponse(
        script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@require_role(Role.OFFICER)
def to_hold(request: HttpRequest) -> HttpResponse:
    """What the officer's device is to hold, and a token with which it may send what it has."""
    answer = queries.to_hold(request.user) | {"csrf": get_token(request)}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


@public
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the officers' pages on its screen (W3C Web Application Manifest)."""
    home = reverse("inspections:tasks")
    content = {
        "id": home,
        "name": "舞钢双随机现场检查",
        "short_name": "现场检查",
        "lang": "zh-CN",
        "start_url": home,
        # The log-in and the desk stand beside the officers' pages.
        "scope": "/",
        "display": "standalone",
        "theme_color": THEME,
        "background_color": "#ffffff",
        "icons": [
            {
                "src": static(f"wugang_audit/icons/{name}"),
                "sizes": sizes,
                "type": "image/png",
                "purpose": purpose,
            }
            for name, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(
        content, content_type="application/manifest+json", headers={"Cache-Control": "max-age=3600"}
    )
