// Freezes the on-site record on the phone itself where there is no signal, shows it, and has the firm sign it. The record
// waits in the outbox as the step that freezes, with the text that was shown; the signature is a step behind it. The server
// freezes only what was shown; where it cannot, the signature is void, and the page says so.

import * as record from "./onsite_record.mjs";
import { showErrors } from "./answers.mjs";
import { putStep, queue } from "./kept_steps.mjs";
import { ASKED } from "./signing.mjs";
import { account, amend, drop, get, inWords, isForm, of, put, tell } from "./store.mjs";

const CLOCK_OFF = 5 * 60_000;
const WORDS = {
  name: "请填签字人的姓名。",
  post: "请填签字人的职务或者身份，如“厂长”“门卫”。",
  image: "还没有签字：请当事人在框里签名。",
  reason: "请写明没有签字的原因。",
  witness: "拒绝签字的，请写明见证人；没有别的见证人的，写“无，执法记录仪全程记录”。",
};

const frame = JSON.parse(document.getElementById("record-frame").textContent);
const template = document.querySelector("template[data-phone-record]");
const panel = template.content.firstElementChild; // comes into the page when there is something to show
const sign = panel.querySelector("[data-sign]");
const part = (name) => panel.querySelector(`[data-${name}]`);
let form = null;
let inspection = 0;

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// How far the phone's clock is ahead of the server's, by the page: in milliseconds.
function ahead() {
  const came = document.body.dataset.kept ? new Date(document.body.dataset.kept).getTime() : performance.timeOrigin;
  const found = came - new Date(frame.now).getTime();
  return Math.abs(found) > CLOCK_OFF ? found : 0;
}

const step = async () => (await of("outbox", inspection)).find((item) => item.record && item.state === "waiting");
const signature = async () => (await of("outbox", inspection)).find((item) => item.kind === "step" && item.onRecord);

// The photos that the record names: those of this visit, each with its digest. Throws with words where one is not ready.
async function photosOf() {
  if ((await of("photos", inspection)).some((photo) => photo.state === "making")) await (await import("./shrink.mjs")).finish();
  const photos = await of("photos", inspection);
  const wrong = photos.filter((photo) => photo.state === "wrong").length;
  if (wrong) throw new Error(`有 ${wrong} 张照片系统没有收：请在“照片”里删去或者重拍，再固定。`);
  for (const photo of photos) {
    photo.digest ||= await record.digestOf((await get("files", photo.key)).original);
    const theirs = record.twin(photo, frame);
    if (theirs) await amend("photos", photo.key, Object.assign(photo, theirs));
  }
  return photos;
}

// Freeze what is typed. `draft`: the step as the form would queue it, without kind and address. Returns whether it is frozen.
export async function freeze(of_, draft, say) {
  form = of_;
  inspection = draft.inspection;
  // Frozen on another page of this phone, and perhaps signed there.
  if (await step()) {
    await show(form, inspection);
    say("这份现场记录已经固定在这台设备上。");
    return false;
  }
  const wrong = record.faults(draft.values, frame, new Date(Date.now() - ahead()));
  if (Object.keys(wrong).length) {
    const errors = Object.fromEntries(Object.entries(wrong).map(([name, text]) => [name, [text]]));
    showErrors(form, { errors, title: "现场记录还没有固定，您填的都在下面" });
    say("还有要补充或改正的地方，没有固定。内容已存在这台设备上。");
    return false;
  }
  try {
    const photos = await photosOf();
    const text = record.write(draft.values, frame, photos, record.freshNonce());
    const shown = record.groups(draft.values, frame, photos);
    const address = form.querySelector("[formaction]").getAttribute("formaction");
    const old = await signature();
    if (old) await drop("outbox", old.id); // on another text
    for (const photo of photos) await amend("photos", photo.key, { digest: photo.digest, inRecord: true });
    await queue({ ...draft, kind: "submit", what: "现场记录", address, record: text, digest: await record.digestOf(text), shown });
  } catch (error) {
    const text = error instanceof DOMException ? inWords(error) : error.message;
    showErrors(form, { error: text, title: "现场记录还没有固定" });
    say(text);
    return false;
  }
  tell({ type: "changed" });
  await show(of_, inspection, say);
  panel.querySelector("h2").focus();
  panel.scrollIntoView({ block: "start" });
  tell({ type: "queued" });
  return true;
}

