// Photos of a visit: from the camera or the gallery into the store at once, and shown with their state. Sent by `outbox.mjs`.

import { photoDone, putPhoto, setCaption } from "./kept_photos.mjs";
import { amend, get, inWords, isCaptionDue, isCaptionRefused, of, tell, watch } from "./store.mjs";
import { isUsable } from "./formats.mjs";
import { finish } from "./shrink.mjs";
import { watchStorage } from "./pages.mjs";

// The server holds them too (`Evidence`); here they are said before anything is sent.
const LARGEST = 15, OF_POINT = 20, OF_VISIT = 60; // MB, photos, photos
const MB = 1024 * 1024;
const PLACE_LIMIT = 5000; // milliseconds
const STATES = { making: "正在存到手机上", local: "在手机上，还没有发送", copy: "已发送副本，原图在手机上", done: "原图已发送", wrong: "系统没有收" };

const section = document.querySelector("[data-photos]");
const [, , visit] = document.querySelector("form[data-draft]").dataset.draft.split(":");
const inspection = Number(visit);
const title = document.querySelector("h1").textContent.trim();
const list = section.querySelector("[data-photo-list]");
const said = section.querySelector("[data-photo-said]");
const chosen = section.querySelector("[data-photo-point]");
const originals = section.querySelector("[data-photo-originals]");
const rows = new Map();
const places = new Map();
let denied = !navigator.geolocation;
// What the server had when this page came, the colleague's too: {digest: the point as the record calls it}. A frozen page has no frame.
const frame = JSON.parse(document.getElementById("record-frame")?.textContent ?? "{}");
const there = new Map((frame.evidence ?? []).map(([digest, , , point]) => [digest, point]));

const say = (text) => { said.textContent = text; said.hidden = !text; };

