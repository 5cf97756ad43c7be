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
const NO_STORE = "这个浏览器不让网页存东西，存不下草稿，请尽快保存到系统。";

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

// Change some fields of what is kept; false where it no longer is.
export const amend = (name, key, fields) =>
  within("readwrite", [name], (store) => {
    const there = store.get(key);
    there.onsuccess = () => there.result && store.put({ ...there.result, ...fields });
    return there;
  }).then(Boolean);

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

export function each(store, inspection, work) {
  store.index("inspection").getAll(inspection).onsuccess = ({ target }) => target.result.forEach(work);
}

// What was typed into the form, and pressed on it; photos stay.
export const dropTyped = (inspection) =>
  within("readwrite", ["drafts", "outbox"], (drafts, outbox) => {
    drafts.delete(inspection);
    // What was frozen here may be signed; what was tried may be with the server.
    each(outbox, inspection, (item) => isForm(item) && !item.record && !item.tried && outbox.delete(item.id));
  });

// --- outbox ---

// Of the form: what was pressed there. The rest is not void by what is typed into it.
export const isForm = (item) => item.kind === "save" || item.kind === "submit";

export const newestOf = (inspection) => localStorage.getItem(`newest:${account}:${inspection}`);

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

// --- photos ---

export const isCaptionRefused = (photo) => Boolean(photo.unsaid && photo.unsaid.caption === photo.caption);
export const isCaptionDue = (photo) => ["copy", "done"].includes(photo.state) && photo.sent !== undefined && photo.caption !== photo.sent && !isCaptionRefused(photo);

// What a submission waits for.
export const isMissing = (photo) => !["copy", "done"].includes(photo.state) || isCaptionDue(photo);

// --- what has not been sent ---

const WORDS = { save: "保存", submit: "提交", draft: "填写的内容", photo: "照片", original: "原图", caption: "照片说明" };

export const calledPhoto = (photo) => `照片“${photo.caption || photo.name}”`;

// Return [{inspection, title, what, count, kind, state, told, called: a refused photo, by its name}] of all that the server has not confirmed.
export async function unsent(whose = account) {
  await ready(whose);
  const [drafts, items, photos] = await Promise.all([all("drafts"), all("outbox"), all("photos")]);
  const found = [];
  const add = (row, kind, state, told) => {
    const what = row.what ?? WORDS[kind];
    const same = found.find((one) => one.inspection === row.inspection && one.kind === kind && one.what === what && one.state === state);
    if (same) same.count += 1;
    else found.push({ inspection: row.inspection, title: row.title, what, count: 1, kind, state, told, called: kind === "photo" && state === "refused" ? calledPhoto(row) : "" });
  };
  for (const item of items) add(item, item.kind, item.state, item.told);
  for (const photo of photos) {
    if (photo.state !== "done") add(photo, photo.state === "copy" ? "original" : "photo", photo.state === "wrong" ? "refused" : "waiting", photo.told);
    if (isCaptionRefused(photo)) add(photo, "caption", "refused", photo.unsaid);
    else if (isCaptionDue(photo)) add(photo, "caption", "waiting");
  }
  const queued = new Set(items.map((item) => item.token));
  for (const draft of drafts) if (!queued.has(draft.token)) add(draft, "draft", "waiting");
  return found;
}
