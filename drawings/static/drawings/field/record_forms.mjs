// Takes over the forms on the page of an on-site record. What is pressed is in the store before anything is sent: neither a
// lost signal nor a page that was closed takes a word or a drawn signature away. Sent by `outbox.mjs`; without this file, or
// where nothing can be kept, the forms are sent as any other.

import { showErrors, forget } from "./answers.mjs";
import { putStep } from "./kept_steps.mjs";
import { ASKED } from "./signing.mjs";
import { canSend, drop, inWords, of, ready, tell, watch } from "./store.mjs";

const DONE = "record:done"; // what the next page says
const holder = document.querySelector("[data-draft]");
const inspection = Number(holder.dataset.draft.split(":")[2]);
const forms = [...document.querySelectorAll("form[data-words]")];
const refilled = new Set();
const finished = new Map(); // forms that the server has taken while something else is being typed here, and what it said
const typed = new Set(); // forms with words of theirs on this page alone
let state = "";

// What a form asks for beside its choice, by what was chosen: nobody hears it at the gate from a server that is not there.
const NEEDED = { ...ASKED, drawn: [...ASKED.drawn, "image"], object: ["note"] };
const NO_DRAWING = "还没有签字：请让当事人在框里签名。";

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const labelOf = (field) => (field.type === "radio" ? field.closest("fieldset").querySelector("legend") : field.labels[0])?.firstChild.textContent.trim();

// {field: [text]} of what is missing; null where nothing is.
function missing(form) {
  const errors = {};
  const choice = form.querySelector("[type=radio]");
  const chosen = choice && form.elements[choice.name].value;
  if (choice && !chosen) errors[choice.name] = [`请选择“${labelOf(choice)}”。`];
  for (const name of choice ? NEEDED[chosen] ?? [] : ["reason", "text"]) {
    const field = form.elements[name];
    if (!field || field.value.trim()) continue;
    errors[name] = [name === "image" ? NO_DRAWING : `请填“${labelOf(field)}”。`];
  }
  const way = form.elements.target?.selectedOptions[0]?.dataset.way; // of a supplement: the field for the right value
  if (way && !form.elements[way].value.trim()) errors[way] = [`请填“${labelOf(form.elements[way])}”。`];
  return Object.keys(errors).length ? errors : null;
}

function inWordsOf(form) {
  const option = form.elements.target?.selectedOptions[0];
  if (option?.value) {
    const right = form.elements[option.dataset.way];
    return `${form.dataset.words}：${option.textContent.trim()}，改为 ${(right.selectedOptions?.[0].textContent ?? right.value.replace("T", " ")).trim()}`;
  }
  const chosen = form.querySelector("[type=radio]:checked")?.closest("label").textContent.trim();
  return chosen ? `${form.dataset.words}：${chosen}` : form.dataset.words;
}

const steps = async () => (await of("outbox", inspection)).filter((item) => item.kind === "step");
const formOf = (item) => forms.find((form) => form.getAttribute("action") === item.address && form.elements.digest.value === item.fields.digest);

async function press(event) {
  const form = event.target;
  if (form.hasAttribute("data-plain")) return;
  event.preventDefault();
  const errors = missing(form);
  if (errors) return showErrors(form, { errors, title: "还没有办，您填的都在下面" });
  forget(form);
  const { csrfmiddlewaretoken, ...fields } = Object.fromEntries(new FormData(form));
  if (fields.kind !== "drawn" && "image" in fields) fields.image = "";
  try {
    const address = form.getAttribute("action");
    for (const old of await steps()) if (old.address === address && old.state !== "waiting") await drop("outbox", old.id);
    await putStep({ inspection, title: holder.dataset.title, what: inWordsOf(form), address, fields });
  } catch (error) {
    form.dataset.plain = "";
    return showErrors(form, { errors: { __all__: [`${inWords(error)}有信号的，再按一次，不经手机直接发送。`] }, title: "没有存下" });
  }
  typed.delete(form);
  state = "";
  await show();
  tell({ type: "queued" });
}

