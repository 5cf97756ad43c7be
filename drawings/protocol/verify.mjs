// Recomputes a draw of the protocol draw/2 from its published files and compares, in a browser or in node (20 or newer):
//
//     node verify.mjs PATH                   PATH: a folder or a bundle's zip; exit status 0, 1 (a check fails), 2 (unreadable)
//     node verify.mjs --extends FILE PATH    besides: log.tsv extends FILE, an earlier log, chain value or checkpoint
//     node verify.mjs --result PATH          only compute, and write result.tsv to standard output
//     node verify.mjs --substitutes PATH     the same for substitutes.tsv: its declarations are read, the outcomes computed
//
// A draw that is not finished is checked as far as it goes. Plain JavaScript, no library, no network. Written from the
// protocol's text apart from verify.py, so that the two agree because both are right. In a page: check(files, onProgress),
// compute(files), computeSubstitutes(files), readZip(bytes), openDraw(files), searchUnits, standOf, logHeads.

const COMMIT = "commit.txt", POOL = "pool.tsv", OFFICERS = "officers.tsv", REGISTERS = "registers.tsv", NAMES = "names.tsv";
const SALT = "salt.txt", ENTROPY = "entropy.txt", RESULT = "result.tsv", SUBSTITUTES = "substitutes.tsv", LOG = "log.tsv";
const FINDINGS = "findings.txt", TEXTS = "texts.tsv";
const PROGRAMS = ["verify.py", "verify.mjs"];
export const FILES = [COMMIT, POOL, OFFICERS, REGISTERS, NAMES, SALT, ENTROPY, RESULT, SUBSTITUTES, FINDINGS, TEXTS, LOG, ...PROGRAMS];

// Sizes within reason: the nation's 3.6 million units take 450 MB, and a JavaScript string ends at 512 million characters.
export const CAPS = { file: 480 * 2 ** 20, total: 1400 * 2 ** 20, entries: 1000 };
const OFFER_EVERY = 4096; // units between two words of progress

/** A file breaks a rule: the draw is refused. */
export class Invalid extends Error {}
/** The files cannot be read at all. */
export class Unreadable extends Error {}
/** The draw is one of draw/1: none of what follows means anything for it. */
class OtherProtocol extends Invalid {}
class Caution extends Error {}
class Skipped extends Error {}

function want(holds, reason) {
  if (!holds) throw new Invalid(reason);
}

/** A stranger's text inside a message: short, on one line. */
function shown(text) {
  const characters = Array.from(text.slice(0, 90));
  const cut = characters.length > 40 ? `${characters.slice(0, 40).join("")}…` : characters.join("");
  return `“${cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?")}”`;
}

/** Some of a long list, inside a message. */
const some = (items, mark = "、") => items.slice(0, 5).join(mark) + (items.length > 5 ? ` 等 ${items.length} 项` : "");

// ---- SHA-256 (FIPS 180-4) ----

const ROUND = new Int32Array(64), START = new Int32Array(8);
{
  // The constants are the fractions of the cube and square roots of the first primes.
  const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
  let found = 0;
  for (let n = 2; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(n));
    ROUND[found++] = fraction(Math.cbrt(n));
  }
}
const W = new Int32Array(64); // the block at work
const S = new Int32Array(8); // the state at work; holds the digest's eight words afterwards

function compress() {
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15], y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let a = S[0], b = S[1], c = S[2], d = S[3], e = S[4], f = S[5], g = S[6], h = S[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + (g ^ (e & (f ^ g))) + ROUND[i] + W[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) | (c & (a | b)))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  S[0] += a; S[1] += b; S[2] += c; S[3] += d; S[4] += e; S[5] += f; S[6] += g; S[7] += h;
}

/** Hash the last `left` < 64 bytes, which stand in W with zeros behind them, and the padding; length counts all bytes. */
function finish(left, length) {
  W[left >> 2] |= 0x80 << (24 - 8 * (left & 3));
  if (left > 55) {
    compress();
    W.fill(0, 0, 16);
  }
  W[14] = Math.floor(length / 2 ** 29);
  W[15] = length << 3;
  compress();
}

function hashBytes(bytes, progress) {
  const whole = bytes.length - (bytes.length % 64);
  S.set(START);
  for (let at = 0; at < whole; at += 64) {
    for (let i = 0, j = at; i < 16; i++, j += 4) {
      W[i] = (bytes[j] << 24) | (bytes[j + 1] << 16) | (bytes[j + 2] << 8) | bytes[j + 3];
    }
    compress();
    if (progress && at % (2 ** 20) === 0) progress(at / whole);
  }
  W.fill(0, 0, 16);
  for (let at = whole; at < bytes.length; at++) W[(at - whole) >> 2] |= bytes[at] << (24 - 8 * (at & 3));
  finish(bytes.length - whole, bytes.length);
}

/** The state after a key of 64 ASCII characters, exactly one block: a million tickets begin with it. */
function stateOf(key) {
  S.set(START);
  W.fill(0, 0, 16);
  for (let at = 0; at < 64; at++) W[at >> 2] |= key.charCodeAt(at) << (24 - 8 * (at & 3));
  compress();
  return S.slice();
}

/** Leave H(key + text) in S; text is ASCII. */
function hashAfter(state, text) {
  S.set(state);
  const length = text.length;
  let at = 0;
  for (; length - at >= 64; at += 64) {
    W.fill(0, 0, 16);
    for (let i = 0; i < 64; i++) W[i >> 2] |= text.charCodeAt(at + i) << (24 - 8 * (i & 3));
    compress();
  }
  W.fill(0, 0, 16);
  for (let i = 0; at + i < length; i++) W[i >> 2] |= text.charCodeAt(at + i) << (24 - 8 * (i & 3));
  finish(length - at, 64 + length);
}

const DIGITS = Array.from({ length: 65536 }, (_, n) => n.toString(16).padStart(4, "0"));

function hex(words, at = 0) {
  let text = "";
  for (let i = at; i < at + 8; i++) text += DIGITS[words[i] >>> 16] + DIGITS[words[i] & 65535];
  return text;
}

/** The first 52 bits of the digest in S as a number: a double holds it with one bit to spare. */
const first52 = () => (S[0] >>> 0) * 2 ** 20 + (S[1] >>> 12);

/** H(x): SHA-256 as 64 lower-case hexadecimal digits, of a text's UTF-8 bytes or of the bytes themselves. */
export function sha256Hex(textOrBytes) {
  hashBytes(typeof textOrBytes === "string" ? new TextEncoder().encode(textOrBytes) : textOrBytes);
  return hex(S);
}
const H = sha256Hex;

/** Whether the arithmetic above works in this browser: published digests, several blocks, a million characters. */
export function selfTest() {
  const known = [
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    [
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
    ],
    ["a".repeat(1e6), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ];
  const key = "0123456789abcdef".repeat(4);
  const state = stateOf(key);
  const keyed = [0, 1, 55, 56, 63, 64, 65, 119, 120, 128].every((length) => {
    hashAfter(state, "u".repeat(length));
    return hex(S) === H(key + "u".repeat(length));
  });
  return keyed && known.every(([text, digest]) => H(text) === digest);
}
let tested = null;

// ---- Forms: ids, counts, digests, names, dates, times ----

const HEX64 = /^[0-9a-f]{64}$/, HEX32 = /^[0-9a-f]{32}$/;
const COUNT = /^(?:0|[1-9][0-9]{0,8})$/;
const ID = /^[0-9A-Za-z_-]{1,55}$/;
const DATE = /^2[0-9]{3}-[0-9]{2}-[0-9]{2}$/;
const TIME = /^(2\d{3})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)([+-])(0\d|1[0-4]):([0-5]\d)$/;

// The characters of a name: those on which the Unicode tables of all verifiers agree.
const CHARACTERS = `20-7E A1-AC AE-24F 370-377 37A-37F 384-38A 38C 38E-3A1 3A3-52F 2010-2027 2030-205E 2070-2071 2074-208E
  20A0-20BF 2100-218B 2190-23FF 2460-24FF 2500-27BF 3001-303F 3041-3096 3099-30FF 3105-312F 31A0-31BF 31F0-31FF 3220-33FF
  3400-4DBF 4E00-9FFC FF01-FF9F FFE0-FFE6 20000-2A6DD 2A700-2B734 2B740-2B81D 2B820-2CEA1 2CEB0-2EBE0 30000-3134A`;
const CLASS = CHARACTERS.trim().split(/\s+/).map((range) => range.split("-").map((end) => `\\u{${end}}`).join("-")).join("");
const NAME = new RegExp(`^[${CLASS}]{1,200}$`, "u"); // with the flag u, 200 characters and not 200 halves of them
const FOREIGN = new RegExp(`[^${CLASS}]`, "u");

const isId = (text) => ID.test(text) && text !== "-";

