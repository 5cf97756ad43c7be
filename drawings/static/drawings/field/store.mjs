// What an officer's phone keeps: the only module that touches IndexedDB. One database for each account, so that a shared
// phone shows one officer nothing of another.
//
// drafts  by inspection  {inspection, title, token, after, version, at, values}: typed, not yet confirmed by the server.
//         `token` changes with every change; `after` is the token of the queued step that it was typed on top of.
// outbox  in order       {id, inspection, title, kind: "save" | "submit", token, after, version, values, address, at, tried,
//         state: "waiting" | "wrong" | "conflict" | "refused", told: the server's answer};
//         what was said of a frozen record: {…, kind: "step", key, what: in words, fields, address, at, tried, state, told};
//         what was typed about the site before another froze it, never sent: {…, kind: "late", token, what, lines, at, told}
// photos  by key         {key, inspection, title, address, point, caption, taken_at, place, name, digest, size, thumb, at, asked,
//         whole: no copy, the original is what is sent; from: what it was before it became a JPEG;
//         state: "making" | "local" | "copy" | "done" (here for its caption alone) | "wrong", told;
//         sent: the caption that the server has, once it has the photo; unsaid: {caption, error}: one that it did not take}
// files   by key         {key, original, copy}: the pictures themselves, apart: a list of photos reads none of them.

const STORES = { drafts: { keyPath: "inspection" }, outbox: { keyPath: "id", autoIncrement: true }, photos: { keyPath: "key" }, files: { keyPath: "key" } };
const NO_ROOM = "手机存储空间满了，刚才的内容没有存下。请删掉手机里不用的照片或应用，再改一个字重试；这一页先不要关。";
const NO_STORE = "这个浏览器不让网页存东西，本机存不下草稿，请尽快保存到系统。";

// The pages of officers say whose they are; the form says it too.
export const account = document.body.dataset.account ?? document.querySelector("[data-draft]")?.dataset.draft.split(":").slice(0, 2).join("-");

// Without TLS a browser offers no locks: then the form works as it did before there was an outbox.
export const canSend = Boolean(account && navigator.locks && window.isSecureContext);

const channel = "BroadcastChannel" in window && account ? new BroadcastChannel(`field-${account}`) : null;
const watchers = new Set();
let opening = null;
let base = null;

// Hear of what changed here and in the other tabs: {type, ...}.
export function watch(watcher) {
  watchers.add(watcher);
}

export function tell(news) {
  channel?.postMessage(news);
  hear(news);
}

function hear(news) {
  for (const watcher of watchers) watcher(news);
}

if (channel) channel.onmessage = (event) => hear(event.data);

export function ready(whose = account) {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(`field-${whose}`, 1);
    asked.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(STORES)) {
        const made = asked.result.createObjectStore(name, options);
        if (name === "photos" || name === "outbox") made.createIndex("inspection", "inspection");
      }
    };
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      base = asked.result;
      base.onversionchange = () => { base.close(); opening = base = null; };
      base.onclose = () => { opening = base = null; };
      resolve(base);
    };
  }).catch((error) => { opening = null; throw error; });
  return opening;
}

// What went wrong with keeping something, in words.
export const inWords = (error) => (error?.name === "QuotaExceededError" ? NO_ROOM : NO_STORE);

// Run `work(store, ...)` in one transaction, and return the result of the request that it returns once all of it is on the disk.
export async function within(mode, names, work) {
  const database = await ready();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(names, mode, { durability: mode === "readwrite" ? "strict" : "default" });
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new DOMException("", "AbortError"));
    const asked = work(...names.map((name) => transaction.objectStore(name)));
  });
}

export const all = (name) => within("readonly", [name], (store) => store.getAll());
export const get = (name, key) => within("readonly", [name], (store) => store.get(key));
export const put = (name, value) => within("readwrite", [name], (store) => store.put(value));
export const drop = (name, key) => within("readwrite", [name], (store) => store.delete(key));
export const of = (name, inspection) => within("readonly", [name], (store) => store.index("inspection").getAll(inspection));

// Change some fields of what is kept, if it still is.
export const amend = (name, key, fields) =>
  within("readwrite", [name], (store) => {
    store.get(key).onsuccess = ({ target }) => target.result && store.put({ ...target.result, ...fields });
  });

// The page is about to go: what is begun now is carried out after it. False where the database was never opened.
export function putNow(name, value) {
  if (!base) return false;
  const transaction = base.transaction(name, "readwrite");
  transaction.objectStore(name).put(value);
  transaction.commit?.();
  return true;
}

