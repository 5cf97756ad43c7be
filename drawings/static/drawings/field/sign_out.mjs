// Nobody signs out of a device that holds work which is not sent; who signs out leaves nothing on it. Loaded when the button
// is pressed.

import { account, forgetAll } from "./account.mjs";

const INSPECTIONS = "/inspections/";
const ADVICE = "退出会删去这台设备上的内容。请在有信号时打开上面的检查，保存或提交以后再退出；不要了的，在那里放弃本机草稿。";

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
  const index = "caches" in window && await (await caches.match(`${INSPECTIONS}offline.json`))?.json();
  return (index && index.open.find((each) => String(each.inspection) === inspection)?.title) || "";
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
    add("a", unit || `第 ${inspection} 号检查`, line).href = `${INSPECTIONS}${inspection}/edit/`;
    line.append(`：${what}${count > 1 ? `（${count}）` : ""}`);
  }
  add("p", advice);
  document.getElementById("main").prepend(note);
  for (const menu of document.querySelectorAll("details.account[open]")) menu.open = false;
  note.focus();
  return false;
}

// Say whether the account may leave this device now; if so, its copies of pages and its store are gone.
export async function mayLeave(prefix) {
  const found = await unsent(prefix);
  if (found.length) return refuse("还没有退出：这台设备上有没有发送的内容", found, ADVICE);
  if (!navigator.onLine) return refuse("还没有退出：没有信号", [], "退出要连上服务器。请在有信号时再按一次；现在请锁上屏幕。");
  await forgetAll();
  if (await store()) indexedDB.deleteDatabase(`field-${account}`);
  return true;
}
