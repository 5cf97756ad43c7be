// What lies on this phone and has not been sent, visit by visit: what of it is wanted no more is deleted here, on purpose and
// after a question; all of it can be handed over by a file. Beside the bar, and where signing out was stopped: also for
// a visit whose form opens no more. Loaded when it is asked for.

import { photoDone } from "./kept_photos.mjs";
import { all, takeOver, tell, watch, within } from "./store.mjs";
import { handover } from "./handover_button.mjs";
import { ask } from "./pages.mjs";

const INSPECTIONS = "/inspections/";
const MB = 1024 * 1024;
const STEPS = { save: "保存", submit: "提交", freeze: "固定现场记录" };
const stepOf = (item) => item.what ?? STEPS[item.kind] ?? "一个步骤";
const STATES = { wrong: "有要改的地方，没有收下", conflict: "和系统里的内容不同，要您选", refused: "系统没有收" };
const CLOSED = "这份检查已经不在您的任务里（可能已提交、换了人或作废），填写的内容多半发不出去了。";

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const when = (at) => new Date(at).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
const sizeOf = (photos) => `${Math.max(0.1, photos.reduce((sum, photo) => sum + photo.size, 0) / MB).toFixed(1)} MB`;
const nameOf = (visit) => visit.title || `第 ${visit.inspection} 号检查`;

// Whom the phone knows to be open; null where it knows nothing.
async function openOnes() {
  const index = await ask() ?? ("caches" in window && await (await caches.match(`${INSPECTIONS}offline.json`))?.json());
  return index ? new Map(index.open.map((each) => [each.inspection, each.title])) : null;
}

// [{inspection, title, draft, items, photos}]: all that is here, of whatever state.
async function visits(open) {
  const [drafts, items, photos] = await Promise.all(["drafts", "outbox", "photos"].map(all));
  const found = new Map();
  const of = ({ inspection, title }) => {
    if (!found.has(inspection)) found.set(inspection, { inspection, title: "", draft: null, items: [], photos: [] });
    const visit = found.get(inspection);
    visit.title ||= title || open?.get(inspection) || "";
    return visit;
  };
  for (const draft of drafts) of(draft).draft = draft;
  for (const item of items) of(item).items.push(item);
  for (const photo of photos) of(photo).photos.push(photo);
  return [...found.values()];
}

// --- deleting ---

export const dropVisit = ({ inspection, photos }) =>
  within("readwrite", ["drafts", "outbox", "photos", "files"], (drafts, outbox, taken, files) => {
    drafts.delete(inspection);
    const rows = (store, work) => { store.index("inspection").getAll(inspection).onsuccess = ({ target }) => target.result.forEach(work); };
    rows(outbox, (item) => outbox.delete(item.id));
    for (const { key } of photos) files.delete(key);
    rows(taken, ({ key }) => { taken.delete(key); files.delete(key); });
  });

const dropDraft = ({ inspection }) => within("readwrite", ["drafts"], (drafts) => drafts.delete(inspection));

// A record that is not frozen takes with it what the firm signed on it, and lets go of its photos.
const signedOn = (visit, item) => (item.record ? visit.items.filter((other) => other.onRecord) : []);

const dropItem = (visit, item) =>
  within("readwrite", ["outbox", "photos"], (outbox, photos) => {
    for (const each of [item, ...signedOn(visit, item)]) outbox.delete(each.id);
    if (!item.record) return;
    for (const photo of visit.photos) {
      photos.get(photo.key).onsuccess = ({ target }) => target.result && photos.put({ ...target.result, inRecord: false });
    }
  });

const dropPhotos = async (photos) => { for (const { key } of photos) await photoDone(key); };

// What a question names: all that would be lost.
function inWords({ draft, items, photos }) {
  const named = [];
  if (draft) named.push("填写的内容");
  for (const item of items) named.push(`没有发出的“${stepOf(item)}”`);
  if (photos.length) named.push(`${photos.length} 张照片`);
  return named.join("、");
}

const isInRecord = (visit, photos) => photos.some((photo) => photo.inRecord) && visit.items.some((item) => item.record);
const IN_RECORD = "照片写在还没有发出的现场记录里，删掉以后要重新固定，当事人签过字的要重新签。";

function away(visit, lost, work, { label = "从手机上删掉…", warning = "" } = {}) {
  const button = element("button", label, { class: "btn btn--danger", type: "button", "aria-label": `${label.replace("…", "")}：${nameOf(visit)}的${lost}` });
  button.addEventListener("click", async () => {
    if (!confirm(`从手机上删掉“${nameOf(visit)}”的${lost}？还没有发送到系统，删掉以后找不回来。${warning}`)) return;
    await work();
    tell({ type: "changed" });
    tell({ type: "queued" }); // what is left may have waited for it
    const form = document.querySelector("[data-draft]")?.dataset.draft.split(":")[2];
    if (Number(form) === visit.inspection) location.reload(); // the page still shows it
  });
  return button;
}

