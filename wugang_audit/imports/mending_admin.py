"""The pages on which a clerk mends a file without Excel, and looks through all that an import would do."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.http import urlencode

from ..spreadsheets.corrections import cell_key
from ..spreadsheets.row_numbers import row_label
from ..spreadsheets.table import Fault, Offer
from . import jobs, preview_pages, recipes
from .fault_list import FaultList
from .filled import filled_later
from .importer import Importer
from .importer_admin import ImporterAdmin
from .mending import NAMED, Group, Mended, groups, kinds, suggest
from .mending_form import EVERY, MendingForm
from .models import ImportJob
from .offers import code_of as code_of_offer

PER_PAGE = 50  # groups
ROWS = {preview_pages.NEW: "新增的登记", preview_pages.CHANGED: "更改的登记", preview_pages.FAULTS: "错误"}


class MendingAdmin(ImporterAdmin):
    """A registry whose files can be mended in the browser.

    `exchanged(faults)` returns {row: {attribute: what is to be read}} of rows in which two cells stand in each other's place.
    """

    exchanged: Callable[[Iterable[Fault]], dict[int, dict[str, str]]] = staticmethod(lambda faults: {})

    def get_urls(self) -> list[URLPattern]:
        gate, name = self.admin_site.admin_view, self.url_name
        return [
            path("import/<serial:pk>/mend/", gate(self.mend_view), name=name("import_mend")),
            path("import/<serial:pk>/rows/", gate(self.rows_view), name=name("import_rows")),
            *super().get_urls(),
        ]

    def can_mend(self, job: ImportJob) -> bool:
        preview = job.stored_preview
        if not self.can_choose(job) or preview.unmatched:
            return False
        asked = any(each.found_by for each in preview.differences)
        return bool(preview.faults or preview.questions or preview.offers or asked or Mended.of(job).says)

    def mend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the questions and the faults, equal ones together; read the file again with what was said of them."""
        job = self.job_of(request, pk)
        if not self.can_mend(job):
            return redirect(self.url_of("import_preview", pk))
        importer, preview = self.importer(), job.stored_preview
        if "offer" in request.POST:
            return self._take_offers(request, job)
        apart = "apart" in request.GET
        everything = groups(importer, preview_pages.faults(job), apart=apart)
        exchanged = self.exchanged(preview_pages.faults(job))
        kind = request.GET.get("kind", "")
        # What one press puts right is named beside its button, and not once more among the errors.
        once = bool(exchanged) and not kind and not apart
        shown = [
            group
            for group in everything
            if kind in ("", group.kind) and not (once and self._is_exchanged(group))
        ]
        pages = max(1, -(-len(shown) // PER_PAGE))
        asked = request.GET.get("page", "")
        number = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 6 else 1
        there = shown[(number - 1) * PER_PAGE : number * PER_PAGE]
        questions = list(preview.questions) if number == 1 and not kind else []
        suggest(importer, there)
        data = [request.POST] if request.method == "POST" else []
        form = MendingForm(importer, there, questions, *data)
        if request.method == "POST" and ("start_again" in request.POST or form.is_valid()):
            return self._mend(request, job, form, shown, exchanged)
        asked_for = {"kind": kind} | ({"apart": "1"} if apart else {})
        address = f"{request.path}?{urlencode(asked_for)}"
        return self.page(
            request, "imports/mend.html", f"{self.importer.label}：在网页上改", job=job, preview=preview, groups=there,
            questions=list(form.asked()), form=form, kinds=kinds(everything), kind=kind, number=number, pages=pages, total=len(shown),
            address=address, previous=number - 1, following=number + 1 if number < pages else 0,
            offers=self.offers(job), mend_url=request.path, apart=apart, exchanged=len(exchanged), swapped=_in_words(importer, everything, exchanged) if once else [],
            exchange_here=any(self._is_exchanged(group) for group in there), preview_url=self.url_of("import_preview", pk), says=Mended.of(job).says,
            may_clear=kind and all(group.may_be_empty for group in shown), every=EVERY,
        )  # fmt: skip

    def _is_exchanged(self, group: Group) -> bool:
        fault = Fault(group.problem, group.fix, row=group.rows[0], value=group.value, whole=group.whole)
        return bool(self.exchanged([fault]))

    def _mend(
        self,
        request: HttpRequest,
        job: ImportJob,
        form: MendingForm,
        shown: list[Group],
        exchanged: dict[int, dict[str, str]],
    ) -> HttpResponse:
        """Take the answers, and what the pressed button says of more cells than those; read the file again."""
        importer, mended = self.importer(), Mended.of(job)
        if "start_again" in request.POST:
            return self._after(request, jobs.mend(importer, job, Mended(constants=mended.constants)))
        said = form.add_to(mended)
        if (row := request.POST.get("separate", "")).isdecimal() and len(row) < 8:
            mended.separate.add(int(row))
            said += 1
        elif "clear_kind" in request.POST:
            mended.clear_cells([group for group in shown if group.may_be_empty])
            said += sum(group.count for group in shown)
        elif "leave_out_kind" in request.POST:
            mended.left_out.update(row for group in shown for row in group.rows)
            said += len({row for group in shown for row in group.rows})
        elif "exchange" in request.POST:
            # Each two cells that stand in each other's place are read the other way round.
            for at, cells in exchanged.items():
                mended.cells |= {(at, name): text for name, text in cells.items()}
            said += len(exchanged)
        if not said:
            messages.warning(request, "还没有写要改成什么：请在要改的一行填写，或勾选“留空”“不读这些行”。")
            return redirect(request.get_full_path())
        if remembered := form.remembered():
            self._remember(request, importer, remembered)
        return self._after(request, jobs.mend(importer, job, mended))

    def offers(self, job: ImportJob) -> list[tuple[Offer, str]]:
        """Return what could be read otherwise, each with what its button sends; none once that is too late."""
        return (
            [(each, code_of_offer(each)) for each in job.stored_preview.offers] if self.can_mend(job) else []
        )

    def _take_offers(self, request: HttpRequest, job: ImportJob) -> HttpResponse:
        """Read the file again with one offer, or with all of them."""
        wanted = request.POST["offer"]
        taken = [each for each, code in self.offers(job) if wanted in ("*", code)]
        if not taken:
            messages.warning(request, "这条建议已经用过，或者文件已经重新核对过，请看现在的内容。")
            return redirect(self.url_of("import_preview", job.pk))
        importer, mended = self.importer(), Mended.of(job)
        for each in taken:
            mended.alike.setdefault(each.attribute, {})[cell_key(each.found)] = each.becomes
        if "remember" in request.POST:
            said = [recipes.Said(each.attribute, each.found, each.becomes) for each in taken]
            self._remember(request, importer, said)
        return self._after(request, jobs.mend(importer, job, mended))

    def _remember(self, request: HttpRequest, importer: Importer, said: list[recipes.Said]) -> None:
        try:
            refused = recipes.remember(importer, said, request.user)
        except recipes.BadRecipe as why:
            refused = [str(why)]
        for reason in refused:
            messages.warning(request, f"这次照改，但没有记住：{reason}")

    def _after(self, request: HttpRequest, job: ImportJob) -> HttpResponse:
        """Say what is left, and go on there."""
        preview = job.stored_preview
        if not job.preview:  # a long file is being read again
            return redirect(self.url_of("import_preview", job.pk))
        left = preview.fault_count
        if left:
            messages.info(request, f"已按您说的重新核对，还有 {left} 处错误。")
            return redirect(self.url_of("import_mend", job.pk))
        messages.success(request, "已按您说的重新核对，没有错误了。您的文件本身没有改动。")
        return redirect(self.url_of("import_preview", job.pk))

    def rows_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Page through all that an import would do, however much it is."""
        job = self.job_of(request, pk)
        kind = request.GET.get("kind", preview_pages.NEW)
        if kind not in ROWS or not job.preview:
            raise Http404
        title = f"{self.importer.label}：{ROWS[kind]}"
        if kind == preview_pages.FAULTS:
            found = FaultList.of(job, request.GET.dict(), kind=kind)
            return self.page(
                request, "imports/rows.html", title, job=job, kind=kind, found=found,
                preview_url=self.url_of("import_preview", pk),
            )  # fmt: skip
        asked = request.GET.get("page", "1")
        pages = preview_pages.count(job, kind)
        number = min(max(int(asked), 1), max(pages, 1)) if asked.isdecimal() and len(asked) < 7 else 1
        return self.page(
            request, "imports/rows.html", title, job=job, kind=kind, found=None,
            differences=filled_later(preview_pages.differences(job, kind, number), bytes(job.staged), self.importer()),
            number=number, pages=pages, previous=number - 1, following=number + 1 if number < pages else 0,
            preview_url=self.url_of("import_preview", pk),
        )  # fmt: skip


def _in_words(
    importer: Importer, everything: Iterable[Group], exchanged: dict[int, dict[str, str]]
) -> list[tuple[str, str]]:
    """Return (row, what is read once its cells are exchanged) of the first rows, in words."""
    headers = {column.attribute: column.header for column in importer.columns}
    names = {row: name for group in everything for row, name in zip(group.rows, group.names, strict=False)}
    found = []
    for row, cells in sorted(exchanged.items())[:NAMED]:
        said = "，".join(f"{headers[attribute]} {text}" for attribute, text in cells.items())
        found.append((f"第{row_label(row)}行" + (f" · {names[row]}" if names.get(row) else ""), said))
    return found
