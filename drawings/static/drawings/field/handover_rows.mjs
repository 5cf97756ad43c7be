// What may come out of a hand-over file into the store: rows as our own pages write them, field by field, with addresses made
// anew from this table, and nothing else. What a person must say himself is not among them. Knows neither pages nor the store.

// What is posted for a visit, below its address, and what it is called; `alone`: the person's own word, which no file can say.
const FORMS = { save: { "edit/": "保存" }, submit: { "submit/": "提交", "freeze/": "固定现场记录" } };
const STEPS = [
  { below: /^record\/sign\/$/, words: "登记当事人签字" },
  { below: /^record\/reopen\/$/, words: "重新打开现场记录" },
  { below: /^record\/supplement\/$/, words: "写补正" },
  { below: /^record\/cosign\/$/, words: "确认现场记录", alone: true },
  { below: /^record\/supplement\/[1-9]\d{0,9}\/$/, words: "确认补正", alone: true },
];
const KEY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PICTURE = /^data:image\/(jpeg|png);base64,[A-Za-z0-9+/]*=*$/;

class Foreign extends Error {} // no page of ours writes such a row

function must(held) {
  if (!held) throw new Foreign();
}

const text = (value = "") => { must(typeof value === "string"); return value; };
const texts = (value) => { must(value && typeof value === "object" && !Array.isArray(value)); return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, text(each)])); };
const list = (value, of) => { must(Array.isArray(value)); return value.map(of); };
const moment = (value) => { must(!Number.isNaN(Date.parse(text(value)))); return value; };
const key = (value) => { must(KEY.test(text(value))); return value; };
const picture = (value) => (PICTURE.test(text(value)) ? value : "");
const visit = (value) => { must(Number.isSafeInteger(value) && value > 0); return value; };
const number = (value) => { must(Number.isFinite(value)); return value; };
const blob = (value, isPicture) => { must(!isPicture || value instanceof Blob); return value; };

// What of an address stands below its visit.
function below(address, inspection) {
  const start = `/inspections/${inspection}/`;
  must(text(address).startsWith(start));
  return address.slice(start.length);
}

// Every row goes out anew: what the server has told the other device is asked again.
const start = (row) => ({ inspection: visit(row.inspection), title: text(row.title) });
const typed = (row) => ({ ...start(row), token: text(row.token), after: text(row.after), version: text(row.version), at: moment(row.at), values: texts(row.values) });
const waiting = (row) => ({ state: "waiting", tried: Boolean(row.tried), told: null });

function ofForm(row) {
  const to = below(row.address, row.inspection);
  must(Object.hasOwn(FORMS[row.kind], to));
  const made = { ...typed(row), ...waiting(row), kind: row.kind, address: `/inspections/${row.inspection}/${to}` };
  if (row.record === undefined) return made;
  must(to === "freeze/");
  const shown = list(row.shown, ([heading, rows]) => [text(heading), list(rows, ([label, value]) => [text(label), text(value)])]);
  return { ...made, what: "现场记录", record: text(row.record), digest: text(row.digest), shown };
}

const stepOf = (row) => {
  const to = below(row.address, row.inspection);
  const found = STEPS.find((each) => each.below.test(to));
  must(found);
  return { ...found, address: `/inspections/${row.inspection}/${to}` };
};

function ofRecord(row) {
  const { address, words } = stepOf(row);
  const what = text(row.what);
  const made = { ...start(row), ...waiting(row), kind: "step", key: key(row.key), at: moment(row.at), what: what.startsWith(words) || row.onRecord ? what : words, address, fields: texts(row.fields) };
  return row.onRecord ? { ...made, what: "当事人签字", onRecord: true } : made;
}

const late = (row) => ({
  ...start(row), kind: "late", token: text(row.token), what: "现场记录固定以前写的", lines: list(row.lines, text), record_page: `/inspections/${row.inspection}/record/`,
  at: moment(row.at), tried: false, state: "refused", told: { error: `${row.lines.length} 处没有写进现场记录，请打开看` },
});

// A photo that was refused is sent once more, as by its button.
function photo(row) {
  must(below(row.address, row.inspection) === "evidence/" && ["making", "local", "copy", "done", "wrong"].includes(row.state));
  const { latitude, longitude, accuracy } = row.place ?? {};
  const made = {
    ...start(row), key: key(row.key), address: `/inspections/${row.inspection}/evidence/`, point: text(row.point), caption: text(row.caption), taken_at: moment(row.taken_at),
    place: row.place ? { latitude: number(latitude), longitude: number(longitude), accuracy: number(accuracy) } : null, name: text(row.name), size: number(row.size),
    digest: text(row.digest), thumb: picture(row.thumb), whole: Boolean(row.whole), at: number(row.at), asked: Boolean(row.asked), told: null, from: text(row.from),
    state: row.state === "wrong" ? (row.digest ? "local" : "making") : row.state,
  };
  if (row.sent !== undefined && row.sent !== null) made.sent = text(row.sent);
  if (row.remote) made.remote = key(row.remote);
  if (row.inRecord) made.inRecord = true;
  return made;
}

const files = (row, pictures) => ({ key: key(row.key), original: blob(row.original, pictures), copy: row.copy === null ? null : blob(row.copy, pictures) });

function made(store, row, pictures) {
  if (store === "drafts") return typed(row);
  if (store === "photos") return photo(row);
  if (store === "files") return files(row, pictures);
  must(store === "outbox");
  if (Object.hasOwn(FORMS, row.kind)) return ofForm(row);
  if (row.kind === "late") return late(row);
  must(row.kind === "step");
  return ofRecord(row);
}

// Return {row, alone}: the row as it may stand in the store, without a number of its own, and whether the person has to say it himself, on
// this device; null for what no page of ours writes. `pictures`: whether the blobs were read.
export function judge(store, row, { pictures = true } = {}) {
  try {
    const alone = store === "outbox" && row.kind === "step" && Boolean(stepOf(row).alone);
    return { row: made(store, row, pictures), alone };
  } catch (error) {
    if (error instanceof Foreign || error instanceof TypeError) return null;
    throw error;
  }
}

// What a row of the outbox is called.
export const called = (item) => item.what ?? FORMS[item.kind][item.address.split("/").at(-2) + "/"];
