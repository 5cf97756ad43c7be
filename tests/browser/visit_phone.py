"""An officer's phone that is really killed, what it keeps, and what must be true of phone and server together at any moment."""

import base64
import hashlib
import os
import re
import shutil
import signal
from pathlib import Path

from conftest import PATIENCE, PHONE, at_step
from django.urls import reverse
from held_pages import log_in
from playwright.sync_api import Error, expect

from drawings.models import Evidence, Inspection
from wugang_audit.audit.models import AuditEntry

KEPT = """async () => {
  const store = await import("/static/drawings/field/store.mjs");
  const [drafts, outbox, photos] = await Promise.all(["drafts", "outbox", "photos"].map((name) => store.all(name)));
  return { drafts, outbox, photos: photos.map(({ digest, state, inspection }) => ({ digest, state, inspection })) };
}"""
# Nothing of a visit is left to save.
SAVED = """async (inspection) => {
  if (!document.body.dataset.account) return false; // the log-in page is nobody's: it has a store of its own
  const store = await import("/static/drawings/field/store.mjs");
  const left = [...(await store.all("drafts")), ...(await store.all("outbox"))];
  return !left.some((one) => one.inspection === inspection);
}"""
TYPE = """async (words) => {
  const store = await import("/static/drawings/field/store.mjs");
  const field = document.querySelector("#at-summary textarea");
  field.value = words;
  for (let i = 0; i < 600; i += 1) {
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => { setTimeout(done, 50); });
    if ((await store.all("drafts")).some(({ values }) => values.summary === words)) return words;
  }
  throw new Error("never kept");
}"""
DRAW = """async ([width, height, shade]) => {
  const canvas = new OffscreenCanvas(width, height), context = canvas.getContext("2d");
  context.fillStyle = `hsl(${shade * 37}, 70%, 40%)`;
  context.fillRect(0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg" });
  return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
}"""


