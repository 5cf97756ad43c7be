// Shows, visit by visit and in words, what lies in a hand-over file, before any of it goes into the store.

import { called } from "./handover_rows.mjs";

const words = JSON.parse(document.getElementById("handover-words").textContent);
const CODES = ["digest", "image", "verdict", "target", "choice"]; // of a step: said in its words, or nobody's to read

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export const when = (at) => new Date(at).toLocaleString("zh-CN", { dateStyle: "medium", timeStyle: "short" });

// [[label, text]] of what was typed: texts as they are, and of the many points how many were answered how.
function typed(values) {
  const rows = [];
  const counts = new Map();
  for (const [name, value] of Object.entries(values)) {
    if (!value.trim()) continue;
    const start = Object.keys(words.starts).find((each) => name.startsWith(each));
    const choices = words.choices[start ?? name];
    if (!start) rows.push([words.labels[name] ?? "其他", choices?.[value] ?? value.replace(/^(\d{4}-\d\d-\d\d)T/, "$1 ")]);
    else if (!choices) rows.push([words.starts[start], value]);
    else {
      const chosen = choices[name] ?? choices[value] ?? value;
      const of = counts.get(start) ?? new Map();
      counts.set(start, of.set(chosen, (of.get(chosen) ?? 0) + 1));
    }
  }
  for (const [start, of] of counts) rows.push([words.starts[start], [...of].map(([chosen, number]) => (start === "measure_" ? chosen : `${chosen} ${number} 处`)).join("、")]);
  return rows;
}

function facts(rows) {
  const list = element("dl", "", { class: "facts" });
  for (const [label, text] of rows) {
    const row = element("div");
    const said = element("dd");
    text.split("\n").forEach((line, at) => said.append(...(at ? [element("br")] : []), line));
    row.append(element("dt", label), said);
    list.append(row);
  }
  return list;
}

// What is long is unfolded by who wants to read it.
function folded(title, ...content) {
  const made = element("details");
  made.append(element("summary", title), ...content);
  return made;
}

function step(item) {
  const made = element("li");
  made.append(element("p", `${called(item)}（${when(item.at)}）`));
  if (item.lines) made.append(...item.lines.map((line) => element("p", line)));
  if (item.shown) made.append(folded("看现场记录", ...item.shown.flatMap(([heading, rows]) => [element("p", heading, { class: "note-title" }), facts(rows)])));
  else if (item.values) made.append(folded("看填写的内容", facts(typed(item.values))));
  for (const [name, value] of Object.entries(item.fields ?? {})) {
    if (value && !CODES.includes(name)) made.append(element("p", name === "kind" ? words.choices.kind[value] ?? value : value));
  }
  if (item.fields?.image?.startsWith("data:image/png;base64,")) made.append(element("img", "", { class: "signature", src: item.fields.image, alt: "签字" }));
  return made;
}

function shots(photos) {
  const list = element("ul", "", { class: "shots" });
  for (const photo of photos) {
    const row = element("li", "", { class: "shot" });
    if (photo.thumb) row.append(element("img", "", { src: photo.thumb, alt: "", width: "80", height: "80" }));
    row.append(element("span", [when(photo.taken_at), photo.caption || "没有说明"].join("　")));
    list.append(row);
  }
  return list;
}

function visit(rows, alone) {
  const made = element("section", "", { class: "stack" });
  const [{ inspection }] = [...rows.map(({ row }) => row), ...alone];
  const title = [...rows.map(({ row }) => row), ...alone].find((row) => row.title)?.title;
  const of = (store) => rows.filter((each) => each.store === store).map(({ row }) => row);
  const list = element("ul");
  for (const draft of of("drafts")) {
    const line = element("li");
    line.append(element("p", `填写的内容（${when(draft.at)}）`), folded("看填写的内容", facts(typed(draft.values))));
    list.append(line);
  }
  list.append(...of("outbox").map(step));
  const photos = of("photos");
  if (photos.length) {
    const line = element("li");
    line.append(element("p", `${photos.length} 张照片`), folded("逐张看", shots(photos)));
    list.append(line);
  }
  made.append(element("p", title ? `${title}（第 ${inspection} 号检查）` : `第 ${inspection} 号检查`, { class: "note-title" }));
  if (list.children.length) made.append(list);
  if (!alone.length) return made;
  const again = element("div", "", { class: "stack", "data-again": "" });
  again.append(element("p", "要在这台设备上重新确认，不放进来："));
  for (const item of alone) again.append(element("p", `${item.what}（${when(item.at)}）${item.fields.note ? `：${item.fields.note}` : ""}`));
  const page = element("p");
  page.append(element("a", "打开现场记录", { href: `/inspections/${inspection}/record/` }));
  again.append(page);
  made.append(again);
  return made;
}

// Elements that say what `check` found.
export function listed({ rows, alone, strange }) {
  const visits = new Set([...rows.map(({ row }) => row), ...alone].map((row) => row.inspection).filter(Boolean));
  const made = [...visits].map((inspection) => visit(rows.filter(({ row }) => row.inspection === inspection), alone.filter((row) => row.inspection === inspection)));
  if (strange) made.push(element("p", `另有 ${strange} 项不是检查页面存下的样子，不放进来。请告诉系统管理员，先不要删原来的内容和文件。`, { class: "error" }));
  return made;
}
