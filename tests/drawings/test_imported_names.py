"""A name's way from a clerk's workbook to the public: rare characters arrive, and what was frozen is never renamed."""

import io

import pytest
import workbooks

from drawings.ceremony import verbs
from drawings.models import DrawFile
from sources.importer import import_file
from sources.models import PollutionSource

RARE = "𠮷祥·𤧛𪚥（\ue000）化工厂"


@pytest.fixture
def rename(admin):
    """Import a workbook that renames a unit, and put it into another class."""

    def do(number, name):
        unit = PollutionSource.objects.get(number=number)
        row = [number, name, "一般", unit.industry_code, unit.township]
        return import_file(workbooks.of_units(row, more=["乡镇"]), "改名.xlsx", admin)

    return do


def lines(draw, name):
    return {
        line.split("\t")[0]: line for line in DrawFile.objects.get(draw=draw, name=name).content.splitlines()
    }


def test_rare_characters_and_the_middle_dot_come_from_the_upload_to_the_public_pages(
    plan, item, registry, officers, organiser, freeze, settings, stranger, login, admin
):
    settings.ALLOW_SYSTEM_ENTROPY = True
    number = "410481-0901"
    client = login(admin)
    upload = io.BytesIO(
        workbooks.of_units([number, f"\u3000{RARE}\u200b", "重点", "2669", "𠮷祥·镇"], more=["乡镇"])
    )
    upload.name = "名录.xlsx"
    preview = client.post("/admin/sources/pollutionsource/import/", {"file": upload})
    assert RARE in client.get(preview["Location"]).content.decode()
    client.post(preview["Location"], {"reason": "十月名录核对"})
    assert PollutionSource.objects.get(number=number).name == RARE
    draw = verbs.start(year=2026, quarter=4, item=item, actor=organiser)
    draw = verbs.publish(draw=verbs.draw_from_system(draw=freeze(draw), actor=organiser), actor=organiser)
    pool = stranger.get(f"/draws/{draw.code}/pool.tsv").content.decode()
    assert [line.split("\t")[0] for line in pool.splitlines() if RARE in line] == [number]
    assert RARE in stranger.get(f"/units/{number}/").content.decode()
    assert RARE in stranger.get(f"/units/?q={RARE[:3]}").content.decode()


def test_an_import_that_renames_a_unit_leaves_the_frozen_draw_and_the_public_result_as_they_were(
    published_draw, rename, stranger, login, organiser
):
    picked = published_draw.selections.order_by("source__number").first()
    number = picked.source.number
    frozen = lines(published_draw, "pool.tsv")[number]
    old = PollutionSource.objects.get(number=number).name
    result = stranger.get(f"/draws/{published_draw.code}/").content
    done = rename(number, "改名·新厂")
    assert done.changed == 1
    assert PollutionSource.objects.get(number=number).name == "改名·新厂"
    assert lines(published_draw, "pool.tsv")[number] == frozen
    assert old in frozen
    after = stranger.get(f"/draws/{published_draw.code}/").content
    assert (old in after.decode(), after) == (True, result)
    history = login(organiser).get(f"/inspections/units/{number}/").content.decode()
    assert (old in history, "改名·新厂" in history, "改名.xlsx" in history) == (True, True, True)


def test_an_import_that_renames_a_unit_between_freeze_and_draw_draws_it_under_its_frozen_name(
    frozen_draw, rename, organiser, stranger
):
    number = PollutionSource.objects.order_by("number").first().number
    frozen = lines(frozen_draw, "pool.tsv")
    rename(number, "改名·新厂")
    verbs.publish(draw=verbs.draw_from_system(draw=frozen_draw, actor=organiser), actor=organiser)
    assert lines(frozen_draw, "pool.tsv") == frozen
    assert "改名·新厂" not in stranger.get(f"/draws/{frozen_draw.code}/").content.decode()
