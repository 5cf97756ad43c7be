// The on-site record as the phone writes it where there is no signal: the very text record/1 that the server writes of the
// same entries (PROTOCOL.md, `field/record.py`), what people read of it, and what is missing before it can be frozen. No page,
// no store: `frame` is what the server put into the page (`phone_frame.py`), `values` are the form's fields by name.

const LAST_HAN = 0x3134f; // what came into Unicode later, the protocol's table of names does not have
const DUE = "order"; // the measure that has a day
const SOMEBODY = ["entered", "refused"], OUTSIDE = ["stopped", "nobody", "refused", "gone"], NO_READINGS = ["stopped", "nobody", "gone"];
const TWELVE_HOURS = 12 * 3600_000;

// What Python takes for a space.
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g"), SPACES = new RegExp(`[${SPACE}]+`, "g");
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu;

export const strip = (text) => text.replace(ENDS, "");
const lines = (text) => strip(strip(text).replaceAll("\r\n", "\n"));
const nothingOr = (text) => {
  const kept = text.replace(/\r\n?/g, "\n").replace(UNSEEN, (sign) => (sign === "\n" ? sign : ""));
  return strip(kept) === "-" ? "" : kept;
};
const asName = (text) => strip(text).replace(SPACES, " ").normalize("NFC");
const said = (text) => nothingOr(lines(text ?? ""));
const word = (text) => asName(nothingOr(strip(text ?? "")));
const escaped = (text) => text.replace(/[\\\n\t]/g, (sign) => ({ "\\": "\\\\", "\n": "\\n", "\t": "\\t" })[sign]);

// 045.20 as 45.2; null for what is no plain number, with or without the unit of its limit.
export function decimal(typed, unit) {
  const found = /^([0-9]+)(?:\.([0-9]+))?(.*)$/s.exec(strip(typed.normalize("NFKC")));
  if (!found || found[1].replace(/^0+/, "").length > 8 || (found[2] ?? "").length > 6) return null;
  const plain = (text) => text.normalize("NFKC").replace(SPACES, "").toLowerCase();
  if (plain(found[3]) && plain(found[3]) !== plain(unit)) return null;
  const whole = found[1].replace(/^0+(?=[0-9])/, ""), rest = (found[2] ?? "").replace(/0+$/, "");
  return rest ? `${whole}.${rest}` : whole;
}

// By code points, as the server sorts; JavaScript's own order is by halves of them.
function compare(one, other) {
  const [a, b] = [[...one], [...other]];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) if (a[at] !== b[at]) return a[at].codePointAt(0) - b[at].codePointAt(0);
  return a.length - b.length;
}

const inOrder = (rows) => [...rows].sort((one, other) => {
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return compare(one[at] || "-", other[at] || "-");
  return 0;
});

function ascending(rows) {
  const sorted = inOrder(rows).map((row) => row.map((field) => field || "-"));
  return sorted.filter((row, at) => !at || row.join("\t") !== sorted[at - 1].join("\t"));
}

const OFFSET = 8 * 3600_000; // the time here is UTC+08:00
export const minuteOf = (moment) => `${new Date(moment.getTime() + OFFSET).toISOString().slice(0, 16)}+08:00`;
const typedMinute = (value) => (value ? `${value.slice(0, 16)}+08:00` : "");

const stayedOut = (values) => OUTSIDE.includes(values.entry);
const answered = (values, frame) => Object.entries(frame.points).filter(([pk]) => values[`verdict_${pk}`]);

// What the server has of the same picture, which somebody else had sent before the page came: {caption, point, taken_at}; null
// where it has none, or has this very photo, whose caption may have been changed here since.
export function twin(photo, frame) {
  const there = frame.evidence.find(([digest]) => digest === photo.digest);
  if (!there || photo.state === "copy") return null;
  const [, , taken, key, caption] = there;
  if (taken === minuteOf(new Date(photo.taken_at)) && key === (frame.points[photo.point]?.[0] ?? "")) return null;
  const [point] = Object.entries(frame.points).find(([, [name]]) => name === key) ?? [""];
  return { caption, point, taken_at: `${taken.slice(0, 16)}:00${taken.slice(16)}` };
}

