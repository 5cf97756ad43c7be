"""A whole draw on dice and a lottery before witnesses, and the citizen who checks it in his own browser."""

import io
import zipfile

import pytest
from playwright.sync_api import expect

from drawings.models import Draw

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
THROWS, BALLS = "47193 05826 04719 30582", "01 05 12 23 28 31 + 07"


@pytest.fixture
def ceremony(draft, clock, open_as, organiser, reviewer, look, settings):
    """Run the draw in the browser up to its result: the organiser types first, the reviewer second."""

    settings.SESSION_IDLE_MINUTES, settings.SESSION_HOURS = (
        24 * 60,
        24,
    )  # they wait for the lottery without logging in again

    def run(disclosure):
        desk = open_as(organiser)
        desk.goto(f"{desk.base}/ceremony/2026Q4/")
        for source, label, time in (
            ("dice10", "20", "2026-10-08T09:05"),
            ("ssq", "2026112", "2026-10-08T21:15"),
        ):
            desk.locator(f"[name={source}_on]").check()  # as proposed: ssq is drawn that evening
            desk.locator(f"[name={source}_label]").fill(label)
            desk.locator(f"[name={source}_time]").fill(time)
        if disclosure == "sealed":
            desk.locator("[name=disclosure][value=sealed]").check()
        look(desk, f"ceremony-{disclosure}-freeze")
        desk.get_by_role("button", name="冻结名单").click()
        look(desk, f"ceremony-{disclosure}-question")
        desk.get_by_role("button", name="确定冻结").click()
        expect(desk.get_by_text("名单已冻结")).to_be_visible()
        second = open_as(reviewer)
        for minutes, value in ((5, THROWS), (730, BALLS)):
            clock.move(minutes=minutes)
            desk.goto(f"{desk.base}/ceremony/2026Q4/")
            desk.locator("[name=value]").fill(value)
            desk.get_by_role("button", name="录入第一次").click()
            expect(desk.get_by_text("请另一个人").first).to_be_visible()
            second.goto(f"{second.base}/desk/")
            second.get_by_role("link", name="请复核录入随机数").click()
            second.locator("[name=value]").fill(value)
            look(second, f"ceremony-{disclosure}-second-{minutes}")
            second.get_by_role("button", name="录入第二次并确认").click()
            expect(second.get_by_text("两次录入一致").first).to_be_visible()
        desk.goto(f"{desk.base}/ceremony/2026Q4/")
        look(desk, f"ceremony-{disclosure}-drawn")
        return desk

    return run


def test_an_open_draw_is_checked_by_a_citizen(ceremony, open_as, look, tmp_path):
    desk = ceremony("open")
    desk.get_by_role("button", name="公布结果").click()
    desk.get_by_role("button", name="确定公布").click()
    draw = Draw.objects.get()
    public = open_as(None)
    public.goto(f"{public.base}/draws/{draw.code}/")
    public.get_by_role("button", name="验证本次抽签").click()
    expect(public.locator("[data-verify-verdict] .note--ok, [data-verify-verdict].note--ok")).to_be_visible()
    assert public.locator("[data-verify-lines] .is-bad").count() == 0
    look(public, "citizen-green")

    with public.expect_download() as download:
        public.get_by_role("link", name="下载全部文件").first.click()
    bundle = tmp_path / "bundle.zip"
    download.value.save_as(bundle)
    tampered = tmp_path / "tampered.zip"
    tampered.write_bytes(with_another_winner(bundle.read_bytes()))
    public.goto(f"{public.base}/verify/")
    public.set_input_files("[data-verify-files]", tampered)
    expect(
        public.locator("[data-verify-verdict] .note--bad, [data-verify-verdict].note--bad")
    ).to_be_visible()
    look(public, "citizen-red")
    public.set_input_files("[data-verify-files]", bundle)
    expect(public.locator("[data-verify-verdict] .note--ok, [data-verify-verdict].note--ok")).to_be_visible()


def with_another_winner(content: bytes) -> bytes:
    """Return the bundle with the first drawn unit of the result replaced by one that was not drawn."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        result = old.read("result.tsv").decode()
        drawn = {line.split("\t")[2] for line in result.splitlines()[1:]}
        pool = [line.split("\t") for line in old.read("pool.tsv").decode().splitlines()[1:]]
        other = next(row[0] for row in pool if row[0] not in drawn and row[1] == "key")
        first = result.splitlines()[1].split("\t")[2]
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, result.replace(first, other, 1).encode() if name == "result.tsv" else data)
    return changed.getvalue()


def test_a_sealed_draw_shows_the_public_no_unit(ceremony, open_as, look):
    desk = ceremony("sealed")
    desk.get_by_role("button", name="下达任务").click()
    desk.get_by_role("button", name="确定下达").click()
    draw = Draw.objects.get()
    names = list(draw.selections.values_list("name", flat=True))
    public = open_as(None)
    for path in ("/", "/draws/", f"/draws/{draw.code}/", "/results/", "/log/"):
        public.goto(public.base + path)
        shown = public.content()
        assert [name for name in names if name in shown] == [], path
    public.goto(f"{public.base}/draws/{draw.code}/")
    look(public, "public-sealed")
    bundle = public.request.get(f"{public.base}/draws/{draw.code}/bundle.zip").body()
    with zipfile.ZipFile(io.BytesIO(bundle)) as files:
        assert "pool.tsv" in files.namelist() and not {"salt.txt", "result.tsv"} & {*files.namelist()}
