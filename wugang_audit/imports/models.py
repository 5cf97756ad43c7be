"""Imports that wait, ran or were undone, and the headers that clerks explained."""

import datetime

from django.conf import settings
from django.db import models

from .. import clock
from .preview import StoredPreview


class ImportState(models.TextChoices):
    """How far an import is. Long files are read and written by a process of their own."""

    READING = "reading", "正在读取"
    READY = "ready", "待确认"
    WRITING = "writing", "正在写入"
    FAILED = "failed", "中断"
    APPLIED = "applied", "已导入"
    UNDONE = "undone", "已撤销"
    DISCARDED = "discarded", "已放弃"


# How long an upload waits to be confirmed, and an imported workbook is kept.
LIFETIME = datetime.timedelta(hours=24)


class ImportJobQuerySet(models.QuerySet):
    def past_lifetime(self) -> "ImportJobQuerySet":
        return self.filter(created_at__lt=clock.now() - LIFETIME)

    def within_lifetime(self) -> "ImportJobQuerySet":
        return self.filter(created_at__gte=clock.now() - LIFETIME)

    def kept(self) -> "ImportJobQuerySet":
        """Leave out what was discarded: whoever is still at work on that must not bring it back."""
        return self.exclude(state=ImportState.DISCARDED)


class ImportJob(models.Model):
    """A workbook that was uploaded and previewed, and waits for its owner to confirm it; later it says who imported it."""

    registry = models.CharField("名录", max_length=20)
    # None: it came in from the command line.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="上传人",
    )
    filename = models.CharField("文件名", max_length=200)
    content = models.BinaryField("文件内容")  # empty once it is needed no more
    sha256 = models.CharField("文件 SHA-256", max_length=64, db_index=True)
    choice = models.JSONField("工作表和列的选择", default=dict)  # see `jobs.choose`
    corrections = models.JSONField("改正", default=dict)  # see `mending.Mended`
    staged = models.BinaryField("读出的内容", default=b"")  # typed rows, so that nothing is read twice
    preview = models.JSONField("预览", default=dict)
    state = models.CharField("状态", max_length=10, choices=ImportState, default=ImportState.READING)
    # Of a long faulty workbook: the one that goes back, what it was made for (`marking.key_of`), and how that stands.
    marked = models.BinaryField("标注错误的工作簿", default=b"")
    marked_for = models.CharField("标注的依据", max_length=64, blank=True)
    marking = models.CharField("标注的进展", max_length=20, blank=True)
    reason = models.CharField("导入说明", max_length=60, blank=True)
    ticked = models.JSONField("确认时的勾选", default=dict)
    outcome = models.CharField("结果", max_length=20, blank=True)
    percent = models.PositiveSmallIntegerField("进度", default=0)
    beat_at = clock.MomentField("最近进展", default=clock.now)
    created_at = clock.MomentField("上传时间", default=clock.now, db_index=True)
    # Also the date of all history that the import wrote.
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="撤销人",
    )
    undone_why = models.CharField("撤销原因", max_length=100, blank=True)
    # The file was a mistake: nothing of it is kept but its name and digest.
    discarded_at = models.DateTimeField("放弃时间", null=True, blank=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="放弃人",
    )
    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名录导入"
        default_permissions = ()
        indexes = [models.Index(fields=["registry", "-applied_at"], name="imports_of_a_registry")]

    def __str__(self) -> str:
        return self.filename

    @property
    def owner_name(self) -> str:
        return self.owner.full_name if self.owner else "命令行"

    @property
    def has_expired(self) -> bool:
        return self.applied_at is None and clock.now() - self.created_at > LIFETIME

    @property
    def is_partial(self) -> bool:
        """Say whether faulty rows stayed out when the rest came in."""
        return self.applied_at is not None and self.preview["faulty"] > 0

    @property
    def is_unreadable(self) -> bool:
        """Say whether nothing of the file could be read; it is not kept then."""
        return self.state == ImportState.READY and not self.content and bool(self.preview.get("fault_count"))

    @property
    def stored_preview(self) -> StoredPreview:
        return StoredPreview.of(self.preview)


class HeaderSynonym(models.Model):
    """The column that a clerk chose for a header; from then on the header is read so, and a notice says so."""

    registry = models.CharField("名录", max_length=20)
    key = models.CharField("表头", max_length=60)  # as `headers.header_key` makes it
    attribute = models.CharField("列", max_length=40, blank=True)  # empty: left out
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    time = clock.MomentField("登记时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "表头叫法"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["registry", "key"], name="one_meaning_per_header")]

    def __str__(self) -> str:
        return self.key


class PreviewPage(models.Model):
    """A page of what an import would do, of a preview of any length: faults, new objects, or changed ones."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="pages", verbose_name="导入")
    kind = models.CharField("内容", max_length=10)  # a `preview_pages.Kind`
    number = models.PositiveIntegerField("页")  # from 1
    items = models.BinaryField("条目")  # see `preview_pages`

    class Meta:
        verbose_name = verbose_name_plural = "预览的页"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["job", "kind", "number"], name="one_preview_page")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.kind} {self.number}"


class Recipe(models.Model):
    """A correction that was made once: from then on all equal cells of the column are read so, and the preview says so."""

    registry = models.CharField("名录", max_length=20)
    attribute = models.CharField("列", max_length=40)
    key = models.CharField("内容", max_length=60)  # as `corrections.cell_key` makes it
    found = models.CharField("文件里写的", max_length=60)
    becomes = models.CharField("读作", max_length=100, blank=True, help_text="不填就是当作空格子。")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    time = clock.MomentField("登记时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "记住的改法"
        default_permissions = ()
        ordering = ["attribute", "found"]
        constraints = [
            models.UniqueConstraint(fields=["registry", "attribute", "key"], name="one_recipe_per_value")
        ]

    def __str__(self) -> str:
        return f"{self.found} → {self.becomes or '（空）'}"