// --- showing ---

function line(words, told, button) {
  const made = element("li");
  made.append(element("p", told ? `${words}：${told}` : words), button);
  return made;
}

// Of a photo that has arrived its original may wait, or a caption that was changed since.
const PHOTOS = [["照片", (photo) => !["copy", "done"].includes(photo.state)], ["原图（副本已经发送）", (photo) => photo.state === "copy"], ["照片改过的说明", (photo) => photo.state === "done"]];

function photoLines(visit, [kind, isOne]) {
  const photos = visit.photos.filter(isOne);
  if (!photos.length) return [];
  const warning = isInRecord(visit, photos) ? IN_RECORD : "";
  const words = `${photos.length} 张${kind}`;
  const refused = photos.filter((photo) => photo.state === "wrong").length;
  const made = line(`${words}，${sizeOf(photos)}`, refused ? `其中 ${refused} 张系统没有收` : "", away(visit, words, () => dropPhotos(photos), { warning }));
  if (photos.length > 1) {
    const each = element("details");
    const list = element("ul", "", { class: "shots" });
    for (const photo of photos) {
      const row = element("li", "", { class: "shot" });
      if (photo.thumb) row.append(element("img", "", { src: photo.thumb, alt: "", width: "80", height: "80" }));
      const text = element("div");
      text.append(element("span", `${when(photo.at)}${photo.caption ? `　${photo.caption}` : ""}${photo.told ? `：${photo.told.error}` : ""}`));
      text.append(away(visit, `1 张${kind.split("（")[0]}（${when(photo.at)}）`, () => dropPhotos([photo]), { warning: isInRecord(visit, [photo]) ? IN_RECORD : "" }));
      row.append(text);
      list.append(row);
    }
    each.append(element("summary", "逐张看"), list);
    made.append(each);
  }
  return [made];
}

function section(visit, open) {
  const made = element("section");
  const head = element("p");
  head.append(element("a", nameOf(visit), { href: `${INSPECTIONS}${visit.inspection}/edit/` }));
  made.append(head);
  if (open && !open.has(visit.inspection) && (visit.draft || visit.items.length)) made.append(element("p", CLOSED));
  const list = element("ul");
  if (visit.draft) list.append(line(`填写的内容（${when(visit.draft.at)}）`, "", away(visit, "填写的内容", () => dropDraft(visit.draft))));
  for (const item of visit.items) {
    const what = stepOf(item);
    const said = item.state === "waiting" ? "等着发送" : (item.state !== "conflict" && item.told?.error) || STATES[item.state];
    const lost = `没有发出的“${what}”${signedOn(visit, item).length ? "和当事人在手机上的签字" : ""}`;
    list.append(line(`${what}（${when(item.at)}）`, said, away(visit, lost, () => dropItem(visit, item))));
  }
  for (const kind of PHOTOS) list.append(...photoLines(visit, kind));
  made.append(list);
  if (list.children.length > 1) made.append(away(visit, inWords(visit), () => dropVisit(visit), { label: "把这家单位的全部从手机上删掉…" }));
  return made;
}

// The panel; it follows what changes. `emptied` is called once nothing is left; `leave` goes on with signing out.
export async function panel({ emptied = () => {}, leave = null } = {}) {
  const made = element("div", "", { class: "stack" });
  const list = element("div", "", { class: "stack" });
  made.append(handover({ leave }), list); // the way out before the ways to lose it
  const start = document.querySelector("form[data-sign-out]")?.dataset.signOut;
  if (start) await takeOver(start);
  const open = await openOnes();
  let before = "";
  async function show() {
    const found = await visits(open);
    const now = JSON.stringify(found.map(({ draft, items, photos }) => [draft?.token, items.map((item) => [item.id, item.state]), photos.map((photo) => [photo.key, photo.state])]));
    if (now === before) return; // whoever has unfolded something keeps it so
    before = now;
    list.replaceChildren(...found.map((visit) => section(visit, open)));
    if (!found.length) emptied();
  }
  await show();
  watch(() => { if (made.isConnected) show(); });
  return made;
}

// On a page of its own, above the one that is shown.
export async function open() {
  const dialog = element("dialog", "", { "aria-labelledby": "unsent-title", "data-unsent-panel": "" });
  const close = element("button", "关上", { class: "btn", type: "button" });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  const inside = element("div", "", { class: "stack" });
  inside.append(element("h2", "这台手机上还没有发送的内容", { id: "unsent-title" }), await panel({ emptied: () => dialog.close() }), close);
  dialog.append(inside);
  document.body.append(dialog);
  dialog.showModal();
}

