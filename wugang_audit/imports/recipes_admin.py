"""The pages of remembered corrections: listed, edited, forgotten, taken out and brought in as JSON."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ..access.marks import only_post
from ..pagination import LimitedPaginator
from ..spreadsheets.corrections import cell_key
from ..spreadsheets.table import Column
from . import choices, recipes
from .importer_admin import ImporterAdmin
from .models import HeaderSynonym, Recipe

MANY = 20  # recipes, beyond which there is a search
PER_PAGE = 50
MAX_JSON = 2 * 1024 * 1024  # bytes


class RecipeForm(forms.Form):
    """One correction: what stands in files, and what it is read as."""

    attribute = forms.ChoiceField(label="列", error_messages={"required": "请选是哪一列。"})
    found = forms.CharField(
        label="文件里写的", max_length=recipes.FOUND, error_messages={"required": "请填写文件里写的是什么。"}
    )
    becomes = forms.CharField(
        label="读作", max_length=recipes.BECOMES, required=False, help_text="不填就是当作空格子。"
    )

    def __init__(self, columns: Iterable[Column], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["attribute"].choices = [("", "（请选）"), *_choices(columns)]


def _choices(columns: Iterable[Column]) -> list[tuple[str, str]]:
    """Return the columns that may have recipes; at the end those in which a content can only be read as empty."""
    able = [each for each in columns if not (each.identity and each.required)]
    others = [(each.attribute, each.header) for each in able if not each.identity]
    return others + [(each.attribute, f"{each.header}（只能当作空格子）") for each in able if each.identity]


class RecipeSearch(forms.Form):
    """Which of the recipes are shown."""

    q = forms.CharField(label="写法或读法里有", max_length=recipes.BECOMES, required=False)
    column = forms.ChoiceField(label="列", required=False)

    def __init__(self, columns: list[tuple[str, str]], *args: Any):
        super().__init__(*args)
        self.fields["column"].choices = [("", "全部"), *columns]

    def narrow(self, rows: QuerySet[Recipe]) -> QuerySet[Recipe]:
        if not self.is_valid():
            return rows
        words, column = self.cleaned_data["q"], self.cleaned_data["column"]
        if words:
            key = cell_key(words)
            rows = rows.filter(Q(found__icontains=words) | Q(becomes__icontains=words) | Q(key__contains=key))
        return rows.filter(attribute=column) if column else rows


class RecipesFileForm(forms.Form):
    file = forms.FileField(
        label="改法文件", widget=forms.ClearableFileInput(attrs={"accept": ".json"}),
        error_messages={"required": "请先选择一个文件。", "empty": "这个文件是空的，请重新选择。"},
        help_text="从别处“导出”得到的 .json 文件；已有的同一内容改成文件里的读法。",
    )  # fmt: skip

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_JSON:
            raise forms.ValidationError(f"文件超过 {MAX_JSON // 1024 // 1024} MB，不是改法文件。")
        return upload.read()


class RecipesAdmin(ImporterAdmin):
    """A registry whose remembered corrections can be seen and changed by whoever may import."""

    def get_urls(self) -> list[URLPattern]:
        gate, name = self.admin_site.admin_view, self.url_name
        return [
            path("import/recipes/", gate(self.recipes_view), name=name("import_recipes")),
            path("import/recipes/file/", gate(self.recipes_file_view), name=name("import_recipes_file")),
            path("import/recipes/export/", gate(require_safe(self.recipes_export_view)), name=name("import_recipes_export")),
            path(
                "import/recipes/<serial:pk>/forget/", gate(self.recipe_forget_view), name=name("import_recipe_forget"),
            ),
            path(
                "import/headers/<serial:pk>/forget/", gate(only_post(f"admin:{name('import_recipes')}")(self.header_forget_view)), name=name("import_header_forget"),
            ),
            *super().get_urls(),
        ]  # fmt: skip

    def recipes_view(self, request: HttpRequest) -> HttpResponse:
        """List what is remembered; add one, or change one by entering the same content again."""
        self.guard(request)
        importer = self.importer()
        form = RecipeForm(importer.columns, request.POST or None, initial=request.GET.dict())
        if request.method == "POST" and form.is_valid():
            said = recipes.Said(*(form.cleaned_data[name] for name in recipes.Said._fields))
            try:
                refused = recipes.remember(importer, [said], request.user)
            except recipes.BadRecipe as why:
                refused = [str(why)]
            if not refused:
                messages.success(
                    request, "已记住。以后导入的文件里，这一列同样的内容都这样读，核对页会说明。"
                )
                return redirect(self.url_of("import_recipes"))
            form.add_error("becomes", refused[0])
        return self._recipes(request, form, RecipesFileForm())

    def recipes_file_view(self, request: HttpRequest) -> HttpResponse:
        """Bring in what was taken out elsewhere: all of it, or nothing."""
        self.guard(request)
        importer = self.importer()
        form = RecipesFileForm(request.POST, request.FILES) if request.method == "POST" else RecipesFileForm()
        if request.method == "POST" and form.is_valid():
            try:
                said = recipes.parsed(importer, form.cleaned_data["file"])
                recipes.remember_all(importer, said, request.user)
            except recipes.BadRecipe as why:
                form.add_error("file", str(why))
            else:
                messages.success(request, f"已记住文件里的 {len(said)} 条改法。")
                return redirect(self.url_of("import_recipes"))
        return self._recipes(request, RecipeForm(importer.columns), form)

    def _recipes(self, request: HttpRequest, form: RecipeForm, file_form: RecipesFileForm) -> HttpResponse:
        headers = {column.attribute: column.header for column in self.importer.columns}
        everything = Recipe.objects.filter(registry=self.importer.kind)
        total = everything.count()
        there = everything.order_by().values_list("attribute", flat=True).distinct()
        search = RecipeSearch([(name, headers.get(name, name)) for name in sorted(there)], request.GET)
        rows = search.narrow(everything.select_related("user"))
        page = LimitedPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        asked = {name: text for name in ("q", "column") if (text := request.GET.get(name))}
        return self.page(
            request, "imports/recipes.html", f"{self.importer.label}：记住的改法", form=form, file_form=file_form,
            rows=[(recipe, headers.get(recipe.attribute, recipe.attribute)) for recipe in page.object_list],
            total=total, search=search if total > MANY or asked else None, asked=asked, page=page, query=urlencode(asked),
            synonyms=[(each, headers.get(each.attribute, "")) for each in choices.synonyms(self.importer.kind)],
        )  # fmt: skip

    def recipes_export_view(self, request: HttpRequest) -> HttpResponse:
        self.guard(request)
        response = HttpResponse(
            recipes.exported(self.importer()), content_type="application/json; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="recipes-{self.importer.kind}.json"'
        return response

    def recipe_forget_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once, then forget the correction."""
        self.guard(request)
        recipe = get_object_or_404(Recipe.objects.select_related("user"), pk=pk, registry=self.importer.kind)
        if request.method != "POST":
            headers = {column.attribute: column.header for column in self.importer.columns}
            return self.page(
                request, "imports/recipe_forget.html", f"{self.importer.label}：删除一条改法", recipe=recipe,
                header=headers.get(recipe.attribute, recipe.attribute),
            )  # fmt: skip
        recipes.forget(self.importer(), recipe, request.user)
        messages.success(request, f"已删除“{recipe}”。已经导入的登记不变。")
        return redirect(self.url_of("import_recipes"))

    def header_forget_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.guard(request)
        synonym = get_object_or_404(HeaderSynonym, pk=pk, registry=self.importer.kind)
        choices.forget_header(self.importer(), synonym, request.user)
        messages.success(request, f"已删除表头“{synonym.key}”的叫法。已经导入的登记不变。")
        return redirect(self.url_of("import_recipes"))