/** What is wrong with a name, or ""; `what` is what it is the name of. */
function nameFault(text, what = "名称") {
  const hasSpaces = text.startsWith(" ") || text.endsWith(" ") || text.includes("  ");
  if (NAME.test(text) && !hasSpaces && text.normalize("NFC") === text) return "";
  if (text === "") return `${what}是空的`;
  const foreign = FOREIGN.exec(text);
  if (foreign) {
    const code = foreign[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    return `${what} ${shown(text)} 里的字符 U+${code} 不在可用的字符之内`;
  }
  if (!NAME.test(text)) return `${what} ${shown(text)} 超过 200 个字`;
  if (!hasSpaces) return `${what} ${shown(text)} 不是 NFC 写法`;
  return text.trim() === text ? `${what} ${shown(text)} 里有两个连着的空格` : `${what} ${shown(text)} 的首尾有空格`;
}

/** The ids of a list inside a field, or null. */
function listOf(field) {
  if (field === "-") return [];
  const ids = field.split(",");
  for (let i = 0; i < ids.length; i++) {
    if (!isId(ids[i]) || (i > 0 && ids[i - 1] >= ids[i])) return null;
  }
  return ids;
}

/** Seconds since 1970 of a time with its offset, or null. Date is of no use here: it forgives 30 February. */
function instant(text) {
  const match = TIME.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const offset = (match[7] === "-" ? -1 : 1) * (Number(match[8]) * 60 + Number(match[9]));
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const longest = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  if (!longest || day < 1 || day > longest) return null;
  const shifted = month > 2 ? year : year - 1; // years that begin in March, so that the leap day comes last
  const days = 365 * shifted + Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const inYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return (days + inYear - 719468) * 86400 + hour * 3600 + (minute - offset) * 60 + second;
}

/** A time as people say it, on China's clock whatever its own offset is; with its seconds unless they are none. */
function spoken(time) {
  const china = new Date((instant(time) + 8 * 3600) * 1000).toISOString();
  return `北京时间 ${china.slice(0, 10)} ${china.slice(11, 19).replace(/:00$/, "")}`;
}

const isDate = (text) => DATE.test(text) && instant(`${text}T00:00:00+00:00`) !== null;

// ---- Files: bytes to text to rows ----

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();

function bytesOf(files, name) {
  want(files.has(name), `${name}：没有这个文件`);
  const bytes = files.get(name);
  want(bytes.length <= CAPS.file, `${name}：文件太大，超过 ${CAPS.file} 字节`);
  return bytes;
}

function textOf(files, name) {
  const bytes = bytesOf(files, name);
  let text;
  try {
    text = DECODER.decode(bytes);
  } catch {
    throw new Invalid(`${name} 第 ${brokenLine(bytes)} 行：不是 UTF-8 编码`);
  }
  want(text !== "", `${name}：是空文件`);
  want(text[0] !== "\ufeff", `${name} 第 1 行：开头有字节顺序标记（BOM）`);
  want(text.endsWith("\n"), `${name}：最后一行没有以换行结束`);
  const cr = text.indexOf("\r");
  if (cr >= 0) throw new Invalid(`${name} 第 ${text.slice(0, cr).split("\n").length} 行：有回车符（CR）`);
  return text;
}

/** The line of the first byte that is no UTF-8: a LF is never part of a longer character. */
function brokenLine(bytes) {
  for (let line = 1, from = 0; ; line++) {
    const end = bytes.indexOf(10, from);
    try {
      DECODER.decode(bytes.subarray(from, end < 0 ? bytes.length : end));
    } catch {
      return line;
    }
    if (end < 0) return line;
    from = end + 1;
  }
}

/** The words of a line, parted by exactly one space, the first of them `kind`; null where it is another line. */
function wordsOf(line, kind, count) {
  const words = line === undefined ? [] : line.split(" ");
  return words[0] === kind && words.length === count && !words.includes("") ? words.slice(1) : null;
}

/** The draw that a file says it is of; `commit` may be null where it could not be read. */
function checkDraw(file, draw, kind, commit) {
  want(draw && isId(draw), `${file} 第 1 行：应为“${kind} 抽签编号”`);
  want(!commit || draw === commit.draw, `${file} 第 1 行：抽签编号是 ${draw}，承诺文件是 ${commit?.draw}`);
}

/**
 * Read a table: its first line `<kind> <draw>`, then each row's fields: `form` says what is wrong with those that make its
 * key, `key` is what must ascend (by byte: it is ASCII), `read` takes the row in or says what is wrong. Gives {draw, rows}.
 */
function readTable(file, text, { kind, width, form, key, read, commit = null, progress }) {
  let from = text.indexOf("\n") + 1;
  const [draw] = wordsOf(text.slice(0, from - 1), kind, 2) ?? [];
  checkDraw(file, draw, kind, commit);
  let last = "", rows = 0;
  while (from < text.length) {
    const end = text.indexOf("\n", from);
    const fields = text.slice(from, end).split("\t");
    from = end + 1;
    rows += 1;
    const next = key(fields);
    const fault = fields.length !== width ? `应有 ${width} 栏，实有 ${fields.length} 栏` : form(fields) || orderFault(last, next) || read(fields);
    if (fault) throw new Invalid(`${file} 第 ${rows + 1} 行：${fault}`);
    last = next;
    if (rows % OFFER_EVERY === 0) progress?.(from / text.length);
  }
  return { draw, rows };
}

function orderFault(last, key) {
  if (key > last) return "";
  const words = key.replace("\t", " ");
  return key === last ? `${words} 出现了两次` : `${words} 没有从小到大排列`;
}

const idFault = (what, text) => (isId(text) ? "" : `${what} ${shown(text)} 不合格式`);
const digestFault = (text) => (HEX64.test(text) ? "" : `名称指纹 ${shown(text)} 不合格式（应为 64 位小写十六进制）`);

// ---- pool.tsv ----

const STANDINGS = ["in", "again", "capped", "stopped", "exempt"];
const AGAIN = 1, CAPPED = 2;

/** Columns side by side, since a million objects are slow; classes and specialities as positions in lists of their ids. */
function parsePool(text, commit, progress) {
  const pool = { unit: [], stratum: [], speciality: [], standing: [], recused: [], digest: [], strata: [], specialities: [] };
  const numberIn = (list) => {
    const numbers = new Map();
    return (id) => {
      let number = numbers.get(id);
      if (number === undefined && isId(id)) {
        number = list.push(id) - 1;
        numbers.set(id, number);
      }
      return number;
    };
  };
  const stratumNumber = numberIn(pool.strata), specialityNumber = numberIn(pool.specialities);
  const declared = commit && new Set(commit.strata.map(({ code }) => code));
  const read = ([unit, stratum, speciality, standing, recused, digest]) => {
    const s = stratumNumber(stratum), f = specialityNumber(speciality), state = STANDINGS.indexOf(standing);
    if (s === undefined) return `类别 ${shown(stratum)} 不合格式`;
    if (declared && !declared.has(stratum)) return `类别 ${stratum} 没有写在承诺文件里`;
    if (f === undefined) return `专业 ${shown(speciality)} 不合格式`;
    if (state < 0) return `状态 ${shown(standing)} 不是 ${STANDINGS.join("、")} 之一`;
    const list = recused === "-" ? null : listOf(recused);
    if (recused !== "-" && !list) return `回避人员 ${shown(recused)} 不合格式（应从小到大，以逗号分隔，没有时写“-”）`;
    pool.unit.push(unit);
    pool.stratum.push(s);
    pool.speciality.push(f);
    pool.standing.push(state);
    pool.recused.push(list);
    pool.digest.push(digest);
    return digestFault(digest);
  };
  const form = ([unit]) => idFault("编号", unit), key = ([unit]) => unit;
  return { ...pool, ...readTable(POOL, text, { kind: "pool/2", width: 6, form, key, read, commit, progress }) };
}

/** The position of a unit, or -1. */
function rowOf(pool, unit) {
  const row = lowerBound(pool.unit, unit);
  return pool.unit[row] === unit ? row : -1;
}

// ---- officers.tsv ----

function parseOfficers(text, commit) {
  const roster = [];
  const declared = commit && new Set(commit.teams.map(({ department }) => department));
  const read = ([officer, department, specialities, load, digest]) => {
    const list = listOf(specialities);
    if (!isId(department)) return `部门 ${shown(department)} 不合格式`;
    if (declared && !declared.has(department)) return `部门 ${department} 没有写在承诺文件里`;
    if (!list) return `专业 ${shown(specialities)} 不合格式`;
    if (!COUNT.test(load)) return `已有任务数 ${shown(load)} 不合格式`;
    roster.push({ officer, department, specialities: list, load: Number(load), digest });
    return digestFault(digest);
  };
  const form = ([officer]) => idFault("编号", officer), key = ([officer]) => officer;
  return { roster, ...readTable(OFFICERS, text, { kind: "officers/2", width: 5, form, key, read, commit }) };
}

// ---- registers.tsv ----

/** The entries: {register, key, id (as names.tsv has it), unit (an id or ""), reason, digest}. */
function parseRegisters(text, commit, progress) {
  const entries = [];
  const read = ([register, key, unit, reason, digest]) => {
    if (unit !== "-" && !isId(unit)) return `单位 ${shown(unit)} 不合格式`;
    if (unit === "-" && reason === "-") return "既没有对应的单位，也没有写不在名单里的理由";
    if (unit !== "-" && reason !== "-") return "有对应的单位，就不应再写不在名单里的理由";
    if (unit === "-" && !isId(reason)) return `理由 ${shown(reason)} 不合格式`;
    entries.push({ register, key, id: `${register}/${key}`, unit: unit === "-" ? "" : unit, reason, digest });
    return digestFault(digest);
  };
  const form = ([register, key]) => idFault("外部名册", register) || idFault("条目", key);
  const key = ([register, entry]) => `${register}\t${entry}`; // a TAB sorts before every character of an id
  return { entries, ...readTable(REGISTERS, text, { kind: "registers/2", width: 5, form, key, read, commit, progress }) };
}

/** The `register` lines of the commit against the file. */
function checkRegisters(commit, registers) {
  const counted = new Map();
  for (const { register, unit } of registers.entries) {
    if (!counted.has(register)) counted.set(register, { rows: 0, unmatched: 0 });
    const count = counted.get(register);
    count.rows += 1;
    if (!unit) count.unmatched += 1;
  }
  for (const { register, rows, unmatched, line } of commit.registersDeclared) {
    const here = `${COMMIT} 第 ${line} 行：外部名册 ${register} `, count = counted.get(register);
    want(count, `${here}在 ${REGISTERS} 里没有条目`);
    want(rows === count.rows, `${here}应有 ${count.rows} 条，写的是 ${rows} 条`);
    want(unmatched === count.unmatched, `${here}里没有对应单位的应有 ${count.unmatched} 条，写的是 ${unmatched} 条`);
    counted.delete(register);
  }
  const [undeclared] = counted.keys();
  want(undeclared === undefined, `${COMMIT}：没有写外部名册 ${undeclared}，${REGISTERS} 里却有它的条目`);
  return commit.registersDeclared.map(({ register, rows, unmatched, date, name }) => `${name}（${date} 导出）${rows} 条，其中 ${unmatched} 条不在名单里`).join("；");
}

function checkEntries(pool, registers) {
  registers.entries.forEach(({ unit }, i) => {
    if (unit) want(rowOf(pool, unit) >= 0, `${REGISTERS} 第 ${i + 2} 行：单位 ${unit} 不在 ${POOL} 里`);
  });
  return `${registers.rows} 条`;
}

// ---- names.tsv ----

const KINDS_OF_NAMES = { unit: "单位", officer: "执法人员", entry: "外部名册条目" };

/** What a name may belong to, by kind: {ids, digests}, side by side, ids ascending. */
function namedRows(pool, officers, registers) {
  const entries = [...registers.entries].sort((a, b) => (a.id < b.id ? -1 : 1)); // as one string: not the order of the file
  return {
    unit: { ids: pool.unit, digests: pool.digest },
    officer: { ids: officers.roster.map(({ officer }) => officer), digests: officers.roster.map(({ digest }) => digest) },
    entry: { ids: entries.map(({ id }) => id), digests: entries.map(({ digest }) => digest) },
  };
}

const scratch = new Uint8Array(4 * 200 + 40);

/** H(nonce + " " + name), in hexadecimal digits. */
function nameDigest(nonce, name) {
  const { written } = ENCODER.encodeInto(`${nonce} ${name}`, scratch);
  hashBytes(scratch.subarray(0, written));
  return hex(S);
}

/** Each row against the digest that binds it: {rows, found: kind -> names side by side with the ids, null where withdrawn}. */
function parseNames(text, commit, owners, progress) {
  const found = {}, next = { entry: 0, officer: 0, unit: 0 };
  for (const kind of Object.keys(next)) found[kind] = new Array(owners[kind].ids.length).fill(null);
  const read = ([kind, id, nonce, name]) => {
    const { ids, digests } = owners[kind];
    let at = next[kind]; // both ascend
    while (at < ids.length && ids[at] < id) at += 1;
    next[kind] = at;
    if (ids[at] !== id) return `${KINDS_OF_NAMES[kind]} ${shown(id)} 不在冻结的文件里`;
    if (!HEX32.test(nonce)) return `随机串 ${shown(nonce)} 不合格式（应为 32 位小写十六进制）`;
    const fault = nameFault(name);
    if (fault) return fault;
    if (nameDigest(nonce, name) !== digests[at]) return `${KINDS_OF_NAMES[kind]} ${id} 的名称 ${shown(name)} 与冻结时的指纹不符`;
    found[kind][at] = name;
    return "";
  };
  const form = ([kind]) => (Object.hasOwn(next, kind) ? "" : `没有 ${shown(kind)} 这种名称`);
  const key = ([kind, id]) => `${kind}\t${id}`;
  return { found, ...readTable(NAMES, text, { kind: "names/2", width: 4, form, key, read, commit, progress }) };
}

/** The ids, by kind, whose name is withdrawn; `names` is null where the whole file is. */
function withdrawnNames(owners, names) {
  const missing = {};
  for (const [kind, { ids }] of Object.entries(owners)) {
    missing[kind] = names ? ids.filter((_, i) => names.found[kind][i] === null) : ids;
  }
  return missing;
}

/** Entries that are called otherwise than their unit, and units that several entries of one register are. */
function oddEntries(pool, registers, owners, names) {
  const called = (kind, id) => names?.found[kind][lowerBound(owners[kind].ids, id)] ?? null;
  const other = [], several = [], seen = new Map();
  for (const { register, id, unit } of registers.entries) {
    if (!unit) continue;
    const entryName = called("entry", id), unitName = called("unit", unit);
    if (entryName !== null && unitName !== null && entryName !== unitName) other.push(`${id} ${shown(entryName)} 对应 ${unit} ${shown(unitName)}`);
    const pair = `${register}\t${unit}`;
    seen.set(pair, (seen.get(pair) ?? 0) + 1);
  }
  for (const [pair, count] of seen) if (count > 1) several.push(`${pair.split("\t")[1]}（${pair.split("\t")[0]} ${count} 条）`);
  return { other, several };
}

// ---- salt.txt ----

function parseSalt(text, commit) {
  const words = wordsOf(text.slice(0, -1), "salt/2", 3);
  want(words && isId(words[0]) && HEX32.test(words[1]), `${SALT} 第 1 行：应只有一行“salt/2 抽签编号 盐（32 位小写十六进制）”`);
  checkDraw(SALT, words[0], "salt/2", commit);
  return { draw: words[0], hex: words[1], text };
}

function lowerBound(sorted, value) {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// ---- Sources of randomness ----

const THROWS = /^[1-9][0-9]{0,2}$/;
const DRAND = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"; // quicknet; any other could be the operator's own
const ROUND_1 = 1692803367, ROUND_SECONDS = 3;

const isDigits = (text, count) => /^[0-9](?: [0-9])*$/.test(text) && text.length === 2 * count - 1;
const isThrows = (sides) => (text, label) => sides.test(text) && text.length === Number(label);

/** What a source is: its name, its bits in thousandths, the form of its label and of its value. */
const SOURCES = new Map(Object.entries({
  dice10: { title: "十面骰", dice: true, bits: (label) => 3321 * Number(label), label: THROWS, value: isThrows(/^[0-9]+$/) },
  dice6: { title: "六面骰", dice: true, bits: (label) => 2584 * Number(label), label: THROWS, value: isThrows(/^[1-6]+$/) },
  ssq: { title: "双色球", bits: () => 24076, label: /^[0-9]{7}$/, value: isSsq },
  pl5: { title: "排列5", bits: () => 16609, label: /^[0-9]{5}$/, value: (text) => isDigits(text, 5) },
  fc3d: { title: "福彩3D", bits: () => 9965, label: /^[0-9]{7}$/, value: (text) => isDigits(text, 3) },
  drand: { title: "drand 信标", bits: () => 256000, label: new RegExp(`^${DRAND}/[1-9][0-9]{0,8}$`), value: (text) => HEX64.test(text) },
  system: { title: "网站计算机", bits: () => 0, label: /^os$/, value: (text) => HEX64.test(text) },
}));
const LEAST_BITS = 64000;

/** Six different red balls 01-33 ascending, then a blue one 01-16. */
function isSsq(text) {
  if (!/^[0-3][0-9](?: [0-3][0-9]){6}$/.test(text)) return false;
  const balls = text.split(" ");
  const blue = balls.pop();
  const ascending = balls.every((ball, i) => i === 0 || balls[i - 1] < ball);
  return ascending && balls[0] >= "01" && balls[5] <= "33" && blue >= "01" && blue <= "16";
}

/** What is wrong with a source's name, label or time, or "". */
function sourceFault(source, label, time) {
  const kind = SOURCES.get(source), moment = instant(time);
  if (!kind) return `没有 ${shown(source)} 这种随机数来源`;
  if (source === "drand" && !label.startsWith(`${DRAND}/`)) return `drand 的链 ${shown(label)} 不是 quicknet`;
  if (!kind.label.test(label)) return `${kind.title}的期号或次数 ${shown(label)} 不合格式`;
  if (moment === null) return `时间 ${shown(time)} 不合格式`;
  if (source === "drand" && moment !== ROUND_1 + ROUND_SECONDS * (Number(label.slice(65)) - 1)) return `${spoken(time)} 不是这一轮 drand 的时间`;
  return "";
}

// ---- commit.txt ----

/** `N/D` of the stratum's base, or `officers*N/D` of the officers: {N, D, ofOfficers} as BigInt, or null. */
function parseRule(text) {
  const match = /^(officers\*)?(0|[1-9][0-9]{0,8})\/([1-9][0-9]{0,8})$/.exec(text);
  if (!match) return null;
  const rule = { N: BigInt(match[2]), D: BigInt(match[3]), ofOfficers: Boolean(match[1]) };
  return rule.ofOfficers || (rule.N >= 1n && rule.N <= rule.D) ? rule : null;
}

/** The lines of a commit one after the other: `at` is the next, `here` a message about it. */
class Lines {
  constructor(text) {
    this.lines = text.slice(0, -1).split("\n");
    this.at = 0;
  }

  here(reason) {
    return `${COMMIT} 第 ${this.at + 1} 行：${reason}`;
  }

  /** The words of the next line, which must be of this kind; `check` throws what is wrong with them. */
  take(kind, count, form, check = () => {}) {
    const words = wordsOf(this.lines[this.at], kind, count);
    want(words, this.here(`应为“${kind} ${form}”`));
    check(...words);
    this.at += 1;
    return words;
  }

  /** One line or more of a kind; none where `least` is 0. */
  all(kind, least, readOne) {
    const found = [];
    while (found.length < least || this.lines[this.at]?.startsWith(`${kind} `)) found.push(readOne(found));
    return found;
  }
}

const DRAW_1 = `这是 draw/1 的抽签，本程序只复算 draw/2。请用和它放在一起的 verify.py 或 verify.mjs 复算：那就是当时公布的程序`;

function parseCommit(text) {
  const lines = new Lines(text);
  const [first, bureauLine] = lines.lines;
  if (first === "draw-commit/1") throw new OtherProtocol(`${COMMIT} 第 1 行：${DRAW_1}`);
  want(first === "draw-commit/2", lines.here("应为“draw-commit/2”"));
  lines.at = 1;
  want(bureauLine?.startsWith("bureau "), lines.here("应为“bureau 机关名称”"));
  const bureau = bureauLine.slice(7), fault = nameFault(bureau, "机关名称");
  want(!fault, lines.here(fault));
  lines.at = 2;
  const [draw] = lines.take("draw", 2, "抽签编号", (id) => want(isId(id), lines.here("抽签编号不合格式")));
  const hexWord = (what) => (digest) => want(HEX64.test(digest), lines.here(`${what}应为 64 位小写十六进制`));
  const [previous] = lines.take("previous", 2, "日志链值", hexWord("日志链值"));
  const [salt] = lines.take("salt", 2, "盐文件的指纹", hexWord("盐文件的指纹"));
  const frozen = {};
  for (const kind of ["pool", "officers", "registers"]) {
    const [digest, rows] = lines.take(kind, 3, "指纹 行数", (d, r) => want(HEX64.test(d) && COUNT.test(r), lines.here("指纹或行数不合格式")));
    frozen[kind] = { digest, rows: Number(rows) };
  }
  const registersDeclared = lines.all("register", 0, (before) => parseRegisterLine(lines, before));
  const programs = lines.take("program", 3, "verify.py的指纹 verify.mjs的指纹", (...digests) => {
    want(digests.every((digest) => digest === "-" || HEX64.test(digest)), lines.here("程序指纹不合格式"));
  });
  const strata = lines.all("stratum", 1, (before) => parseStratum(lines, before));
  const teams = lines.all("team", 1, (before) => parseTeam(lines, before));
  const fresh = parseFresh(lines);
  const sources = lines.all("entropy", 1, (before) => parseSource(lines, before));
  const [disclosure] = lines.take("disclosure", 2, "open 或 sealed", (word) => want(["open", "sealed"].includes(word), lines.here("应为“disclosure open”或“disclosure sealed”")));
  want(lines.lines.length === lines.at, lines.here("后面多出了内容"));
  const system = sources.some(({ source }) => source === "system");
  return { bureau, draw, previous, salt, frozen, registersDeclared, programs, strata, teams, fresh, sources, system, disclosure, digest: H(text) };
}

function parseRegisterLine(lines, before) {
  const line = lines.lines[lines.at], words = line.split(" "), name = words.slice(5).join(" ");
  const [, register, rows, unmatched, date] = words;
  const last = before[before.length - 1]?.register ?? "";
  want(words.length >= 6 && isId(register), lines.here("应为“register 外部名册 条数 没有对应单位的条数 导出日期 名称”"));
  want(COUNT.test(rows) && COUNT.test(unmatched), lines.here("条数不合格式"));
  want(isDate(date), lines.here(`日期 ${shown(date)} 不合格式，或没有这一天`));
  const fault = nameFault(name, "外部名册名称");
  want(!fault, lines.here(fault));
  want(register !== last, lines.here(`外部名册 ${register} 出现了两次`));
  want(register > last, lines.here(`外部名册 ${register} 没有从小到大排列`));
  lines.at += 1;
  return { register, rows: Number(rows), unmatched: Number(unmatched), date, name, line: lines.at };
}

function parseStratum(lines, before) {
  const [code, ruleText, base, take] = lines.take("stratum", 5, "类别 规则 基数 应抽数", (id, rule, b, t) => {
    want(isId(id), lines.here("类别代码不合格式"));
    want(!before.some((stratum) => stratum.code === id), lines.here(`类别 ${id} 出现了两次`));
    want(parseRule(rule), lines.here(`规则 ${shown(rule)} 不合格式`));
    want(COUNT.test(b) && COUNT.test(t), lines.here("基数或应抽数不合格式"));
  });
  return { code, rule: parseRule(ruleText), ruleText, base: Number(base), take: Number(take), line: lines.at };
}

function parseTeam(lines, before) {
  const [department, size, filling] = lines.take("team", 4, "部门 人数 cross或match", (id, count, word) => {
    want(isId(id), lines.here("部门代码不合格式"));
    want(!before.some((team) => team.department === id), lines.here(`部门 ${id} 出现了两次`));
    want(/^[1-9]$/.test(count), lines.here(`每组人数 ${shown(count)} 应为 1 到 9`));
    want(["cross", "match"].includes(word), lines.here("应为 cross 或 match"));
  });
  return { department, size: Number(size), filling };
}

/** The source of the substitutes' fresh numbers, or "" for those of the draw itself. */
function parseFresh(lines) {
  if (lines.lines[lines.at] === "substitutes seed") {
    lines.at += 1;
    return "";
  }
  const [, source] = lines.take("substitutes", 3, "seed”或“substitutes fresh 来源", (fresh, word) => {
    want(fresh === "fresh", lines.here("应为“substitutes seed”或“substitutes fresh 来源”"));
    const kind = SOURCES.get(word);
    want(kind && !kind.dice && word !== "system", lines.here(`替补的随机数不能来自 ${shown(word)}`));
  });
  return source;
}

function parseSource(lines, before) {
  const [source, label, time] = lines.take("entropy", 4, "来源 期号或次数 时间", (word, tag, when) => {
    const fault = sourceFault(word, tag, when);
    want(!fault, lines.here(fault));
    const last = before[before.length - 1];
    want(!before.some((other) => other.source === word && other.label === tag), lines.here("同一个来源、同一期出现了两次"));
    want(!last || (word !== "system" && last.source !== "system"), lines.here("system 只能单独使用"));
    want(!last || SOURCES.get(last.source).dice || !SOURCES.get(word).dice, lines.here("掷骰应排在彩票和信标之前"));
    want(!last || last.moment < instant(when), lines.here("各来源的时间应由早到晚"));
  });
  return { source, label, time, moment: instant(time) };
}

/** Fewer than 64 bits would let an operator grind small odds out of free fields of the commit. */
function checkBits(commit) {
  if (commit.system) throw new Caution("随机数由网站计算机产生，公众无法排除重抽：只能用于演示");
  const bits = commit.sources.reduce((sum, { source, label }) => sum + SOURCES.get(source).bits(label), 0);
  want(bits >= LEAST_BITS, `${COMMIT}：随机数来源只有 ${bits / 1000} 比特，少于 64 比特`);
  return `${(bits / 1000).toFixed(1)} 比特，至少要 64 比特`;
}

// ---- entropy.txt ----

/** The lines of the values, in the commit's order; and the digest of the commit that they are for. */
function parseEntropy(text, commit) {
  const lines = text.slice(0, -1).split("\n");
  want(lines[0] === "draw-entropy/2", `${ENTROPY} 第 1 行：应为“draw-entropy/2”`);
  const [digest] = wordsOf(lines[1], "commit", 2) ?? [];
  want(digest && HEX64.test(digest), `${ENTROPY} 第 2 行：应为“commit 承诺值”`);
  commit.sources.forEach(({ source, label }, i) => {
    const line = lines[i + 2], start = `${source} ${label} `;
    want(line !== undefined, `${ENTROPY}：缺少 ${source} ${label} 的号码`);
    want(line.startsWith(start), `${ENTROPY} 第 ${i + 3} 行：应为承诺文件点名的 ${source} ${label}`);
    const value = line.slice(start.length);
    want(SOURCES.get(source).value(value, label), `${ENTROPY} 第 ${i + 3} 行：号码 ${shown(value)} 不合 ${source} ${label} 的格式`);
  });
  want(lines.length === commit.sources.length + 2, `${ENTROPY} 第 ${commit.sources.length + 3} 行：多出了内容`);
  return { digest, lines: lines.slice(2), text };
}

function checkEntropyOf(commit, entropy) {
  want(entropy.digest === commit.digest, `${ENTROPY} 第 2 行：承诺值应为 ${commit.digest}，写的是 ${entropy.digest}`);
}

// ---- What the commit says of the frozen files ----

function checkFrozen(file, digest, rows, said) {
  want(digest === said.digest, `${file}：指纹是 ${digest}，事先公布的是 ${said.digest}`);
  want(rows === said.rows, `${COMMIT}：写的是 ${file} 有 ${said.rows} 行，实有 ${rows} 行`);
  return `${rows} 行`;
}

function checkSalt(commit, salt) {
  const digest = H(salt.text);
  want(digest === commit.salt, `${SALT}：指纹是 ${digest}，事先公布的是 ${commit.salt}`);
}

/** ceil(base x N / D), or of the officers' number: up to 10^18, hence BigInt. */
function quotaOf({ N, D, ofOfficers }, base, officerCount) {
  return Number((BigInt(ofOfficers ? officerCount : base) * N + D - 1n) / D);
}

/** The officers of the first department: the bureau's own, of whom a rule `officers*N/D` counts. */
const ownOfficers = (commit, officers) => officers.roster.filter(({ department }) => department === commit.teams[0].department).length;

function checkStrata(commit, pool, officers) {
  const bases = new Map(), drawable = new Map();
  for (let i = 0; i < pool.rows; i++) {
    const code = pool.strata[pool.stratum[i]];
    if (pool.standing[i] <= CAPPED) bases.set(code, (bases.get(code) ?? 0) + 1);
    if (pool.standing[i] <= AGAIN) drawable.set(code, (drawable.get(code) ?? 0) + 1);
  }
  const own = ownOfficers(commit, officers), words = [];
  for (const { code, rule, ruleText, base, take, line } of commit.strata) {
    const counted = bases.get(code) ?? 0, available = drawable.get(code) ?? 0;
    want(base === counted, `${COMMIT} 第 ${line} 行：类别 ${code} 的基数应为 ${counted}，写的是 ${base}`);
    const due = Math.min(quotaOf(rule, counted, own), available);
    want(take === due, `${COMMIT} 第 ${line} 行：类别 ${code} 应抽 ${due} 家，写的是 ${take} 家`);
    words.push(`${code}：基数 ${base} 家，比例 ${ruleText}，应抽 ${take} 家`);
  }
  return words.join("；");
}

/** Officers of one department in a fixed order: their position in it is their number everywhere below. */
function staffOf(officers) {
  const numbers = new Map(officers.map(({ officer }, number) => [officer, number]));
  const everyone = Int32Array.from(officers.keys());
  const groups = new Map();
  officers.forEach(({ specialities }, number) => {
    for (const speciality of specialities) {
      if (!groups.has(speciality)) groups.set(speciality, []);
      groups.get(speciality).push(number);
    }
  });
  for (const [speciality, members] of groups) groups.set(speciality, Int32Array.from(members));
  return { officers, numbers, everyone, groups };
}

const NOBODY = new Int32Array(0);

/** Who may inspect a unit: {matching: those of its speciality, recused: numbers of those on the list, left: how many match}. */
function candidatesOf(staff, pool, unit) {
  const matching = staff.groups.get(pool.specialities[pool.speciality[unit]]) ?? NOBODY;
  let recused = NOBODY, left = matching.length;
  if (pool.recused[unit]) {
    // An officer who is in no row may be off duty, and one of another department is no matter here: both are passed over.
    recused = pool.recused[unit].map((id) => staff.numbers.get(id)).filter((number) => number !== undefined);
    for (const number of recused) if (matching.includes(number)) left -= 1;
  }
  return { matching, recused, left };
}

/** A department inside a message; where there is one alone, it goes without saying. */
const departmentIn = (commit, department) => (commit.teams.length > 1 ? `部门 ${department} ` : "");

function checkStaff(commit, pool, officers) {
  const words = [];
  for (const { department, size, filling } of commit.teams) {
    const staff = staffOf(officers.roster.filter((officer) => officer.department === department));
    let crossing = 0;
    for (let i = 0; i < pool.rows; i++) {
      if (pool.standing[i] > AGAIN) continue;
      const { recused, left } = candidatesOf(staff, pool, i);
      const here = `${POOL} 第 ${i + 2} 行：单位 ${pool.unit[i]} ${departmentIn(commit, department)}`;
      want(staff.everyone.length - recused.length >= size, `${here}派得出的执法人员，除去要回避的，不足 ${size} 名，不应冻结`);
      if (left >= size) continue;
      crossing += 1;
      want(filling === "cross", `${here}专业对口的执法人员，除去要回避的，不足 ${size} 名，不应冻结（${filling}）`);
    }
    if (crossing) words.push(`${departmentIn(commit, department)}${crossing} 家对口人员不足 ${size} 名，从其他专业补足`);
  }
  return words.join("；");
}

// ---- Arithmetic ----

const seedOf = (entropy, salt) => H(entropy.text + salt.text);
const stratumKey = (stratum, K) => H(`select ${stratum} ${K}`);
const teamKey = (department, K) => H(`team ${department} ${K}`);

/**
 * Sort by (group, hash, id): `items` are numbers, `textOf` gives what is hashed behind the key of `state`, `idOf` the id that
 * breaks a tie, `groupOf` 0 or 1. Gives the positions in order, and the words of all digests (eight for each position).
 */
function sortByHash(items, state, textOf, idOf, groupOf = () => 0, progress) {
  const words = new Int32Array(items.length * 8);
  const first = new Float64Array(items.length); // group and the first 52 bits: exact in a double
  for (let i = 0; i < items.length; i++) {
    hashAfter(state, textOf(items[i]));
    words.set(S, i * 8);
    first[i] = groupOf(items[i]) * 2 ** 52 + first52();
    if (i % OFFER_EVERY === 0) progress?.(i / items.length);
  }
  const further = (a, b) => {
    for (let w = 1; w < 8; w++) {
      const difference = (words[a * 8 + w] >>> 0) - (words[b * 8 + w] >>> 0);
      if (difference) return difference;
    }
    const left = idOf(items[a]), right = idOf(items[b]);
    return left < right ? -1 : left > right ? 1 : 0;
  };
  const order = Uint32Array.from(items.keys()).sort((a, b) => first[a] - first[b] || further(a, b));
  return { order, words };
}

// ---- Units ----

/** The `in` and `again` units of a stratum by (0 for `in`, 1 for `again`; ticket; unit). */
function rankStratum(pool, code, K, progress) {
  const number = pool.strata.indexOf(code);
  const units = [];
  for (let i = 0; i < pool.rows; i++) {
    if (pool.stratum[i] === number && pool.standing[i] <= AGAIN) units.push(i);
  }
  const id = (unit) => pool.unit[unit];
  const { order, words } = sortByHash(units, stateOf(stratumKey(code, K)), id, id, (unit) => pool.standing[unit], progress);
  return { units, order, words };
}

/** The drawn units, strata in commit order, within each by rank: {stratum, rank, unit (number in the pool), ticket}. */
function drawUnits({ commit, pool, K }, progress) {
  const drawn = [];
  let before = 0;
  for (const { code, base, take } of commit.strata) {
    const { units, order, words } = rankStratum(pool, code, K, (part) => progress?.((before + part * base) / (pool.rows || 1)));
    for (let rank = 0; rank < take; rank++) {
      const position = order[rank];
      drawn.push({ stratum: code, rank: rank + 1, unit: units[position], ticket: hex(words, position * 8) });
    }
    before += base;
  }
  return drawn;
}

// ---- Teams ----

/** Give every drawn unit its team, in the order of the units: {members: departments in commit order, crosses}. */
function assignTeams({ commit, pool, officers, K }, drawn, progress) {
  const teams = drawn.map(() => ({ members: [], crosses: false }));
  commit.teams.forEach((line, i) => {
    const share = (part) => progress?.((i + part) / commit.teams.length);
    assignDepartment({ pool, officers, K }, line, drawn, teams, share);
  });
  return teams;
}

function assignDepartment({ pool, officers, K }, { department, size }, drawn, teams, progress) {
  const kt = stateOf(teamKey(department, K));
  const own = officers.roster.filter((officer) => officer.department === department);
  const officerId = (row) => own[row].officer;
  const places = sortByHash([...own.keys()], kt, (row) => `r${officerId(row)}`, officerId).order;
  const staff = staffOf(Array.from(places, (row) => own[row]));
  const order = turnsOf(pool, kt, drawn.map(({ unit }) => unit));
  const seats = fill({ pool, drawn, staff, order, kt, size }, progress);
  level(seats, staff);
  order.forEach((position, turn) => {
    const { unit } = drawn[position];
    const members = Array.from(seats.team.subarray(turn * size, turn * size + size), (p) => staff.officers[p]);
    const speciality = pool.specialities[pool.speciality[unit]];
    teams[position].members.push(...inOrder(members, speciality, kt, `l${pool.unit[unit]}`).map(({ officer }) => officer));
    teams[position].crosses ||= members.some(({ specialities }) => !specialities.includes(speciality));
  });
}

/** Step 2's order of units: positions in the list, by (H(Kt + "u" + unit), unit). */
function turnsOf(pool, kt, units) {
  const id = (position) => pool.unit[units[position]];
  return sortByHash([...units.keys()], kt, (position) => `u${id(position)}`, id).order;
}

/**
 * Steps 1 and 2. A unit's number here is its turn; its seats are team[size * turn] and those after it. Open are the officers
 * of `ring[turn]` (in order of place) who are neither in `barred[turn]` nor in the team: a pinned officer is always in it.
 */
function fill({ pool, drawn, staff, order, kt, size }, progress) {
  const count = order.length;
  const load = staff.officers.map((officer) => officer.load);
  const tie = Float64Array.from(load.keys(), (p) => tieOf(kt, staff.officers[p].officer, load[p]));
  const before = (p, q) => {
    if (load[p] !== load[q]) return load[p] < load[q];
    if (tie[p] !== tie[q]) return tie[p] < tie[q];
    const [left, right] = [p, q].map((o) => tieText(kt, staff.officers[o].officer, load[o]));
    return left < right;
  };
  const seats = { size, team: new Int32Array(count * size), ring: new Array(count), barred: new Array(count), load, holds: load.map(() => []) };

  const lowest = (ring, barred, taken) => {
    let best = -1;
    for (let i = 0; i < ring.length; i++) {
      const p = ring[i];
      if ((best < 0 || before(p, best)) && !taken.includes(p) && !barred.includes(p)) best = p;
    }
    return best;
  };

  for (let turn = 0; turn < count; turn++) {
    const { matching, recused, left } = candidatesOf(staff, pool, drawn[order[turn]].unit);
    const ring = left >= size ? matching : staff.everyone;
    const taken = left >= size ? [] : Array.from(matching).filter((p) => !recused.includes(p));
    const pinned = taken.length;
    while (taken.length < size) {
      const p = lowest(ring, recused, taken);
      want(p >= 0, `${POOL}：${pool.unit[drawn[order[turn]].unit]} 派不出 ${size} 名执法人员`);
      taken.push(p);
    }
    seats.ring[turn] = ring;
    seats.barred[turn] = recused;
    seats.team.set(taken, turn * size);
    taken.forEach((p, i) => {
      if (i >= pinned) seats.holds[p].push(turn);
      load[p] += 1;
      tie[p] = tieOf(kt, staff.officers[p].officer, load[p]);
    });
    if (turn % OFFER_EVERY === 0) progress?.(turn / count);
  }
  return seats;
}

/** What breaks a tie between equal loads: the hash, then the id. As text that sorts, and the hash's first 52 bits. */
function tieText(kt, officer, load) {
  hashAfter(kt, `o${officer}|${load}`);
  return hex(S) + officer;
}

function tieOf(kt, officer, load) {
  hashAfter(kt, `o${officer}|${load}`);
  return first52();
}

/** Step 3: lower the highest load as far as it goes. */
function level(seats, staff) {
  const { load, holds } = seats;
  for (;;) {
    let start = -1;
    for (let p = 0; p < load.length; p++) {
      if (holds[p].length && (start < 0 || load[p] > load[start])) start = p;
    }
    if (start < 0) return;
    const way = search(seats, start);
    if (!way) return;
    shift(seats, way, start);
  }
}

/** Breadth-first from `start` to the first officer with two loads less: {found, from, via}, or null. */
function search({ size, team, ring, barred, load, holds }, start) {
  const goal = load[start] - 2;
  const from = new Int32Array(load.length).fill(-1), via = new Int32Array(load.length);
  const reached = new Uint8Array(load.length);
  const sits = (p, turn) => {
    for (let seat = turn * size; seat < turn * size + size; seat++) if (team[seat] === p) return true;
    return false;
  };
  // What is left to reach of each ring, in order of place: a ring that was gone through once is nearly empty afterwards.
  const leftOf = new Map();
  const queue = [start];
  reached[start] = 1;
  for (let at = 0; at < queue.length; at++) {
    const o = queue[at];
    for (const turn of holds[o]) {
      let left = leftOf.get(ring[turn]);
      if (!left) leftOf.set(ring[turn], (left = Array.from(ring[turn])));
      let kept = 0;
      for (let i = 0; i < left.length; i++) {
        const p = left[i];
        if (reached[p]) continue;
        if (sits(p, turn) || barred[turn].includes(p)) {
          left[kept++] = p;
          continue;
        }
        reached[p] = 1;
        from[p] = o;
        via[p] = turn;
        if (load[p] <= goal) return { found: p, from, via };
        queue.push(p);
      }
      left.length = kept;
    }
  }
  return null;
}

/** In each remembered unit p takes o's place, then o becomes p, until the start. */
function shift({ size, team, load, holds }, { found, from, via }, start) {
  for (let p = found; p !== start; p = from[p]) {
    const o = from[p], turn = via[p];
    team[team.subarray(turn * size, turn * size + size).indexOf(o) + turn * size] = p;
    holds[o].splice(lowerBound(holds[o], turn), 1);
    holds[p].splice(lowerBound(holds[p], turn), 0, turn);
  }
  load[start] -= 1;
  load[found] += 1;
}

/** Officers by (matching before not; H(key + text + "|" + officer); officer). */
function inOrder(officers, speciality, state, text) {
  const keyed = officers.map((member) => {
    hashAfter(state, `${text}|${member.officer}`);
    return { member, key: `${member.specialities.includes(speciality) ? 0 : 1}${hex(S)}${member.officer}` };
  });
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed.map(({ member }) => member);
}

// ---- result.tsv ----

const headOf = (kind, { commit }) => `${kind} ${commit.draw}`;
const writeUnits = (pool, drawn) => drawn.map(({ stratum, rank, unit, ticket }) => `${stratum}\t${rank}\t${pool.unit[unit]}\t${ticket}`);
const writeTeams = (teams) => teams.map(({ members, crosses }) => `${members.join(",")}\t${crosses ? "cross" : "-"}`);
const writeResult = (head, units, teams) => `${head}\n${units.map((unit, i) => `${unit}\t${teams[i]}\n`).join("")}`;

/** Compare some columns of every row with what is due there; the head too, and that no row lacks or is too many. */
function compareRows(file, text, head, due, from, to) {
  const lines = text.split("\n");
  want(lines[0] === head, `${file} 第 1 行：应为 ${shown(head)}，写的是 ${shown(lines[0])}`);
  const say = (columns) => columns.split("\t").map((field) => (HEX64.test(field) ? `签值 ${field.slice(0, 8)}…` : shown(field))).join(" ");
  due.forEach((columns, i) => {
    const found = lines[i + 1]?.split("\t").slice(from, to).join("\t") ?? "";
    if (found === columns) return;
    throw new Invalid(`${file} 第 ${i + 2} 行：应为 ${say(columns)}，${found ? `写的是 ${say(found)}` : "缺少这一行"}`);
  });
  want(lines.length === due.length + 2, `${file} 第 ${due.length + 2} 行：多出了内容`);
}

// ---- substitutes.tsv ----

/** The rows: {serial, line, text, fields, moment, kind, subject, units, away, source: {source, label, moment} or null, value}. */
function parseSubstitutes(text, { commit, officers }) {
  const lines = text.slice(0, -1).split("\n"), rows = [], named = new Map();
  const known = new Set(officers.roster.map(({ officer }) => officer));
  const [draw] = wordsOf(lines[0], "substitutes/2", 2) ?? [];
  checkDraw(SUBSTITUTES, draw, "substitutes/2", commit);
  want(lines.length > 1, `${SUBSTITUTES}：一次替补也没有，就不应有这个文件`);
  for (let i = 1; i < lines.length; i++) {
    const row = { serial: i, line: i + 1, text: lines[i], fields: lines[i].split("\t") };
    const fault = row.fields.length !== 10 ? `应有 10 栏，实有 ${row.fields.length} 栏`
      : declarationFault(row, rows[i - 2], commit, known) || freshFault(row, rows[i - 2], commit, named);
    want(!fault, `${SUBSTITUTES} 第 ${i + 1} 行：${fault}`);
    rows.push(row);
  }
  return rows;
}

/** Take the first seven fields in, or say what is wrong with them. */
function declarationFault(row, last, commit, known) {
  const [serial, time, kind, subject, reason, units, away] = row.fields;
  const moment = instant(time), drawn = commit.sources[commit.sources.length - 1];
  if (serial !== String(row.serial)) return `序号应为 ${row.serial}，写的是 ${shown(serial)}`;
  if (moment === null) return `时间 ${shown(time)} 不合格式`;
  if (moment < drawn.moment) return `申报于${spoken(time)}，早于抽签最后一个来源的时间（${spoken(drawn.time)}）`;
  if (last && moment < last.moment) return "申报时间早于上一行";
  if (kind !== "unit" && kind !== "officer") return `没有 ${shown(kind)} 这种替补`;
  if (!isId(subject)) return `被替补的 ${shown(subject)} 不合格式`;
  if (!isId(reason)) return `理由 ${shown(reason)} 不合格式`;
  Object.assign(row, { time, moment, kind, subject, units: listOf(units), away: listOf(away) });
  if (!row.units) return `单位 ${shown(units)} 不合格式`;
  if (kind === "officer" && row.units.length === 0) return "没有写这名执法人员不能去哪些单位";
  if (kind === "unit" && units !== "-") return "替补单位时，“单位”一栏应为“-”";
  if (!row.away) return `不能派的人员 ${shown(away)} 不合格式`;
  const stranger = row.away.find((officer) => !known.has(officer));
  return stranger === undefined ? "" : `不能派的 ${stranger} 不在 ${OFFICERS} 里`;
}

/** Take the source and its value in, or say what is wrong with them. `named` keeps the time and value of each issue. */
function freshFault(row, last, commit, named) {
  const [said, value] = row.fields.slice(7);
  Object.assign(row, { source: null, value });
  if (!commit.fresh) return said === "-" && value === "-" ? "" : "承诺文件写的是 substitutes seed，不应另有随机数";
  const words = wordsOf(said, commit.fresh, 3);
  if (!words) return `随机数来源 ${shown(said)} 应为“${commit.fresh} 期号 时间”`;
  const [label, time] = words;
  const fault = sourceFault(commit.fresh, label, time);
  if (fault) return fault;
  if (commit.sources.some((own) => own.source === commit.fresh && own.label === label)) {
    return `${commit.fresh} ${label} 是抽签自己的随机来源，申报时号码已经知道`;
  }
  const source = { source: commit.fresh, label, time, moment: instant(time) };
  if (source.moment <= row.moment) return `随机数在${spoken(time)} 揭晓，不晚于申报的时间（${spoken(row.time)}）：申报时已经能知道号码`;
  if (last && source.moment < last.source.moment) return "随机数的时间早于上一行的";
  if (!SOURCES.get(commit.fresh).value(value, label)) return `号码 ${shown(value)} 不合 ${commit.fresh} ${label} 的格式`;
  const before = named.get(label);
  if (before && before.moment !== source.moment) return `${commit.fresh} ${label} 前面写的是另一个时间`;
  if (before && before.value !== value) return `${commit.fresh} ${label} 前面写的是另一个号码`;
  named.set(label, { moment: source.moment, value });
  row.source = source;
  return "";
}

/** Who goes where, as substitutes change it one after the other. */
class Standing {
  constructor({ commit, pool, officers, K }, drawn, teams) {
    Object.assign(this, { commit, pool, officers, K });
    this.teams = new Map(drawn.map(({ unit }, i) => [unit, [...teams[i].members]])); // null: a place nobody was left for
    this.used = new Set(drawn.map(({ unit }) => unit)); // drawn, or a substitute
    this.replaced = new Map(); // by unit, who gave up a place in it
    this.byId = new Map(officers.roster.map((officer) => [officer.officer, officer]));
    this.few = []; // places for which `away` left fewer than two
  }

  /** The keys of a row, under `fresh` with its value. */
  key(base, { serial, source, value }) {
    return source ? H(`substitute ${serial} ${base} ${source.source} ${source.label} ${value}`) : base;
  }

  /** Who may step in at a unit, in order; `removed`: how many more there were without `away`. */
  mayStepIn(unit, department, row) {
    const { pool, K } = this;
    const recused = pool.recused[unit] ?? [], team = this.teams.get(unit) ?? [], gone = this.replaced.get(unit) ?? [];
    const free = this.officers.roster.filter(({ officer, department: own }) => (
      own === department && !recused.includes(officer) && !team.includes(officer) && !gone.includes(officer)));
    const left = free.filter(({ officer }) => !row.away.includes(officer));
    const state = stateOf(this.key(teamKey(department, K), row));
    const ordered = inOrder(left, pool.specialities[pool.speciality[unit]], state, `s${pool.unit[unit]}`);
    return { ordered: ordered.map(({ officer }) => officer), removed: free.length - left.length };
  }

  /** Whether `away` left fewer than two for a place: named by the verifier. */
  note(row, unit, department, left, removed) {
    if (removed > 0 && left < 2) this.few.push(`第 ${row.serial} 次替补，单位 ${this.pool.unit[unit]} ${departmentIn(this.commit, department)}只剩 ${left} 人可选`);
  }

  /** The outcome of a row, which changes the standing. Throws Invalid where the declaration cannot take effect. */
  step(row) {
    return row.kind === "officer" ? this.replaceOfficer(row) : this.replaceUnit(row);
  }

  /** The present team of a unit that a row names. */
  teamOf(row, id) {
    const unit = rowOf(this.pool, id), here = `${SUBSTITUTES} 第 ${row.line} 行：单位 ${id} `;
    want(this.used.has(unit), `${here}没有抽中，也没有替补进来`);
    want(this.teams.has(unit), `${here}已经被替补`);
    return { unit, team: this.teams.get(unit) };
  }

  replaceOfficer(row) {
    const found = row.units.map((id) => this.teamOf(row, id));
    found.forEach(({ team }, i) => {
      want(team.includes(row.subject), `${SUBSTITUTES} 第 ${row.line} 行：${row.subject} 不在单位 ${row.units[i]} 现在的检查组里`);
    });
    const { department } = this.byId.get(row.subject);
    const order = turnsOf(this.pool, stateOf(teamKey(department, this.K)), found.map(({ unit }) => unit));
    return Array.from(order, (position) => {
      const { unit, team } = found[position];
      const { ordered, removed } = this.mayStepIn(unit, department, row);
      this.note(row, unit, department, ordered.length, removed);
      team[team.indexOf(row.subject)] = ordered[0] ?? null;
      this.replaced.set(unit, [...(this.replaced.get(unit) ?? []), row.subject]);
      return `${this.pool.unit[unit]}:${ordered[0] ?? "-"}`;
    }).join(" ");
  }

  replaceUnit(row) {
    const { unit: leaving } = this.teamOf(row, row.subject);
    this.teams.delete(leaving);
    const unit = this.nextUnit(this.pool.stratum[leaving], row);
    if (unit < 0) return "-";
    this.used.add(unit);
    const places = this.commit.teams.flatMap(({ department, size }) => {
      const { ordered, removed } = this.mayStepIn(unit, department, row);
      for (let place = 0; place < size; place++) {
        const left = Math.max(0, ordered.length - place); // those for the places before it are not left for this one
        this.note(row, unit, department, left, Math.max(0, ordered.length + removed - place) - left);
      }
      return Array.from({ length: size }, (_, place) => ordered[place] ?? null);
    });
    this.teams.set(unit, places);
    return `${this.pool.unit[unit]}:${places.map((officer) => officer ?? "-").join(",")}`;
  }

  /** The first of the units of a class that are neither drawn nor substitutes, by (standing; hash; unit); -1 for none. */
  nextUnit(stratum, row) {
    const { pool } = this;
    const state = stateOf(this.key(stratumKey(pool.strata[stratum], this.K), row));
    for (let standing = 0; standing <= AGAIN; standing++) {
      let best = -1, least = 2 ** 53, text = "";
      for (let i = 0; i < pool.rows; i++) {
        if (pool.stratum[i] !== stratum || pool.standing[i] !== standing || this.used.has(i)) continue;
        hashAfter(state, pool.unit[i]);
        const ticket = first52();
        if (ticket > least || (ticket === least && hex(S) >= text)) continue; // units ascend: of equal hashes the first stays
        [best, least, text] = [i, ticket, hex(S)];
      }
      if (best >= 0) return best;
    }
    return -1;
  }
}

// ---- findings.txt ----

const SERIAL = /^[1-9][0-9]{0,8}$/;
const DECIMAL = "(?:0|[1-9][0-9]{0,11})(?:\\.[0-9]{1,9})?";
const VALUE = new RegExp(`^${DECIMAL}$`);
const RECORD_FORM = /^(?:finding|correction|redaction)\/[0-9]+$/;
const RECORD_KINDS = { finding: "检查结果", correction: "更正", redaction: "隐去" };
const NO_FINDINGS = `没有 ${FINDINGS}，检查结果没有核对`;
const RANKS = Object.keys(RECORD_KINDS); // a unit's records in this order
const MOST_REDACTIONS = 100; // how many are named one by one

/** A text out of its one line, or null where it is not written as it must be. */
function textOfLine(line) {
  if (line === "" || line.replace(/\\[\\nt]/g, "").includes("\\")) return null;
  return line.replace(/\\(.)/g, (_, character) => ({ n: "\n", t: "\t" })[character] ?? character);
}

/** Whether one text stands before another by its UTF-8 bytes, that is by code points: `<` would compare halves of them. */
function isBefore(left, right) {
  const a = Array.from(left), b = Array.from(right);
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] !== b[i]) return a[i].codePointAt(0) < b[i].codePointAt(0);
  }
  return a.length < b.length;
}

