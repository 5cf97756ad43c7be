"""The addresses of the site, and that of a view that does nothing (see `bench_pages`)."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from wugang_audit.access.marks import public
from wugang_audit.urls import handler400, handler500

__all__ = ["handler400", "handler500"]


@public
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("empty/", empty), path("", include("wugang_audit.urls"))]