// --- drafts ---

// Take over what an earlier release kept in localStorage, or a page that was gone at once: `start` is what the keys of this
// officer begin with.
export async function takeOver(start) {
  if (Object.keys(localStorage).some((each) => each.startsWith(start))) await (await import("./take_over.mjs")).takeOver(start);
}

// The server has this text now: drop the draft if nothing was typed since, and what was queued before it and is void by it. What
// somebody has said of a frozen record is void by no text.
export const dropSaved = (inspection, token) =>
  within("readwrite", ["drafts", "outbox"], (drafts, outbox) => {
    drafts.get(inspection).onsuccess = ({ target }) => {
      if (target.result?.token !== token) return;
      drafts.delete(inspection);
      each(outbox, inspection, (item) => isForm(item) && outbox.delete(item.id));
    };
  });

function each(store, inspection, work) {
  store.index("inspection").getAll(inspection).onsuccess = ({ target }) => target.result.forEach(work);
}

// What was typed into the form, and pressed on it; photos stay.
export const dropTyped = (inspection) =>
  within("readwrite", ["drafts", "outbox"], (drafts, outbox) => {
    drafts.delete(inspection);
    each(outbox, inspection, (item) => isForm(item) && outbox.delete(item.id));
  });

// --- outbox ---

// Of the form: what was pressed there. The rest is not void by what is typed into it.
export const isForm = (item) => item.kind === "save" || item.kind === "submit";

// Queue a step. One that was never tried is replaced: what was pressed last counts. One that was tried may be with the server
// already, its answer lost; it is sent once more as it was, before the new one. So is one on which something was said.
export const queue = (step) =>
  within("readwrite", ["outbox"], (outbox) => {
    let said = 0;
    each(outbox, step.inspection, (before) => { if (before.kind === "step") said = before.id; });
    each(outbox, step.inspection, (before) => {
      if (!isForm(before)) return;
      if (before.state !== "waiting") outbox.delete(before.id);
      else if (!before.tried && !before.record && before.id > said) {
        step = { ...step, after: before.after, version: before.version };
        outbox.delete(before.id);
      }
    });
    outbox.index("inspection").count().onsuccess = () => outbox.put({ ...step, state: "waiting", tried: false });
  });

// Queue what was said of a frozen record: {inspection, title, what: in words, address, fields: {name: value}, key, at: when, in
// ISO 8601}. It goes as it is, after what was queued before it; `outbox.mjs` adds the token, and the time as `phone_time`.
export const putStep = (step) =>
  put("outbox", { key: crypto.randomUUID(), at: new Date().toISOString(), ...step, kind: "step", state: "waiting", tried: false, told: null });

// The server has what was said of a frozen record: what was typed on the version before goes on from the one that it made.
export const stepDone = (item, { before, version }) =>
  within("readwrite", ["drafts", "outbox"], (drafts, outbox) => {
    outbox.delete(item.id);
    if (!before) return;
    each(outbox, item.inspection, (later) => { if (later.version === before && later.id !== item.id) outbox.put({ ...later, version }); });
    drafts.get(item.inspection).onsuccess = ({ target }) => { if (target.result?.version === before) drafts.put({ ...target.result, version }); };
  });
// Learn a version of a visit that the server has told. False where this phone knows a newer one: a page that was served before
// what was sent shows it no more than the drafts do, from which it has gone.
export function isNewest(inspection, version) {
  const key = `newest:${account}:${inspection}`;
  try {
    if (version < (localStorage.getItem(key) ?? "")) return false;
    localStorage.setItem(key, version);
  } catch { /* full, or not allowed: then nobody knows */ }
  return true;
}

// The server has confirmed a step: what was typed or queued on top of it goes on from the version that it made.
export const confirmed = (item, version) =>
  within("readwrite", ["drafts", "outbox"], (drafts, outbox) => {
    isNewest(item.inspection, version);
    outbox.delete(item.id);
    each(outbox, item.inspection, (later) => {
      if (later.after && later.id !== item.id) outbox.put({ ...later, version, after: later.after === item.token ? "" : later.after });
    });
    drafts.get(item.inspection).onsuccess = ({ target }) => {
      const draft = target.result;
      if (draft?.token === item.token) drafts.delete(item.inspection);
      else if (draft?.after) drafts.put({ ...draft, version, after: draft.after === item.token ? "" : draft.after });
    };
  });

// --- photos ---

