// Sends what was pressed without a signal, and the photos. In order for each visit; a submission waits for the photos of its
// visit. It goes on by itself: when a page opens, when the signal is back, after a pause that grows. What is sent goes from
// the phone only when the server has confirmed it, and never under another account than the one that typed it. Loaded by
// `bar.mjs` once there is something to send.

import { photoTaken } from "./kept_photos.mjs";
import { confirmed, stepDone } from "./kept_steps.mjs";
import { account, all, amend, get, isCaptionDue, isMissing, tell, watch } from "./store.mjs";

const FIRST_PAUSE = 5_000, LONGEST_PAUSE = 300_000; // milliseconds
const FORM_LIMIT = 40_000, FILE_LIMIT = 600_000; // milliseconds for one answer
const PASSPORT = "/inspections/offline.json";

class NoAnswer extends Error {}
class Busy extends NoAnswer {}
class LogIn extends Error {}
class Stranger extends Error {}

let csrf = null;
let pause = 0;
let timer = 0;
let running = null;
let held = null; // the last thing of this round that has to wait
let again = false;
const later = new Map(); // what the server could not take just now, such as a photo for a full disk: the rest goes on

async function ask(address, { limit = FORM_LIMIT, ...options } = {}) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), limit);
  try {
    const headers = { Accept: "application/json", ...options.headers };
    const answer = await fetch(address, { cache: "no-store", redirect: "manual", credentials: "same-origin", ...options, headers, signal: stop.signal });
    const told = await answer.json().catch(() => null);
    if (answer.status === 401) throw new LogIn(told?.login ?? "");
    if (answer.status === 429 || answer.status >= 500) throw new Busy();
    if (answer.type === "opaqueredirect") throw new NoAnswer(); // the log-in page of somebody's wireless network
    return { status: answer.status, told };
  } catch (error) {
    if (error instanceof LogIn || error instanceof NoAnswer) throw error;
    throw new NoAnswer();
  } finally {
    clearTimeout(clock);
  }
}

// The token of a page that was kept, or is older than the log-in, is not taken by the server: ask for today's, and for whom.
async function passport() {
  const { status, told } = await ask(PASSPORT);
  if (status !== 200 || !told?.csrf) throw new NoAnswer();
  if (told.account !== account) throw new Stranger();
  return told.csrf;
}

// What goes for a visit goes below its address, and nowhere else, whoever put it into the store.
function isOfVisit({ inspection }, address) {
  const { origin, pathname } = new URL(address, location.origin);
  return Number.isSafeInteger(inspection) && origin === location.origin && pathname.startsWith(`/inspections/${inspection}/`);
}

async function post(what, address, fields, limit) {
  if (!isOfVisit(what, address)) return { status: 404, told: { error: ASTRAY } };
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== null && value !== undefined) body.append(name, value);
  for (const fresh of [false, true]) {
    if (fresh || csrf === null) csrf = await passport();
    const answer = await ask(address, { method: "POST", body, limit, headers: { "X-CSRFToken": csrf } });
    if (answer.told?.csrf !== "stale") return answer;
  }
  csrf = null;
  throw new LogIn("");
}

const REFUSED = { 403: "您现在不能办这一步，可能已经不在这个检查组。", 404: "这份检查您现在打不开，可能已经换了检查组。", 413: "内容太大，系统没有收。" };
const ASTRAY = "要发到的地址不是这份检查的，没有发送。请删去，重新填写。";
const LOST = "手机上找不到这张照片的文件了，请删去，重新拍。";
const reason = ({ status, told }) => told?.error ?? REFUSED[status] ?? `系统没有收（${status}）。`;