// What is wrong with one field of a record, or "".
const idField = (text) => (isId(text) ? "" : `编号 ${shown(text)} 不合格式`);
const keyField = (text) => (text.split("/").length <= 2 && text.split("/").every(isId) ? "" : `检查项目 ${shown(text)} 不合格式`);
const countField = (text) => (COUNT.test(text) ? "" : `版本 ${shown(text)} 不合格式`);
const serialField = (text) => (SERIAL.test(text) ? "" : `序号 ${shown(text)} 不合格式`);
const dateField = (text) => (isDate(text) ? "" : `日期 ${shown(text)} 不合格式，或没有这一天`);
const hexField = (text) => (HEX64.test(text) ? "" : `指纹 ${shown(text)} 不合格式（应为 64 位小写十六进制）`);
const textField = (text) => (textOfLine(text) === null ? `文字 ${shown(text)} 是空的，或没有按规定转写` : "");
const nameField = (text) => nameFault(text);
const oneOf = (...words) => (text) => (words.includes(text) ? "" : `${shown(text)} 不是 ${words.join("、")} 之一`);
const formField = (form, what) => (text) => (form.test(text) ? "" : `${what} ${shown(text)} 不合格式`);
const orDash = (fault) => (text) => (text === "-" ? "" : fault(text));