// As the phone's clock has it, with its distance from UTC: 2026-10-09T09:41:00+08:00
function local(moment) {
  const minutes = -moment.getTimezoneOffset();
  const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  const there = new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, 19);
  return `${there}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

function locate(key) {
  if (denied) return;
  places.set(key, new Promise((done) => {
    const found = async ({ coords }) => {
      await amend("photos", key, { place: { latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy } });
      done();
    };
    navigator.geolocation.getCurrentPosition(found, (error) => { denied ||= error.code === 1; done(); }, { timeout: PLACE_LIMIT, maximumAge: 60_000 });
    setTimeout(done, PLACE_LIMIT); // a question that nobody answers
  }));
}

// All that the visit will have, each with its point, and the point as the record calls it: what is on this phone or went from it, and what was there before.
function counted(photos) {
  const own = new Set(photos.map((one) => one.digest));
  const others = [...there].filter(([digest]) => !own.has(digest)).map(([, name]) => ({ name }));
  return [...photos.map((one) => ({ name: frame.points?.[one.point]?.[0], point: one.point })), ...others];
}

// Why a file is not taken; "" where it is.
async function wrong(file, photos, point) {
  const size = (file.size / MB).toFixed(1);
  if (!file.type.startsWith("image/") && !/\.(heic|heif)$/i.test(file.name)) return `“${file.name}”不是照片。PDF 请在“现场证据”里上传。`;
  if (!file.size) return `“${file.name}”是空的，没有内容，请重拍。`;
  if (file.size > LARGEST * MB) return `“${file.name}”有 ${size} MB，超过 ${LARGEST} MB，没有存。请把相机的分辨率调低再拍。`;
  const all = counted(photos), name = frame.points?.[point]?.[0];
  if (all.length >= OF_VISIT) return `这次检查连同同事添加的已经有 ${OF_VISIT} 份照片和文件，不能再加。请先在“现场证据”里移除用不上的。`;
  if (point && all.filter((one) => one.point === point || (name && one.name === name)).length >= OF_POINT) return `这个检查项目连同同事添加的已经有 ${OF_POINT} 份，不能再加。请放到别的检查项目下，或者先移除用不上的。`;
  if (!(await isUsable(file))) return `“${file.name}”的格式系统不收，这个浏览器也读不出来，没有存。请截图或者重新拍一张。`;
  return "";
}

async function take(files, isCamera) {
  const told = [];
  for (const file of files) {
    const kept = await of("photos", inspection);
    const gone = [...rows.values()].map((row) => row.photo).filter((photo) => photo.state === "done" && !kept.some((one) => one.key === photo.key));
    const photos = [...kept, ...gone];
    const point = chosen.value;
    const why = await wrong(file, photos, point);
    if (why) {
      told.push(why);
      continue;
    }
    const moment = isCamera ? new Date() : new Date(file.lastModified);
    const photo = {
      key: crypto.randomUUID(), inspection, title, address: section.dataset.photos, point, caption: "", taken_at: local(moment), place: null,
      name: file.name, size: file.size, digest: "", thumb: "", whole: true, state: "making", at: performance.timeOrigin + performance.now(), asked: false, told: null,
    };
    try {
      await putPhoto(photo, { original: file, copy: null });
    } catch (error) {
      told.push(`“${file.name}”没有存下。${inWords(error)}`);
      break;
    }
    if (isCamera) locate(photo.key);
    show(photo);
  }
  say(told.join(" "));
  tell({ type: "changed" });
  await finish((photo) => places.get(photo.key));
  await watchStorage();
}

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function build(photo) {
  const box = element("li", "", { class: "shot" });
  const image = element("img", "", { alt: "", width: "80", height: "80" });
  const state = element("span", "", { class: "small", role: "status" });
  const caption = element("input", "", { type: "text", maxlength: "100", placeholder: "说明（可不填）", "aria-label": "照片说明" });
  const unsaid = element("span", "", { class: "small" });
  const button = (text) => element("button", text, { type: "button", class: "btn btn--quiet" });
  const place = element("span", nameOf(photo.point), { class: "small muted" });
  const row = { box, image, state, place, caption, unsaid, away: button("删除"), once: button("再发一次"), leave: button("不改说明了"), photo };
  caption.value = photo.caption;
  caption.addEventListener("input", () => retitle(row));
  caption.addEventListener("change", () => tell({ type: "queued" }));
  row.away.addEventListener("click", () => remove(row));
  row.once.addEventListener("click", async () => {
    await amend("photos", photo.key, { state: row.photo.digest ? "local" : "making", told: null });
    tell({ type: "photo", inspection, key: photo.key });
    tell({ type: "queued" });
  });
  row.leave.addEventListener("click", () => {
    caption.value = row.photo.sent ?? "";
    retitle(row);
  });
  const words = element("div");
  words.append(state, place, caption, unsaid, row.leave, row.once, row.away);
  box.append(image, words);
  list.append(box);
  return row;
}

// Kept with every letter: the photo may go at any moment, and the page too.
async function retitle(row) {
  const before = row.photo;
  row.photo = { ...before, caption: row.caption.value.trim().replace(/\s+/g, " ") };
  await setCaption(before, row.photo.caption);
  await heard({ type: "photo", inspection, key: row.photo.key });
  tell({ type: "changed" });
}

async function remove(row) {
  const { key, state } = row.photo;
  const isThere = state === "copy";
  if (!confirm(isThere ? "从手机上删掉原图？系统里只留副本，“现场证据”里会写“原图未到”。" : "从手机上删掉这张照片？还没有发送。")) return;
  await photoDone(key);
  rows.delete(key);
  row.box.remove();
  tell({ type: "changed" });
  tell({ type: "queued" }); // a submission may have waited for it
}

function captionWords(photo) {
  if (isCaptionRefused(photo)) return `说明没有改成“${photo.caption}”：${photo.unsaid.error}${photo.sent ? `系统里的说明是“${photo.sent}”。` : ""}`;
  return isCaptionDue(photo) ? "说明改了，还没有发送" : "";
}

function show(photo) {
  const row = rows.get(photo.key) ?? build(photo);
  rows.set(photo.key, row);
  row.photo = photo;
  const isWrong = photo.state === "wrong";
  row.state.textContent = STATES[photo.state] + (photo.told ? `：${photo.told.error}` : "") + (photo.from && !isWrong ? `（${photo.from} 已转成 JPEG，作为原图）` : "");
  if (photo.inRecord && isWrong) row.state.textContent += "现场记录里有它：请先重新打开现场记录，再删去。";
  if (photo.remote && photo.remote !== photo.key) {
    row.state.textContent += "。同一张照片系统里已经有了，说明和检查项目以那一张为准";
    if (row.caption !== document.activeElement) row.caption.value = photo.caption;
    row.place.textContent = nameOf(photo.point);
  }
  row.state.classList.toggle("error", Boolean(photo.told));
  row.image.hidden = !photo.thumb;
  if (photo.thumb && row.image.src !== photo.thumb) row.image.src = photo.thumb;
  row.unsaid.textContent = captionWords(photo);
  row.unsaid.classList.toggle("error", isCaptionRefused(photo));
  row.leave.hidden = !isCaptionRefused(photo);
  row.once.hidden = !isWrong;
  row.caption.readOnly = Boolean(photo.inRecord); // the firm may have signed it
  row.away.hidden = photo.inRecord || photo.state === "done" || (photo.state === "copy" && !photo.told);
  const waiting = [...rows.values()].filter((one) => one.photo.state === "copy" && !one.photo.asked);
  const size = waiting.reduce((sum, one) => sum + one.photo.size, 0) / MB;
  originals.hidden = !waiting.length;
  originals.textContent = `发送 ${waiting.length} 张原图（约 ${Math.ceil(size)} MB）`;
}

const nameOf = (point) => [...chosen.options].find((option) => option.value === point)?.textContent ?? "";

function points() {
  for (const point of document.querySelectorAll("[data-point]")) {
    chosen.append(element("option", point.querySelector("legend").textContent.trim(), { value: point.id.slice("point-".length) }));
  }
}

async function heard(news) {
  if (news.type !== "photo" || news.inspection !== inspection) return;
  if (news.state === "twice") {
    rows.get(news.key)?.box.remove();
    rows.delete(news.key);
    return say("这张照片已经在了，没有再存一次。");
  }
  if (news.state === "late") return say("刚才删掉的照片已经发出去了，在系统里。不要的，请在“现场证据”里移除。");
  const before = rows.get(news.key)?.photo;
  const photo = (await get("photos", news.key)) ?? (before && { ...before, state: "done", told: null, unsaid: null, sent: before.caption });
  if (photo) show(photo);
}

export async function begin() {
  points();
  watch(heard);
  for (const input of section.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      const files = [...input.files];
      input.value = "";
      take(files, input.hasAttribute("capture"));
    });
  }
  originals.addEventListener("click", async () => {
    for (const row of rows.values()) if (row.photo.state === "copy") await amend("photos", row.photo.key, { asked: true });
    tell({ type: "queued" });
    originals.hidden = true;
  });
  // What is typed here is no part of the report.
  section.addEventListener("input", (event) => event.stopPropagation());
  for (const photo of (await of("photos", inspection)).sort((a, b) => a.at - b.at)) show(photo);
  section.querySelector("[data-photo-take]").hidden = false;
}