// Show the record that waits on this phone, if there is one.
export async function show(of_, visit) {
  form = of_;
  inspection = visit;
  const waiting = await step();
  if (!waiting) return false;
  if (!panel.isConnected) template.replaceWith(panel);
  const groups = waiting.shown.flatMap(([title, rows]) => {
    const list = element("dl", "", { class: "facts" });
    for (const [label, text] of rows) {
      const row = element("div");
      const words = element("dd");
      text.split("\n").forEach((line, at) => words.append(...(at ? [element("br")] : []), line));
      row.append(element("dt", label), words);
      list.append(row);
    }
    return [element("h3", title), list];
  });
  const mark = element("p", "指纹（SHA-256）：", { class: "small" });
  mark.append(element("span", waiting.digest, { class: "digest" }));
  part("groups").replaceChildren(...groups, mark);
  // What was drawn or chosen for another text is no signature on this one.
  if (sign.dataset.digest !== waiting.digest) clear();
  sign.dataset.digest = waiting.digest;
  await showSigned();
  panel.hidden = false;
  assess(false);
  if (!("begun" in sign.dataset)) begin(waiting);
  return true;
}

const called = (kind) => sign.querySelector(`[name=kind][value="${kind}"]`).closest("label").textContent.trim();

async function showSigned() {
  const [waiting, signed] = [await step(), await signature()];
  const clock = ahead() ? `手机时间比系统${ahead() > 0 ? "快" : "慢"}约 ${Math.round(Math.abs(ahead()) / 60_000)} 分钟，会一起记下。` : "";
  const sent = waiting ? "记录先固定在手机上，照片发完、有信号时自动送到系统。" : "现场记录已经送到系统。";
  part("said").textContent = `${sent}${signed ? "当事人签字的情况已存在手机上。另一名执法人员有信号后用自己的账号确认。" : "现在请当事人看过再签字。"}${clock}`;
  sign.hidden = Boolean(signed);
  part("signed").hidden = !signed;
  if (!signed) return;
  const { kind, name, post, reason, witness, image } = signed.fields;
  const lines = [called(kind), name + (post ? `（${post}）` : ""), reason && `原因：${reason}`, witness && `见证人：${witness}`].filter(Boolean);
  part("signed").replaceChildren(lines.join("，"));
  if (image) part("signed").append(element("br"), element("img", "", { class: "signature", src: image, alt: `${name}的签字` }));
}

// The form below is for the assessment alone: what was seen on the site can be changed no more.
function assess(isOpen) {
  form.hidden = !isOpen;
  part("assess").hidden = isOpen;
  // A photo of the signed page may still come; those of the record stay as they are.
  for (const section of form.querySelectorAll("[data-step]")) section.inert = !section.querySelector("#at-outcome, [data-photos]");
  button(true);
  if (!isOpen) return;
  const place = form.querySelector("#at-outcome");
  place.dispatchEvent(new Event("step:open", { bubbles: true }));
  place.scrollIntoView({ block: "center" });
}

function clear() {
  sign.reset();
  sign.elements.image.value = "";
  sign.querySelector("[data-clear]").click(); // the pad itself (`signature.mjs`)
  sign.dispatchEvent(new Event("change"));
}

function button(isFrozen) {
  const freezing = form.querySelector("[formaction]");
  freezing.disabled = isFrozen;
  freezing.textContent = isFrozen ? "现场记录已固定" : "固定现场记录";
}