/** The lines of one record below its form: `at` is the next, `here` a message about it. */
class RecordLines {
  constructor(lines, from, end) {
    Object.assign(this, { lines, form: lines[from], from, at: from + 1, end });
  }

  here(reason) {
    return `${FINDINGS} 第 ${this.at + 1} 行：${reason}`;
  }

  isNext(word) {
    return this.at < this.end && (this.lines[this.at] === word || this.lines[this.at].startsWith(`${word}\t`));
  }

  /** The fields of the next line, which begins with this word; `faults`: what is wrong with each. */
  take(word, ...faults) {
    want(this.isNext(word), this.here(`${this.form} 到这里应为“${word}”`));
    const fields = this.lines[this.at].split("\t").slice(1);
    want(fields.length === faults.length, this.here(`“${word}”应有 ${faults.length} 栏，实有 ${fields.length} 栏`));
    fields.forEach((field, i) => {
      const fault = faults[i](field);
      want(!fault, this.here(fault));
    });
    this.at += 1;
    return fields;
  }

  /** None or more lines of a word, ascending; with `isKeyed` no first field stands twice. */
  all(word, isKeyed, ...faults) {
    const found = [];
    for (let last = ""; this.isNext(word); ) {
      const line = this.lines[this.at];
      want(isBefore(last, line), this.here(`“${word}”各行没有从小到大排列，或有重复`));
      const fields = this.take(word, ...faults);
      this.at -= 1; // a message about it names this line
      want(!isKeyed || found[found.length - 1]?.[0] !== fields[0], this.here(`${shown(fields[0])} 出现了两次`));
      this.at += 1;
      found.push(fields);
      last = line;
    }
    return found;
  }

