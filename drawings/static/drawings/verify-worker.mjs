// Runs verify.mjs off the page's thread, so that the page stays responsive. The page says first {kind: "open", verifier:
// address}, then {kind: "check", url} or {kind: "check", files: [File]}, each with the heads of logs that it remembers, and
// afterwards {kind: "search", text} and {kind: "stand", unit} about the draw that passed. Nothing leaves the browser; nothing
// is fetched but the bundle and the verifier.

const WORD_EVERY = 50; // milliseconds between two words of progress

let verifier = null; // the module
let own = null; // the digest of its file
let checked = null; // the files that were checked last
let draw = null; // those files parsed; made at the first question about a unit

function say(kind, content = {}) {
  postMessage({ kind, ...content });
}

async function open(address) {
  verifier = await import(address);
  try {
    const answer = await fetch(address, { cache: "force-cache" });
    if (answer.ok) own = verifier.sha256Hex(new Uint8Array(await answer.arrayBuffer()));
  } catch {
    own = null; // offline: it runs all the same, only its digest is not compared
  }
}

async function download(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new verifier.Unreadable(`下载失败（${answer.status}）`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function bytesOf(file) {
  if (file.size > verifier.CAPS.total) throw new verifier.Unreadable(`${file.name} 太大`);
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new verifier.Unreadable(`不能读取 ${file.name}。如果拖进来的是文件夹，请改为选中里面的文件一起拖进来`);
  }
}

const isZip = (bytes) => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** One zip, or loose files. A browser that saves a file for the second time calls it "pool (1).tsv". */
async function collect(files) {
  if (files.length === 1) {
    const bytes = await bytesOf(files[0]);
    if (isZip(bytes)) return verifier.readZip(bytes);
  }
  const found = new Map();
  for (const file of files) {
    const name = file.name.replace(/ ?\(\d+\)(?=\.[a-z]+$)/, "");
    if (found.has(name)) throw new verifier.Unreadable(`${name} 有两份`);
    found.set(name, verifier.FILES.includes(name) ? await bytesOf(file) : new Uint8Array(0));
  }
  return found;
}

/**
 * How the log of these files stands to what the page remembers of this bureau's log, [[rows, head], ...] ascending: {bureau,
 * rows, head, last (rows remembered), state: "first", "extends", "shorter" or "broken"}; null without a sound log.
 */
function compareLog(given, remembered) {
  const log = verifier.logHeads?.(given);
  if (!log || log.heads.length === 0) return null;
  const { bureau, heads } = log, known = remembered?.[bureau] ?? [];
  const last = known.length ? known[known.length - 1][0] : 0;
  const broken = known.some(([rows, head]) => rows <= heads.length && heads[rows - 1] !== head);
  const state = broken ? "broken" : known.length === 0 ? "first" : last > heads.length ? "shorter" : "extends";
  return { bureau, rows: heads.length, head: heads[heads.length - 1], last, state };
}

async function check({ url, files, remembered }) {
  checked = draw = null;
  say("progress", { part: 0, what: url ? "下载文件" : "读取文件" });
  const given = url ? await verifier.readZip(await download(url)) : await collect(files);
  if (!verifier.FILES.some((name) => given.has(name))) throw new verifier.Unreadable("这里面没有抽签文件（commit.txt、pool.tsv 等）");
  let last = 0;
  const lines = verifier.check(given, ({ part, what, line }) => {
    const now = performance.now();
    if (!line && now - last < WORD_EVERY) return;
    last = now;
    say("progress", { part, what, line });
  }, own);
  if (lines.every(({ ok }) => ok)) checked = given;
  say("done", { lines, log: compareLog(given, remembered), hasPool: checked !== null && given.has("pool.tsv") });
}

function answer(question) {
  draw ??= verifier.openDraw(checked);
  if (question.kind === "search") say("units", { text: question.text, units: verifier.searchUnits(draw, question.text) });
  else say("stand", { stand: verifier.standOf(draw, question.unit) });
}

// One question after the other: a second file may be dropped while the first is still being checked.
let turn = Promise.resolve();
onmessage = ({ data }) => {
  turn = turn.then(async () => {
    if (data.kind === "open") return open(data.verifier);
    if (data.kind === "check") return verifier ? check(data) : undefined;
    return checked ? answer(data) : undefined;
  }).catch((error) => {
    const reason = verifier ? error?.message ?? String(error) : "复算程序没有加载成功，请刷新页面再试";
    say("unreadable", { reason });
  });
};
