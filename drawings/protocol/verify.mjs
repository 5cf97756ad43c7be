// Recomputes a draw of the protocol draw/1 from its published files and compares, in a browser or in node (20 or newer):
//
//     node verify.mjs PATH             PATH: a folder or a bundle's zip; exit status 0, 1 (a check fails), 2 (unreadable)
//     node verify.mjs --result PATH    only compute, and write result.tsv to standard output
//
// Plain JavaScript, no library, no network. Written from the protocol's text apart from verify.py, so that the two agree
// because both are right. In a page: check(files, onProgress), compute(files), readZip(bytes), openDraw(files).

const COMMIT = "commit.txt", POOL = "pool.tsv", OFFICERS = "officers.tsv", ENTROPY = "entropy.txt", RESULT = "result.tsv";
const LOG = "log.tsv", PROGRAMS = ["verify.py", "verify.mjs"];
export const FILES = [COMMIT, POOL, OFFICERS, ENTROPY, RESULT, LOG, ...PROGRAMS];

// Sizes within reason: the nation's 3.6 million units take 300 MB, and a JavaScript string ends at 512 million characters.
export const CAPS = { file: 400 * 2 ** 20, total: 900 * 2 ** 20, entries: 1000 };
const OFFER_EVERY = 4096; // units between two words of progress

/** A file breaks a rule: the draw is refused. */
export class Invalid extends Error {}
/** The files cannot be read at all. */
export class Unreadable extends Error {}
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

function hex(words, at = 0) {
  let text = "";
  for (let i = at; i < at + 8; i++) text += (words[i] >>> 0).toString(16).padStart(8, "0");
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

// ---- Forms: ids, counts, names, times ----

const HEX64 = /^[0-9a-f]{64}$/, HEX32 = /^[0-9a-f]{32}$/;
const COUNT = /^(?:0|[1-9][0-9]{0,8})$/;
const ID = /^[0-9A-Za-z_-]{1,55}$/;
const LABEL = /^[0-9A-Za-z/_-]{1,80}$/;
const NAME = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,200}$/u; // with the flag u, 200 characters and not 200 halves of them
const EDGE_SPACE = /^\p{White_Space}|\p{White_Space}$/u;
const TIME = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)\+([01]\d|2[0-3]):([0-5]\d)$/;

const isId = (text) => ID.test(text) && text !== "-";
const isName = (text) => NAME.test(text) && !EDGE_SPACE.test(text) && text.normalize("NFC") === text;

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
  const [year, month, day, hour, minute, second, east, eastMinutes] = match.slice(1).map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const longest = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  if (year < 1 || !longest || day < 1 || day > longest) return null;
  const shifted = month > 2 ? year : year - 1; // years that begin in March, so that the leap day comes last
  const days = 365 * shifted + Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const inYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return (days + inYear - 719468) * 86400 + (hour - east) * 3600 + (minute - eastMinutes) * 60 + second;
}

// ---- Files: bytes to text to rows ----

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

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

/** Read a table: its first line `<kind> <draw> <salt>`, then give each row's fields to `read`. */
function readTable(file, text, kind, width, read, progress) {
  let from = text.indexOf("\n") + 1;
  const [draw, salt] = wordsOf(text.slice(0, from - 1), kind, 3) ?? [];
  want(draw && isId(draw) && HEX32.test(salt), `${file} 第 1 行：应为“${kind} 抽签编号 盐（32 位十六进制）”`);
  let last = "", rows = 0;
  while (from < text.length) {
    const end = text.indexOf("\n", from);
    const fields = text.slice(from, end).split("\t");
    from = end + 1;
    rows += 1;
    const fault = fields.length !== width ? `应有 ${width} 栏，实有 ${fields.length} 栏`
      : !isId(fields[0]) ? `编号 ${shown(fields[0])} 不合格式`
      : fields[0] === last ? `编号 ${fields[0]} 出现了两次`
      : fields[0] < last ? `编号 ${fields[0]} 没有从小到大排列`
      : read(fields);
    if (fault) throw new Invalid(`${file} 第 ${rows + 1} 行：${fault}`);
    last = fields[0];
    if (rows % OFFER_EVERY === 0) progress?.(from / text.length);
  }
  return { draw, salt, rows };
}

const BAD_NAME = "名称不合格式（1 到 200 个字，首尾没有空白，没有控制字符，NFC 写法）";

// ---- pool.tsv ----

const STANDINGS = ["in", "again", "capped", "stopped", "exempt"];
const IN = 0, AGAIN = 1, CAPPED = 2;

