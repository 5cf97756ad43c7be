"""The forms of evidence: files with what belongs to them, a caption, a reason to remove."""

import datetime
import uuid
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from math import ceil, isfinite
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from ...models import ChecklistPoint, Evidence, Inspection
from ...privacy_gate.forms import Guarded
from .. import privacy
from . import queries
from .pictures import LARGEST, MIB
from .verbs import LONGEST, SHORTEST, Sent

FIRST_YEAR, LAST_YEAR = 1950, 2200  # of a phone's clock, by which no zone's rules are strange
AT_ONCE, TOGETHER = 9, 20 * MIB  # files of one form, and their bytes


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; what is in them is looked at later."""

    widget = ManyFiles({"accept": "image/*,application/pdf"})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        found = [super(FilesField, self).clean(each, initial) for each in given] or [super().clean(None)]
        if len(found) > AT_ONCE:
            raise forms.ValidationError(f"一次最多选 {AT_ONCE} 份，请分几次传。")
        return found


class MomentField(forms.CharField):
    """A moment by the phone's clock, in ISO 8601; without an offset it is the time here.

    A phone whose clock was reset says 1970, and the record that the firm has signed says so too: no photo is refused for
    it, and the page tells that the time cannot be trusted (`queries.Item`). What is no time at all is none.
    """

    def clean(self, value: Any) -> datetime.datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None or not FIRST_YEAR <= moment.year < LAST_YEAR:
            return None
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


class DegreesField(forms.CharField):
    """Latitude or longitude in degrees, rounded to a tenth of a metre."""

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            degrees = Decimal(text[:30])
        except InvalidOperation:
            degrees = Decimal("NaN")
        if not degrees.is_finite() or abs(degrees) > self.most:
            raise forms.ValidationError("位置不对，请不带位置再传。")
        return round(degrees, 6)


class CaptionForm(forms.Form):
    """What a photo shows and where it belongs."""

    point = forms.ChoiceField(
        label="检查项目",
        required=False,
        error_messages={"invalid_choice": "没有这个检查项目，请在列表里选。"},
    )
    caption = forms.CharField(
        label="说明",
        required=False,
        max_length=Evidence._meta.get_field("caption").max_length,
        help_text="拍的是什么、在哪里，一句话。",
    )

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point"].choices = queries.choices_of_points(inspection)

    def clean_caption(self) -> str:
        return " ".join(self.cleaned_data["caption"].split())

    def clean_point(self) -> ChecklistPoint | None:
        # A phone sends the caption alone: the point may be of a list that it has yet to add.
        chosen = self.cleaned_data["point"] if "point" in self.data else self.initial.get("point")
        return ChecklistPoint.objects.get(pk=chosen) if chosen else None


class AnyPointField(forms.CharField):
    """A point of any version that was ever published: a phone may send the photo before the list that it added."""

    def clean(self, value: Any) -> ChecklistPoint | None:
        text = super().clean(value)
        if not text:
            return None
        points = ChecklistPoint.objects.filter(version__published_at__isnull=False)
        known = text.isdecimal() and text.isascii() and len(text) < 18
        point = points.filter(pk=text).first() if known else None
        if point is None:
            raise forms.ValidationError("没有这个检查项目，请刷新页面再选。")
        return point


class UploadForm(CaptionForm):
    """One file as a phone sends it with what it knows, or several from a plain page."""

    file = FilesField(
        label="照片或 PDF",
        allow_empty_file=True,
        help_text=f"{queries.LIMITS}一次最多选 {AT_ONCE} 份，合计不超过 {TOGETHER // MIB} MB。收 JPEG、PNG、WEBP、HEIC 照片和 PDF。",
        error_messages={
            "required": "请选择照片或者 PDF。",
            "missing": "没有收到文件，请重新选择。",
            "invalid": "没有收到文件，请重新选择。",
        },
    )
    key = forms.UUIDField(
        required=False, widget=forms.HiddenInput, error_messages={"invalid": "编号不对，请重新选择这一份。"}
    )
    digest = forms.RegexField(
        r"^[0-9a-f]{64}\Z", required=False, widget=forms.HiddenInput,
        error_messages={"invalid": "原件的指纹不对，请重新选择这一份。"},
    )  # fmt: skip
    original_size = forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST, widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), f"原件是空的，或者超过 {LARGEST // MIB} MB。请把相机的分辨率调低再拍。"
        ),
    )  # fmt: skip
    taken_at = MomentField(required=False, widget=forms.HiddenInput)
    phone_time = MomentField(required=False, widget=forms.HiddenInput)
    latitude = DegreesField(90, required=False, widget=forms.HiddenInput)
    longitude = DegreesField(180, required=False, widget=forms.HiddenInput)
    accuracy = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    field_order = ("file", "point", "caption")

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, inspection=inspection, **kwargs)
        if self.is_bound:
            choice = self.fields["point"]
            self.fields["point"] = AnyPointField(label=choice.label, required=False, widget=choice.widget)

    def clean_point(self) -> ChecklistPoint | None:
        return self.cleaned_data["point"]

    def clean_accuracy(self) -> int | None:
        try:
            metres = float(self.cleaned_data["accuracy"])
        except ValueError:
            return None
        return ceil(metres) if isfinite(metres) and 0 <= metres < 1_000_000 else None

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if (given.get("latitude") is None) != (given.get("longitude") is None):
            given["latitude"] = given["longitude"] = None
        return given

    def sent(self) -> Iterable[tuple[str, Sent]]:
        """Yield (name of the file, what was sent); key, digest and size belong to a file that comes alone."""
        given = dict(self.cleaned_data)
        uploads = given.pop("file")
        if len(uploads) > 1:
            given |= {"key": None, "digest": "", "original_size": None}
        for upload in uploads:
            # One byte more than is taken tells that there is more; no more of it gets into the memory.
            content = upload.read(LARGEST + 1) if upload.size > LARGEST else upload.read()
            yield (
                (upload.name or "照片")[:60],
                Sent(**given | {"key": given["key"] or uuid.uuid4()}, content=content),
            )


class PublicForm(Guarded, forms.Form):
    """That a photo may be public: its caption is searched for personal data, as all that becomes public is."""

    mend = "确实不属于个人信息的，在下面写明理由；不然这张照片不能公开。现场记录已经固定，说明不能再改。"

    def __init__(self, *args: Any, evidence: Evidence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evidence = evidence

    def marked(self) -> set[tuple[str, str]]:
        return privacy.marked(self.evidence.inspection)

    def label_of(self, name: str) -> str:
        return "说明"

    def clean(self) -> None:
        super().clean()
        self.guard({name: text.content for name, text in privacy.caption(self.evidence).items()})


class RemoveForm(forms.Form):
    """Why evidence is taken out."""

    reason = forms.CharField(
        label="为什么移除",
        min_length=SHORTEST,
        max_length=LONGEST,
        help_text="如“拍得不清楚”“拍错了地方”。审核人和负责人看得到。",
        error_messages={"required": f"请写明为什么移除，{SHORTEST} 到 {LONGEST} 个字。"},
    )