  close() {
    want(this.at === this.end, this.here(`${this.form} 里不该有这一行`));
    return this.lines.slice(this.from, this.end).map((line) => `${line}\n`).join("");
  }
}

/**
 * A reader for each form. A record: {kind, draw, unit ("" for the draw itself), serial, document: what its row in the log is
 * the digest of, text: the digest of its text in texts.tsv or null}; of a redaction also {word, of, on, reason}.
 */
const RECORD_READERS = {
  "finding/2"(lines) {
    const [draw] = lines.take("draw", idField), [unit] = lines.take("unit", idField);
    lines.take("visited", dateField);
    const lists = lines.all("checklist", true, idField, countField).map(([id]) => id);
    lines.take("outcome", idField);
    lines.all("measure", false, idField, orDash(dateField));
    const points = lines.all("point", true, keyField, oneOf("pass", "fail", "absent")).map(([key]) => key);
    const stray = points.find((key) => key.includes("/") && !lists.includes(key.split("/")[0]));
    want(stray === undefined, lines.here(`检查项目 ${stray} 的检查表没有写在“checklist”里`));
    for (const [key] of lines.all("clause", false, keyField, nameField)) want(points.includes(key), lines.here(`条款说的检查项目 ${key} 不在这份检查结果里`));
    const readings = lines.all("reading", false, nameField, nameField, formField(VALUE, "监测值"), orDash(nameField), orDash(nameField), oneOf("over", "within", "-"));
    want(readings.every((fields) => fields[4] !== "-" || fields[5] === "-"), lines.here("没有限值的监测值不应写超标与否"));
    lines.all("facility", true, nameField, oneOf("on", "off"));
    const [text] = lines.take("summary", hexField);
    return { kind: "finding", draw, unit, serial: 0, text, document: lines.close() };
  },

  "finding/1"(lines) {
    const words = { draw: null, unit: null, visited: null, outcome: null, summary: null };
    for (const word of Object.keys(words)) {
      const line = lines.at < lines.end ? lines.lines[lines.at] : "", said = line.slice(word.length + 1);
      want(line.startsWith(`${word} `), lines.here(`finding/1 到这里应为“${word}”`));
      const fault = word === "summary" ? "" : word === "visited" ? dateField(said) : idField(said);
      want(!fault, lines.here(fault));
      words[word] = said;
      lines.at += 1;
    }
    for (let last = ""; lines.at < lines.end; lines.at += 1) {
      const [word, id, verdict, ...more] = lines.lines[lines.at].split(" ");
      want(word === "point" && isId(id ?? "") && ["pass", "fail", "absent"].includes(verdict) && !more.length, lines.here("应为“point 检查项目 pass、fail 或 absent”"));
      want(id > last, lines.here(`检查项目 ${id} 没有从小到大排列，或有重复`));
      last = id;
    }
    // A CR, which no line of a file can hold, is written as backslash r; the log has the digest of the CR itself.
    const summary = words.summary.replace(/\\([^])/g, (pair, character) => (character === "r" ? "\r" : pair));
    const document = lines.close().replace(`\nsummary ${words.summary}\n`, () => `\nsummary ${summary}\n`);
    return { kind: "finding", isOld: true, draw: words.draw, unit: words.unit, serial: 0, text: null, document };
  },

  "correction/2"(lines) {
    const [draw] = lines.take("draw", idField), [unit] = lines.take("unit", idField);
    const [serial] = lines.take("serial", serialField), [text] = lines.take("text", hexField);
    return { kind: "correction", draw, unit, serial: Number(serial), text, document: lines.close() };
  },

  "correction/1"(lines) {
    const [draw] = lines.take("draw", idField), [unit] = lines.take("unit", idField);
    const [serial] = lines.take("serial", serialField), [line] = lines.take("text", textField);
    lines.close();
    return { kind: "correction", isOld: true, draw, unit, serial: Number(serial), text: null, document: textOfLine(line) };
  },

  "redaction/2"(lines) {
    const [draw] = lines.take("draw", idField), [unit] = lines.take("unit", orDash(idField));
    const [word] = lines.take("text", (text) => {
      const [id, count, ...more] = text.split("/");
      return isId(id) && (count === undefined || COUNT.test(count)) && !more.length ? "" : `隐去的文字 ${shown(text)} 不合格式`;
    });
    const [of] = lines.take("of", orDash(hexField)), [on] = lines.take("on", dateField), [reason] = lines.take("reason", textField);
    return { kind: "redaction", draw, unit: unit === "-" ? "" : unit, serial: 0, text: null, word, of, on, reason, document: lines.close() };
  },
};

/** What a redaction calls a record. */
const wordOf = ({ kind, serial }) => (kind === "correction" ? `correction/${serial}` : kind);

const TEXTS_IN_WORDS = { summary: "检查情况", finding: "整份检查结果", void: "作废的理由", witnesses: "见证人" };

/** What a redaction hides, in words. */
function hiddenWords(word) {
  const [kind, serial] = word.split("/");
  if (kind === "correction" && serial) return `第 ${serial} 次更正`;
  if (kind === "evidence" && serial) return `第 ${serial} 次替补的证据`;
  if (kind === "deposit" && serial) return `第 ${serial} 处存放的地方`;
  if (kind === "withdrawal" && serial) return `第 ${serial} 次撤下名称的原因`;
  return Object.hasOwn(TEXTS_IN_WORDS, word) ? TEXTS_IN_WORDS[word] : `文字 ${word}`;
}

const ownerOf = (unit) => (unit ? `单位 ${unit} ` : "抽签");
const calledRecord = (record) => `${ownerOf(record.unit)}的${record.kind === "redaction" ? `隐去记录（${hiddenWords(record.word)}）` : record.kind === "correction" ? hiddenWords(wordOf(record)) : "检查结果"}`;

/**
 * The records by unit: {units: unit -> {records (as they stand), there, hidden: word -> record}, records}. `hidden` has the
 * redactions of what is not there as a record any more.
 */
function parseFindings(text, commit) {
  const lines = text.slice(0, -1).split("\n"), units = new Map(), records = [];
  const [draw] = wordsOf(lines[0], "findings/2", 2) ?? [];
  checkDraw(FINDINGS, draw, "findings/2", commit);
  let last = null;
  for (let from = 1; from < lines.length; ) {
    let end = from + 1;
    while (end < lines.length && !RECORD_FORM.test(lines[end])) end += 1;
    const here = (reason) => `${FINDINGS} 第 ${from + 1} 行：${reason}`;
    want(Object.hasOwn(RECORD_READERS, lines[from]), here(`应为一条记录的开头，写的是 ${shown(lines[from])}`));
    const record = RECORD_READERS[lines[from]](new RecordLines(lines, from, end));
    want(record.draw === draw, here(`这条记录的抽签编号是 ${shown(record.draw)}`));
    want(!last || standsBehind(record, last), here(`${calledRecord(record)}没有按次序排列，或有重复`));
    if (!units.has(record.unit)) units.set(record.unit, { records: [], there: new Map(), hidden: new Map() });
    const unit = units.get(record.unit);
    unit.records.push(record);
    if (record.kind !== "redaction") unit.there.set(wordOf(record), record);
    records.push(record);
    last = record;
    from = end;
  }
  for (const [unit, found] of units) checkUnit(unit, found);
  return { units, records };
}

function standsBehind(record, last) {
  if (record.unit !== last.unit) return record.unit > last.unit;
  if (record.kind !== last.kind) return RANKS.indexOf(record.kind) > RANKS.indexOf(last.kind);
  return record.kind === "redaction" || record.serial > last.serial;
}

/** Whether the records of one unit go together; fills `hidden`. */
function checkUnit(unit, { records, there, hidden }) {
  const words = new Set(), wentLater = () => !words.has("finding") && records.some(({ kind, word }) => kind === "redaction" && word === "finding");
  for (const record of records) {
    if (record.kind !== "redaction") continue;
    const { word, of } = record, here = `${FINDINGS}：${calledRecord(record)}`;
    want(!words.has(word), `${here}：已经隐去的又隐去一次`);
    words.add(word);
    if (!unit) continue;
    const isCorrection = word.startsWith("correction/") && SERIAL.test(word.slice(11));
    want(word === "summary" || word === "finding" || isCorrection, `${here}：单位没有 ${shown(word)} 这种文字`);
    const held = there.get(word === "summary" ? "finding" : word);
    if (word === "summary") want(held ? !held.isOld : wentLater(), `${here}：没有这家单位的 finding/2`);
    else if (!held) hidden.set(word, record);
    else want(isCorrection && !held.isOld, `${here}：要隐去的还在这里`);
    want(of !== "-" && (!held || held.text === of), `${here}：指纹 ${of} 不是要隐去的文字的`);
  }
  if (!unit) return;
  const known = new Set([...there.keys(), ...hidden.keys()]);
  const corrections = [...known].filter((word) => word.startsWith("correction/")).length;
  for (let serial = 1; serial <= corrections; serial++) want(known.has(`correction/${serial}`), `${FINDINGS}：单位 ${unit} 的更正缺少第 ${serial} 次`);
  want(!corrections || known.has("finding"), `${FINDINGS}：单位 ${unit} 有更正，却没有检查结果`);
}

/** `units` holds the drawn ones and those that stepped in; false while there is no result. */
function checkInspected({ units: found }, units) {
  for (const unit of found.keys()) {
    if (!unit) continue;
    want(units, `${FINDINGS}：有单位 ${unit} 的记录，却没有 ${RESULT}`);
    want(units.has(unit), `${FINDINGS}：单位 ${unit} 没有抽中，也没有替补进来`);
  }
  return `${found.size - (found.has("") ? 1 : 0)} 家`;
}

// ---- texts.tsv ----

const KINDS_OF_TEXTS = { summary: "检查情况", correction: "更正" };

/** Each text against its record; `text` is null where the file is not there. Gives how many there are, in words. */
function checkTexts(text, { units, records }, commit) {
  const due = new Map(), gone = new Set();
  for (const { kind, unit, serial, text: digest } of records) {
    if (digest !== null) due.set(kind === "finding" ? `summary\t${unit}` : `correction\t${unit}/${serial}`, digest);
  }
  for (const [unit, found] of units) {
    for (const { kind, word } of found.records) {
      if (kind !== "redaction" || !unit) continue;
      const [what, serial] = word.split("/");
      gone.add(`${what}\t${unit}${serial ? `/${serial}` : ""}`);
    }
  }
  const form = ([kind, key]) => {
    if (!Object.hasOwn(KINDS_OF_TEXTS, kind)) return `没有 ${shown(kind)} 这种文字`;
    const [unit, serial, ...more] = (key ?? "").split("/");
    const isWhole = kind === "correction" ? SERIAL.test(serial ?? "") : serial === undefined;
    return isId(unit) && isWhole && !more.length ? "" : `编号 ${shown(key)} 不合格式`;
  };
  const read = ([kind, key, nonce, line]) => {
    const row = `${kind}\t${key}`, called = `${key} 的${KINDS_OF_TEXTS[kind]}`, said = textOfLine(line);
    if (!HEX32.test(nonce)) return `随机串 ${shown(nonce)} 不合格式（应为 32 位小写十六进制）`;
    if (said === null) return textField(line);
    if (gone.has(row)) return `${called}已依法隐去，文字却还在这里`;
    if (!due.has(row)) return `${called}在 ${FINDINGS} 里没有指纹`;
    if (H(`${nonce} ${said}`) !== due.get(row)) return `${called}与 ${FINDINGS} 里的指纹不符`;
    due.delete(row);
    return "";
  };
  const rows = text === null ? 0 : readTable(TEXTS, text, { kind: "texts/2", width: 4, form, key: ([kind, key]) => `${kind}\t${key}`, read, commit }).rows;
  for (const row of due.keys()) {
    const [kind, key] = row.split("\t");
    want(gone.has(row), `${TEXTS}：没有 ${key} 的${KINDS_OF_TEXTS[kind]}，也没有写明依法隐去`);
  }
  return `${rows} 段`;
}

// ---- log.tsv ----

const KINDS = ["commit", "entropy", "result", "publish", "unseal", "void", "declare", "substitute", "finding", "correction",
  "redaction", "audit", "plan", "key", "withdraw"];
const NO_CHAIN = "0".repeat(64);

function parseLog(text) {
  const lines = text.slice(0, -1).split("\n");
  want(lines[0] === "log/2", `${LOG} 第 1 行：应为“log/2”`);
  const rows = [];
  let chain = NO_CHAIN, last = -Infinity;
  for (let i = 1; i < lines.length; i++) {
    const here = (reason) => `${LOG} 第 ${i + 1} 行：${reason}`;
    const fields = lines[i].split("\t");
    want(fields.length === 6, here(`应有 6 栏，实有 ${fields.length} 栏`));
    const [index, time, kind, subject, digest, said] = fields;
    const moment = instant(time), fault = nameFault(subject, "事项");
    want(index === String(i), here(`序号应为 ${i}，写的是 ${shown(index)}`));
    want(moment !== null, here(`时间 ${shown(time)} 不合格式`));
    want(moment >= last, here("时间早于上一行"));
    want(KINDS.includes(kind), here(`没有 ${shown(kind)} 这种日志`));
    want(!fault, here(fault));
    want(HEX64.test(digest), here(`文件指纹 ${shown(digest)} 不合格式`));
    const due = H([chain, index, time, kind, subject, digest].join("\t"));
    want(said === due, here(`链值应为 ${due}，写的是 ${shown(said)}`));
    rows.push({ index: i, time, moment, kind, subject, digest, previous: chain, chain: said, line: lines[i] });
    chain = said;
    last = moment;
  }
  return rows;
}

/** Goes through the rows of one draw in the order that the protocol demands. */
class DrawRows {
  constructor(rows, draw) {
    const kinds = ["commit", "entropy", "result", "declare", "substitute"];
    this.rows = rows.filter(({ kind, subject }) => kinds.includes(kind) && (subject === draw || subject.startsWith(`${draw}/`)));
    this.at = 0;
  }

  /** The next row, which must be of this kind and subject, with this digest. Null where neither it nor its file (`isOut`) is there yet. */
  next(kind, subject, digest, isOut = true) {
    const row = this.rows[this.at];
    if (!row && !isOut) return null;
    want(row, `${LOG}：缺少本次抽签的 ${kind} 行（${subject}）`);
    want(row.kind === kind && row.subject === subject, at(row, `本次抽签的行到这里应为 ${kind} ${subject}，写的是 ${row.kind} ${shown(row.subject)}`));
    want(digest === null || row.digest === digest, at(row, `${kind} 的指纹应为 ${digest}，写的是 ${row.digest}`));
    this.at += 1;
    return row;
  }
}

const at = (row, reason) => `${LOG} 第 ${row.index + 1} 行：${reason}`;

/**
 * Whether the log tells of this draw what its files tell. `given`: {entropy, resultDigest, salt, substitutes}, each null where
 * the file is not there yet; the digest may be known before the result is out (`isResultOut`). Gives {committed, result: rows
 * or null, pending: serials}.
 */