/** Columns side by side, since a million objects are slow; classes and specialities as positions in lists of their ids. */
function parsePool(text, progress) {
  const pool = { unit: [], stratum: [], speciality: [], standing: [], recused: [], name: [], strata: [], specialities: [] };
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
  const head = readTable(POOL, text, "pool/1", 6, ([unit, stratum, speciality, standing, recused, name]) => {
    const s = stratumNumber(stratum), f = specialityNumber(speciality), state = STANDINGS.indexOf(standing);
    if (s === undefined) return `类别 ${shown(stratum)} 不合格式`;
    if (f === undefined) return `专业 ${shown(speciality)} 不合格式`;
    if (state < 0) return `状态 ${shown(standing)} 不是 ${STANDINGS.join("、")} 之一`;
    const list = recused === "-" ? null : listOf(recused);
    if (recused !== "-" && !list) return `回避人员 ${shown(recused)} 不合格式`;
    if (!isName(name)) return BAD_NAME;
    pool.unit.push(unit);
    pool.stratum.push(s);
    pool.speciality.push(f);
    pool.standing.push(state);
    pool.recused.push(list);
    pool.name.push(name);
    return null;
  }, progress);
  return { ...pool, ...head };
}

// ---- officers.tsv ----

function parseOfficers(text) {
  const roster = [];
  const head = readTable(OFFICERS, text, "officers/1", 4, ([officer, specialities, load, name]) => {
    const list = listOf(specialities);
    if (!list) return `专业 ${shown(specialities)} 不合格式`;
    if (!COUNT.test(load)) return `已有任务数 ${shown(load)} 不合格式`;
    if (!isName(name)) return BAD_NAME;
    roster.push({ officer, specialities: list, load: Number(load), name });
    return null;
  });
  return { ...head, roster };
}

// ---- commit.txt ----

const LOTTERIES = { pl5: 5, fc3d: 3 };
const THROWS = /^[1-9][0-9]{0,2}$/;