function note(item) {
  const waits = item.state === "waiting";
  const heads = { offline: "已存在手机上，有信号时自动发送", busy: "已存在手机上，系统现在忙，过一会儿自动再发", login: "已存在手机上，请重新登录，登录后自动发送", stranger: "已存在手机上，用这个账号登录后自动发送" };
  const head = waits ? heads[state] ?? (navigator.onLine ? "已存在手机上，正在发送……" : heads.offline) : "系统没有收下";
  const made = element("div", "", { class: `note ${waits ? "note--warn" : "note--bad"}`, "data-waits": item.key, role: "status" });
  const at = new Date(item.at).toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
  made.append(element("p", head, { class: "note-title" }), element("p", `${at} ${item.what}`));
  // What was chosen is said above, in words.
  const { digest, image, kind, verdict, target, choice, moment, number, words: right, ...words } = item.fields;
  for (const text of Object.values(words)) if (text) made.append(element("p", text));
  if (image) made.append(element("img", "", { class: "signature", src: image, alt: "签字" }));
  for (const text of waits ? [] : Object.values(item.told?.errors ?? { all: [item.told?.error] }).flat()) made.append(element("p", text, { class: "error" }));
  const away = element("button", "删除", { type: "button", class: "btn btn--quiet" });
  away.addEventListener("click", async () => {
    if (!confirm(waits ? `删掉“${item.what}”？${item.tried ? "可能已经发出。" : "还没有发送，删掉就没有了。"}` : `删掉“${item.what}”？系统没有收下，删掉就没有了。`)) return;
    await drop("outbox", item.id);
    tell({ type: "changed" });
    tell({ type: "queued" }); // what waits behind it
  });
  made.append(away);
  return made;
}

// What was refused stands in its form again, to be put right and pressed once more.
function refill(form, item) {
  if (refilled.has(item.key) || typed.has(form)) return;
  refilled.add(item.key);
  if (form.elements.digest.value !== item.fields.digest) return; // it was said of another text
  for (const [name, value] of Object.entries(item.fields)) if (form.elements[name]) form.elements[name].value = value;
  form.dispatchEvent(new Event("record:refilled"));
  // Why a number in a note is no person's is asked by the server's own page: the next press goes there.
  if (item.told?.errors?.words && item.fields.target?.startsWith("note_")) form.dataset.plain = "";
}

// The record that waits on this phone is no record yet that the page could show; nor is there none.
function sayFrozenHere() {
  const none = document.querySelector("[data-unfrozen]");
  if (!none || "here" in none.dataset) return;
  none.dataset.here = "";
  const page = none.querySelector("a")?.getAttribute("href");
  none.replaceChildren(element("p", "现场记录已在这台手机上固定", { class: "empty-title" }), element("p", "有信号后自动送到系统，当事人在手机上的签字跟着送。"));
  if (page) none.append(element("a", "看固定的现场记录", { class: "btn", href: page }));
}

async function show() {
  const waiting = await of("outbox", inspection);
  if (waiting.some((item) => item.record && item.state === "waiting")) sayFrozenHere();
  const items = waiting.filter((item) => item.kind === "step");
  for (const old of document.querySelectorAll("[data-waits]")) old.remove();
  for (const form of forms) form.hidden = finished.has(form);
  for (const [form, said] of finished) form.before(element("div", said, { class: "note note--ok", "data-waits": "", role: "status" }));
  for (const item of items) {
    const form = formOf(item);
    const waits = item.state === "waiting";
    if (form) form.before(note(item));
    else holder.after(note(item)); // its form is gone: the record was opened again, or it was done otherwise
    if (!form) continue;
    form.hidden = waits;
    if (!waits) refill(form, item);
    form.closest("details")?.setAttribute("open", "");
  }
}

async function done(news) {
  const form = forms.find((one) => one.getAttribute("action") === news.address);
  if (form) finished.set(form, news.told.said);
  const items = await steps();
  if (typed.size || items.some((item) => item.state === "waiting")) return show();
  try {
    sessionStorage.setItem(DONE, news.told.said);
  } catch { /* the next page shows what is done */ }
  if (form?.dataset.then) location.assign(form.dataset.then);
  else location.reload();
}

function heard(news) {
  if (["sending", "offline", "busy", "login", "stranger", "idle"].includes(news.type)) state = news.type;
  if (news.type === "said" && news.inspection === inspection && news.told) done(news);
  else if (news.type !== "photo") show();
}

async function begin() {
  const said = sessionStorage.getItem(DONE);
  if (said) holder.after(element("div", said, { class: "note note--ok", role: "status" }));
  sessionStorage.removeItem(DONE);
  await ready();
  for (const form of forms) {
    form.addEventListener("submit", press);
    form.addEventListener("input", () => typed.add(form));
    form.addEventListener("pointerdown", (event) => event.target.tagName === "CANVAS" && typed.add(form));
  }
  watch(heard);
  addEventListener("offline", show);
  addEventListener("online", show);
  await show();
  if ((await of("outbox", inspection)).some((item) => item.kind === "late")) await (await import("./late.mjs")).show(inspection, holder);
  document.body.dataset.recordForms = "";
}

if (canSend) begin().catch(console.error);
