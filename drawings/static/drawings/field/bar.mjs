// Says on every page of an officer what his phone holds that has not been sent, and of which visit; and has it sent.

import { account, all, amend, canSend, ready, unsent, watch } from "./store.mjs";

const form = document.querySelector("form[data-draft]");
const here = form ? Number(form.dataset.draft.split(":")[2]) : 0;
const SAID = {
  wrong: "有要改的地方，还没有收下",
  conflict: "和系统里的内容不同，要您选",
  refused: "系统没有收",
};
let bar = null;
let state = "";
let login = "";
let outbox = null;

// Loaded once there is something to send. A page that has lost the signal before tries again with it.
async function begin() {
  if (!canSend) return;
  try {
    outbox ??= import("./outbox.mjs").then((module) => { module.start(); return module; });
    await outbox;
  } catch {
    outbox = null;
    state = "offline";
  }
}

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function line(title, rows) {
  const words = rows.map((row) => {
    if (row.isStuck) return `${row.what}（等照片：请打开这份检查，在“照片”里删去系统没有收的，或者改好再发一次）`;
    const count = ["photo", "original"].includes(row.kind) ? ` ${row.count} 张` : "";
    const error = row.state !== "conflict" && row.told?.error;
    const [file] = error ? error.split("：") : []; // of a photo that is called by its file, once is enough
    const said = !error ? SAID[row.state] : row.called?.includes(`“${file}”`) ? error.slice(file.length + 1) : error;
    return `${row.count === 1 && row.called ? row.called : row.what + count}${row.state === "waiting" ? "" : `（${said}）`}`;
  });
  const made = element("li");
  const page = rows.every((row) => row.kind === "step") ? "record" : "edit";
  made.append(element("a", title || "检查", { href: `/inspections/${rows[0].inspection}/${page}/` }), `：${words.join("、")}`);
  return made;
}

// What is typed into the form of this page is said by the form itself.
function shown(found) {
  const visits = new Map();
  for (const row of found) {
    if (row.kind === "draft" && row.inspection === here) continue;
    visits.set(row.inspection, [...(visits.get(row.inspection) ?? []), row]);
  }
  // A submission waits for its photos, also for one that the server has refused.
  for (const rows of visits.values()) {
    const isRefused = rows.some((row) => row.kind === "photo" && row.state === "refused");
    for (const row of rows) row.isStuck = isRefused && row.kind === "submit" && row.state === "waiting";
  }
  return [...visits.values()];
}

const HEADS = { sending: "正在发送", offline: "没有信号，有信号后自动发送", busy: "系统现在忙，过一会儿自动再发", login: "请重新登录，内容都在手机上", stranger: "手机上还有另一个账号没有发送的内容，用那个账号登录后才会发送" };

async function show() {
  let visits = [];
  try {
    visits = shown(await unsent());
  } catch {
    return; // the form says that nothing can be kept here
  }
  if (!outbox && (!form || "begun" in form.dataset) && visits.flat().some((row) => row.kind !== "draft")) await begin();
  if (!visits.length) {
    bar?.remove();
    bar = null;
    return;
  }
  if (!bar) {
    bar = element("aside", "", { class: "unsent no-print", "aria-label": "还没有发送的内容", "data-outbox": "" });
    document.getElementById("main").before(bar);
  }
  const waiting = visits.flat().filter((row) => row.kind !== "draft" && row.state === "waiting" && !row.isStuck);
  const waits = waiting.length > 0;
  // Originals wait for a network that costs nothing, or for the person.
  const onlyOriginals = waits && waiting.every((row) => row.kind === "original");
  // What the officer has to look at is read whole, above the page; it does not follow him over the small screen.
  const isTold = visits.flat().some((row) => ["wrong", "conflict", "refused"].includes(row.state));
  bar.classList.toggle("is-told", isTold);
  const head = (waits && !(isTold && onlyOriginals) && HEADS[state]) || (isTold ? "系统没有收下，请您看一看" : onlyOriginals ? "原图还在手机上，有无线网络时自动发送" : "还没有发送");
  // What nobody waits for goes away with the page, and leaves the small screen to the form.
  bar.classList.toggle("is-calm", visits.flat().every((row) => row.kind === "draft" || (row.kind === "original" && row.state === "waiting")));
  const lines = element("ul");
  lines.append(...visits.map((rows) => line(rows[0].title, rows)));
  const words = element("div");
  const more = element("button", "删除、移交", { class: "btn btn--quiet", type: "button" });
  more.addEventListener("click", () => import("./unsent_panel.mjs").then((panel) => panel.open(), () => { more.textContent = "没有信号，打不开"; }));
  words.append(element("b", head, { role: "status" }), lines);
  bar.replaceChildren(words);
  if (state === "login") {
    const address = new URL(login || "/accounts/login/", location.origin);
    address.searchParams.set("next", location.pathname);
    bar.append(element("a", "重新登录", { class: "btn", href: address.pathname + address.search }));
  } else if (waits && canSend && state !== "sending") {
    const button = element("button", onlyOriginals ? "现在发送原图" : "现在发送", { class: "btn", type: "button" });
    button.addEventListener("click", async () => {
      if (onlyOriginals) for (const photo of await all("photos")) await amend("photos", photo.key, { asked: true });
      await begin();
      (await outbox)?.send();
    });
    bar.append(button);
  }
  (bar.children[1] ? words : bar).append(more); // two side by side leave no room for words
}

if (account) {
  let due = 0;
  watch((news) => {
    if (HEADS[news.type] || news.type === "idle") state = news.type;
    if (news.type === "login") login = news.login;
    clearTimeout(due);
    due = setTimeout(show, 50);
  });
  addEventListener("online", show);
  // Of a form after it has put back what was typed, and says so: else an answer could come before.
  ready().then(show, () => {});
}
