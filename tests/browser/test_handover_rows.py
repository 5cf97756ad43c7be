"""Out of a file comes what our own pages write, once the person has seen it; what was changed since packing stays where it is."""

import base64

import pytest
from conftest import PHONE
from held_pages import until
from playwright.sync_api import expect
from test_handover import RECEIVE, TOLD, bring
from test_unsent import LEFT

from drawings.models import CoSign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A file of this account's own phone, with what no page of ours writes beside what one does.
FILE = """(inspection) => Promise.all(
  ["handover", "handover_format"].map((name) => import(`/static/drawings/field/${name}.mjs`)),
).then(async ([{ pack, serverKey }, { toBase64 }]) => {
  const at = new Date().toISOString();
  const all = { inspection, title: "某厂", at, tried: false, state: "waiting", told: null };
  const save = (to, token) => ({ store: "outbox", row: { ...all, kind: "save", token, after: "", version: at, values: { summary: "看过再放的" }, address: to } });
  const step = (to) => ({ store: "outbox", row: { ...all, kind: "step", key: crypto.randomUUID(), what: "确认现场记录：确认无误", fields: { verdict: "confirm", digest: "0" }, address: to } });
  const of = `/inspections/${inspection}/`;
  const rows = [
    save(`${of}edit/`, "1"), step(`${of}record/cosign/`), step(`${of}record/supplement/1/`),
    save(`${of}review/`, "2"), save(`${of}edit/../publish/`, "3"), save("/accounts/password/", "4"), step("https://example.org/"), step(`/inspections/${inspection + 1}/record/sign/`),
  ];
  return toBase64(await (await pack(rows, await serverKey())).arrayBuffer());
})"""

SENT = """import("/static/drawings/field/store.mjs").then(async ({ all }) => (await all("outbox")).map(({ address, state }) => [address, state]))"""

CHANGED = """() => Promise.all(
  ["store", "handover"].map((name) => import(`/static/drawings/field/${name}.mjs`)),
).then(async ([{ amend, put }, { drop, held }]) => {
  for (const key of ["same", "titled", "refused"]) {
    await put("photos", { key, inspection: 9, caption: "", state: "local", told: null });
    await put("files", { key, original: new Blob(["1"]), copy: null });
  }
  for (const token of ["5", "6"]) await put("outbox", { inspection: 9, kind: "late", token, state: "refused", told: null });
  const rows = await held();
  await amend("photos", "titled", { caption: "后来写的" });
  await amend("photos", "refused", { state: "wrong", told: { error: "太大" } });
  await amend("outbox", rows.find(({ row }) => row.token === "5").row.id, { told: { error: "看过" } });
  return drop(rows);
})"""


def test_nothing_is_queued_unseen_or_for_another_address_or_in_the_persons_own_word(
    open_as, team, inspection, look, tmp_path
):
    page = open_as(team[0], PHONE)
    page.goto(f"{page.base}/inspections/")
    until(page, TOLD)
    file = tmp_path / "handover.wgho"
    file.write_bytes(base64.b64decode(page.evaluate(FILE, inspection.pk)))
    posted = []
    page.on("request", lambda request: request.method == "POST" and posted.append(request.url))
    said = bring(page, file)
    expect(said).to_contain_text("还没有放进来")
    expect(said).to_contain_text("另有 5 项不是检查页面存下的样子")
    again = said.locator("[data-again]")
    expect(again).to_contain_text("要在这台设备上重新确认")
    expect(again).to_contain_text("确认现场记录：确认无误")
    look(page, "handover-own-word")
    assert page.evaluate(LEFT) == [0, 0, 0, 0]
    said.get_by_role("button", name="放进这台设备").click()
    expect(said).to_contain_text("已放进这台设备：1 项。")
    until(page, f"{SENT}.then((rows) => rows.every(([, state]) => state !== 'waiting'))")
    assert {url.removeprefix(page.base) for url in posted} == {
        RECEIVE,
        f"/inspections/{inspection.pk}/edit/",
    }
    assert not CoSign.objects.exists()


def test_the_outbox_posts_nowhere_but_below_the_visit(open_as, team, inspection):
    page = open_as(team[0], PHONE)
    page.goto(f"{page.base}/inspections/")
    posted = []
    page.on("request", lambda request: request.method == "POST" and posted.append(request.url))
    page.evaluate(
        """(inspection) => import("/static/drawings/field/store.mjs").then(async ({ put, tell }) => {
      const row = { title: "", kind: "step", key: "1", at: new Date().toISOString(), state: "waiting", fields: {}, what: "写补正" };
      await put("outbox", { ...row, inspection, address: `/inspections/${inspection}/../../accounts/logout/` });
      await put("outbox", { ...row, inspection: inspection + 1, address: `/inspections/${inspection}/record/sign/` });
      tell({ type: "changed" });
    })""",
        inspection.pk,
    )
    page.reload()
    until(page, f"{SENT}.then((rows) => rows.every(([, state]) => state === 'refused'))")
    assert posted == []


def test_what_was_changed_since_packing_stays(open_as, team):
    page = open_as(team[0], PHONE)
    page.goto(f"{page.base}{RECEIVE}")
    assert page.evaluate(CHANGED) == 3
    assert page.evaluate(LEFT) == [0, 1, 2, 2]
