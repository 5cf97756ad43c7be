"""The law in the admin, article by article."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest

from wugang_audit.registries.admin import RegistryAdmin
from wugang_audit.registries.forms import ReasonForm

from ..models import LegalBasis, law_writing
from ..privacy_gate.forms import Clear
from ..public_fields import LEGAL_BASIS
from .citing_pages import page_showing, refuse_other_law

INSPECTIONS = "抽查事项与现场检查"  # the heading of the index
DAYS = ("in_force_from", "in_force_until")
# What stays once a public page shows it. Its days may still be put right where no page changes by it.
WORDS = tuple(name for name in LEGAL_BASIS if name not in DAYS)


class LegalBasisForm(Clear, ReasonForm):
    """An article of the law; a fault of a field that is only shown stands above the form."""

    searched = WORDS

    def add_error(self, field: str | None, error: Any) -> None:
        if field is None and hasattr(error, "error_dict"):
            found: dict[str, list] = {}
            for name, errors in error.error_dict.items():
                found.setdefault(name if name in self.fields else NON_FIELD_ERRORS, []).extend(errors)
            error = ValidationError(found)
        super().add_error(field, error)

    def clean_law(self) -> str:
        if not (law := law_writing.title(self.cleaned_data["law"])):
            raise ValidationError("请填写名称，不带书名号。")
        for known in LegalBasis.objects.order_by().values_list("law", flat=True).distinct():
            if known != law and law_writing.same_law(known, law) and self.instance.law != law:
                raise ValidationError(f"已经登记的名称是“{known}”，请照着写：名称不同，同一条会有两份。")
        return law

    def clean_document_number(self) -> str:
        return law_writing.document_number(self.cleaned_data["document_number"])

    def clean_article(self) -> str:
        article = law_writing.article(self.cleaned_data["article"])
        # What an older site has stays until it is changed.
        if article and "article" in self.changed_data and not law_writing.names_article(article):
            raise ValidationError(
                f"“{article}”看不出是哪一条：请写成“第五十一条”“第二十四条第二款”“第十条第（三）项”；"
                "文件的部分写成“第三部分”“三（四）”“附件1”；整个文件作依据的留空。"
            )
        return article

    def clean(self) -> dict[str, Any]:
        """Refuse an article that the law does not have, and other days of validity where a public page shows the law of its day by them."""
        data = super().clean()
        law, article = data.get("law", self.instance.law), data.get("article", "")
        # What an older site has stays until it is changed.
        if {"law", "article"} & {*self.changed_data} and (last := law_writing.beyond(law, article)):
            self.add_error("article", f"《{law}》一共 {last} 条，没有{article}：请核对条款。")
        if self.instance.pk and not self.errors.keys() & set(DAYS):
            refuse_other_law(self.instance, data["in_force_from"], data["in_force_until"])
        return data


@admin.register(LegalBasis)
class LegalBasisAdmin(RegistryAdmin):
    """The law, article by article. A repealed one stays: what was done while it was in force rests on it."""

    form = LegalBasisForm
    counted_as = "条"
    heading, about = (
        INSPECTIONS,
        "抽查事项引用的法律条款，从哪天起、到哪天止有效；会公开。废止的填最后有效日，不删除。",
    )

    list_display = ["cited", "in_force_from", "in_force_until", "replaced_by"]
    list_select_related = ["replaced_by"]
    list_filter = ["law"]
    search_fields = ["law", "document_number", "article", "text"]
    search_help_text = "名称、文号、条款或要点"
    autocomplete_fields = ["replaced_by"]
    fields = ["law", "document_number", "article", "text", *DAYS, "replaced_by", "change_reason"]

    @admin.display(description="条款", ordering="law")
    def cited(self, basis: LegalBasis) -> str:
        return basis.cited

    def get_readonly_fields(self, request: HttpRequest, obj: LegalBasis | None = None) -> list[str]:
        """What a public page shows keeps its words; before that a slip of the pen can be put right."""
        kept = list(super().get_readonly_fields(request, obj))
        return [*kept, *WORDS] if obj and page_showing(obj) else kept

    def save_model(self, request: HttpRequest, obj: LegalBasis, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        for hint in obj.hints():
            self.message_user(request, hint, messages.WARNING)
