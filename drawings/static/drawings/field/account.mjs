// Whose pages this device may show without a signal (see `worker.mjs`), and that nobody signs out who has work on it that
// is not sent. On each page of the staff and on the log-in page; all of them work without this file.

const HOME = "/inspections/";
const CURRENT = "field-current";
const { account = "", login = "", kept } = document.body.dataset;

export { account };

async function others(mine) {
  const names = await caches.keys();
  return names.filter((name) => name.startsWith("field-pages-") && !(mine && name.startsWith(`field-pages-${mine}-`)));
}

async function forget(mine = "") {
  for (const name of await others(mine)) await caches.delete(name);
}

async function confirm() {
  if (!account || kept || !("caches" in window)) return;
  const cache = await caches.open(CURRENT);
  await cache.put(HOME, new Response(JSON.stringify({ account, login })));
  await forget(account);
}

// A copy of a page confirms nobody.
export const confirmed = confirm().catch(() => undefined);

// Another name at the log-in: from this moment on nothing of the one before is shown. Who has only been logged out by the
// time that has passed keeps what he has.
async function beforeLogIn(form) {
  const found = await caches.match(HOME, { cacheName: CURRENT });
  const known = found ? (await found.json()).login : "";
  if (form.elements.username.value.trim() !== known) await caches.delete(CURRENT);
}

// --- signing out ---
async function store() {
  try {
    return await import("./store.mjs");
  } catch {
    return null;
  }
}

// [{inspection, title, what, count}] of what is on this device only: in the store of the account, and half-written forms
// that are kept under `prefix`.
async function unsent(prefix) {
  const found = [...(await (await store())?.unsent(account) ?? [])];
  for (const key of Object.keys(localStorage)) {
    const inspection = key.startsWith(prefix) && key.slice(prefix.length);
    if (inspection && !found.some((each) => String(each.inspection) === inspection)) {
      found.push({ inspection, title: await titleOf(inspection), what: "填写的内容", count: 1 });
    }
  }
  return found;
}

async function titleOf(inspection) {
  const index = "caches" in window && await (await caches.match(`${HOME}offline.json`))?.json();
  const found = index && index.open.find((each) => String(each.inspection) === inspection);
  return found ? found.title : `第 ${inspection} 号检查`;
}

function refuse(title, found, advice) {
  document.querySelector("[data-unsent]")?.remove();
  const note = Object.assign(document.createElement("div"), { className: "note note--bad", tabIndex: -1 });
  note.dataset.unsent = "";
  note.setAttribute("role", "alert");
  const add = (tag, text, parent = note) => parent.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
  add("p", title).className = "note-title";
  const list = found.length ? add("ul", "") : null;
  for (const { inspection, title: unit, what, count } of found) {
    const line = add("li", "", list);
    add("a", unit || `第 ${inspection} 号检查`, line).href = `${HOME}${inspection}/edit/`;
    line.append(`：${what}${count > 1 ? `（${count}）` : ""}`);
  }
  add("p", advice);
  document.getElementById("main").prepend(note);
  for (const menu of document.querySelectorAll("details.account[open]")) menu.open = false;
  note.focus();
  return false;
}

// What was sent leaves the device with its owner: copies of pages, and the store of the account.
async function leave() {
  if ("caches" in window) {
    await caches.delete(CURRENT);
    await forget();
  }
  if (await store()) indexedDB.deleteDatabase(`field-${account}`);
}

// Hold a form until `ready` says true; then it goes as if nobody had stopped it. Where the browser does not let us look,
// nothing was deleted, and nobody is kept.
function gate(form, ready) {
  let passed = false;
  form.addEventListener("submit", async (event) => {
    if (passed) return;
    event.preventDefault();
    const may = await ready().catch(() => true);
    if (!may) return;
    passed = true;
    form.requestSubmit(event.submitter);
    passed = false;
  });
}

async function mayLeave(prefix) {
  const found = await unsent(prefix);
  if (found.length) {
    const advice = "退出会删去这台设备上的内容。请在有信号时打开上面的检查，保存或提交以后再退出；不要了的，在那里放弃本机草稿。";
    return refuse("还没有退出：这台设备上有没有发送的内容", found, advice);
  }
  if (!navigator.onLine) return refuse("还没有退出：没有信号", [], "退出要连上服务器。请在有信号时再按一次；现在请锁上屏幕。");
  await leave();
  return true;
}

for (const form of document.querySelectorAll("form[data-sign-out]")) gate(form, () => mayLeave(form.dataset.signOut));
for (const form of document.querySelectorAll("form[data-log-in]")) {
  if ("caches" in window) gate(form, () => beforeLogIn(form).then(() => true));
}
