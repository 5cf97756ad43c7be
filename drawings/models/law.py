"""The law that inspections rest on, as data: an article, and the days on which it is in force."""

import datetime
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.db import models

from wugang_audit.registries.history import History

from . import law_writing

FOUNDED = datetime.date(1949, 10, 1)  # no law in force is older than the state


class LegalBasisQuerySet(models.QuerySet):
    def get_by_natural_key(self, law: str, article: str, since: str) -> "LegalBasis":
        return self.get(law=law, article=article, in_force_from=since)

    def book(self) -> "dict[int, LegalBasis]":
        """Return {key: row} of all, each with the row that replaces it, in one query: there are some dozens."""
        rows = {row.pk: row for row in self}
        for row in rows.values():
            row.replaced_by = rows.get(row.replaced_by_id)
        return rows


class LegalBasis(models.Model):
    """One article of a law, or one document, that inspections rest on (法无规定不得检查).

    A repealed one stays for ever: what was done while it was in force rests on it. `replaced_by` says what to cite instead.
    """

    law = models.CharField("法律、法规或文件", max_length=100, help_text="全称，不带书名号。")
    document_number = models.CharField(
        "文号", max_length=80, blank=True, help_text="如 国务院令第736号、环办〔2015〕88号。"
    )
    article = models.CharField(
        "条款", max_length=40, blank=True, help_text="如 第五十一条；整个文件作依据的留空。"
    )
    text = models.TextField("条文或要点", help_text="会公开。")
    in_force_from = models.DateField("施行日期")
    in_force_until = models.DateField(
        "最后有效日", null=True, blank=True, help_text="废止的前一天；仍然有效的留空。"
    )
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name="由哪一条代替"
    )
    history = History(verbose_name="历史记录")
    objects = LegalBasisQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "法律依据"
        ordering = ["law", "in_force_from", "pk"]
        constraints = [
            models.CheckConstraint(
                name="law_ends_after_it_begins",
                condition=models.Q(in_force_until__isnull=True)
                | models.Q(in_force_until__gte=models.F("in_force_from")),
            )
        ]

    def natural_key(self) -> tuple[str, str, str]:
        return (self.law, self.article, str(self.in_force_from))

    def __str__(self) -> str:
        return self.cited

    @property
    def cited(self) -> str:
        """The basis as documents cite it, such as ``《中华人民共和国生态环境法典》第五十一条``."""
        number = f"（{self.document_number}）" if self.document_number else ""
        return f"《{law_writing.title(self.law)}》{number}{self.article}"

    def is_in_force(self, day: datetime.date) -> bool:
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)

    def why_not(self, day: datetime.date) -> str:
        """Say why it is no law on the day; empty where it is."""
        if day < self.in_force_from:
            return f"{self.cited}自 {self.in_force_from} 起施行，{day} 还没有施行"
        if not self.is_in_force(day):
            return f"{self.cited}自 {self.in_force_until + datetime.timedelta(days=1)} 起不再有效"
        return ""

    def successors(self) -> "Iterator[LegalBasis]":
        """Follow the replacements, each once."""
        seen, row = {self.pk}, self.replaced_by
        while row is not None and row.pk not in seen:
            seen.add(row.pk)
            yield row
            row = row.replaced_by

    def instead_of(self, day: datetime.date) -> "LegalBasis | None":
        """Follow the replacements to the one that is in force on the day; None where there is none."""
        return next((row for row in self.successors() if row.is_in_force(day)), None)

    def hints(self) -> list[str]:
        """Say in Chinese what may be a slip and is not refused."""
        heir, last = self.replaced_by, self.in_force_until
        if heir is None:
            return []
        if last is None:
            return [f"填了由{heir.cited}代替，却没有填最后有效日：在填上以前，它仍然当作有效。"]
        if heir.in_force_from > last + datetime.timedelta(days=1):
            first = last + datetime.timedelta(days=1)
            return [
                f"{heir.cited}从 {heir.in_force_from} 起才施行，{first} 到施行前一天没有依据可引：请核对两个日期。"
            ]
        return []

    def clean(self) -> None:
        """Refuse validity that ends before it begins or overlaps another row of the same article, a circle, a dead heir.

        :raises ValidationError: at the field that is wrong, with what to do.
        """
        if self.in_force_from is None:
            return
        if self.in_force_from < FOUNDED:
            raise ValidationError(
                {"in_force_from": f"施行日期早于 {FOUNDED}，不会是现行的法律：请核对年份。"}
            )
        if self.in_force_until and self.in_force_until < self.in_force_from:
            raise ValidationError({"in_force_until": "最后有效日早于施行日期，请改正其中一个。"})
        self._refuse_overlap()
        self._refuse_circle()
        self._refuse_dead_heir()

    @property
    def _article_of_law(self) -> tuple[str, str]:
        """What two rows are compared by: rows of older sites stand as they were typed, such as 第51条."""
        return "".join(law_writing.title(self.law).split()), law_writing.article(self.article)

    def _refuse_overlap(self) -> None:
        until, of = self.in_force_until or datetime.date.max, self._article_of_law
        for row in LegalBasis.objects.exclude(pk=self.pk).order_by("in_force_from"):
            if row._article_of_law != of:
                continue
            if row.in_force_from > until or self.in_force_from > (row.in_force_until or datetime.date.max):
                continue
            period = f"{row.in_force_from} 至 {row.in_force_until or '今'}"
            said = f"和已有的{row.cited}（{period} 有效）时间重叠"
            # The one that begins later begins too early, or the earlier one ends too late.
            if row.in_force_from > self.in_force_from:
                raise ValidationError({"in_force_until": f"{said}：请填到它施行的前一天。"})
            raise ValidationError({"in_force_from": f"{said}：请先给旧的一条填最后有效日。"})

    def _refuse_dead_heir(self) -> None:
        """What is to be cited instead must be law after this one is none, itself or by what replaces it."""
        heir, last = self.replaced_by, self.in_force_until
        if heir is None or last is None:
            return
        if all(row.in_force_until and row.in_force_until <= last for row in (heir, *heir.successors())):
            ended = f"{heir.cited}到 {heir.in_force_until} 为止，{last} 以后也不再有效"
            raise ValidationError({"replaced_by": f"{ended}：请改选那以后有效的一条，没有的留空。"})

    def _refuse_circle(self) -> None:
        if self.pk is None or self.replaced_by is None:
            return
        if self.replaced_by_id == self.pk:
            raise ValidationError({"replaced_by": "一条依据不能由它自己代替。"})
        if any(row.replaced_by_id == self.pk for row in self.successors()):
            raise ValidationError(
                {
                    "replaced_by": f"{self.replaced_by.cited}最后又由这一条代替，绕成了一圈：请改选，或先改那一条。"
                }
            )


def cited(bases: Iterable[LegalBasis], day: datetime.date) -> list[str]:
    """Return the citations of those that are in force on the day, each once."""
    return list(dict.fromkeys(basis.cited for basis in bases if basis.is_in_force(day)))