async function release() {
  for (const photo of await of("photos", inspection)) await amend("photos", photo.key, { inRecord: false });
}

// What was told of the record: it is not frozen, and nothing that was signed on it counts. Returns whether something was.
export async function undone(of_, visit) {
  form = of_;
  inspection = visit;
  const signed = await signature();
  if (signed) await drop("outbox", signed.id);
  await release();
  tell({ type: "changed" });
  clear();
  panel.hidden = true;
  form.hidden = false;
  button(false);
  for (const section of form.querySelectorAll("[data-step]")) section.inert = false;
  return Boolean(signed);
}

// The server has the record: the firm may still be signing. Returns whether the page may go on to the server's own.
export async function arrived(of_, visit) {
  [form, inspection] = [of_, visit];
  if ((await signature())?.state === "waiting") return false; // the server's page is to have it
  if (!panel.isConnected || panel.hidden || sign.hidden || !sign.querySelector(":checked")) return true;
  await showSigned();
  part("reopen").hidden = true;
  return false;
}

async function reopen() {
  const [waiting, signed] = [await step(), await signature()];
  if (!waiting || waiting.tried) {
    part("said").textContent = "这份记录可能已经送到系统：请等有信号，在“现场记录”页重新打开。";
    return part("said").scrollIntoView({ block: "center" });
  }
  const question = signed ? "当事人已经签字。重新打开以后，这个签字作废，改好要请当事人重新签。重新打开？" : "重新打开现场记录？";
  if (!confirm(question)) return;
  // While nothing is being sent: it may have gone while the question stood there.
  const isOpen = await navigator.locks.request(`field-send-${account}`, async () => {
    const now = await step();
    if (!now || now.tried) return false;
    for (const item of await of("outbox", inspection)) if (isForm(item) || item.onRecord) await drop("outbox", item.id);
    return true;
  });
  if (!isOpen) {
    part("said").textContent = "这份记录刚才已经送到系统：请在“现场记录”页重新打开。";
    return part("said").scrollIntoView({ block: "center" });
  }
  await release();
  const draft = await get("drafts", inspection);
  await put("drafts", { ...(draft ?? waiting), inspection, title: waiting.title, values: draft?.values ?? waiting.values, version: waiting.version, after: "" });
  location.reload();
}

function unsound(said) {
  if (!ASKED[said.kind]) return "请选择签字情况。";
  const needed = said.kind === "drawn" ? [...ASKED.drawn, "image"] : ASKED[said.kind];
  return WORDS[needed.find((name) => !record.strip(said[name]))] ?? "";
}

async function register(event) {
  event.preventDefault();
  const said = Object.fromEntries(new FormData(sign));
  const why = unsound(said);
  part("wrong").textContent = why;
  part("wrong").hidden = !why;
  if (why) return;
  const waiting = await step();
  const { digest } = sign.dataset;
  if (waiting && waiting.digest !== digest) { // another page of this phone has frozen it anew
    await show(form, inspection);
    return;
  }
  if (said.kind !== "drawn") said.image = "";
  try {
    await putStep({
      inspection, title: document.querySelector("h1").textContent.trim(), what: "当事人签字", address: sign.getAttribute("action"),
      fields: { ...said, digest }, key: crypto.randomUUID(), onRecord: true, at: new Date().toISOString(),
    });
  } catch (error) {
    part("wrong").textContent = inWords(error);
    part("wrong").hidden = false;
    return;
  }
  await showSigned();
  tell({ type: "changed" });
  tell({ type: "queued" });
}

function begin(waiting) {
  sign.dataset.begun = "";
  // Mostly it is the person who was met.
  Object.assign(sign.dataset, { metName: waiting.values.met_name ?? "", metPost: waiting.values.met_post ?? "" });
  import("./signature.mjs");
  sign.addEventListener("submit", register);
  part("assess").addEventListener("click", () => assess(true));
  part("reopen").addEventListener("click", reopen);
}
