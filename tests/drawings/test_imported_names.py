"""A name's way from a clerk's workbook to the public: rare characters arrive, and what was frozen is never renamed."""

import io

import pytest
import workbooks

from drawings.ceremony import verbs
from drawings.models import DrawFile
from sources.importer import import_file
from sources.models import PollutionSource

RARE = "𠮷祥·𤧛𪚥（㐂）化工厂"  # in the protocol's table of characters, far from everyday ones


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
    names = stranger.get(f"/draws/{draw.code}/names.tsv").content.decode()
    assert [line.split("\t")[1] for line in names.splitlines() if RARE in line] == [number]
    assert RARE in stranger.get(f"/units/{number}/").content.decode()
    assert RARE in stranger.get(f"/units/?q={RARE[:3]}").content.decode()


@pytest.mark.parametrize(
    ("char", "said"),
    [("\ue000", "自造的字（U+E000）"), ("\U0002ebf0", "（U+2EBF0）不在各种电脑都认得的字符里")],
)
def test_a_name_with_a_character_that_a_verifier_may_not_know_is_refused_at_the_import_and_in_the_form(
    registry, login, admin, char, said
):
    client = login(admin)
    upload = io.BytesIO(
        workbooks.of_units(["410481-0901", f"虚构{char}厂", "一般", "2669", "院岭街道"], more=["乡镇"])
    )
    upload.name = "名录.xlsx"
    preview = client.post("/admin/sources/pollutionsource/import/", {"file": upload})
    page = client.get(preview["Location"]).content.decode()
    assert said in page and "汉语拼音" in page
    client.post(preview["Location"], {"confirm": "1"})
    assert not PollutionSource.objects.filter(number="410481-0901").exists()
    unit = registry[0]
    change = f"/admin/sources/pollutionsource/{unit.pk}/change/"
    page = client.post(change, {"name": f"虚构{char}厂"}).content.decode()
    assert said in page and "汉语拼音" in page


def test_an_officers_name_is_held_to_the_same_characters(officers, login, admin):
    page = login(admin).post(f"/admin/enforcers/officer/{officers[0].pk}/change/", {"name": "甲\ue000"})
    assert "自造的字（U+E000）" in page.content.decode()


def test_an_import_that_renames_a_unit_leaves_the_frozen_draw_and_the_public_result_as_they_were(
    published_draw, rename, stranger, login, organiser
):
    picked = published_draw.selections.order_by("source__number").first()
    number = picked.source.number
    frozen, name = lines(published_draw, "pool.tsv")[number], published_draw.names_of("unit")[number]
    old = PollutionSource.objects.get(number=number).name
    result = stranger.get(f"/draws/{published_draw.code}/").content
    done = rename(number, "改名·新厂")
    assert done.changed == 1
    assert PollutionSource.objects.get(number=number).name == "改名·新厂"
    assert lines(published_draw, "pool.tsv")[number] == frozen
    assert published_draw.__class__.objects.get().names_of("unit")[number] == name == old
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
