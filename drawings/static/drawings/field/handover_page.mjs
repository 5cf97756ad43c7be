// Takes in, on this device, the file that another one has written: asks the server for its key, reads it whole, shows what is in it, and
// puts into the store what is not there yet once the person says so. The bar shows it then, and the outbox sends it.

import { account, inWords, canSend } from "./store.mjs";
import { Broken, fromBase64, open } from "./handover_format.mjs";
import { check, takeIn, taken } from "./handover.mjs";
import { listed, when } from "./handover_list.mjs";

const form = document.querySelector("form[data-handover]");
const place = document.querySelector("[data-handover-said]");
const NO_ANSWER = "连不上服务器。打开移交文件要有信号，请稍后再选一次；文件没有改动。";

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function say(kind, title, ...more) {
  const note = element("div", "", { class: `note note--${kind} stack`, tabindex: "-1", role: kind === "bad" ? "alert" : "status" });
  note.append(element("p", title, { class: "note-title" }), ...more);
  place.replaceChildren(note);
  if (kind !== "info") note.focus();
}

// Return the file's key as bytes.
async function unwrap(opened) {
  const body = new FormData(form);
  body.delete("file");
  body.set("head", opened.text);
  let answer = null;
  try {
    answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" });
  } catch {
    throw new Broken(NO_ANSWER);
  }
  const told = await answer.json().catch(() => null);
  if (answer.ok && told?.key) return fromBase64(told.key);
  if (answer.status === 401) throw new Broken("登录已过期。请重新登录，再选一次文件。");
  if (answer.status === 403) throw new Broken("这一页是上一次登录时打开的。请刷新这一页，再选一次文件。");
  if (answer.status === 429 || answer.status >= 500) throw new Broken("系统现在忙，请过一会儿再选一次；文件没有改动。");
  throw new Broken(told?.error ?? NO_ANSWER);
}

function button(text, work, kind = "btn btn--primary") {
  const made = element("button", text, { type: "button", class: kind });
  made.addEventListener("click", () => { made.disabled = true; work().catch(failed); });
  return made;
}

function failed(error) {
  if (error instanceof Broken) return say("bad", error.message);
  console.error(error);
  return say("bad", error?.name === "NotReadableError" || error?.name === "NotFoundError" ? "这台设备读不出这个文件，可能已被移动或删去。请重新选。" : `没有全部放进来。${inWords(error)}腾出地方以后再选一次这个文件，已经放进来的不会重复。`);
}

const progress = (what) => (share) => say("info", `${what}……${Math.round(share * 100)}%`);

// Ask which of two drafts of one visit stays. Return {sets: elements, chosen(): the inspections whose draft comes from the file}.
function choice(clashes) {
  const sets = [];
  for (const { theirs, ours } of clashes) {
    const set = element("fieldset", "", { class: "field" });
    const choices = element("div", "", { class: "choices" });
    for (const [value, text, at] of [["ours", "留这台设备上的", ours.at], ["theirs", "用文件里的", theirs.at]]) {
      const label = element("label");
      const radio = element("input", "", { type: "radio", name: `draft-${theirs.inspection}`, value });
      radio.checked = (theirs.at > ours.at) === (value === "theirs");
      label.append(radio, element("span", `${text}（${when(at)} 填写）`));
      choices.append(label);
    }
    set.append(element("legend", `${theirs.title || ours.title || `第 ${theirs.inspection} 号检查`}：这台设备上填写的内容和文件里的不同，选一份，另一份不再保留`), choices);
    sets.push(set);
  }
  const isTheirs = (set) => set.querySelector(":checked")?.value === "theirs";
  return { sets, chosen: () => new Set(clashes.filter((_, at) => isTheirs(sets[at])).map(({ theirs }) => theirs.inspection)) };
}

async function put(opened, secret, found, preferred) {
  const { put: fresh, here } = await takeIn(opened, secret, found, preferred, progress("正在放进这台设备"));
  const was = here ? `另有 ${here} 项这台设备上已经有，没有再放。` : "";
  const next = element("p", canSend ? "有信号时自动发送，还没有发出去的在页面上面列着。填写的内容请打开那份检查，看过再保存或提交。" : "这台设备不能自动发送，请逐份打开检查保存。");
  const home = element("a", "我的任务", { href: "/inspections/" });
  say("ok", `已放进这台设备：${fresh} 项。${was}`, next, home);
}

async function read(file) {
  say("info", "正在检查文件……");
  const opened = await open(file);
  const secret = await unwrap(opened);
  const found = await check(opened, secret, progress("正在检查文件"));
  const { sets, chosen } = choice(found.clashes);
  const before = taken(opened);
  const lines = [];
  if (before) lines.push(element("p", `这个文件 ${when(before)} 已经在这台设备上放进来过，里面的内容可能早已发送。要是后来从这台设备上删掉了，才需要再放一次。`));
  const isEmpty = found.rows.every(({ store }) => store === "files");
  const what = !isEmpty ? "文件里有这些内容，还没有放进来。看清楚是您自己写的、自己拍的，再按“放进这台设备”，有信号时就会发送。" : "文件里没有能放进来的内容。";
  const go = !isEmpty ? [button(before ? "再放一次" : "放进这台设备", () => put(opened, secret, found, chosen()))] : [];
  return say("warn", what, ...lines, ...listed(found), ...sets, ...go);
}

if (!window.isSecureContext || !crypto.subtle || !account) {
  say("bad", "这个网址不是 https，浏览器不让打开加密文件。请用 https 的网址打开这一页。");
} else {
  form.elements.file.addEventListener("change", () => {
    const [file] = form.elements.file.files;
    if (file) read(file).catch(failed);
  });
  form.elements.file.addEventListener("click", () => { form.elements.file.value = ""; }); // the same file again is a choice, too
  form.hidden = false;
}
