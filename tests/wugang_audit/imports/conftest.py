"""Imports that tests undo, made as the confirmation of a job makes them."""

import datetime

import pytest
import workbooks
from sound_units import unit
from undo_cases import condition, person_row

from enforcers.importer import OfficerImporter
from enforcers.models import Officer, Recusal
from sources.importer import SourceImporter
from sources.models import PollutionSource
from sources.permit_importer import PermitImporter
from wugang_audit.imports import undo as undoing
from wugang_audit.imports.entering import enter


@pytest.fixture
def brought_in(admin):
    """Import rows as the confirmation of a job does; returns (importer, job)."""

    def do(*rows, importer=SourceImporter, owner=admin, filename="名录.xlsx"):
        importer, content = importer(), workbooks.of_dicts(rows)
        preview = importer.apply(content, filename, owner)
        job = enter(importer, filename, content, preview, owner=owner)
        return importer, job

    return do


@pytest.fixture
def undo(admin):
    def do(imported, actor=admin, reason="导错了文件"):
        return undoing.undo(*imported, actor=actor, reason=reason)

    return do


@pytest.fixture
def registries(brought_in, specialities):
    """Two units, two officers and what they master, all with a past of their own."""
    for code, name in (("livestock", "畜禽养殖"), ("chemical-pharma", "化工医药")):
        specialities[code].name = name
        specialities[code].save()
    brought_in(unit(901, 备注="原来的备注"), unit(902), filename="先前.xlsx")
    brought_in(condition(901), importer=PermitImporter, filename="先前.xlsx")
    rows = person_row(901, 擅长行业="化工医药"), person_row(902, 擅长行业="化工医药、畜禽养殖", 职务="科员")
    brought_in(*rows, importer=OfficerImporter, filename="先前.xlsx")
    officer, source = Officer.objects.latest("pk"), PollutionSource.objects.latest("pk")
    since, until = datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)
    Recusal.objects.create(officer=officer, source=source, reason="亲属", since=since, until=until)