function checkLog(rows, commit, { entropy, resultDigest, isResultOut, salt, substitutes }) {
  const { draw, sources } = commit;
  want(rows.some(({ kind, subject }) => kind === "commit" && subject === draw), `${LOG}：缺少本次抽签的 commit 行（${draw}）`);
  const mine = new DrawRows(rows, draw), again = mine.rows.filter(({ kind }) => kind === "commit")[1];
  want(!again, again && at(again, `本次抽签的 commit 出现了两次`));
  const committed = mine.next("commit", draw, commit.digest);
  want(committed.previous === commit.previous, at(committed, `前一链值与 ${COMMIT} 的 previous 不同`));
  want(commit.system || committed.moment < sources[0].moment, at(committed, `承诺登记于${spoken(committed.time)}，不早于第一个随机数的时间（${spoken(sources[0].time)}）`));
  sources.forEach(({ source, label, time, moment }, i) => {
    const row = mine.next("entropy", `${draw}/${source}`, entropy && H(entropy.lines[i]), entropy !== null);
    if (!row) return;
    want(row.moment >= moment, at(row, `${source} ${label} 登记于${spoken(row.time)}，早于它揭晓的时间（${spoken(time)}）`));
    if (!SOURCES.get(source).dice) return;
    want(row.moment <= moment + 3600, at(row, `${source} ${label} 登记于${spoken(row.time)}，比它的时间（${spoken(time)}）晚了超过 60 分钟`));
    const following = sources[i + 1];
    want(!following || row.moment < following.moment, at(row, `${source} ${label} 登记于${spoken(row.time)}，不早于下一个来源揭晓的时间（${following ? spoken(following.time) : ""}）`));
  });
  const result = mine.next("result", draw, resultDigest, isResultOut);
  const pending = checkDeclarations(mine, draw, salt, substitutes);
  return { committed, result, pending };
}

/** The `declare` and `substitute` rows. Gives the serials that are declared and have not taken effect. */
function checkDeclarations(mine, draw, salt, substitutes) {
  let declared = 0, done = 0;
  for (const row of mine.rows.slice(mine.at)) {
    want(row.kind === "declare" || row.kind === "substitute", at(row, `本次抽签多出了一行 ${row.kind}`));
    const serial = row.kind === "declare" ? (declared += 1) : (done += 1);
    want(row.subject === `${draw}/${serial}`, at(row, `应为 ${row.kind} ${draw}/${serial}，写的是 ${shown(row.subject)}`));
    want(done <= declared, at(row, `第 ${serial} 次替补没有事先申报`));
    const due = substitutes?.[serial - 1];
    if (row.kind === "declare" && due) {
      const digest = H(`${salt.text}${due.fields.slice(0, 8).join("\t")}`);
      want(row.digest === digest, at(row, `第 ${serial} 次申报的指纹应为 ${digest}，写的是 ${row.digest}`));
      want(row.moment === due.moment, at(row, `第 ${serial} 次申报登记于${spoken(row.time)}，${SUBSTITUTES} 写的是${spoken(due.time)}`));
    }
    if (row.kind === "substitute" && due) {
      const digest = H(`${salt.text}${due.text}`);
      want(row.digest === digest, at(row, `第 ${serial} 次替补的指纹应为 ${digest}，写的是 ${row.digest}`));
      want(!due.source || row.moment >= due.source.moment, at(row, `第 ${serial} 次替补登记于${spoken(row.time)}，早于号码揭晓的时间（${due.source ? spoken(due.source.time) : ""}）`));
    }
  }
  const rows = substitutes?.length ?? 0;
  want(!salt || done === rows, `${LOG}：写着 ${done} 次替补，${SUBSTITUTES} ${rows ? `有 ${rows} 次` : "却没有"}`);
  return Array.from({ length: declared - done }, (_, i) => done + 1 + i);
}

const ofFindings = (rows, draw) => rows.filter(({ kind, subject }) => Object.hasOwn(RECORD_KINDS, kind) && (subject === draw || subject.startsWith(`${draw}/`)));

/** The rows of the log about what was found, each against its record, and none without one. */
function checkFindingsLog(rows, commit, salt, { units }) {
  const { draw } = commit, isSealed = commit.disclosure === "sealed", salted = isSealed ? salt.text : "";
  const left = new Set(ofFindings(rows, draw));
  const rowsOf = (kind, subject) => [...left].filter((row) => row.kind === kind && row.subject === subject);
  let count = 0;
  for (const [unit, found] of units) {
    const ident = isSealed ? H(`${salt.text.slice(0, -1)} ${unit}`) : unit, subject = unit ? `${draw}/${ident}` : draw;
    const logged = new Map(); // word -> its row
    for (const kind of RANKS) {
      const due = dueRows(kind, found, salted), said = rowsOf(kind, subject);
      due.forEach(({ called, digest, isLate }, i) => {
        want(said[i], `${LOG}：没有登记${called}`);
        want(said[i].digest === digest, at(said[i], `${called}的指纹应为 ${digest}，写的是 ${said[i].digest}`));
        want(!isLate(said[i], logged, rows), at(said[i], `${called}登记得比它所说的还早`));
        left.delete(said[i]);
        if (due[i].word) logged.set(due[i].word, said[i]);
        count += 1;
      });
    }
  }
  for (const row of left) throw new Invalid(at(row, `登记了${RECORD_KINDS[row.kind]} ${shown(row.subject)}，${FINDINGS} 里却没有`));
  return `${count} 条`;
}

/** What the log must say of a unit in one kind of rows: {word (none for a redaction), called, digest, isLate}. */
function dueRows(kind, { records, there, hidden }, salted) {
  if (kind === "redaction") {
    return records.filter((record) => record.kind === kind).map((record) => ({
      called: calledRecord(record),
      digest: H(salted + record.document),
      isLate: (row, logged, rows) => !isBelow(record, row, logged, rows),
    }));
  }
  const due = [];
  for (let serial = 1; ; serial++) {
    const word = wordOf({ kind, serial }), record = there.get(word), redaction = hidden.get(word);
    if (!record && !redaction) return due;
    due.push({
      word,
      called: calledRecord({ kind, serial, unit: (record ?? redaction).unit }),
      digest: record ? H(salted + record.document) : redaction.of,
      isLate: (row, logged) => kind === "correction" && row.index < logged.get("finding").index,
    });
    if (kind === "finding") return due;
  }
}

/** Whether the row of a redaction stands below the row of what it hides. */
function isBelow({ draw, unit, word, of }, row, logged, rows) {
  if (unit) return logged.get(word === "summary" ? "finding" : word).index < row.index;
  return of === "-" || rows.some(({ index, subject, digest }) => index < row.index && digest === of && (subject === draw || subject.startsWith(`${draw}/`)));
}

/** Other draws that were committed with neither result nor void at some moment between this one's commit and its result. */
function othersOpen(rows, draw, committed, result) {
  const end = result?.index ?? Infinity, found = [];
  rows.forEach(({ kind, subject, index }) => {
    if (kind !== "commit" || subject === draw || index > end) return;
    const closed = rows.find((row) => row.index > index && row.subject === subject && (row.kind === "result" || row.kind === "void"));
    if (!closed || closed.index > committed.index) found.push(subject);
  });
  return [...new Set(found)];
}

/** Kinds of names for which the last `withdraw` row does not agree with what names.tsv lacks, in words. */
function checkWithdrawals(rows, draw, missing, salt) {
  const faults = [];
  for (const [kind, ids] of Object.entries(missing)) {
    const start = `${draw}/${kind}/`;
    const last = rows.filter((row) => row.kind === "withdraw" && row.subject.startsWith(start) && COUNT.test(row.subject.slice(start.length))).pop();
    const said = last ? last.subject.slice(start.length) : "0";
    if (said !== String(ids.length)) faults.push(`${KINDS_OF_NAMES[kind]}：日志写着撤下 ${said} 个，${NAMES} 缺 ${ids.length} 个`);
    else if (last && salt && last.digest !== H(`${salt.text}${ids.join("\n")}`)) faults.push(`${KINDS_OF_NAMES[kind]}：日志写着撤下的与 ${NAMES} 缺的不是同一些`);
  }
  return faults;
}

// ---- Heads and checkpoints: that a log extends an earlier one ----

function bytesOfHex(text) {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let from = 0;
  for (const part of parts) {
    whole.set(part, from);
    from += part.length;
  }
  return whole;
}

/** The Merkle tree hash of RFC 6962 over some leaves, as hexadecimal digits. */
function merkleRoot(leaves) {
  if (leaves.length === 0) return H("");
  if (leaves.length === 1) return H(joined(Uint8Array.of(0), ENCODER.encode(leaves[0])));
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)].map((part) => bytesOfHex(merkleRoot(part)));
  return H(joined(Uint8Array.of(1), left, right));
}

