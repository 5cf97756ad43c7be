"""The action of the list of units that gives all chosen ones a class, an industry, or both."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .classify_form import ClassifyForm
from .classifying import Decision, Outcome, classify, label_of_industry, standing
from .joining import Refused
from .models import PollutionSource, label_of_category

NAMED, OPEN = 500, 20  # units that the page names; more than the second number are folded
LABEL = "给所选单位定监管类别、行业"


class ClassifyAction:
    """Mix in before the admin of units."""

    @admin.action(description=LABEL, permissions=["change"])
    def classify(self, request: HttpRequest, rows: QuerySet[PollutionSource]) -> HttpResponse | None:
        """Show what the units have now and ask what they get; the page sends the same action again with the answer."""
        now = standing(rows)
        if not now.units:
            self.message_user(
                request, "所选的单位已经不在列表里，没有改动。请刷新列表再选。", messages.WARNING
            )
            return None
        form = ClassifyForm(now, *([request.POST] if "reason" in request.POST else []))
        if form.is_valid():
            decision = form.decision()
            try:
                done = classify(rows, decision, actor=request.user, reason=form.cleaned_data["reason"])
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, *_said(decision, done))
                return None
        named = rows.order_by("number").values("number", "name", "is_active")[:NAMED]
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": f"给 {now.units} 家单位定监管类别、行业",
            "now": now,
            "form": form,
            "named": named,
            "more": now.units - NAMED,
            "folded": now.units > OPEN,
            "list_url": request.get_full_path(),
            "action": request.POST["action"],
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "across": request.POST.get("select_across", "0"),
        }
        return render(request, "sources/classify.html", context)


def _said(decision: Decision, done: Outcome) -> tuple[str, int]:
    """Return the message, and how loud it is."""
    given = []
    if decision.category:
        given.append(f"监管类别定为{label_of_category(decision.category)}")
    if decision.industry_code:
        given.append(f"行业定为 {label_of_industry(decision.industry_code)}")
    kept = f"{done.kept} 家原来有别的类别或行业，保持不变。" if done.kept else ""
    if not done.changed:
        return f"没有改动。{kept or '所选单位本来就是这样。'}", messages.WARNING
    return f"已改 {done.changed} 家单位：{'，'.join(given)}。{kept}", messages.SUCCESS
