"""The uploads of a person that wait: each with what it waits for. What can never be imported is not among them."""

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F

from .importer import Importer
from .models import ImportJob, ImportState

_OF_THE_PREVIEW = ("unmatched", "rather", "rivals", "lacking", "fault_count", "difference_count")


@dataclass(frozen=True)
class Waiting:
    """An upload and how it stands, in Chinese."""

    job: ImportJob
    stands: str


def waiting(importer: type[Importer] | Importer, owner: AbstractBaseUser) -> list[Waiting]:
    """Return the uploads of a person of which something can still be imported, newest first."""
    mine = ImportJob.objects.kept().within_lifetime().filter(registry=importer.kind, owner=owner)
    # A file that is damaged, or no workbook at all, is not kept once it was read.
    able = (
        mine.filter(applied_at=None)
        .exclude(content=b"")
        .annotate(**{f"its_{name}": F(f"preview__{name}") for name in _OF_THE_PREVIEW})
    )
    found = able.defer("content", "staged", "marked", "preview", "corrections").order_by("-created_at", "-pk")
    return [Waiting(job, stands) for job in found if (stands := _stands(job))]


def _stands(job: ImportJob) -> str:
    """Say what an upload waits for; empty if there is nothing in it that the registry has not."""
    if job.state == ImportState.READING:
        return f"正在读取 {job.percent}%"
    if job.state != ImportState.READY:
        return job.get_state_display()
    if job.its_rather and not job.choice:
        return ""  # it belongs to another registry
    if not job.choice and (job.its_unmatched or job.its_rivals or job.its_lacking):
        return "要指定工作表或列"
    if job.its_fault_count:
        return f"有 {job.its_fault_count} 处错误要改"
    return "待确认" if job.its_difference_count else ""