// Send one step. What was pressed again meanwhile has taken its place: then it goes nowhere, or its answer would be missed
// by what is typed on top of it.
async function sendStep(item) {
  if (!(await amend("outbox", item.id, { tried: true }))) return;
  const shown = item.record ? { shown_text: item.record, phone_time: item.at } : {};
  const fields = { ...item.values, ...shown, version: item.version, copy: item.token };
  const answer = await post(item, item.address, fields, FORM_LIMIT);
  const { status, told } = answer;
  if (status === 200) {
    if (told?.saved !== item.token) throw new NoAnswer(); // not our server
    await confirmed(item, told.version);
    return tell({ type: "saved", inspection: item.inspection, token: item.token, kind: item.kind, told });
  }
  const state = status === 409 ? "conflict" : status === 422 && told?.errors ? "wrong" : "refused";
  await amend("outbox", item.id, { state, told: state === "refused" ? { error: reason(answer) } : told });
  tell({ type: "told", inspection: item.inspection });
}

// Send what was said of a frozen record.
async function sendSaid(item) {
  if (!(await amend("outbox", item.id, { tried: true }))) return;
  const answer = await post(item, item.address, { ...item.fields, phone_time: item.at }, FORM_LIMIT);
  const { status, told } = answer;
  if (status < 400 && told?.done !== true) throw new NoAnswer(); // not our server
  if (status < 400) await stepDone(item, told);
  else await amend("outbox", item.id, status === 422 && told?.errors ? { state: "wrong", told } : { state: "refused", told: { error: reason(answer) } });
  tell({ type: "said", inspection: item.inspection, key: item.key, address: item.address, told: status < 400 ? told : null });
}

// Send the copy of a photo, or the whole of it where there is none.
async function sendPhoto(photo) {
  const files = await get("files", photo.key);
  if (!files) return amend("photos", photo.key, { state: "wrong", told: { error: LOST } }); // or it was deleted just now
  const { place } = photo;
  const fields = {
    key: photo.key, taken_at: photo.taken_at, phone_time: new Date().toISOString(), point: photo.point, caption: photo.caption,
    latitude: place?.latitude, longitude: place?.longitude, accuracy: place?.accuracy,
    ...(photo.whole ? {} : { digest: photo.digest, original_size: photo.size }),
  };
  const body = photo.whole ? new File([files.original], photo.name, { type: files.original.type }) : new File([files.copy], `${photo.key}.jpg`, { type: "image/jpeg" });
  const answer = await post(photo, photo.address, { ...fields, file: body }, FILE_LIMIT);
  const { status, told } = answer;
  // The same picture is there under another key, which may still wait for its original.
  const there = status === 409 && told?.key;
  if (there || ((status === 200 || status === 201) && told?.state)) {
    // An answer that was lost may have been to an older caption.
    // Of one that is there already, the words that are there count, unless the record on this phone says others.
    const isTheirs = there && told.caption !== undefined && !photo.inRecord;
    const theirs = isTheirs ? { caption: told.caption, point: told.point, taken_at: told.taken_at } : {};
    const sent = there && !isTheirs ? "" : told.caption ?? photo.caption;
    const before = await photoTaken(photo.key, sent, photo.whole && !there ? null : { state: "copy", remote: there || photo.key, ...theirs });
    tell({ type: "photo", inspection: photo.inspection, key: photo.key, state: before ? "" : "late" });
    return;
  }
  if (status < 400) throw new NoAnswer();
  const error = reason(answer).replace(`${photo.key}.jpg：`, ""); // the name that the copy has here says nothing to a person
  await amend("photos", photo.key, { state: "wrong", told: { error } });
  tell({ type: "photo", inspection: photo.inspection, key: photo.key });
}

async function sendOriginal(photo) {
  const files = await get("files", photo.key);
  if (!files) return amend("photos", photo.key, { asked: false, told: { error: LOST } });
  const answer = await post(photo, `${photo.address}${photo.remote}/original/`, { file: new File([files.original], photo.name, { type: files.original.type }) }, FILE_LIMIT);
  if (answer.status < 400 && !answer.told?.state) throw new NoAnswer();
  if (answer.status < 400) await photoTaken(photo.key);
  else await amend("photos", photo.key, { asked: false, told: { error: reason(answer) } });
  tell({ type: "photo", inspection: photo.inspection, key: photo.key });
}

