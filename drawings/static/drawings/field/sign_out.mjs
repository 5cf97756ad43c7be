// Nobody signs out of a device that holds work which is not sent; who signs out leaves nothing on it. Loaded when the button
// is pressed.

import { account, forgetAll } from "./account.mjs";

const ADVICE = "退出会删去这台设备上的内容。有信号时打开上面的检查，保存或提交以后再退出；发不出去的，在这里移交给另一台设备；不要了的，在这里删掉。";

async function store() {
  try {
    return await import("./store.mjs");
  } catch {
    return null;
  }
}

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function refuse(title, ...content) {
  document.querySelector("[data-unsent]")?.remove();
  const note = element("div", "", { class: "note note--bad", tabindex: "-1", role: "alert", "data-unsent": "" });
  note.append(element("p", title, { class: "note-title" }), ...content);
  document.getElementById("main").prepend(note);
  for (const menu of document.querySelectorAll("details.account[open]")) menu.open = false;
  note.focus();
  return false;
}

const leave = () => document.querySelector("form[data-sign-out]").requestSubmit();

// Nothing is left that kept the person: the button that was pressed is offered once more.
function freed() {
  const button = element("button", "退出登录", { class: "btn btn--primary", type: "button" });
  button.addEventListener("click", leave);
  refuse("这台设备上没有等着发送的内容了，可以退出。", button);
  button.focus();
}

// What is here and how to be rid of it; by words alone where the signal has gone meanwhile.
async function inside() {
  try {
    const { panel } = await import("./unsent_panel.mjs");
    return await panel({ emptied: freed, leave });
  } catch {
    return element("p", "没有信号，现在列不出是哪些内容。请在有信号时刷新这一页，再按“退出登录”。");
  }
}

// Say whether the account may leave this device now; if so, its copies of pages and its store are gone.
export async function mayLeave(prefix) {
  const kept = await store();
  await kept?.takeOver(prefix).catch(() => undefined);
  const typed = Object.keys(localStorage).some((key) => key.startsWith(prefix));
  if (typed || (await kept?.unsent(account))?.length) {
    return refuse("还没有退出：这台设备上有没有发送的内容", element("p", ADVICE), await inside());
  }
  if (!navigator.onLine) return refuse("还没有退出：没有信号", element("p", "退出要连上服务器。请在有信号时再按一次；现在请锁上屏幕。"));
  await forgetAll();
  localStorage.removeItem(`field:handover-key:${account}`); // see `pages.mjs`
  if (kept) indexedDB.deleteDatabase(`field-${account}`);
  return true;
}
