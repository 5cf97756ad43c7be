"""Checklists as templates with versions; an inspection keeps the versions that it began with."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models

from sources.industries import label_of
from sources.models import Category, Medium, PermitClass, Speciality

from .inspection import Inspection
from .law import LegalBasis

USER = settings.AUTH_USER_MODEL


class ChecklistManager(models.Manager):
    def idle(self) -> models.QuerySet:
        """Lists that are meant to be used and have no version with which a visit could begin."""
        in_use = ChecklistVersion.objects.in_use().order_by()
        return self.filter(is_active=True).exclude(pk__in=in_use.values("checklist"))

    def get_by_natural_key(self, code: str) -> "Checklist":
        return self.get(code=code)


class Checklist(models.Model):
    """What officers look at for one subject, such as waste water; it applies where every criterion that is set matches."""

    code = models.SlugField(
        "代码", max_length=30, unique=True, help_text="写入公开的检查结果，建立后不能改。"
    )
    name = models.CharField(
        "检查清单", max_length=60, help_text="改名从下一次启用的版本起算：已经启用的版本保留原来的名称。"
    )
    categories = models.JSONField("监管类别", default=list, blank=True, help_text="不选的，各类都用。")
    permit_classes = models.JSONField(
        "排污许可类别", default=list, blank=True, help_text="不选的，各类都用。"
    )
    media = models.JSONField(
        "环境要素", default=list, blank=True,
        help_text="不选的，不论要素都用。名录里涉废水、涉废气的，排污许可条件里有这类排放口的，也算水环境、大气环境（噪声同）。",
    )  # fmt: skip
    specialities = models.ManyToManyField(
        Speciality, blank=True, related_name="+", verbose_name="行业专业组", help_text="不选的，各组都用。"
    )
    industries = models.JSONField(
        "行业", default=list, blank=True,
        help_text="GB/T 4754-2017 的代码，用顿号、逗号、空格或换行分开；填大类、中类的，其中的小类都算。不填的，各行业都用。",
    )  # fmt: skip
    by_hand = models.BooleanField(
        "只由检查组选用", default=False, help_text="不自动采用：检查组到现场后按实际情况加上。"
    )
    position = models.PositiveSmallIntegerField("排序", default=1)
    is_active = models.BooleanField("在用", default=True)
    objects = ChecklistManager()

    CRITERIA = {"categories": Category, "permit_classes": PermitClass, "media": Medium}

    class Meta:
        verbose_name = verbose_name_plural = "检查清单"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    # What people read of the codes: in the audit trail, too.
    @property
    def categories_labels(self) -> list[str]:
        return _labels(Category, self.categories)

    @property
    def permit_classes_labels(self) -> list[str]:
        return _labels(PermitClass, self.permit_classes)

    @property
    def media_labels(self) -> list[str]:
        return _labels(Medium, self.media)

    @property
    def industries_labels(self) -> list[str]:
        return [label_of(code) for code in self.industries]

    @property
    def criteria(self) -> list[str]:
        """The criteria that are set, each as people read it: 行业：841 医院、842 基层医疗卫生服务."""
        said = {
            "监管类别": self.categories_labels,
            "排污许可": self.permit_classes_labels,
            "环境要素": self.media_labels,
            "行业专业组": [each.name for each in self.specialities.all()] if self.pk else [],
            "行业": self.industries_labels,
        }
        return [f"{name}：{'、'.join(labels)}" for name, labels in said.items() if labels]


def _labels(choices: type[models.TextChoices], codes: list[str]) -> list[str]:
    words = dict(choices.choices)
    return [words.get(code, code) for code in codes]


class ChecklistVersionQuerySet(models.QuerySet):
    def get_by_natural_key(self, code: str, number: int) -> "ChecklistVersion":
        return self.get(checklist__code=code, number=number)

    def drafts(self) -> "ChecklistVersionQuerySet":
        """Versions that can still be edited: neither put in use nor given up; a checklist has one at most."""
        return self.filter(published_at__isnull=True, withdrawn_at__isnull=True)

    def published(self) -> "ChecklistVersionQuerySet":
        """Versions that were ever in use, those withdrawn since among them."""
        return self.filter(published_at__isnull=False)

    def in_use(self) -> "ChecklistVersionQuerySet":
        """Versions that a visit may begin with: published, not withdrawn, the newest of its checklist first."""
        return (
            self.published()
            .filter(withdrawn_at__isnull=True, checklist__is_active=True)
            .order_by("checklist__position", "checklist", "-number")
        )


class ChecklistVersion(models.Model):
    """One version of a checklist. Once published, neither it nor its points change.

    A draft that is withdrawn was given up: it was never in use, and never will be.
    """

    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="versions", verbose_name="检查清单")
    number = models.PositiveSmallIntegerField("版次", default=1)
    # From its use on: past results keep the name that the officers read.
    name = models.CharField("启用时的名称", max_length=60, blank=True, editable=False)
    published_at = models.DateTimeField("启用时间", null=True, blank=True)
    published_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField("停用时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_because = models.CharField("停用原因", max_length=300, blank=True)
    objects = ChecklistVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查清单的版本"
        ordering = ["checklist__position", "checklist", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "number"], name="one_checklist_version_per_number"),
            models.UniqueConstraint(
                fields=["checklist"],
                condition=models.Q(published_at__isnull=True, withdrawn_at__isnull=True),
                name="one_draft_per_checklist",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.called}第 {self.number} 版"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None and self.withdrawn_at is None

    @property
    def called(self) -> str:
        """The name of the checklist when the version was put in use; of a draft, its name today."""
        return self.name or self.checklist.name

    def natural_key(self) -> tuple[str, int]:
        return (*self.checklist.natural_key(), self.number)

    natural_key.dependencies = ["drawings.checklist"]


class ChecklistPointManager(models.Manager):
    def get_by_natural_key(self, checklist: str, number: int, code: str) -> "ChecklistPoint":
        return self.get(version__checklist__code=checklist, version__number=number, code=code)


class ChecklistPoint(models.Model):
    """A point that the officers look at on the spot, and the clauses by which they do."""

    version = models.ForeignKey(ChecklistVersion, models.PROTECT, related_name="points", verbose_name="版本")
    section = models.CharField("小节", max_length=60, help_text="同一小节的检查项目排在一起。")
    code = models.SlugField("代码", max_length=30, help_text="小写字母、数字和连字符；写入公开的检查结果。")
    name = models.CharField("检查项目", max_length=60)
    guidance = models.TextField("检查要点", blank=True, help_text="到现场看什么、问什么、查什么。")
    bases = models.ManyToManyField(
        LegalBasis, blank=True, related_name="points", verbose_name="法律依据",
        help_text="新旧法都可以选：每次检查显示检查当天有效的。",
    )  # fmt: skip
    position = models.PositiveSmallIntegerField("排序", default=1)
    objects = ChecklistPointManager()

    class Meta:
        verbose_name = verbose_name_plural = "检查项目"
        ordering = ["version", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_point_per_code_in_a_version")
        ]

    def __str__(self) -> str:
        return self.name

    def unique_error_message(self, model_class: type[models.Model], unique_check: tuple[str, ...]) -> Any:
        """Two points that swap their codes: Django would speak of 版本 and 代码 that exist."""
        if unique_check == ("version", "code"):
            return f"代码 {self.code} 在这一版里已经有了：请改成别的。两项对调代码的，先把一项改成别的，保存后再改。"
        return super().unique_error_message(model_class, unique_check)

    def natural_key(self) -> tuple[str, int, str]:
        return (*self.version.natural_key(), self.code)

    natural_key.dependencies = ["drawings.checklistversion", "drawings.legalbasis"]


class PointName(NamedTuple):
    """What names a point: of two alike in one inspection, the heading above them says which is which."""

    name: str
    section: str
    checklist: str
    code: str


def told_apart(points: Mapping[int, PointName]) -> dict[int, str]:
    """Return {key: name} of the points of one inspection; those that share a name get as much of a heading as they need.

    ``排放口``, or ``废水 · 排放口`` beside ``废气 · 排放口``; where the sections are alike too, the checklist comes first.
    """
    alike: dict[str, list[int]] = {}
    for key, point in points.items():
        alike.setdefault(point.name, []).append(key)
    found = {key: point.name for key, point in points.items()}
    for keys in alike.values():
        if len(keys) == 1:
            continue
        here = {key: points[key] for key in keys}
        for say in (
            lambda point: f"{point.section} · {point.name}",
            lambda point: f"{point.checklist} · {point.section} · {point.name}",
            lambda point: f"{point.checklist} · {point.section} · {point.name}（{point.code}）",
        ):
            found |= {key: say(point) for key, point in here.items()}
            if len({found[key] for key in keys}) == len(keys):
                break
    return found


def names_of(points: Iterable[ChecklistPoint]) -> dict[int, str]:
    """Return {primary key: name} of the points of one inspection, none like another; their versions are at hand."""
    return told_apart(
        {each.pk: PointName(each.name, each.section, each.version.called, each.code) for each in points}
    )


def point_digests(versions: models.QuerySet) -> dict[str, str]:
    """Return {``general/2``: SHA-256 of its points as they read} of some versions, in one query.

    The name of the version stands in the entry of its use; whom the list is for is the administrator's to change.
    """
    rows = ChecklistPoint.objects.filter(version__in=versions).order_by("version", "position", "pk")
    points: dict[str, list[list[object]]] = {}
    for code, number, *point in rows.values_list(
        "version__checklist__code", "version__number", "section", "code", "name", "guidance", "position"
    ):
        points.setdefault(f"{code}/{number}", []).append(point)
    return {
        name: hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
        for name, content in points.items()
    }


class InspectionChecklist(models.Model):
    """A version that an inspection began with: kept from the first save on, whatever is published or withdrawn later."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="checklists")
    version = models.ForeignKey(ChecklistVersion, models.PROTECT, related_name="+")
    # The unit did not ask for it when it was added: what the team adds by mistake, it may drop again.
    added_by_hand = models.BooleanField("检查组加上的", default=False, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "检查采用的清单"
        ordering = ["version__checklist__position", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["inspection", "version"], name="one_version_once_per_inspection")
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id}:{self.version_id}"
