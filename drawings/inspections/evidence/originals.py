"""Whether the copy that people look at, and that may become public, shows what the original shows.

The record names the original's digest; a phone makes the copy and sends it first. So nothing but the pictures themselves
tells whether they belong together.
"""

from ...models import Evidence
from ...states import Refused
from . import kept_files, pictures

NO_ORIGINAL = "原图还没有到，不能标为可以公开：要先和原图比对。请检查组先补传原图。"
OTHER = "原图和副本不是同一张，不能公开。请下载原图看清楚，必要时退回，请检查组说明。"
UNREAD = "原图或者副本读不出来，没有比对，不能公开。请告诉系统管理员。"


def are_alike(original: bytes, row: Evidence) -> bool:
    """Compare an original with the copy that came before it; False also where one of them cannot be read."""
    try:
        return pictures.are_alike(original, kept_files.content(row.copy_name))
    except (pictures.Wrong, FileNotFoundError):
        return False


def require_same(row: Evidence) -> None:
    """Compare the two files of a photo.

    :raises Refused: the original is not there, cannot be read, or shows another picture.
    """
    if not row.original_name:
        raise Refused(NO_ORIGINAL)
    try:
        original, copy = (kept_files.content(name) for name in (row.original_name, row.copy_name))
        is_same = pictures.are_alike(original, copy)
    except (pictures.Wrong, FileNotFoundError):
        raise Refused(UNREAD) from None
    if not is_same:
        raise Refused(OTHER)
