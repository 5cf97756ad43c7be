"""Which inspection a page is about: the fetch is the permission check."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from ..models import Inspection
from . import queries


def readable(request: HttpRequest, pk: int) -> Inspection:
    """Return the inspection that the person may read; 404 to all others."""
    return get_object_or_404(queries.readable(request.user), pk=pk)


def own(request: HttpRequest, pk: int) -> Inspection:
    """Return the inspection of a team that the person belongs to; 403 to other readers."""
    inspection = readable(request, pk)
    if not inspection.is_on_team(request.user):
        raise PermissionDenied
    return inspection
