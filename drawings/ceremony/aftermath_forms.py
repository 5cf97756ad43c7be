"""Forms of what follows a draw: a void, and substitutes."""

from django import forms

from ..models import VoidRequest

EVIDENCE = VoidRequest._meta.get_field("evidence")


class EvidenceField(forms.CharField):
    def __init__(self, **options):
        super().__init__(
            label=EVIDENCE.verbose_name,
            min_length=5,
            max_length=EVIDENCE.max_length,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=EVIDENCE.help_text,
            **options,
        )


class VoidForm(forms.Form):
    """Why a draw is to be void: only reasons that its state can bear are offered."""

    reason = forms.ChoiceField(label="作废原因", widget=forms.RadioSelect)
    evidence = EvidenceField()

    def __init__(self, *args, reasons: list, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(reason.value, reason.label) for reason in reasons]
