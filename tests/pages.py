"""What the tests of pages read off them."""

import json

from django.forms import BaseForm


def said(response) -> list[str]:
    """Return what the page told the person: the messages, then what is wrong with its forms."""
    told = [str(message) for message in response.context["messages"]]
    return told + [error for form in _forms(response) for errors in form.errors.values() for error in errors]


def _forms(response):
    values = response.context[0].flatten().values()
    return [value for value in values if issubclass(type(value), BaseForm) and value.is_bound]


def reasoned(form, why):
    """Return what is sent when each line for a reason on the page is filled in, with what the page carries beside it."""
    sent = {}
    for field in form.reasons():
        sent |= {field.html_name: why, f"{field.html_name}_for": json.dumps(field.field.widget.pieces)}
    return sent


def form_of(client, url):
    """Return what a browser would send of an admin's form if nothing were typed."""
    form = client.get(url).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    for formset in client.get(url).context["inline_admin_formsets"]:
        for each in (formset.formset.management_form, *formset.formset.forms):
            for bound in each:
                value = bound.value()
                if value is not None:
                    values[bound.html_name] = (
                        [getattr(x, "pk", x) for x in value] if isinstance(value, list) else value
                    )
    return {name: "" if value is None else value for name, value in values.items()}