// The rows of each list: what the text and the page are both made of.
function parts(values, frame, photos) {
  const met = [word(values.met_name), word(values.met_post)];
  const known = new Map(frame.evidence.map((row) => [row[0], row]));
  for (const photo of photos) {
    known.set(photo.digest, [photo.digest, "photo", minuteOf(new Date(photo.taken_at)), frame.points[photo.point]?.[0] ?? "", strip(photo.caption ?? "")]);
  }
  return {
    met: met.some(Boolean) ? [met] : [],
    point: answered(values, frame).map(([pk, [key]]) => [key, values[`verdict_${pk}`], said(values[`note_${pk}`])]),
    facility: Object.entries(frame.facilities).filter(([key]) => values[`facility_${key}`]).map(([key, [code]]) => [code, values[`facility_${key}`]]),
    reading: Object.entries(frame.readings).filter(([key]) => strip(values[`reading_${key}`] ?? "")).map(([key, { row }]) => [row[0], row[1], decimal(values[`reading_${key}`], row[2]), row[2], row[3]]),
    measure: Object.keys(frame.measures).filter((kind) => values[`measure_${kind}`]).map((kind) => [kind, kind === DUE ? values[`due_${kind}`] : ""]),
    evidence: [...known.values()].map((row) => [...row.slice(0, 4), nothingOr(row[4])]),
  };
}

// The text record/1. Photos: of this visit, with their digests, that the record is to name beside those of the frame.
export function write(values, frame, photos, nonce) {
  const all = parts(values, frame, photos);
  const many = (name, rows) => ascending(rows).map((row) => [name, ...row]);
  const rows = [
    ["draw", frame.draw], ["unit", frame.unit], ["name", frame.name], ["nonce", nonce],
    ...many("team", frame.team),
    ["visited", typedMinute(values.visited_at)], ["entry", values.entry], ["shown", typedMinute(values.shown_at) || "-"], ["notice", values.notice_given ? "given" : "not"],
    ...many("met", all.met),
    ...many("checklist", frame.checklists.map(([code, number]) => [code, String(number)])),
    ...many("point", all.point.map(([key, verdict, note]) => [key, verdict, escaped(note)])),
    ...many("facility", all.facility), ...many("reading", all.reading), ...many("measure", all.measure),
    ...many("evidence", all.evidence.map((row) => [...row.slice(0, 4), escaped(row[4])])),
    ["remark", escaped(said(values.remark)) || "-"], ["statement", escaped(said(values.statement)) || "-"],
  ];
  return `record/1\n${rows.map((row) => `${row.join("\t")}\n`).join("")}`;
}

