// What was typed on this phone about the site before somebody else froze the record of it: it has no place in the form any more,
// is told in words, beside the frozen ones, and stays until it is deleted. A mistake in the record is put right by a supplement.

import { drop, of, put, tell } from "./store.mjs";

const same = (typed, frozen) => typed === frozen || (typed && frozen && Number(typed) === Number(frozen));
const clean = (text) => String(text).replace(/\r\n/g, "\n").trim();

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// Take out of a draft what is frozen, and keep what differs as an item of the outbox, which is never sent. `frozen` is
// {fields: {name: [label, value]}, words: {value: in words}} as the page has it. Return the draft as it is now; null where
// nothing else was typed.
export async function takeOut(inspection, draft, frozen, { title, record }) {
  const there = Object.keys(draft.values).filter((name) => frozen.fields[name]);
  if (!there.length) return draft;
  const read = (text) => frozen.words[text] ?? text;
  const lines = [];
  for (const name of there) {
    const [label, value] = frozen.fields[name];
    const typed = clean(draft.values[name]);
    if (typed && !same(typed, value)) lines.push(`${label}：${read(typed)}（记录里：${read(value) || "空白"}）`);
  }
  const items = await of("outbox", inspection);
  if (lines.length && !items.some((item) => item.kind === "late" && item.token === draft.token)) {
    await put("outbox", {
      inspection, title, kind: "late", token: draft.token, what: "现场记录固定以前写的", lines, record_page: record, at: draft.at,
      tried: false, state: "refused", told: { error: `${lines.length} 处没有写进现场记录，请打开看` },
    });
  }
  const values = Object.fromEntries(Object.entries(draft.values).filter(([name]) => !frozen.fields[name]));
  await put("drafts", { ...draft, values });
  return { ...draft, values };
}

function note(item) {
  const made = element("div", "", { class: "note note--warn", "data-late": "", role: "status" });
  const at = new Date(item.at).toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
  const list = element("ul");
  list.append(...item.lines.map((line) => element("li", line)));
  const away = element("button", "看过了，从手机上删掉", { type: "button", class: "btn btn--quiet" });
  away.addEventListener("click", async () => {
    if (!confirm("从手机上删掉这些内容？它们没有写进现场记录，删掉就没有了。")) return;
    await drop("outbox", item.id);
    made.remove();
    tell({ type: "changed" });
  });
  made.append(element("p", "现场记录已经固定，这台手机上写的没有写进去", { class: "note-title" }), element("p", `${at} 存在这台设备上，和记录不同的有 ${item.lines.length} 处：`), list);
  const what = element("p", "记录有错的，请在");
  what.append(element("a", "现场记录", { href: `${item.record_page}#supplements` }), "页写补正。");
  made.append(what, away);
  return made;
}

// Show what is kept of this inspection, after an element of the page.
export async function show(inspection, place) {
  for (const old of document.querySelectorAll("[data-late]")) old.remove();
  for (const item of await of("outbox", inspection)) if (item.kind === "late") place.after(note(item));
}