class Phone:
    """One profile of a browser: started again and again, and each time the same phone."""

    def __init__(self, chromium, profile, base, user, password):
        self.kind, self.profile, self.base = chromium.browser_type, profile, base
        self.user, self.password = user, password

    def start(self, *, is_offline=False):
        self.context = self.kind.launch_persistent_context(
            self.profile,
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox"],
            viewport=PHONE,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            offline=is_offline,
        )
        self.context.set_default_timeout(PATIENCE)
        return self.another_page()

    def another_page(self):
        self.page = self.context.new_page()
        self.page.base = self.base
        return self.page

    def open(self, path):
        """Go to a page; who is not logged in any more logs in."""
        self.page.goto(f"{self.base}{path}")
        if "/accounts/login/" in self.page.url:
            log_in(self.page, self.user, self.password)
            self.page.wait_for_url(re.compile("^(?!.*/accounts/login/)"))
        return self.page

    def _processes(self):
        """The processes of this profile, with their command lines."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if f"--user-data-dir={self.profile} " in f"{command} ":
                yield int(folder.name), command

    def _kill(self, is_meant):
        for process, command in list(self._processes()):
            if is_meant(command):
                os.kill(process, signal.SIGKILL)

    def kill_pages(self):
        """What Android does when it needs the memory: the pages die as they stand, without a word to them."""
        with self.page.expect_event("crash"):
            self._kill(lambda command: "--type=renderer" in command)
        for page in self.context.pages:
            page.close()
        self.another_page()

    def kill(self):
        with self.context.expect_event("close"):
            self._kill(lambda command: "--type=" not in command)

    def lose_signal(self):
        self.context.set_offline(True)

    def find_signal(self):
        self.context.set_offline(False)


class Visit:
    """What the officer has done at the gate, held against phone and server."""

    def __init__(self, phone, inspection):
        self.phone, self.inspection, self.words, self.pictures = phone, inspection, "", []
        self.form = reverse("inspections:edit", args=[inspection.pk])

    @property
    def page(self):
        return self.phone.page

    def open_form(self):
        self.phone.open(self.form)
        expect(self.page.locator("form[data-begun]")).to_be_attached()
        at_step(self.page, "结论")
        return self.page

    def write(self, words):
        """Type into 检查情况, and wait until the phone says that it keeps it."""
        self.words = words
        self.page.locator("#at-summary textarea").fill(words)
        expect(self.page.locator("[data-draft-status]")).to_contain_text(
            re.compile("存在这台设备|存在这台设备上")
        )

    def save(self):
        at_step(self.page, "结论")
        self.page.get_by_role("button", name="保存草稿").click()

    def photograph(self):
        """Take a photo; it is on the phone when its line says so, or has gone already."""
        at_step(self.page, "照片")
        content = base64.b64decode(self.page.evaluate(DRAW, [2400, 1200, len(self.pictures) + 1]))
        expect(self.page.get_by_text("拍照", exact=True)).to_be_visible()
        lines = self.page.locator(".shot")
        count = lines.count()
        picture = {"name": f"IMG_{len(self.pictures)}.jpg", "mimeType": "image/jpeg", "buffer": content}
        self.page.locator("#photos input[capture]").set_input_files([picture])
        self.pictures.append(hashlib.sha256(content).hexdigest())
        expect(lines).to_have_count(count + 1)
        expect(lines.last).to_contain_text(re.compile("^(在手机上|已发送副本)"))

    def type_without_a_pause(self, words):
        """Type on until the phone keeps the first of it: a pause is never made."""
        at_step(self.page, "结论")
        self.words = self.page.evaluate(TYPE, words)

    def reads_as_written(self):
        at_step(self.page, "结论")
        expect(self.page.locator("#at-summary textarea")).to_have_value(self.words)

    def send_now(self):
        self.page.locator("[data-outbox]").get_by_role("button", name="现在发送").click()

    def is_saved(self):
        """The phone has heard that the server has it, and the server has it."""
        for _ in range(PATIENCE // 50):
            try:
                if self.page.evaluate(SAVED, self.inspection.pk):
                    break
            except Error:  # the page that follows a save is on its way
                pass
            self.page.wait_for_timeout(50)
        assert self.saved() == self.words

    def nothing_lost_nothing_twice(self):
        """Whatever has happened: all that was done is on the server or on the phone, and nothing is on the server twice."""
        kept = self._kept()
        there = self._there()
        assert there == sorted(set(there) & set(self.pictures))
        assert set(there) | {each["digest"] for each in kept["photos"]} == set(self.pictures)
        typed = [each.get("values", {}).get("summary", "") for each in [*kept["drafts"], *kept["outbox"]]]
        assert self.words in [self.saved(), *typed]

    def _there(self):
        return sorted(Evidence.objects.filter(inspection=self.inspection).values_list("digest", flat=True))

    def _kept(self):
        """What of this visit the phone keeps, by its stores."""
        found = self.page.evaluate(KEPT)
        return {
            name: [row for row in rows if row["inspection"] == self.inspection.pk]
            for name, rows in found.items()
        }

    def saved(self):
        return Inspection.objects.get(pk=self.inspection.pk).summary

    def all_arrived(self):
        """The phone has nothing left to send but originals, and the server has all of it once."""
        line = self.page.locator("[data-outbox] li", has_text=self.inspection.selection.shown_name)
        expect(line).to_have_text(re.compile(f"：原图 {len(self.pictures)} 张$"))
        assert self._there() == sorted(self.pictures)
        assert done("添加现场证据") == len(self.pictures)
        kept = self._kept()
        assert kept["outbox"] == []
        assert {each["state"] for each in kept["photos"]} == {"copy"}


def draw_signature(page):
    pad = page.locator(".signature-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=5)
    page.mouse.up()


def done(action):
    """How often the trail says that something was done."""
    return AuditEntry.objects.filter(action=action).count()