export async function digestOf(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const freshNonce = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function shownMinute(value) {
  const [, year, month, day, time] = /^(\d+)-0?(\d+)-0?(\d+)T(\d\d:\d\d)/.exec(value ?? "") ?? [];
  return time ? `${year}年${month}月${day}日 ${time}` : "—";
}

// What people read before they sign, as the page of the record shows it: [[heading, [[what it is, what was found]]]].
export function groups(values, frame, photos) {
  const all = Object.fromEntries(Object.entries(parts(values, frame, photos)).map(([name, rows]) => [name, inOrder(rows)]));
  const names = Object.fromEntries(Object.values(frame.points).map(([key, name]) => [key, name]));
  const people = inOrder(frame.team.map(([number, role], at) => [number, role, frame.officers[at]]));
  const team = people.map(([number, role, name]) => `${name}${role === "lead" ? "（组长）" : ""} 执法证号 ${number}`);
  const place = Object.keys(names); // the order of the form, not of the text
  const looked = [...all.point].sort(([a], [b]) => place.indexOf(a) - place.indexOf(b));
  const words = looked.filter(([, verdict, note]) => note || verdict === "fail").map(([key, verdict, note]) => [names[key], frame.verdicts[verdict] + (note ? `：${note}` : "")]);
  for (const verdict of ["pass", "absent"]) {
    const alike = looked.filter(([, found, note]) => found === verdict && !note).map(([key]) => names[key]);
    if (alike.length) words.push([`${frame.verdicts[verdict]} ${alike.length} 项`, alike.join("、")]);
  }
  const found = [
    ["到场", [
      ["单位", frame.name], ["检查人员", team.join("\n")], ["检查时间", shownMinute(values.visited_at)], ["进入情况", frame.entries[values.entry]],
      ["现场负责人", all.met.flat().filter(Boolean).join("，") || "—"], ["亮证告知", shownMinute(values.shown_at)], ["检查通知书", values.notice_given ? "已送达" : "没有送达"],
    ]],
    ["检查项目", words],
    ["治理设施", all.facility.map(([code, state]) => [code, state === "on" ? "运行" : "停运"])],
    ["现场读数", all.reading.map(([outlet, pollutant, value, unit, limit]) => [`${outlet} ${pollutant}`, strip(`${value} ${unit}`) + (limit ? `（限值 ${strip(`${limit} ${unit}`)}）` : "")])],
    ["现场措施", all.measure.map(([kind, due]) => [frame.measures[kind], due ? `${due} 前改正` : "采取"])],
    ["现场证据", all.evidence.map(([digest, kind, taken, point, caption]) => [`${kind === "photo" ? "照片" : "PDF"} ${digest.slice(0, 8)}`, [shownMinute(taken), names[point] ?? "", caption].filter(Boolean).join(" ")])],
    ["现场情况和陈述申辩", [["现场情况", said(values.remark) || "没有"], ["当事人陈述申辩", said(values.statement) || "没有"]]],
  ];
  return found.filter(([, rows]) => rows.length);
}

// --- what is missing or wrong: the server asks the same when the record is sent, and by then nobody could mend it ---
function arrivalGaps(values) {
  const entry = values.entry;
  if (!entry) return { entry: "请选择进入情况。" };
  const found = {};
  const [name, post] = [strip(values.met_name ?? ""), strip(values.met_post ?? "")];
  const remark = strip(values.remark ?? "");
  for (const each of ["met_name", "met_post"]) {
    const odd = [...(values[each] ?? "")].find((sign) => /[\p{Extended_Pictographic}]/u.test(sign) || sign.codePointAt(0) > LAST_HAN);
    if (odd) found[each] = `“${odd}”写不进记录：请去掉，或者换成同音字，在“现场情况”里说明。`;
  }
  if (entry === "entered" && !name) found.met_name = "请填现场负责人的姓名。";
  if (entry === "refused" && !name && !post) found.met_name = "请填拒绝进入的人的姓名；不肯说的，在“职务”里写他的身份，如“门卫”。";
  if (SOMEBODY.includes(entry) && !values.shown_at) found.shown_at = "请填亮证告知的时间。";
  if (SOMEBODY.includes(entry) && !values.notice_given && !remark) found.remark = "没有送达检查通知书的，请在这里写明原因；送达了的，请在上面勾选。";
  if (OUTSIDE.includes(entry) && !remark) found.remark = "没有进厂的，请写明看到的情况和依据。";
  return found;
}

// `now`: a moment by the server's clock, as far as the page knows it.
function timeFaults(values, frame, now) {
  const found = {};
  const moment = (value) => new Date(`${value.slice(0, 16)}:00+08:00`);
  if (!values.visited_at) return { visited_at: "请填检查时间。" };
  const visited = moment(values.visited_at);
  if (visited > now) found.visited_at = "检查时间还没有到。手机的时间可能不准，请核对后再填。";
  else if (visited < moment(frame.published)) found.visited_at = `检查时间早于抽签结果公布的时间（${shownMinute(frame.published)}）。`;
  if (!values.shown_at) return found;
  const shown = moment(values.shown_at);
  if (shown > now) found.shown_at = "亮证告知的时间还没有到。手机的时间可能不准，请核对后再填。";
  else if (Math.abs(shown - visited) > TWELVE_HOURS) found.shown_at = "亮证告知的时间和检查时间相差太远，请改正其中一个。";
  return found;
}

function rowFaults(values, frame) {
  const found = {}, out = stayedOut(values);
  for (const [pk, [, name]] of Object.entries(frame.points)) {
    const verdict = values[`verdict_${pk}`];
    if (!verdict && !out) found[`verdict_${pk}`] = `${name}：请选择结果。`;
    if (verdict === "fail" && !strip(values[`note_${pk}`] ?? "")) found[`note_${pk}`] = `${name}：不符合，请写明发现了什么。`;
    if (verdict === "pass" && out) found[`verdict_${pk}`] = `${name}：没有进厂，不能填“符合”。`;
  }
  for (const [key, [, name]] of Object.entries(frame.facilities)) {
    if (!values[`facility_${key}`] && !out) found[`facility_${key}`] = `治理设施 ${name}：请选“运行”或“停运”。`;
  }
  for (const [key, { row, ends }] of Object.entries(frame.readings)) {
    const typed = strip(values[`reading_${key}`] ?? "");
    if (!typed) continue;
    const value = decimal(typed, row[2]);
    if (value === null) found[`reading_${key}`] = `${row[0]} ${row[1]}：请只填一个数：数字和小数点，如 45.2。`;
    else if (ends && (Number(value) < Number(ends[0]) || (ends[1] && Number(value) > Number(ends[1])))) found[`reading_${key}`] = `${row[0]} ${row[1]}：${ends[2]}`;
    else if (NO_READINGS.includes(values.entry)) found[`reading_${key}`] = `${row[0]} ${row[1]}：没有人在场，没有读数，请清掉。`;
  }
  return found;
}

function dueFaults(values) {
  if (!values[`measure_${DUE}`]) return {};
  const due = values[`due_${DUE}`];
  if (!due) return { [`due_${DUE}`]: "责令改正，请填改正期限。" };
  if (values.visited_at && due <= values.visited_at.slice(0, 10)) return { [`due_${DUE}`]: `改正期限 ${due} 不在检查日之后，请改正其中一个。` };
  return {};
}

// {name of the field: what is wrong with it}; empty where the record can be frozen.
export const faults = (values, frame, now) => ({ ...timeFaults(values, frame, now), ...rowFaults(values, frame), ...dueFaults(values), ...arrivalGaps(values) });