/** Whether the log extends an earlier log, chain value or checkpoint. */
function checkExtends(rows, text, earlierBytes) {
  let earlier;
  try {
    earlier = DECODER.decode(earlierBytes);
  } catch {
    throw new Invalid("给出的旧记录不是 UTF-8 编码");
  }
  const lines = earlier.split("\n");
  if (lines[0] === "log/2") {
    want(earlier.endsWith("\n"), "给出的旧日志不完整：最后一行没有以换行结束");
    const now = text.slice(0, -1).split("\n");
    const other = lines.findIndex((line, i) => i < lines.length - 1 && line !== now[i]);
    want(other < 0, `${LOG}：没有接着给出的旧日志：第 ${other + 1} 行已经不同`);
    return `旧日志 ${lines.length - 2} 行都在`;
  }
  if (/^[0-9a-f]{64}\n?$/.test(earlier)) {
    const head = lines[0], row = rows.find(({ chain }) => chain === head);
    want(row || head === NO_CHAIN, `${LOG}：里面没有给出的链值 ${head}，不是接着那本日志写的`);
    return `给出的链值在第 ${row?.index ?? 0} 条`;
  }
  const [origin, size, root] = lines;
  const isCheckpoint = lines.length > 3 && origin && /^(?:0|[1-9][0-9]{0,14})$/.test(size) && /^[0-9A-Za-z+/]{43}=$/.test(root);
  want(isCheckpoint, "给出的旧记录既不是日志（log/2），也不是链值或检查点");
  want(Number(size) <= rows.length, `${LOG}：只有 ${rows.length} 条，给出的检查点已有 ${size} 条`);
  const due = merkleRoot(rows.slice(0, Number(size)).map(({ line }) => line));
  const said = Array.from(atob(root), (character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  want(said === due, `${LOG}：前 ${size} 条与给出的检查点不同`);
  return `前 ${size} 条与检查点一致`;
}

/** Whose log it is and the chain value after each row, so that a page can remember the last: {bureau, heads}; null without a sound log. */
export function logHeads(files) {
  const given = asMap(files);
  if (!given.has(LOG)) return null;
  try {
    return { bureau: parseCommit(textOf(given, COMMIT)).bureau, heads: parseLog(textOf(given, LOG)).map(({ chain }) => chain) };
  } catch (error) {
    if (error instanceof Invalid) return null;
    throw error;
  }
}

// ---- The checks ----

function asMap(files) {
  return files instanceof Map ? files : new Map(Object.entries(files));
}

/** Which files must be there for which: `has` tells whether one is. */
function checkComplete(has) {
  want(has(REGISTERS), `没有 ${REGISTERS}：它和 ${COMMIT} 一起公布，总该在这里`);
  for (const name of [POOL, OFFICERS]) {
    want(!has(SALT) || has(name), `有 ${SALT}，却没有 ${name}：公布了盐，名单就该在这里`);
    want(!has(NAMES) || has(name), `有 ${NAMES}，却没有 ${name}：名称无从核对`);
  }
  for (const name of [SALT, ENTROPY]) want(!has(RESULT) || has(name), `有 ${RESULT}，却没有 ${name}：结果无从核对`);
  want(!has(SUBSTITUTES) || has(RESULT), `有 ${SUBSTITUTES}，却没有 ${RESULT}：替补无从核对`);
  for (const name of [SALT, LOG]) want(!has(FINDINGS) || has(name), `有 ${FINDINGS}，却没有 ${name}：检查结果无从核对`);
  want(!has(TEXTS) || has(FINDINGS), `有 ${TEXTS}，却没有 ${FINDINGS}：文字无从核对`);
}

// What is missing while a draw is not finished.
const NOT_YET = {
  [POOL]: "单位名单还没有公开：要等更早一次密封的抽签解封",
  [OFFICERS]: "执法人员名单还没有公开：要等更早一次密封的抽签解封",
  [ENTROPY]: "随机数还没有全部揭晓",
  [SALT]: "抽签还密封着，盐没有公布",
  [RESULT]: "结果还没有公布",
};

/** The parsed files of a draw and its seed K, after every check but those of the names, the result, the log and the programs. */
function openWhole(given) {
  const commit = parseCommit(textOf(given, COMMIT));
  const pool = parsePool(textOf(given, POOL), commit), officers = parseOfficers(textOf(given, OFFICERS), commit);
  const registers = parseRegisters(textOf(given, REGISTERS), commit);
  const salt = parseSalt(textOf(given, SALT), commit);
  checkFrozen(POOL, H(bytesOf(given, POOL)), pool.rows, commit.frozen.pool);
  checkFrozen(OFFICERS, H(bytesOf(given, OFFICERS)), officers.rows, commit.frozen.officers);
  checkFrozen(REGISTERS, H(bytesOf(given, REGISTERS)), registers.rows, commit.frozen.registers);
  checkRegisters(commit, registers);
  checkEntries(pool, registers);
  checkSalt(commit, salt);
  checkStrata(commit, pool, officers);
  checkStaff(commit, pool, officers);
  if (!commit.system) checkBits(commit);
  const entropy = parseEntropy(textOf(given, ENTROPY), commit);
  checkEntropyOf(commit, entropy);
  return { commit, pool, officers, registers, salt, entropy, K: seedOf(entropy, salt) };
}

/** The text of result.tsv, computed from the other files. Throws Invalid with the reason, never anything else. */
export function compute(files) {
  const draw = openWhole(asMap(files));
  const drawn = drawUnits(draw);
  return writeResult(headOf("result/2", draw), writeUnits(draw.pool, drawn), writeTeams(assignTeams(draw, drawn)));
}

/** The text of substitutes.tsv with every outcome computed anew from its declarations. Throws Invalid with the reason. */
export function computeSubstitutes(files) {
  const given = asMap(files), draw = openWhole(given);
  const rows = parseSubstitutes(textOf(given, SUBSTITUTES), draw);
  const drawn = drawUnits(draw), standing = new Standing(draw, drawn, assignTeams(draw, drawn));
  const lines = rows.map((row) => `${[...row.fields.slice(0, 9), standing.step(row)].join("\t")}\n`);
  return `${headOf("substitutes/2", draw)}\n${lines.join("")}`;
}

/**
 * Check a draw: a list of {what, ok, level, detail, means}. Level is "ok", "warn", "void" (the draw was called off), "lack" (findings.txt
 * should be there and is not, so less was checked), "note", "wait" (not published yet), "fail", or "skip" where a failure before left
 * nothing to check (ok is false for these two). A line with isOtherProtocol says that the draw is one of draw/1. `means`: in plain words, what the check
 * is there for. `files`: a Map or an object of name -> Uint8Array. `onProgress` gets {part (0 to 1), what}, and {line} with
 * each check as it is done. `own`: the digest of this very program, where it is known. `earlier`: the bytes of an earlier
 * log, chain value or checkpoint that the log must extend.
 */
export function check(files, onProgress = () => {}, own = null, earlier = null) {
  const run = new Run(asMap(files), onProgress);
  try {
    runChecks(run, own, earlier);
  } catch (error) {
    // Never expected; a verifier that breaks must not look like one that agrees.
    run.lines.push({ what: "复算程序运行正常", ok: false, level: "fail", detail: `程序出错：${error?.message ?? error}`, means: "" });
  }
  return run.lines;
}

/** The lines of a check as they come. A value is null where its check failed, and undefined where its file is not there yet. */
class Run {
  constructor(files, onProgress) {
    Object.assign(this, { files, onProgress, lines: [], from: 0, to: 0, current: "", isOther: false });
    this.progress = (part) => onProgress({ part: this.from + (this.to - this.from) * part, what: this.current });
  }

  has(name) {
    return this.files.has(name);
  }

  add(what, level, detail, means = "") {
    const line = { what, ok: level !== "fail" && level !== "skip", level, detail, means };
    if (this.isOther) line.isOtherProtocol = true;
    this.lines.push(line);
    this.onProgress({ part: this.to, what, line });
  }

  /** One check: `until` is the share of all work that is done after it; it is left out where a value that it needs is not there yet. */
  step(until, what, means, needs, work, say = (value) => (typeof value === "string" ? value : "")) {
    if (needs.includes(undefined) && !needs.includes(null)) return undefined;
    [this.from, this.to, this.current] = [this.to, until, what];
    this.progress(0);
    try {
      if (needs.includes(null)) throw new Skipped();
      const value = work() ?? true;
      this.add(what, "ok", say(value), means);
      return value;
    } catch (error) {
      this.isOther ||= error instanceof OtherProtocol;
      if (error instanceof Skipped) this.add(what, "skip", "前面的检查没有通过，这一项无从检查", means);
      else if (error instanceof Caution) this.add(what, "warn", error.message, means);
      else if (error instanceof Invalid) this.add(what, "fail", error.message, means);
      else throw error;
      return null;
    }
  }

  /** The file's presence as a value that a step may need: undefined while it is not there, null where it should be. */
  there(name, complete) {
    return this.has(name) ? true : complete === null ? null : undefined;
  }

  text(name) {
    return textOf(this.files, name);
  }

  digest(name) {
    hashBytes(bytesOf(this.files, name), this.progress);
    return hex(S);
  }
}

function runChecks(run, own, earlier) {
  run.step(0.01, "程序自检：SHA-256 算法正确", "先用几段已知答案的文字试算，看这台设备会不会算错。", [], () => want((tested ??= selfTest()), "这个浏览器算错了已知的指纹，请换一个浏览器"));
  const commit = run.step(0.01, "承诺文件符合格式", "承诺文件是抽签之前公布的：名单的指纹、比例、随机数来源都写死在里面，事后不能改。", [],
    () => parseCommit(run.text(COMMIT)), ({ draw, bureau, digest }) => `${bureau}，编号 ${draw}，承诺值 ${digest}`);
  if (run.isOther) {
    run.onProgress({ part: 1, what: "完成" });
    return;
  }
  const complete = run.step(0.01, "文件彼此配得上", "有的文件要靠另一些文件才能核对：不能只给结果，不给算出它的依据。", [], () => checkComplete((name) => run.has(name)));
  const draw = { commit, ...checkHat(run, commit, complete) };
  draw.entropy = checkRandomness(run, commit, complete);
  const outcome = checkOutcome(run, draw, complete);
  const log = checkPublicLog(run, draw, outcome, complete, earlier);
  checkFindings(run, draw, outcome, log ?? null);
  checkPrograms(run, commit, own);
  if (complete !== null) {
    for (const [name, detail] of Object.entries(NOT_YET)) if (!run.has(name)) run.add(`还没有 ${name}`, "wait", detail);
  }
  for (const name of run.files.keys()) {
    if (!FILES.includes(name) && name !== "PROTOCOL.md") run.add("不认识的文件", "note", `${shown(name)} 不属于抽签文件，没有检查`);
  }
  run.onProgress({ part: 1, what: "完成" });
}

/** Pool, officers, registers, salt and names, and what the commit says of them. */
function checkHat(run, commit, complete) {
  const read = (until, name, what, means, parse, unit) => run.step(until, `${what}符合格式`, means, [run.there(name, complete)],
    () => parse(run.text(name), commit, run.progress), ({ rows }) => `${rows} ${unit}`);
  const pool = read(0.14, POOL, "单位名单文件", "名单里是冻结那一刻的全部单位：谁在里面、属于哪一类、能不能抽。", parsePool, "家");
  const officers = read(0.15, OFFICERS, "执法人员名单文件", "可以派出的执法人员，各人的部门、专业和已有任务数。", parseOfficers, "名");
  const registers = read(0.16, REGISTERS, "外部名册文件", "别的机关保管的名单，用来查有没有单位被漏掉。", parseRegisters, "条");
  const salt = run.step(0.16, "盐文件符合格式", "盐是一串随机字符，抽签之前就定下了；密封的抽签在解封之前靠它保密。", [run.there(SALT, complete)], () => parseSalt(run.text(SALT), commit), () => "");

  const frozen = (until, name, what, value, said, unit) => run.step(until, `${what}与事先公布的指纹一致`, "文件哪怕改动一个字，指纹就完全不同：这一项说明它在公布承诺以后没有改过。", [commit, value],
    () => checkFrozen(name, run.digest(name), value.rows, said(commit)), (rows) => rows.replace("行", unit));
  const poolHeld = frozen(0.2, POOL, "单位名单文件", pool, ({ frozen: { pool: said } }) => said, "家");
  const officersHeld = frozen(0.2, OFFICERS, "执法人员名单文件", officers, ({ frozen: { officers: said } }) => said, "名");
  const registersHeld = frozen(0.2, REGISTERS, "外部名册文件", registers, ({ frozen: { registers: said } }) => said, "条");
  const saltHeld = run.step(0.2, "盐与事先公布的指纹一致", "盐若能更换，结果就能挑选。", [commit, salt], () => checkSalt(commit, salt));
  run.step(0.2, "外部名册与承诺文件写的一致", "每本外部名册有几条、几条不在名单里，都在抽签之前写明。", [commit, registers], () => checkRegisters(commit, registers));
  if (registers && registers.rows === 0) run.add("没有外部名册", "note", "名单之外没有人为它作证：本局是否漏了单位，从这些文件看不出来");
  const placed = run.step(0.21, "外部名册里每一条都有着落", "每一条要么是名单里的一家单位，要么写明为什么不在名单里。", [pool, registers], () => checkEntries(pool, registers));

  const quotas = run.step(0.22, "按公布的比例重新算出应抽家数，一致", "抽几家由比例和名单决定，不能临时增减。", [commit, pool, officers], () => checkStrata(commit, pool, officers));
  const staffed = run.step(0.24, "每家可能抽中的单位都派得出足够的、不用回避的执法人员", "免得抽中以后才说派不出人而换一家。", [commit, pool, officers], () => checkStaff(commit, pool, officers));
  const owners = pool && officers && registers ? namedRows(pool, officers, registers) : [pool, officers, registers].includes(null) ? null : undefined;
  const names = checkNames(run, commit, pool, placed && registers, owners, complete);
  const held = [poolHeld, officersHeld, registersHeld, quotas, staffed];
  return { pool, officers, registers, salt, saltHeld, held, owners, ...names };
}

/** Gives {missing}: the ids whose names are withdrawn, by kind; undefined where that cannot be told. */
function checkNames(run, commit, pool, registers, owners, complete) {
  const what = "名称与冻结时的指纹逐个一致", means = "名称单独放一个文件：依法可以撤下，却不能换成别的名称。";
  const names = run.has(NAMES) ? run.step(0.5, what, means, [owners, run.there(NAMES, complete)], () => parseNames(run.text(NAMES), commit, owners, run.progress), ({ rows }) => `${rows} 个`) : undefined;
  if (!owners || names === null) return {};
  const missing = withdrawnNames(owners, names ?? null);
  const words = Object.entries(missing).filter(([, ids]) => ids.length).map(([kind, ids]) => `${KINDS_OF_NAMES[kind]} ${ids.length} 个`);
  const withdrawn = names ? "名称已撤下" : `没有 ${NAMES}，名称都已撤下`;
  if (words.length) run.add(withdrawn, "note", `${words.join("，")}。编号和指纹还在，其余照样可以核对`);
  if (!registers) return { missing }; // an entry names a unit that is not in the pool
  const { other, several } = oddEntries(pool, registers, owners, names);
  if (other.length) run.add("外部名册里的名称与对应单位的不同", "note", some(other, "；"));
  if (several.length) run.add("同一本外部名册里有几条对应同一家单位", "note", some(several));
  return { missing };
}

function checkRandomness(run, commit, complete) {
  run.step(0.5, "随机数足够多，谁也凑不出想要的结果", "来源在抽签之前点名，合起来至少 64 比特，事先猜不中，也试不完。", [commit], () => checkBits(commit));
  if (commit?.sources.every(({ source }) => SOURCES.get(source).dice)) run.add("随机数只有掷骰", "note", "它靠当时在场的见证人作证，没有彩票或信标可以对照");
  const entropy = run.step(0.5, "随机数的来源、次序和个数与事先点名的一致", "不能开奖以后再挑用哪一期，也不能多用或少用一个。", [commit, run.there(ENTROPY, complete)], () => parseEntropy(run.text(ENTROPY), commit), () => "");
  const bound = run.step(0.5, "随机数是为这份承诺文件产生的", "随机数文件里写着承诺值：承诺在前，随机数在后。", [commit, entropy], () => {
    checkEntropyOf(commit, entropy);
    return `承诺值 ${commit.digest}`;
  });
  return bound === null ? null : entropy;
}

/** Draw anew. Gives {resultText, substitutes}: what is published of them, or the result that is due where it is not yet. */
function checkOutcome(run, draw, complete) {
  const { commit, pool, officers, salt, saltHeld, entropy, held } = draw;
  const needs = [commit, pool, officers, salt, saltHeld, entropy, ...held];
  const head = commit && headOf("result/2", draw), isOut = run.has(RESULT);
  let result = null, drawn = null;
  const drew = run.step(0.8, isOut ? "用公布的随机数重新抽签，结果逐行一致" : "用公布的随机数抽签", "同样的名单、同样的随机数，谁来算都是同样的单位：不一样就说明结果被改过。", needs, () => {
    draw.K = seedOf(entropy, salt);
    drawn = drawUnits(draw, run.progress);
    if (isOut) compareRows(RESULT, (result = run.text(RESULT)), head, writeUnits(pool, drawn), 0, 4);
    return `抽中 ${drawn.length} 家`;
  });
  let teams = null;
  const teamed = run.step(0.92, isOut ? "每家的检查组重新算出，一致" : "算出每家的检查组", "派谁去、谁带队也由随机数决定，不由人挑。", [drew, ...needs], () => {
    teams = assignTeams(draw, drawn, run.progress);
    if (isOut) compareRows(RESULT, result, head, writeTeams(teams), 4);
    return `${drawn.length} 个检查组`;
  });
  if (teamed && !isOut) result = writeResult(head, writeUnits(pool, drawn), writeTeams(teams));
  const substitutes = checkSubstitutes(run, draw, drawn, teams, teamed, complete);
  return { resultText: teamed ? result : teamed, substitutes, inspected: isOut ? inspectedUnits(pool, teamed && drawn, substitutes) : false };
}

/** The units that were drawn or stepped in; null where a check of them failed. */
function inspectedUnits(pool, drawn, substitutes) {
  if (!drawn || substitutes === null) return null;
  const stepped = (substitutes ?? []).filter(({ kind }) => kind === "unit").map(({ fields }) => fields[9].split(":")[0]);
  return new Set([...drawn.map(({ unit }) => pool.unit[unit]), ...stepped]);
}

function checkSubstitutes(run, draw, drawn, teams, teamed, complete) {
  if (!run.has(SUBSTITUTES)) return undefined;
  const rows = run.step(0.93, "替补的申报符合规则", "谁不能去、为什么，要在新的随机数揭晓之前申报，申报了就不能收回。", [draw.commit, draw.officers, run.there(SUBSTITUTES, complete)],
    () => parseSubstitutes(run.text(SUBSTITUTES), draw), (found) => `${found.length} 次`);
  const standing = teamed && new Standing(draw, drawn, teams);
  const done = run.step(0.97, "由谁替补重新算出，逐行一致", "替补的单位和人员同样由随机数决定，申报的人挑不了。", [rows, teamed], () => {
    rows.forEach((row, i) => {
      const due = standing.step(row), said = row.fields[9];
      if (said !== due) throw new Invalid(`${SUBSTITUTES} 第 ${row.line} 行：${outcomeFault(due, said)}`);
      run.progress(i / rows.length);
    });
    return `${rows.length} 次`;
  });
  if (done && standing.few.length) run.add("“不能派的人员”使可选的人不足两名", "warn", `${some(standing.few, "；")}。请留意其他人为什么都不能派`);
  return done && rows;
}

/** Where an outcome is another than the one that is due: its first word that differs. */
function outcomeFault(due, said) {
  const dueWords = due.split(" "), words = said.split(" ");
  const place = dueWords.findIndex((word, i) => word !== words[i]);
  return place < 0 ? "后面多出了内容" : `第 ${place + 1} 处应为 ${shown(dueWords[place])}，写的是 ${shown(words[place] ?? "")}`;
}

function checkPublicLog(run, draw, { resultText, substitutes }, complete, earlier) {
  const means = "公开日志记下每件事的时间，一行扣着一行：改动其中一行，后面的全都对不上。";
  if (!run.has(LOG)) {
    run.add("没有公开日志", "note", `没有 ${LOG}，这些文件看不出各件事是什么时候公布的`);
    if (earlier) run.step(0.99, "公开日志接着给出的旧记录写", "", [], () => textOf(run.files, LOG));
    return null;
  }
  const log = run.step(0.98, "公开日志首尾相接，没有改动", means, [], () => parseLog(run.text(LOG)), (rows) => `${rows.length} 条，最后的链值 ${rows[rows.length - 1]?.chain ?? NO_CHAIN}`);
  if (earlier) run.step(0.98, "公开日志接着给出的旧记录写", "日志只能往后加：从前记下的每一条都还在，一字不差。", [log], () => checkExtends(log, run.text(LOG), earlier));
  const { commit, entropy, salt, saltHeld, missing } = draw;
  // A value that is not there yet stands in as false, so that the check goes as far as it can.
  const known = (value) => value ?? (value === null ? null : false);
  const told = run.step(0.99, "公开日志写着本次抽签的承诺、随机数、结果和替补", "每一步都在该有的时间登记：承诺早于随机数，骰子早于开奖，申报早于号码。",
    [log, commit, known(entropy), known(salt), known(saltHeld), known(resultText), known(substitutes)], () => {
      const digest = run.has(RESULT) ? run.digest(RESULT) : resultText ? H(resultText) : null;
      const given = { entropy: entropy || null, resultDigest: digest, isResultOut: run.has(RESULT), salt: salt || null, substitutes: substitutes || null };
      return checkLog(log, commit, given);
    }, () => "");
  if (told) noteLog(run, log, draw, told, missing);
  return log;
}

/** What was published of the inspections, where the bundle has it; `log`: its rows, or null. */
function checkFindings(run, { commit, salt, saltHeld }, { inspected }, log) {
  if (!run.has(FINDINGS)) {
    if (commit && log) missFindings(run, ofFindings(log, commit.draw));
    return;
  }
  const found = run.step(0.99, "检查结果文件符合格式", "每家检查的结论、项目和条款，后来的更正和依法隐去，各是一条记录。", [commit], () => parseFindings(run.text(FINDINGS), commit), () => "");
  run.step(0.99, "有检查结果的单位都是抽中或替补的", "没有抽中的单位不该有这次抽签的检查结果。", [found, inspected], () => checkInspected(found, inspected));
  run.step(0.99, "检查情况和更正的文字与记录里的指纹逐段一致", "文字单独放一个文件：依法可以隐去，却不能换成别的，也不能少了不说。", [found], () => checkTexts(run.has(TEXTS) ? run.text(TEXTS) : null, found, commit));
  run.step(0.99, "公开日志里的检查结果、更正和隐去与文件逐条一致", "公布过的检查结果，改一个字、少一条，日志里的指纹都会说出来。", [found, commit, log, salt ?? null, saltHeld ?? null], () => checkFindingsLog(log, commit, salt, found));
  if (found) noteFindings(run, found);
}

/**
 * There is no findings.txt, while the log may have `rows` about findings. Which form a record had the log does not say, and
 * there was a time when bundles had no such file; but nothing was hidden then.
 */
function missFindings(run, rows) {
  if (!rows.length) return;
  const counted = RANKS.map((kind) => [RECORD_KINDS[kind], rows.filter((row) => row.kind === kind).length]).filter(([, count]) => count);
  const told = `日志登记了本次抽签的${counted.map((words) => `${words.join(" ")} 条`).join("，")}，这里没有，没有核对`;
  const hiding = rows.find(({ kind }) => kind === "redaction");
  if (!run.has(SALT)) run.add("没有检查结果文件", "note", `${told}：密封期间不公布`);
  else if (hiding) run.step(0.99, "有依法隐去的抽签都带着检查结果文件", "", [], () => want(false, at(hiding, `登记了隐去，却没有 ${FINDINGS}`)));
  else run.add(NO_FINDINGS, "lack", `${told}。请重新下载完整的文件包；只有很早以前下载的文件包没有这个文件`);
}

function noteFindings(run, { records }) {
  const counts = RANKS.map((kind) => records.filter((record) => record.kind === kind).length);
  run.add("公开的检查结果", "note", `检查结果 ${counts[0]} 条，更正 ${counts[1]} 条，依法隐去 ${counts[2]} 处`);
  const hidden = records.filter(({ kind }) => kind === "redaction");
  for (const { unit, word, on, reason } of hidden.slice(0, MOST_REDACTIONS)) {
    run.add("已依法隐去", "note", `${ownerOf(unit)}的${hiddenWords(word)}，${on}，依据 ${shown(reason)}`);
  }
  if (hidden.length > MOST_REDACTIONS) run.add("已依法隐去", "note", `另有 ${hidden.length - MOST_REDACTIONS} 处`);
}

/** What the log says besides, each named where there is any. */
function noteLog(run, log, { commit, salt }, { committed, result, pending }, missing) {
  const { draw } = commit;
  const voided = log.find(({ kind, subject, index }) => kind === "void" && subject === draw && index > committed.index);
  if (voided) run.add("本次抽签已作废", "void", `公开日志第 ${voided.index} 条，${spoken(voided.time)}。作废的理由见抽签的公开页面`);
  if (pending.length) run.add("有申报还没有结果", "warn", `第 ${pending.join("、")} 次申报已经登记，由谁替补还没有算出；它算出之前，后面的申报都不生效`);
  const others = othersOpen(log, draw, committed, result ?? voided);
  if (others.length) run.add("同时还有别的抽签没有出结果", "warn", `${some(others)}。同时冻结几次抽签，就可能只公布称心的那一次，请对照它们的结果`);
  const faults = missing ? checkWithdrawals(log, draw, missing, salt) : [];
  if (faults.length) run.add("撤下的名称与日志不符", "warn", faults.join("；"));
}

function checkPrograms(run, commit, own) {
  PROGRAMS.forEach((name, i) => {
    if (!run.has(name)) return;
    if (commit?.programs[i] === "-") {
      run.add(`随附的程序 ${name}`, "note", "承诺文件没有写它的指纹");
      return;
    }
    run.step(0.99, `随附的程序 ${name} 与事先公布的指纹一致`, "抽签用的程序也在事先定下，不能为了某个结果另写一个。", [commit], () => {
      const digest = run.digest(name), said = commit.programs[i];
      want(digest === said, `${name}：指纹是 ${digest}，事先公布的是 ${said}`);
    });
  });
  if (own !== null && commit) {
    const [, said] = commit.programs;
    if (said === own) run.add("现在运行的复算程序就是承诺文件写明的那一份", "ok", "");
    else run.add("现在运行的复算程序", "note", said === "-" ? "承诺文件没有写 verify.mjs 的指纹" : `不是承诺文件写明的那一份（指纹 ${own}）`);
  }
}

// ---- One's own unit ----

/** The files of a draw that passed, as far as they are there: {commit, pool, officers, names (by row of the pool), K}; null where not. */
export function openDraw(files) {
  const given = asMap(files), has = (name) => given.has(name);
  const commit = parseCommit(textOf(given, COMMIT));
  const pool = has(POOL) ? parsePool(textOf(given, POOL), commit) : null;
  const officers = has(OFFICERS) ? parseOfficers(textOf(given, OFFICERS), commit) : null;
  let names = null, K = null;
  if (pool && officers && has(NAMES)) {
    const owners = namedRows(pool, officers, parseRegisters(textOf(given, REGISTERS), commit));
    names = parseNames(textOf(given, NAMES), commit, owners).found.unit;
  }
  if (has(SALT) && has(ENTROPY)) K = seedOf(parseEntropy(textOf(given, ENTROPY), commit), parseSalt(textOf(given, SALT), commit));
  return { commit, pool, officers, names, K };
}

/** Up to `limit` units whose number or name holds the text: {unit, name}; the name is null where it is withdrawn. */
export function searchUnits({ pool, names }, text, limit = 20) {
  const found = [], nameOf = (row) => names?.[row] ?? null;
  const exact = rowOf(pool, text);
  if (exact >= 0) return [{ unit: text, name: nameOf(exact) }];
  for (let i = 0; i < pool.rows && found.length < limit; i++) {
    if (pool.unit[i].includes(text) || nameOf(i)?.includes(text)) found.push({ unit: pool.unit[i], name: nameOf(i) });
  }
  return found;
}

/**
 * Where a unit stands in the order of its stratum, and the keys with which anyone can compute its ticket by hand:
 * {unit, name, stratum, standing, ruleText, base, take, available, first, K, Ks, ticket, rank, isDrawn}; `first`: how many may be
 * drawn before any `again`. rank and ticket are null for a unit that may not be drawn; they and the keys before the draw.
 */
export function standOf(draw, unit) {
  const { commit, pool, names, K } = draw;
  const row = rowOf(pool, unit);
  if (row < 0) return null;
  const code = pool.strata[pool.stratum[row]];
  const { ruleText, base, take } = commit.strata.find((stratum) => stratum.code === code);
  const counts = [0, 0];
  for (let i = 0; i < pool.rows; i++) if (pool.stratum[i] === pool.stratum[row] && pool.standing[i] <= AGAIN) counts[pool.standing[i]] += 1;
  const stand = {
    unit, name: names?.[row] ?? null, stratum: code, standing: STANDINGS[pool.standing[row]], ruleText, base, take,
    available: counts[0] + counts[1], first: counts[0], K, Ks: K && stratumKey(code, K), ticket: null, rank: null, isDrawn: false,
  };
  if (!K) return stand;
  const { units, order, words } = rankStratum(pool, code, K);
  const position = units.indexOf(row);
  if (position < 0) return stand;
  const rank = order.indexOf(position) + 1;
  return { ...stand, ticket: hex(words, position * 8), rank, isDrawn: rank <= take };
}

// ---- Bundles: a zip is a stranger's data ----

const CRC = Int32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function crc32(bytes) {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = CRC[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function readable(holds, reason) {
  if (!holds) throw new Unreadable(reason);
}

/** Inflate in a browser, never to more than `most` bytes, whatever the archive declares. */
async function inflateStream(data, most) {
  readable(typeof DecompressionStream === "function", "这个浏览器太旧，不能解压，请先解压再把各个文件一起拖进来");
  let stream;
  try {
    stream = new DecompressionStream("deflate-raw");
  } catch {
    throw new Unreadable("这个浏览器太旧，不能解压，请先解压再把各个文件一起拖进来");
  }
  const writer = stream.writable.getWriter(), reader = stream.readable.getReader();
  writer.write(data).catch(() => {});
  writer.close().catch(() => {}); // a fault shows at the reading end
  const chunks = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel().catch(() => {});
      return null;
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** The entries of a zip's central directory. Only plain archives: one disk, no zip64, no encryption, no links. */
function listZip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const broken = "压缩包损坏，或不是 zip 文件";
  let end = -1;
  for (let at = bytes.length - 22; at >= 0 && at >= bytes.length - 22 - 0xffff && end < 0; at--) {
    if (view.getUint32(at, true) === 0x06054b50 && at + 22 + view.getUint16(at + 20, true) === bytes.length) end = at;
  }
  readable(end >= 0, broken);
  const count = view.getUint16(end + 10, true), size = view.getUint32(end + 12, true), start = view.getUint32(end + 16, true);
  readable(view.getUint32(end + 4, true) === 0 && view.getUint16(end + 8, true) === count, "压缩包分成了几卷");
  readable(count <= CAPS.entries, `压缩包里的文件太多，超过 ${CAPS.entries} 个`);
  readable(start + size === end, broken);
  const entries = [];
  for (let at = start; entries.length < count; ) {
    readable(at + 46 <= end && view.getUint32(at, true) === 0x02014b50, broken);
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    readable(at + 46 + nameLength + extra + comment <= end, broken);
    const raw = bytes.subarray(at + 46, at + 46 + nameLength), flags = view.getUint16(at + 8, true);
    entries.push({
      flags,
      raw,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      mode: view.getUint32(at + 38, true) >>> 16,
      offset: view.getUint32(at + 42, true),
      name: entryName(raw, flags, broken),
    });
    at += 46 + nameLength + extra + comment;
    if (entries.length === count) readable(at === end, broken);
  }
  if (count === 0) readable(size === 0, broken);
  for (const entry of entries) entry.data = dataOf(bytes, view, start, entry, broken);
  return entries;
}

/** The name of an entry: UTF-8 where it says so, otherwise a character for each byte. */
function entryName(raw, flags, broken) {
  if (!(flags & 0x800)) return Array.from(raw, (byte) => String.fromCharCode(byte)).join("");
  try {
    return DECODER.decode(raw);
  } catch {
    throw new Unreadable(broken);
  }
}

function dataOf(bytes, view, limit, { flags, method, packed, offset, name, raw, mode }, broken) {
  const parts = name.split("/");
  const safe = name !== "" && !/^\/|[\\:\0]/.test(name) && !parts.includes("..") && !parts.includes(".");
  readable(safe, `压缩包里有不安全的文件名 ${shown(name)}`);
  const type = mode & 0o170000;
  readable(type !== 0o120000, `压缩包里的 ${shown(name)} 是链接`);
  readable([0, 0o100000, 0o040000].includes(type), `压缩包里的 ${shown(name)} 是特殊文件`);
  readable((flags & 0x2041) === 0, `压缩包里的 ${shown(name)} 是加密的`);
  readable(method === 0 || method === 8, `压缩包里的 ${shown(name)} 用了不支持的压缩方式`);
  readable(offset + 30 <= limit && view.getUint32(offset, true) === 0x04034b50, broken);
  const nameLength = view.getUint16(offset + 26, true);
  const from = offset + 30 + nameLength + view.getUint16(offset + 28, true);
  readable(from + packed <= limit && view.getUint16(offset + 8, true) === method && nameLength === raw.length, broken);
  for (let i = 0; i < nameLength; i++) readable(bytes[offset + 30 + i] === raw[i], broken);
  return bytes.subarray(from, from + packed);
}

/**
 * The files of a bundle's zip: a Map of name -> Uint8Array. A file that is none of FILES is listed but not unpacked (empty).
 * `inflate(data, most)` gives the bytes, or null beyond `most`; in a browser the default does. Throws Unreadable.
 */
export async function readZip(bytes, inflate = inflateStream) {
  readable(bytes.length <= CAPS.total, "压缩包太大");
  const files = new Map();
  let total = 0;
  for (const { name, method, size, crc, data } of listZip(bytes)) {
    readable(!files.has(name), `压缩包里的 ${shown(name)} 重复出现`);
    if (!FILES.includes(name)) {
      files.set(name, new Uint8Array(0));
      continue;
    }
    const most = Math.min(CAPS.file, CAPS.total - total);
    readable(size <= most, `压缩包里的 ${name} 太大`);
    let content;
    try {
      content = method === 0 ? data : await inflate(data, size);
    } catch (error) {
      throw error instanceof Unreadable ? error : new Unreadable(`压缩包里的 ${name} 损坏，不能解压`);
    }
    readable(content !== null && content.length === size && crc32(content) === crc, `压缩包里的 ${name} 与压缩包所写的大小或校验码不符`);
    files.set(name, content);
    total += content.length;
  }
  for (const name of [...files.keys()]) if (name.endsWith("/")) files.delete(name);
  return files;
}

// ---- The command line, in node ----

const SAID = { ok: "通过", warn: "通过，但请注意", void: "通过，但请注意", lack: "不完整", note: "说明", wait: "尚未公布", fail: "不通过", skip: "未检查" };

async function readPath(path) {
  const [fs, { join }, zlib] = await Promise.all([import("node:fs"), import("node:path"), import("node:zlib")]);
  const inflate = (data, most) => {
    try {
      const { buffer, engine } = zlib.inflateRawSync(data, { maxOutputLength: Math.max(most, 1), info: true });
      readable(engine.bytesWritten === data.length, "压缩数据后面多出了内容");
      return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
    } catch (error) {
      if (error?.code === "ERR_BUFFER_TOO_LARGE") return null;
      throw error;
    }
  };
  try {
    const found = fs.statSync(path);
    if (!found.isDirectory()) {
      readable(found.isFile(), "不是文件夹，也不是压缩包");
      readable(found.size <= CAPS.total, "压缩包太大");
      return await readZip(new Uint8Array(fs.readFileSync(path)), inflate);
    }
    const files = new Map();
    let total = 0;
    for (const name of fs.readdirSync(path).sort()) {
      if (!FILES.includes(name)) {
        files.set(name, new Uint8Array(0));
        continue;
      }
      const there = fs.lstatSync(join(path, name));
      readable(!there.isSymbolicLink(), `${name} 是链接`);
      readable(there.isFile(), `${name} 不是普通文件，而是特殊文件`);
      total += there.size;
      readable(there.size <= CAPS.file && total <= CAPS.total, `${name} 太大`);
      files.set(name, new Uint8Array(fs.readFileSync(join(path, name))));
    }
    return files;
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable(`不能读取（${error?.code ?? error?.message}）`);
  }
}

/** The bytes of the earlier log, chain value or checkpoint. */
async function readEarlier(path) {
  const fs = await import("node:fs");
  try {
    readable(fs.statSync(path).isFile(), "不是普通文件");
    readable(fs.statSync(path).size <= CAPS.file, "太大");
    return new Uint8Array(fs.readFileSync(path));
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable(`不能读取（${error?.code ?? error?.message}）`);
  }
}

/** What the words of the command line ask for: {path, compute, earlier}, or null where they are no command. */
function parseWords(words) {
  const computers = { "--result": compute, "--substitutes": computeSubstitutes };
  const rest = [...words];
  const asked = { compute: null, earlier: null };
  if (Object.hasOwn(computers, rest[0])) asked.compute = computers[rest.shift()];
  else if (rest[0] === "--extends") [, asked.earlier] = rest.splice(0, 2);
  const [path, ...others] = rest;
  const isCommand = path !== undefined && asked.earlier !== undefined && !others.length && !path.startsWith("--");
  return isCommand ? { ...asked, path } : null;
}

/** Run as a program: gives the exit status. */
async function main(words) {
  const out = (text) => process.stdout.write(text), err = (text) => process.stderr.write(text);
  const asked = parseWords(words);
  if (!asked) {
    err("用法：node verify.mjs [--result | --substitutes | --extends 旧日志、链值或检查点的文件] 文件夹或压缩包\n");
    return 2;
  }
  let files, earlier = null, reading = asked.path;
  try {
    files = await readPath(reading);
    if (asked.earlier !== null) earlier = await readEarlier((reading = asked.earlier));
  } catch (error) {
    err(`${reading}：${error.message}\n`);
    return 2;
  }
  if (asked.compute) {
    try {
      out(asked.compute(files));
      return 0;
    } catch (error) {
      err(`${error?.message ?? error}\n`);
      return 1;
    }
  }
  const { readFileSync } = await import("node:fs");
  const lines = check(files, undefined, H(new Uint8Array(readFileSync(new URL(import.meta.url)))), earlier);
  for (const { what, level, detail } of lines) out(`${SAID[level]}：${what}${detail ? `（${detail}）` : ""}\n`);
  const failures = lines.filter(({ level }) => level === "fail").length;
  const has = (wanted) => lines.some(({ level }) => level === wanted);
  out(`结论：${failures ? `不通过，有 ${failures} 项不对`
    : has("lack") ? `不完整：${NO_FINDINGS}，已有的全部通过`
    : has("void") ? "抽签已作废，已有的文件全部对得上"
    : has("wait") ? "抽签还没有完成，已有的文件全部对得上"
    : "全部通过"}\n`);
  return failures ? 1 : has("lack") ? 3 : 0;
}

/** Whether node was started with this very file. */
async function isProgram() {
  if (typeof process === "undefined" || !process.versions?.node || !process.argv?.[1]) return false;
  try {
    const { realpathSync } = await import("node:fs");
    return realpathSync(new URL(import.meta.url)) === realpathSync(process.argv[1]);
  } catch {
    return false;
  }
}

isProgram().then(async (yes) => {
  if (!yes) return;
  process.stdout.on("error", () => {}); // a reader that went away, as `head` does
  process.exitCode = await main(process.argv.slice(2));
});