// The caption that was typed after the photo had gone. The last one counts.
async function sendCaption(photo) {
  const { caption } = photo;
  const answer = await post(photo, `${photo.address}${photo.remote ?? photo.key}/caption/`, { caption }, FORM_LIMIT);
  if (answer.status < 400 && !answer.told?.state) throw new NoAnswer();
  if (answer.status < 400) await photoTaken(photo.key, caption, photo.state === "done" ? null : {});
  else await amend("photos", photo.key, { unsaid: { caption, error: reason(answer) } });
  tell({ type: "photo", inspection: photo.inspection, key: photo.key });
}

// Some 5 MB each: by itself only where the browser knows that it costs nothing.
const isFree = () => ["wifi", "ethernet"].includes(navigator.connection?.type);

// What can be sent now, and how: the first that is due. What the server did not take stops its own visit alone.
const isDue = (what) => !(later.get(what.key ?? what.id) > Date.now());

async function next() {
  const [queued, taken] = await Promise.all([all("outbox"), all("photos")]);
  const items = queued.filter((item) => item.kind !== "late"); // is read, and never sent
  const photos = taken.map((photo) => ({ ...photo, isDue: isDue(photo) }));
  const stopped = new Set(items.filter((item) => item.state !== "waiting").map((item) => item.inspection));
  const first = items.filter((item, at) => !stopped.has(item.inspection) && items.findIndex((one) => one.inspection === item.inspection) === at);
  const save = first.find((item) => ["save", "step"].includes(item.kind) && isDue(item));
  const unless = (what, go) => async () => {
    try {
      await go(what);
      later.delete(what.key ?? what.id);
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
      later.set(what.key ?? what.id, Date.now() + Math.min(Math.max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE));
      held = error;
    }
  };
  if (save) return unless(save, save.kind === "step" ? sendSaid : sendStep);
  const photo = photos.sort((a, b) => a.at - b.at).find((one) => one.state === "local" && one.isDue);
  if (photo) return unless(photo, sendPhoto);
  const caption = photos.find((one) => isCaptionDue(one) && one.isDue);
  if (caption) return unless(caption, sendCaption);
  const missing = new Set(photos.filter(isMissing).map((one) => one.inspection));
  const submission = first.find((item) => !missing.has(item.inspection) && !["save", "step"].includes(item.kind) && isDue(item));
  if (submission) return unless(submission, sendStep);
  const original = photos.find((one) => one.state === "copy" && one.isDue && (one.asked || (isFree() && !one.told)));
  return original ? unless(original, sendOriginal) : null;
}

async function work() {
  // A page that was closed at once left photos that are in the store, and no more.
  if ((await all("photos")).some((photo) => photo.state === "making")) {
    await import("./shrink.mjs").then((shrink) => shrink.finish()).catch(console.error); // one that cannot be read stops no other
  }
  let due = await next();
  if (!due) return tell({ type: "idle" });
  tell({ type: "sending" });
  try {
    csrf = await passport();
    held = null;
    for (; due; due = await next()) await due();
    if (held) throw held;
    pause = 0;
    tell({ type: "idle" });
  } catch (error) {
    if (error instanceof LogIn) tell({ type: "login", login: error.message });
    else if (error instanceof Stranger) tell({ type: "stranger" });
    else if (error instanceof NoAnswer) {
      pause = Math.min(Math.max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE);
      timer = setTimeout(send, pause);
      tell({ type: error instanceof Busy ? "busy" : "offline" });
    } else throw error;
  }
}

// Send all that waits. One tab of the browser at a time; what is queued meanwhile is sent in the same round or the next.
export async function send() {
  again = true;
  if (running) return running;
  clearTimeout(timer);
  running = (async () => {
    while (again) {
      again = false;
      await navigator.locks.request(`field-send-${account}`, work);
    }
  })();
  try {
    await running;
  } catch (error) {
    tell({ type: "offline" }); // the store failed: the page says so where it is written
    console.error(error);
  } finally {
    running = null;
  }
}

export function start() {
  const now = () => { pause = 0; send(); };
  addEventListener("online", now);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") now(); });
  watch((news) => { if (news.type === "queued") send(); });
  send();
}