/** What a source is: its bits in thousandths, the form of its label and of its value. */
const SOURCES = new Map(Object.entries({
  dice10: { rank: 0, bits: (label) => 3321 * Number(label), label: THROWS, value: (text, label) => /^[0-9]+$/.test(text) && text.length === Number(label) },
  dice6: { rank: 0, bits: (label) => 2584 * Number(label), label: THROWS, value: (text, label) => /^[1-6]+$/.test(text) && text.length === Number(label) },
  ssq: { rank: 1, bits: () => 24076, label: LABEL, value: isSsq },
  pl5: { rank: 1, bits: () => 16609, label: LABEL, value: (text) => isDigits(text, LOTTERIES.pl5) },
  fc3d: { rank: 1, bits: () => 9965, label: LABEL, value: (text) => isDigits(text, LOTTERIES.fc3d) },
  drand: { rank: 1, bits: () => 256000, label: /^[0-9a-f]{64}\/[1-9][0-9]*$/, value: (text) => HEX64.test(text) },
  system: { rank: 1, bits: () => 0, label: /^os$/, value: (text) => HEX64.test(text) },
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

const isDigits = (text, count) => /^[0-9](?: [0-9])*$/.test(text) && text.length === 2 * count - 1;

/** `N/D` of the stratum's base, or `officers*N/D` of the officers: {N, D, ofOfficers} as BigInt, or null. */
function parseRule(text) {
  const match = /^(officers\*)?(0|[1-9][0-9]{0,8})\/([1-9][0-9]{0,8})$/.exec(text);
  if (!match) return null;
  const rule = { N: BigInt(match[2]), D: BigInt(match[3]), ofOfficers: Boolean(match[1]) };
  return rule.ofOfficers || (rule.N >= 1n && rule.N <= rule.D) ? rule : null;
}

function parseCommit(text) {
  const lines = text.slice(0, -1).split("\n");
  let at = 0;
  const here = (reason) => `${COMMIT} 第 ${at + 1} 行：${reason}`;
  /** The words of the next line, which must be of this kind. */
  const next = (kind, count, form) => {
    const words = wordsOf(lines[at], kind, count);
    want(words, here(`应为“${form}”`));
    return words;
  };
  want(lines[0] === "draw-commit/1", here("应为“draw-commit/1”"));
  at = 1;
  const bureau = lines[1]?.startsWith("bureau ") ? lines[1].slice(7) : "";
  want(isName(bureau) && !bureau.includes("  "), here("应为“bureau 机关名称”"));
  at = 2;
  const [draw] = next("draw", 2, "draw 抽签编号");
  want(isId(draw), here("抽签编号不合格式"));
  at = 3;
  const [previous] = next("previous", 2, "previous 日志链值");
  want(HEX64.test(previous), here("日志链值应为 64 位小写十六进制"));
  const frozen = {};
  for (const kind of ["pool", "officers"]) {
    at += 1;
    const [digest, rows] = next(kind, 3, `${kind} 指纹 行数`);
    want(HEX64.test(digest) && COUNT.test(rows), here("指纹或行数不合格式"));
    frozen[kind] = { digest, rows: Number(rows) };
  }
  at += 1;
  const programs = next("program", 3, "program verify.py的指纹 verify.mjs的指纹");
  want(programs.every((digest) => digest === "-" || HEX64.test(digest)), here("程序指纹不合格式"));
  at += 1;

  const strata = [];
  for (; strata.length === 0 || lines[at]?.startsWith("stratum "); at++) {
    const [code, ruleText, base, take] = next("stratum", 5, "stratum 类别 规则 基数 应抽数");
    const rule = parseRule(ruleText);
    want(isId(code), here("类别代码不合格式"));
    want(!strata.some((stratum) => stratum.code === code), here(`类别 ${code} 出现了两次`));
    want(rule, here(`规则 ${shown(ruleText)} 不合格式`));
    want(COUNT.test(base) && COUNT.test(take), here("基数或应抽数不合格式"));
    strata.push({ code, rule, ruleText, base: Number(base), take: Number(take), line: at + 1 });
  }
  const team = lines[at] === "team 2 cross" ? "cross" : lines[at] === "team 2 match" ? "match" : null;
  want(team, here("应为“team 2 cross”或“team 2 match”"));
  at += 1;

  const sources = [];
  for (; sources.length === 0 || lines[at]?.startsWith("entropy "); at++) {
    const [source, label, time] = next("entropy", 4, "entropy 来源 期号或次数 时间");
    const kind = SOURCES.get(source);
    const moment = instant(time), before = sources[sources.length - 1];
    want(kind, here(`没有 ${shown(source)} 这种随机数来源`));
    want(LABEL.test(label) && kind.label.test(label), here(`${source} 的期号或次数 ${shown(label)} 不合格式`));
    want(moment !== null, here(`时间 ${shown(time)} 不合格式`));
    want(!sources.some((other) => other.source === source && other.label === label), here("同一个来源出现了两次"));
    want(!before || SOURCES.get(before.source).rank <= kind.rank, here("掷骰应排在彩票和信标之前"));
    want(!before || before.moment < moment, here("各来源的时间应由早到晚"));
    sources.push({ source, label, time, moment });
  }
  at -= 1;
  const system = sources.some(({ source }) => source === "system");
  want(!system || sources.length === 1, here("system 只能单独使用"));
  at += 1;
  const disclosure = lines[at] === "disclosure open" ? "open" : lines[at] === "disclosure sealed" ? "sealed" : null;
  want(disclosure, here("应为“disclosure open”或“disclosure sealed”"));
  at += 1;
  want(lines.length === at, here("后面多出了内容"));
  return { bureau, draw, previous, ...frozen, programs, strata, team, sources, system, disclosure, digest: H(text) };
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
  want(lines[0] === "draw-entropy/1", `${ENTROPY} 第 1 行：应为“draw-entropy/1”`);
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

// ---- What the commit says of the frozen files ----

function checkFrozen(file, digest, rows, said) {
  want(digest === said.digest, `${file}：指纹是 ${digest}，事先公布的是 ${said.digest}`);
  want(rows === said.rows, `${file}：有 ${rows} 行，事先公布的是 ${said.rows} 行`);
  return `${rows} 行`;
}

function checkOneDraw(commit, pool, officers) {
  want(pool.draw === commit.draw, `${POOL} 第 1 行：抽签编号是 ${pool.draw}，承诺文件是 ${commit.draw}`);
  want(officers.draw === commit.draw, `${OFFICERS} 第 1 行：抽签编号是 ${officers.draw}，承诺文件是 ${commit.draw}`);
  want(officers.salt === pool.salt, `${OFFICERS} 第 1 行：盐与 ${POOL} 不同`);
  return `编号 ${commit.draw}`;
}

/** ceil(base x N / D), or of the officers' number: up to 10^18, hence BigInt. */
function quotaOf({ N, D, ofOfficers }, base, officerCount) {
  return Number((BigInt(ofOfficers ? officerCount : base) * N + D - 1n) / D);
}

function checkStrata(commit, pool, officers) {
  const declared = new Set(commit.strata.map(({ code }) => code));
  const bases = new Map(), drawable = new Map();
  for (let i = 0; i < pool.rows; i++) {
    const code = pool.strata[pool.stratum[i]];
    want(declared.has(code), `${POOL} 第 ${i + 2} 行：类别 ${code} 没有写在承诺文件里`);
    if (pool.standing[i] <= CAPPED) bases.set(code, (bases.get(code) ?? 0) + 1);
    if (pool.standing[i] <= AGAIN) drawable.set(code, (drawable.get(code) ?? 0) + 1);
  }
  const words = [];
  for (const { code, rule, ruleText, base, take, line } of commit.strata) {
    const counted = bases.get(code) ?? 0, available = drawable.get(code) ?? 0;
    want(base === counted, `${COMMIT} 第 ${line} 行：类别 ${code} 的基数应为 ${counted}，写的是 ${base}`);
    const quota = quotaOf(rule, counted, officers.rows);
    const due = Math.min(quota, available);
    want(take === due, `${COMMIT} 第 ${line} 行：类别 ${code} 应抽 ${due} 家，写的是 ${take} 家`);
    words.push(`${code}：基数 ${base} 家，比例 ${ruleText}，应抽 ${take} 家`);
  }
  return words.join("；");
}

/** The officers in the order of their places (step 3): their position in it is their number everywhere below. */
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
    // An officer who is in no row may be off duty: he is passed over.
    recused = pool.recused[unit].map((id) => staff.numbers.get(id)).filter((number) => number !== undefined);
    for (const number of recused) if (matching.includes(number)) left -= 1;
  }
  return { matching, recused, left };
}

function checkStaff(commit, pool, officers) {
  const staff = staffOf(officers.roster);
  let crossing = 0;
  for (let i = 0; i < pool.rows; i++) {
    if (pool.standing[i] > AGAIN) continue;
    const { recused, left } = candidatesOf(staff, pool, i);
    want(officers.rows - recused.length >= 2, `${POOL} 第 ${i + 2} 行：${pool.unit[i]} 不回避的执法人员不足两名，不应冻结`);
    if (left >= 2) continue;
    crossing += 1;
    want(commit.team === "cross", `${POOL} 第 ${i + 2} 行：${pool.unit[i]} 专业对口的执法人员不足两名，不应冻结（team 2 match）`);
  }
  return crossing ? `${crossing} 家对口人员不足两名，从其他专业补足` : "";
}

// ---- Arithmetic ----

const seedOf = (entropyText, salt) => H(`${entropyText}salt ${salt}\n`);
const stratumKey = (stratum, K) => H(`select ${stratum} ${K}`);

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

/** Give every drawn unit its two officers, in the order of the units: {lead, second, note}. */
function assignTeams({ pool, officers, K }, drawn, progress) {
  const kt = stateOf(H(`team ${K}`));
  const officerId = (row) => officers.roster[row].officer;
  const places = sortByHash([...officers.roster.keys()], kt, (row) => `r${officerId(row)}`, officerId).order;
  const staff = staffOf(Array.from(places, (row) => officers.roster[row]));
  const unitId = (position) => pool.unit[drawn[position].unit];
  const { order } = sortByHash([...drawn.keys()], kt, (position) => `u${unitId(position)}`, unitId);
  const seats = fill({ pool, drawn, staff, order, kt }, progress);
  level(seats, staff);
  const teams = new Array(drawn.length);
  order.forEach((position, turn) => {
    const team = [seats.team[turn * 2], seats.team[turn * 2 + 1]].map((p) => staff.officers[p]);
    teams[position] = leadFirst({ pool, kt }, drawn[position].unit, team);
  });
  return teams;
}

/**
 * Steps 1 and 2. A unit's number here is its turn; its two seats are team[2 * turn] and the next. Open are the officers of
 * `ring[turn]` (in order of place) who are neither in `barred[turn]` nor in the team: a pinned officer is always in the team.
 */
function fill({ pool, drawn, staff, order, kt }, progress) {
  const size = order.length;
  const load = staff.officers.map((officer) => officer.load);
  const tie = Float64Array.from(load.keys(), (p) => tieOf(kt, staff.officers[p].officer, load[p]));
  const before = (p, q) => {
    if (load[p] !== load[q]) return load[p] < load[q];
    if (tie[p] !== tie[q]) return tie[p] < tie[q];
    const [left, right] = [p, q].map((o) => tieText(kt, staff.officers[o].officer, load[o]));
    return left < right;
  };
  const seats = { team: new Int32Array(size * 2), ring: new Array(size), barred: new Array(size), load, holds: load.map(() => []) };

  const lowest = (ring, barred, taken) => {
    let best = -1;
    for (let i = 0; i < ring.length; i++) {
      const p = ring[i];
      if ((best < 0 || before(p, best)) && p !== taken && !barred.includes(p)) best = p;
    }
    return best;
  };

  for (let turn = 0; turn < size; turn++) {
    const { matching, recused, left } = candidatesOf(staff, pool, drawn[order[turn]].unit);
    const ring = left >= 2 ? matching : staff.everyone;
    const pinned = left === 1 ? matching.find((p) => !recused.includes(p)) : -1;
    const one = pinned >= 0 ? pinned : lowest(ring, recused, -1);
    const two = lowest(ring, recused, one);
    want(one >= 0 && two >= 0, `${POOL}：${pool.unit[drawn[order[turn]].unit]} 派不出两名执法人员`);
    seats.ring[turn] = ring;
    seats.barred[turn] = recused;
    seats.team[turn * 2] = one;
    seats.team[turn * 2 + 1] = two;
    if (one !== pinned) seats.holds[one].push(turn);
    seats.holds[two].push(turn);
    for (const p of [one, two]) {
      load[p] += 1;
      tie[p] = tieOf(kt, staff.officers[p].officer, load[p]);
    }
    if (turn % OFFER_EVERY === 0) progress?.(turn / size);
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
    const way = search(seats, staff, start);
    if (!way) return;
    shift(seats, way, start);
  }
}

/** Breadth-first from `start` to the first officer with two loads less: {found, from, via}, or null. */
function search({ team, ring, barred, load, holds }, staff, start) {
  const goal = load[start] - 2;
  const from = new Int32Array(load.length).fill(-1), via = new Int32Array(load.length);
  const reached = new Uint8Array(load.length);
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
        if (p === team[turn * 2] || p === team[turn * 2 + 1] || barred[turn].includes(p)) {
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
function shift({ team, load, holds }, { found, from, via }, start) {
  for (let p = found; p !== start; p = from[p]) {
    const o = from[p], turn = via[p];
    team[team[turn * 2] === o ? turn * 2 : turn * 2 + 1] = p;
    holds[o].splice(lowerBound(holds[o], turn), 1);
    holds[p].splice(lowerBound(holds[p], turn), 0, turn);
  }
  load[start] -= 1;
  load[found] += 1;
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

/** Step 4: the lead is the first by (matching before not; hash; officer). */
function leadFirst({ pool, kt }, unit, team) {
  const speciality = pool.specialities[pool.speciality[unit]];
  const order = team.map(({ officer, specialities }) => {
    hashAfter(kt, `l${pool.unit[unit]}|${officer}`);
    const matches = specialities.includes(speciality);
    return { officer, matches, key: `${matches ? 0 : 1}${hex(S)}${officer}` };
  });
  order.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { lead: order[0].officer, second: order[1].officer, note: order.every(({ matches }) => matches) ? "-" : "cross" };
}

// ---- result.tsv ----

const writeUnits = (pool, drawn) => drawn.map(({ stratum, rank, unit, ticket }) => `${stratum}\t${rank}\t${pool.unit[unit]}\t${ticket}`);
const writeTeams = (teams) => teams.map(({ lead, second, note }) => `${lead}\t${second}\t${note}`);

function writeResult({ draw, salt }, units, teams) {
  const lines = units.map((unit, i) => `${unit}\t${teams[i]}\n`);
  return `result/1 ${draw} ${salt}\n${lines.join("")}`;
}

/** Compare some columns of every row with what is due there; the head too, and that no row lacks or is too many. */
function compareResult(text, head, due, from, to) {
  const lines = text.split("\n");
  want(lines[0] === head, `${RESULT} 第 1 行：应为 ${shown(head)}，写的是 ${shown(lines[0])}`);
  const say = (columns) => columns.split("\t").map((field) => (HEX64.test(field) ? `签值 ${field.slice(0, 8)}…` : shown(field))).join(" ");
  due.forEach((columns, i) => {
    const found = lines[i + 1]?.split("\t").slice(from, to).join("\t") ?? "";
    if (found === columns) return;
    throw new Invalid(`${RESULT} 第 ${i + 2} 行：应为 ${say(columns)}，${found ? `写的是 ${say(found)}` : "缺少这一行"}`);
  });
  want(lines.length === due.length + 2, `${RESULT} 第 ${due.length + 2} 行：多出了内容`);
}

// ---- log.tsv ----

const KINDS = ["commit", "entropy", "result", "publish", "unseal", "void", "substitute-unit", "substitute-officer", "finding", "correction",
  "audit", "plan"]; // the last two are of the site, not of a draw: they may stand anywhere
const NO_CHAIN = "0".repeat(64);

function parseLog(text) {
  const lines = text.slice(0, -1).split("\n");
  want(lines[0] === "log/1", `${LOG} 第 1 行：应为“log/1”`);
  const rows = [];
  let chain = NO_CHAIN, last = -Infinity;
  for (let i = 1; i < lines.length; i++) {
    const here = (reason) => `${LOG} 第 ${i + 1} 行：${reason}`;
    const fields = lines[i].split("\t");
    want(fields.length === 6, here(`应有 6 栏，实有 ${fields.length} 栏`));
    const [index, time, kind, subject, digest, said] = fields;
    const moment = instant(time);
    want(index === String(i), here(`序号应为 ${i}`));
    want(moment !== null, here(`时间 ${shown(time)} 不合格式`));
    want(moment >= last, here("时间早于上一行"));
    want(KINDS.includes(kind), here(`没有 ${shown(kind)} 这种日志`));
    want(subject !== "", here("事项不合格式"));
    want(HEX64.test(digest), here("文件指纹不合格式"));
    const due = H([chain, index, time, kind, subject, digest].join("\t"));
    want(said === due, here(`链值应为 ${due}，写的是 ${shown(said)}`));
    rows.push({ index: i, time, moment, kind, subject, digest, previous: chain });
    chain = said;
    last = moment;
  }
  return rows;
}

/** Whether the log tells of this draw what its files tell; resultDigest may be null. */
function checkLog(rows, commit, entropy, resultDigest) {
  // Rows of this draw: by their subject, or because they bear its commit under another name.
  const { draw, digest: C } = commit;
  const about = ({ subject, digest }) => subject === draw || subject.startsWith(`${draw}/`) || digest === C;
  const of = (kind) => rows.filter((row) => row.kind === kind && about(row));
  const single = (kind, digest) => {
    const found = of(kind);
    const holds = found.length === 1 && found[0].subject === draw && found[0].digest === digest;
    want(holds, `${LOG}：本次抽签的 ${kind} 应有一行，指纹为 ${digest}`);
    return found[0];
  };
  const entropyRows = of("entropy");
  if (!of("commit").length && !entropyRows.length && !of("result").length) throw new Caution("日志里没有本次抽签");
  const committed = single("commit", C);
  want(committed.previous === commit.previous, `${LOG} 第 ${committed.index + 1} 行：前一链值与 ${COMMIT} 的 previous 不同`);

  const values = commit.sources.map(({ source, label }, i) => {
    const digest = H(entropy.lines[i]);
    const found = entropyRows.filter((row) => row.subject === `${draw}/${source}` && row.digest === digest);
    want(found.length === 1, `${LOG}：${source} ${label} 的号码应有一行 entropy，指纹为 ${digest}`);
    return found[0];
  });
  want(entropyRows.length === values.length, `${LOG}：本次抽签多出了 entropy 行`);
  want(resultDigest !== null, `${LOG}：没有 ${RESULT} 可以对照`);
  const result = single("result", resultDigest);
  const inOrder = values.every((row) => committed.index < row.index && row.index < result.index);
  want(inOrder, `${LOG}：本次抽签的行应依次为 commit、entropy、result`);

  if (rows.some(({ kind, subject }) => kind === "void" && subject === draw)) throw new Caution("日志写明：本次抽签已作废");
  if (committed.moment >= commit.sources[0].moment) {
    throw new Caution(`承诺登记于 ${committed.time}，不早于第一个随机数的时间 ${commit.sources[0].time}`);
  }
  commit.sources.forEach(({ source, label, time, moment }, i) => {
    const row = values[i], following = commit.sources[i + 1];
    if (row.moment < moment) throw new Caution(`${source} ${label} 登记于 ${row.time}，早于它揭晓的时间 ${time}`);
    if (SOURCES.get(source).rank !== 0) return;
    const late = row.moment > moment + 3600 || (following && row.moment >= following.moment);
    if (late) throw new Caution(`${source} ${label} 登记于 ${row.time}，应在 ${time} 起 60 分钟内、下一个来源揭晓之前`);
  });
  return `${rows.length} 行`;
}

// ---- The checks ----

function asMap(files) {
  return files instanceof Map ? files : new Map(Object.entries(files));
}

/** The parsed files of a draw and its seed K, after every check but those of the result, the log and the programs. */
export function openDraw(files) {
  const given = asMap(files);
  const commit = parseCommit(textOf(given, COMMIT));
  const pool = parsePool(textOf(given, POOL)), officers = parseOfficers(textOf(given, OFFICERS));
  checkFrozen(POOL, H(bytesOf(given, POOL)), pool.rows, commit.pool);
  checkFrozen(OFFICERS, H(bytesOf(given, OFFICERS)), officers.rows, commit.officers);
  checkOneDraw(commit, pool, officers);
  checkStrata(commit, pool, officers);
  checkStaff(commit, pool, officers);
  if (!commit.system) checkBits(commit);
  const entropy = parseEntropy(textOf(given, ENTROPY), commit);
  checkEntropyOf(commit, entropy);
  return { commit, pool, officers, entropy, K: seedOf(entropy.text, pool.salt) };
}

/** The text of result.tsv, computed from the other four files. Throws Invalid with the reason, never anything else. */
export function compute(files) {
  const draw = openDraw(files);
  const drawn = drawUnits(draw);
  return writeResult(draw.pool, writeUnits(draw.pool, drawn), writeTeams(assignTeams(draw, drawn)));
}

function checkEntropyOf(commit, entropy) {
  want(entropy.digest === commit.digest, `${ENTROPY} 第 2 行：承诺值应为 ${commit.digest}，写的是 ${entropy.digest}`);
}

/**
 * Check a draw: a list of {what, ok, level, detail}; level is "ok", "warn", "note", "fail", or "skip" where a failure before
 * left nothing to check (ok is false then too). `files`: a Map or an object of name -> Uint8Array. `onProgress` gets
 * {part (0 to 1), what}, and {line} with each check as it is done. `own`: the digest of this very program, where it is known.
 */
export function check(files, onProgress = () => {}, own = null) {
  const lines = [];
  try {
    runChecks(asMap(files), lines, onProgress, own);
  } catch (error) {
    // Never expected; a verifier that breaks must not look like one that agrees.
    lines.push({ what: "复算程序运行正常", ok: false, level: "fail", detail: `程序出错：${error?.message ?? error}` });
  }
  return lines;
}

function runChecks(files, lines, onProgress, own) {
  let from = 0, to = 0, current = "";
  const progress = (part) => onProgress({ part: from + (to - from) * part, what: current });
  const add = (what, level, detail) => {
    const line = { what, ok: level !== "fail" && level !== "skip", level, detail };
    lines.push(line);
    onProgress({ part: to, what, line });
  };
  /** One check: `until` is the share of all work that is done after it. Gives what `work` gives, or null where it failed. */
  const step = (until, what, work, say = (value) => (typeof value === "string" ? value : "")) => {
    [from, to, current] = [to, until, what];
    progress(0);
    try {
      const value = work() ?? true;
      add(what, "ok", say(value));
      return value;
    } catch (error) {
      if (error instanceof Skipped) add(what, "skip", "前面的检查没有通过，这一项无从检查");
      else if (error instanceof Caution) add(what, "warn", error.message);
      else if (error instanceof Invalid) add(what, "fail", error.message);
      else throw error;
      return null;
    }
  };
  const needs = (...values) => {
    if (values.includes(null)) throw new Skipped();
  };
  const digestOf = (name) => {
    hashBytes(bytesOf(files, name), progress);
    return hex(S);
  };

  step(0.01, "程序自检：SHA-256 算法正确", () => want((tested ??= selfTest()), "这个浏览器算错了已知的指纹，请换一个浏览器"));
  const commit = step(0.02, "承诺文件符合格式", () => parseCommit(textOf(files, COMMIT)), ({ draw, bureau }) => `${bureau}，编号 ${draw}`);
  const pool = step(0.35, "单位名单文件符合格式", () => parsePool(textOf(files, POOL), progress), ({ rows }) => `${rows} 家`);
  const officers = step(0.36, "执法人员名单文件符合格式", () => parseOfficers(textOf(files, OFFICERS)), ({ rows }) => `${rows} 名`);
  const entropy = step(0.37, "随机数的来源、次序和个数与事先点名的一致", () => {
    needs(commit);
    return parseEntropy(textOf(files, ENTROPY), commit);
  });
  step(0.37, "随机数足够多，谁也凑不出想要的结果", () => {
    needs(commit);
    return checkBits(commit);
  });
  step(0.37, "随机数是为这份承诺文件产生的", () => {
    needs(commit, entropy);
    checkEntropyOf(commit, entropy);
    return `承诺值 ${commit.digest}`;
  });

  step(0.45, "单位名单文件与事先公布的指纹一致", () => {
    needs(commit, pool);
    return checkFrozen(POOL, digestOf(POOL), pool.rows, commit.pool);
  });
  step(0.46, "执法人员名单文件与事先公布的指纹一致", () => {
    needs(commit, officers);
    return checkFrozen(OFFICERS, digestOf(OFFICERS), officers.rows, commit.officers);
  });
  step(0.46, "几个文件属于同一次抽签", () => {
    needs(commit, pool, officers);
    return checkOneDraw(commit, pool, officers);
  });
  const quotas = step(0.48, "按公布的比例重新算出应抽家数，一致", () => {
    needs(commit, pool, officers);
    return checkStrata(commit, pool, officers);
  });
  const staffed = step(0.5, "每家可能抽中的单位都派得出两名不用回避的执法人员", () => {
    needs(commit, pool, officers);
    return checkStaff(commit, pool, officers);
  });

  const draw = { commit, pool, officers, entropy, K: null };
  const head = pool && `result/1 ${pool.draw} ${pool.salt}`;
  let result = null, drawn = null;
  step(0.8, "用公布的随机数重新抽签，结果逐行一致", () => {
    result = textOf(files, RESULT);
    needs(commit, pool, officers, entropy, quotas, staffed);
    draw.K = seedOf(entropy.text, pool.salt);
    drawn = drawUnits(draw, progress);
    compareResult(result, head, writeUnits(pool, drawn), 0, 4);
    return `抽中 ${drawn.length} 家`;
  });
  step(0.97, "每家的两名执法人员重新算出，一致", () => {
    needs(drawn);
    const teams = assignTeams(draw, drawn, progress);
    compareResult(result, head, writeTeams(teams), 4);
    return `${drawn.length} 个检查组`;
  });

  if (files.has(LOG)) {
    const log = step(0.98, "公开日志首尾相接，没有改动", () => parseLog(textOf(files, LOG)), (rows) => `${rows.length} 行`);
    step(0.99, "公开日志写着本次抽签的承诺、随机数和结果", () => {
      needs(log, commit, entropy);
      return checkLog(log, commit, entropy, files.has(RESULT) ? digestOf(RESULT) : null);
    });
  }
  PROGRAMS.forEach((name, i) => {
    if (!files.has(name)) return;
    if (commit?.programs[i] === "-") {
      add(`随附的程序 ${name}`, "note", "承诺文件没有写它的指纹");
      return;
    }
    step(0.99, `随附的程序 ${name} 与事先公布的指纹一致`, () => {
      needs(commit);
      const digest = digestOf(name), said = commit.programs[i];
      want(digest === said, `${name}：指纹是 ${digest}，事先公布的是 ${said}`);
    });
  });
  if (own !== null && commit !== null) {
    const [, said] = commit.programs;
    if (said === own) add("现在运行的复算程序就是承诺文件写明的那一份", "ok", "");
    else add("现在运行的复算程序", "note", said === "-" ? "承诺文件没有写 verify.mjs 的指纹" : `不是承诺文件写明的那一份（指纹 ${own}）`);
  }
  for (const name of files.keys()) {
    if (!FILES.includes(name)) add("不认识的文件", "note", `${shown(name)} 不属于抽签文件，没有检查`);
  }
  onProgress({ part: 1, what: "完成" });
}

// ---- One's own unit ----

/** Up to `limit` units whose number or name holds the text: {unit, name}. */
export function searchUnits({ pool }, text, limit = 20) {
  const found = [];
  const exact = pool.unit.indexOf(text);
  if (exact >= 0) return [{ unit: text, name: pool.name[exact] }];
  for (let i = 0; i < pool.rows && found.length < limit; i++) {
    if (pool.unit[i].includes(text) || pool.name[i].includes(text)) found.push({ unit: pool.unit[i], name: pool.name[i] });
  }
  return found;
}

/**
 * Where a unit stands in the order of its stratum, and the keys with which anyone can compute its ticket by hand:
 * {unit, name, stratum, standing, ruleText, base, take, available, salt, K, Ks, ticket, rank, isDrawn}; rank and ticket are
 * null for a unit that may not be drawn.
 */
export function standOf(draw, unit) {
  const { commit, pool, K } = draw;
  const row = pool.unit.indexOf(unit);
  if (row < 0) return null;
  const code = pool.strata[pool.stratum[row]];
  const { rule, ruleText, base, take } = commit.strata.find((stratum) => stratum.code === code);
  const { units, order, words } = rankStratum(pool, code, K);
  const position = units.indexOf(row);
  const rank = position < 0 ? null : order.indexOf(position) + 1;
  return {
    unit, name: pool.name[row], stratum: code, standing: STANDINGS[pool.standing[row]],
    ruleText, base, take, quota: quotaOf(rule, base, draw.officers.rows), available: units.length,
    salt: pool.salt, K, Ks: stratumKey(code, K),
    ticket: rank && hex(words, position * 8), rank, isDrawn: rank !== null && rank <= take,
  };
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
    entries.push({
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      mode: view.getUint32(at + 38, true) >>> 16,
      offset: view.getUint32(at + 42, true),
      name: Array.from(bytes.subarray(at + 46, at + 46 + nameLength), (byte) => String.fromCharCode(byte)).join(""),
    });
    at += 46 + nameLength + extra + comment;
    if (entries.length === count) readable(at === end, broken);
  }
  if (count === 0) readable(size === 0, broken);
  for (const entry of entries) entry.data = dataOf(bytes, view, start, entry, broken);
  return entries;
}

function dataOf(bytes, view, limit, { flags, method, packed, offset, name, mode }, broken) {
  const parts = name.split("/");
  const safe = name !== "" && !/^\/|^[A-Za-z]:|[\\\0]/.test(name) && !parts.includes("..") && !parts.includes(".");
  readable(safe, `压缩包里有不安全的文件名 ${shown(name)}`);
  const type = mode & 0o170000;
  readable(type !== 0o120000, `压缩包里的 ${shown(name)} 是链接`);
  readable([0, 0o100000, 0o040000].includes(type), `压缩包里的 ${shown(name)} 是特殊文件`);
  readable((flags & 0x2041) === 0, `压缩包里的 ${shown(name)} 是加密的`);
  readable(method === 0 || method === 8, `压缩包里的 ${shown(name)} 用了不支持的压缩方式`);
  readable(offset + 30 <= limit && view.getUint32(offset, true) === 0x04034b50, broken);
  const nameLength = view.getUint16(offset + 26, true);
  const from = offset + 30 + nameLength + view.getUint16(offset + 28, true);
  readable(from + packed <= limit && view.getUint16(offset + 8, true) === method && nameLength === name.length, broken);
  for (let i = 0; i < nameLength; i++) readable(bytes[offset + 30 + i] === name.charCodeAt(i), broken);
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

const SAID = { ok: "通过", warn: "通过，但请注意", note: "说明", fail: "不通过", skip: "未检查" };

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

/** Run as a program: gives the exit status. */
async function main(words) {
  const onlyResult = words[0] === "--result";
  const [path, ...others] = onlyResult ? words.slice(1) : words;
  const out = (text) => process.stdout.write(text), err = (text) => process.stderr.write(text);
  if (path === undefined || others.length || path.startsWith("--")) {
    err("用法：node verify.mjs [--result] 文件夹或压缩包\n");
    return 2;
  }
  let files;
  try {
    files = await readPath(path);
  } catch (error) {
    err(`${path}：${error.message}\n`);
    return 2;
  }
  if (onlyResult) {
    try {
      out(compute(files));
      return 0;
    } catch (error) {
      err(`${error?.message ?? error}\n`);
      return 1;
    }
  }
  const { readFileSync } = await import("node:fs");
  const lines = check(files, undefined, H(new Uint8Array(readFileSync(new URL(import.meta.url)))));
  for (const { what, level, detail } of lines) out(`${SAID[level]}：${what}${detail ? `（${detail}）` : ""}\n`);
  const failures = lines.filter(({ level }) => level === "fail").length;
  out(failures ? `结论：不通过，有 ${failures} 项不对\n` : "结论：全部通过\n");
  return failures ? 1 : 0;
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