export const putPhoto = (photo, files) =>
  within("readwrite", ["photos", "files"], (photos, stored) => {
    photos.put(photo);
    stored.put({ key: photo.key, ...files });
  });

// Change a photo and its files together, if it is still wanted.
export const changePhoto = (key, fields, files) =>
  within("readwrite", ["photos", "files"], (photos, stored) => {
    photos.get(key).onsuccess = ({ target }) => {
      if (!target.result) return;
      photos.put({ ...target.result, ...fields });
      stored.put({ key, ...files });
    };
  });

// The server has a photo with this caption; with `fields`, its original is still to go. Return the photo as it was, if it was
// not deleted meanwhile: it stays while something of it is still to be sent.
export const photoTaken = (key, caption, fields = null) =>
  within("readwrite", ["photos", "files"], (photos, stored) => {
    const asked = photos.get(key);
    asked.onsuccess = () => {
      const photo = asked.result;
      if (!fields) stored.delete(key);
      if (!photo) return;
      const now = { ...photo, sent: caption ?? photo.sent ?? photo.caption, told: null, ...(fields ?? { state: "done" }) };
      if (fields || now.caption !== now.sent) photos.put(now);
      else photos.delete(key);
    };
    return asked;
  });

// What was typed at a photo that stood there as `photo`. Of one that has gone, with that caption, the new words stay here until
// the server has them as well.
export const setCaption = (photo, caption) =>
  within("readwrite", ["photos"], (photos) => {
    photos.get(photo.key).onsuccess = ({ target }) => {
      const now = target.result ?? { ...photo, state: "done", sent: photo.caption };
      const sent = ["copy", "done"].includes(now.state) && now.sent === undefined ? now.caption : now.sent;
      if (now.state === "done" && caption === sent) photos.delete(photo.key);
      else photos.put({ ...now, sent, caption });
    };
  });

export const isCaptionRefused = (photo) => Boolean(photo.unsaid && photo.unsaid.caption === photo.caption);
export const isCaptionDue = (photo) => ["copy", "done"].includes(photo.state) && photo.sent !== undefined && photo.caption !== photo.sent && !isCaptionRefused(photo);

// What a submission waits for.
export const isMissing = (photo) => !["copy", "done"].includes(photo.state) || isCaptionDue(photo);

// The server has the original, or it was never sent and is not wanted: nothing of it stays.
export const photoDone = (key) =>
  within("readwrite", ["photos", "files"], (photos, stored) => {
    photos.delete(key);
    stored.delete(key);
  });

// --- what has not been sent ---

const WORDS = { save: "保存", submit: "提交", draft: "填写的内容", photo: "照片", original: "原图", caption: "照片说明" };

const calledPhoto = (photo) => `照片“${photo.caption || photo.name}”`;

// Say which photos of a visit the server has refused and why, and what to do: the submission waits for them. "" where there are none.
export async function stuck(inspection) {
  const refused = (await of("photos", inspection)).filter((photo) => photo.state === "wrong");
  const each = refused.map((photo) => `${calledPhoto(photo)}：${photo.told?.error ?? ""}`);
  return refused.length ? `有 ${refused.length} 张照片系统没有收（${each.join(" ")}）。请在“照片”里删去，或者改好再发一次，然后自动继续。` : "";
}

// Return [{inspection, title, what, count, kind, state, told}] of all that the server has not confirmed.
export async function unsent(whose = account) {
  await ready(whose);
  const [drafts, items, photos] = await Promise.all([all("drafts"), all("outbox"), all("photos")]);
  const found = [];
  const add = (row, kind, state, told) => {
    const what = row.what ?? WORDS[kind];
    const same = found.find((one) => one.inspection === row.inspection && one.kind === kind && one.what === what && one.state === state);
    if (same) same.count += 1;
    else found.push({ inspection: row.inspection, title: row.title, what, count: 1, kind, state, told });
  };
  for (const item of items) add(item, item.kind, item.state, item.told);
  for (const photo of photos) {
    if (photo.state === "wrong") add({ ...photo, what: calledPhoto(photo) }, "photo", "refused", photo.told);
    else if (photo.state !== "done") add(photo, photo.state === "copy" ? "original" : "photo", "waiting", photo.told);
    if (isCaptionRefused(photo)) add(photo, "caption", "refused", photo.unsaid);
    else if (isCaptionDue(photo)) add(photo, "caption", "waiting");
  }
  const queued = new Set(items.map((item) => item.token));
  for (const draft of drafts) if (!queued.has(draft.token)) add(draft, "draft", "waiting");
  return found;
}
