"""What holds in every test, whatever it is about: no template names what is not there, no trail entry is unreadable."""

import re
import sys
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.storage import InMemoryStorage, storages
from django.db.models.signals import post_save
from django.template import engines

from drawings.disclosure.kept import shelves
from wugang_audit.audit import wording
from wugang_audit.audit.models import AuditEntry

OUR_TEMPLATES = str(Path(__file__).resolve().parent.parent / "templates")


def is_code(text):
    """Whether a value is a word of the code, such as ``published``, and no number, date or digest."""
    return re.fullmatch(r"[a-z]{2,}([_-][a-z]+)*", text) is not None


def is_unread(name):
    """Whether a name of `changes` is one of the code's own, and has no label."""
    return name.isascii() and wording.label_of(name) == name


def extends_the_admin(template: Path) -> bool:
    forms = '{% extends "admin/change_form.html" %}'
    return template.parent.name in ("admin", "imports") or template.read_text("utf-8").startswith(forms)


class UnknownVariable(str):
    """What Django puts in place of a variable that the context lacks: in our own templates that is a fault."""

    def __contains__(self, text):
        return text == "%s"

    def __mod__(self, variable):
        template = sys._getframe(1).f_locals["context"].template.origin.name
        # Django's admin leaves variables open; the pages that extend it cannot be told from it here.
        if template.startswith(OUR_TEMPLATES) and not extends_the_admin(Path(template)):
            raise AssertionError(f"{template} names {variable}, which the view does not give")
        return ""


@pytest.fixture(autouse=True)
def unknown_template_variables_fail(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", UnknownVariable("unknown"))


@pytest.fixture(autouse=True)
def every_entry_of_the_trail_is_readable(request):
    """Whatever a test makes the site record: no name of the code's own may reach the auditor."""
    unread, is_junk = [], "fuzz" in request.node.nodeid  # what is typed there may look like anything

    def read(instance, **_):
        kind = instance.target_key.partition(":")[0]
        if instance.action == "试写":
            return
        unread.extend(f"{instance.action}: {name}" for name in instance.changes if is_unread(name))
        unread.extend(
            f"{instance.action}: {line}"
            for line in wording.lines(instance.changes)
            if is_code(line.text) and not is_junk
        )
        if kind and kind not in {each.code for each in wording.kinds()}:
            unread.append(f"{instance.action}: {kind}")

    post_save.connect(read, AuditEntry)
    yield
    post_save.disconnect(read, AuditEntry)
    assert unread == []


@pytest.fixture(autouse=True)
def nothing_is_kept():
    """What the process keeps of one test's registry would be an answer about the next one's."""
    cache.clear()
    shelves.clear()
    # Photos of visits lie in the memory, so that no test leaves any on the disk; a test that sets STORAGES has its own.
    storages._storages["evidence"] = InMemoryStorage()
