// The section 验证本次抽签: hands files to verify-worker.mjs and shows what it finds, step by step.

// As drawings/models/strata.py names them (a test compares): this script serves bundles of other sites too.
const STRATA = {
  "key-emitting": "涉水涉气重点排污单位",
  "key": "重点排污单位",
  "special": "特殊监管对象",
  "general": "一般排污单位",
};
const LOOKS = { ok: "is-ok", warn: "is-warn", void: "is-warn", lack: "is-warn", note: "", wait: "", fail: "is-bad", skip: "" };
const HEADS = "verify-log-heads"; // in localStorage: {bureau: [[rows, head], ...]}, rows ascending
const MOST_HEADS = 30;
const MOST_HIDDEN = 5; // redactions that the verdict names; the list of checks has more

/** A verifier's words with the names of the classes: it knows their codes alone. */
const inWords = (text) => text.replace(/(^|；|类别 )(key-emitting|key|special|general)(?=：| )/g, (_, before, code) => before.replace("类别 ", "") + STRATA[code]);

const stratumName = (code) => STRATA[code] ?? code;

/** A unit's name and number; the name may be withdrawn. */
const calledOf = ({ unit, name }) => (name === null ? `${unit}（名称已撤下）` : `${name}（${unit}）`);

/** An element with text and attributes; what comes out of a file is only ever set as text. */
function make(tag, text = "", attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** A sentence whose digests may break over lines: on a phone they are wider than the screen. */
function sentence(tag, text) {
  const element = document.createElement(tag);
  for (const piece of text.split(/([0-9a-f]{64})/)) {
    element.append(/^[0-9a-f]{64}$/.test(piece) ? make("code", piece, { class: "digest" }) : piece);
  }
  return element;
}

/** What this browser remembers of logs that it has seen; nothing where storage is switched off. */
function rememberedHeads() {
  try {
    return JSON.parse(localStorage.getItem(HEADS)) ?? {};
  } catch {
    return {};
  }
}

/** Remember the head of a bureau's log; `anew` forgets what was remembered before. */
function rememberHead({ bureau, rows, head }, anew = false) {
  const all = rememberedHeads();
  const before = anew ? [] : (all[bureau] ?? []).filter(([known]) => known < rows);
  all[bureau] = [...before, [rows, head]].slice(-MOST_HEADS);
  try {
    localStorage.setItem(HEADS, JSON.stringify(all));
  } catch {
    // Private windows may have no storage: the check itself does not need it.
  }
}

class Section {
  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(`[data-verify-${name}]`);
    this.button = part("run");
    this.work = part("work");
    this.bar = part("progress");
    this.status = part("status");
    this.verdict = part("verdict");
    this.list = part("lines");
    this.all = part("all");
    this.count = part("count");
    this.drop = part("drop");
    this.input = part("files");
    this.own = part("unit");
    this.form = part("unit-form");
    this.units = part("units");
    this.stand = part("stand");

    this.button?.addEventListener("click", () => this.start({ url: root.dataset.bundleUrl }));
    this.input.addEventListener("change", () => {
      if (this.input.files.length) this.start({ files: [...this.input.files] });
      this.input.value = ""; // so that the same file can be chosen again
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = new FormData(this.form).get("unit").trim();
      if (text) this.worker.postMessage({ kind: "search", text });
    });
    this.listenForDrops();
    this.prepare();
    root.hidden = false;
  }

  prepare() {
    this.worker = new Worker(this.root.dataset.workerUrl, { type: "module" });
    this.worker.addEventListener("message", ({ data }) => this.hear(data));
    this.worker.addEventListener("error", () => this.fail("复算程序没有加载成功，请换用较新的浏览器，或者下载后在自己的电脑上运行"));
    const verifier = new URL(this.root.dataset.verifierUrl, location.href).href;
    this.worker.postMessage({ kind: "open", verifier });
  }

  listenForDrops() {
    const over = (is) => {
      this.drop.classList.toggle("note", is);
      this.drop.classList.toggle("note--info", is);
    };
    // A file that misses the zone would otherwise open in place of the page.
    for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());
    this.root.addEventListener("dragover", () => over(true));
    this.root.addEventListener("dragleave", () => over(false));
    this.root.addEventListener("drop", (event) => {
      over(false);
      const files = [...event.dataTransfer.files];
      if (files.length) this.start({ files });
    });
  }

  start(what) {
    if (this.isBusy) return;
    this.list.replaceChildren();
    this.units.replaceChildren();
    this.stand.replaceChildren();
    this.verdict.hidden = this.own.hidden = true;
    this.all.open = true;
    this.count.textContent = "逐项检查";
    this.work.hidden = false;
    this.busy(true);
    this.isFetched = Boolean(what.url);
    this.worker.postMessage({ kind: "check", remembered: rememberedHeads(), ...what });
  }

  busy(is) {
    this.isBusy = is;
    this.bar.hidden = this.status.hidden = !is;
    this.input.disabled = is;
    if (this.button) this.button.disabled = is;
  }

  hear(data) {
    if (data.kind === "progress") this.progress(data);
    else if (data.kind === "done") this.conclude(data);
    else if (data.kind === "unreadable") this.fail(data.reason);
    else if (data.kind === "units") this.offer(data);
    else if (data.kind === "stand") this.explain(data.stand);
  }

  progress({ part, what, line }) {
    this.bar.value = part;
    const text = `正在检查：${what}`;
    if (this.status.textContent !== text) this.status.textContent = text;
    if (line) this.list.append(this.row(line));
  }

  row({ what, level, detail, means }) {
    const item = make("li", "", { class: LOOKS[level] });
    item.append(make("span", level === "fail" ? `${what}：不通过` : what));
    if (means) item.append(make("p", means, { class: "small" }));
    if (detail) item.append(sentence("p", inWords(detail)));
    return item;
  }

  conclude({ lines, log, hasPool }) {
    this.busy(false);
    const of = (...levels) => lines.filter(({ level }) => levels.includes(level));
    const failures = of("fail"), warnings = of("lack", "warn", "void"), waiting = of("wait");
    const isSound = failures.length === 0 && this.compareLog(log, failures.length === 0);
    const heed = warnings.map(({ what, detail }) => `${what}：${detail}`);
    if (lines.some(({ isOtherProtocol }) => isOtherProtocol)) this.judge("warn", "这是旧规则 draw/1 的抽签，这里不能复算", failures[0].detail);
    else if (failures.length) this.judge("bad", "✕ 验证不通过", ...blame(failures));
    else if (!isSound) this.judge("bad", "✕ 公开日志对不上您上次看到的", ...this.brokenLog(log));
    else if (of("lack").length) this.judge("warn", "不完整：缺少检查结果文件，其余的对得上", ...heed, ...found(lines));
    else if (of("void").length) this.judge("warn", "抽签已作废，公布的文件对得上", ...heed, ...found(lines));
    else if (waiting.length) this.judge(heed.length ? "warn" : "info", "✓ 抽签还没有完成，到目前为止都对得上", `还没有公布的：${waiting.map(({ detail }) => detail).join("；")}。`, ...heed, ...found(lines));
    else if (heed.length) this.judge("warn", "✓ 验证通过，但请注意", ...heed, ...found(lines));
    else this.judge("ok", "✓ 验证通过", ...found(lines));
    if (log && failures.length === 0 && !isSound) this.offerToForget(log);
    this.own.hidden = !hasPool;
    // What does not hold stays in view, with all that was held beside it; otherwise the verdict has said what matters.
    this.all.open = this.list.querySelector(".is-bad") !== null;
    this.count.textContent = `逐项检查：${this.list.children.length} 项，每一项查什么、查到什么`;
  }

  /** Say how the log stands to the one that was seen last, and remember it; false where it does not extend that one. */
  compareLog(log, isSound) {
    if (!log || !isSound) return true;
    const what = "公开日志接着您上次看到的那一份写";
    const means = "这个浏览器记得上次看到的日志写到哪里：有人改写从前的日志，这里就对不上。";
    const add = (level, detail, said = what) => this.list.append(this.row({ what: said, level, detail, means }));
    if (log.state === "first") add("note", `记住了这份日志的 ${log.rows} 条，下次来时对照`, "第一次看到这个机关的日志");
    else if (log.state === "extends") add("ok", `上次 ${log.last} 条，这次 ${log.rows} 条`);
    else if (log.state === "shorter" && !this.isFetched) add("note", `这份只有 ${log.rows} 条，您看过 ${log.last} 条的：它是较早下载的，没有对照后面的`, "这份日志比您上次看到的短");
    else {
      add("fail", log.state === "shorter" ? `刚下载的只有 ${log.rows} 条，您上次看到的有 ${log.last} 条` : `上次 ${log.last} 条，这次 ${log.rows} 条，上次有的这次不同`);
      return false;
    }
    if (log.state !== "shorter") rememberHead(log);
    return true;
  }

  brokenLog({ bureau, state }) {
    const how = state === "shorter" ? "从前登记的内容少了" : "从前登记的内容变了";
    return [
      `${bureau}的公开日志只能往后加，这份却不是接着您上次看到的写：${how}。文件彼此对得上，但两份日志里至少有一份不是真的。`,
      "请保留这些文件，并与通知书、旁人保存的链值对照。",
    ];
  }

  offerToForget(log) {
    const button = make("button", "改为记住这份日志", { class: "btn btn--quiet", type: "button" });
    button.addEventListener("click", () => {
      rememberHead(log, true);
      button.replaceWith(make("span", "已改为记住这份日志。"));
    });
    const line = make("p", "", { class: "actions" });
    line.append(button);
    this.verdict.append(line);
  }

  fail(reason) {
    this.busy(false);
    this.work.hidden = false;
    this.judge("bad", "没能验证", reason);
  }

  judge(look, title, ...words) {
    this.verdict.className = `note note--${look}`;
    this.verdict.replaceChildren(make("h3", title, { class: "verdict" }), ...words.map((word) => sentence("p", inWords(word))));
    this.verdict.hidden = false;
    this.verdict.scrollIntoView({ block: "nearest" });
  }

  // ---- One's own unit ----

  offer({ text, units }) {
    this.stand.replaceChildren();
    this.units.replaceChildren();
    if (units.length === 1) {
      this.worker.postMessage({ kind: "stand", unit: units[0].unit });
      return;
    }
    if (units.length === 0) {
      this.units.append(make("p", `名单里没有编号或名称含“${text}”的单位。`));
      return;
    }
    this.units.append(make("p", units.length < 20 ? "请选择：" : "请选择（只列出前 20 家，可以多打几个字）："));
    const list = make("p", "", { class: "actions" });
    for (const { unit, name } of units) {
      const button = make("button", calledOf({ unit, name }), { class: "btn btn--quiet", type: "button" });
      button.addEventListener("click", () => this.worker.postMessage({ kind: "stand", unit }));
      list.append(button);
    }
    this.units.append(list);
  }

  explain(stand) {
    const [answer, why] = placeOf(stand);
    const box = make("div", "", { class: `note note--${stand.isDrawn ? "ok" : "info"}` });
    box.append(make("p", `${calledOf(stand)}：${answer}`, { class: "note-title" }), make("p", why));
    this.stand.replaceChildren(box);
    if (stand.ticket) this.stand.append(...byHand(stand));
    else if (stand.K) this.stand.append(make("p", "这家单位不参加抽签，所以没有签值。"));
  }
}

/** What does not hold, and what to do about it. */
function blame(failures) {
  const more = failures.length > 1 ? `一共有 ${failures.length} 项对不上，第一项是：` : "";
  const [{ what, detail }] = failures;
  const isPartial = failures.some((line) => line.detail.endsWith("没有这个文件") || line.what === "文件彼此配得上");
  return [`${more}“${what}”。${detail}`, isPartial
    ? "文件不齐。请用完整的 bundle.zip，或者把解压出来的文件一起选中，再试一次。"
    : "文件在公布以后被改动过，或者抽签没有照规则做。请保留这些文件，向公布它的单位询问。"];
}

/** What was computed anew, in plain words. */
function found(lines) {
  const ok = (what) => lines.find((line) => line.what === what && line.level === "ok");
  const withdrawn = lines.find(({ what, level }) => level === "note" && what.includes("名称") && what.includes("已撤下"));
  const drawn = ok("用公布的随机数重新抽签，结果逐行一致"), substituted = ok("由谁替补重新算出，逐行一致");
  const words = [];
  if (drawn) words.push("全部对得上：用公布的名单和随机数在您的设备上重新抽签，得出同样的单位、同样的执法人员。");
  else if (ok("用公布的随机数抽签")) words.push("随机数已经揭晓，您的设备上也算出了结果；等结果公布，可以再来对照。");
  if (substituted) words.push(`抽签以后的 ${substituted.detail}替补也重新算过，由谁替补与公布的一样。`);
  else if (drawn) words.push("公布的文件里没有替补。");
  if (withdrawn) words.push(`${withdrawn.what}：${withdrawn.detail}。`);
  const counted = lines.find(({ what, level }) => level === "note" && what === "公开的检查结果");
  if (counted && ok("公开日志里的检查结果、更正和隐去与文件逐条一致")) words.push(`公开的检查结果与日志逐条对得上：${counted.detail}。`);
  const hidden = lines.filter(({ what, level }) => level === "note" && what === "已依法隐去");
  for (const { detail } of hidden.slice(0, MOST_HIDDEN)) words.push(`已依法隐去：${detail}。`);
  if (hidden.length > MOST_HIDDEN) words.push(`另有 ${hidden.length - MOST_HIDDEN} 处依法隐去，见逐项检查。`);
  return words;
}

/** Before the draw: how likely a unit is to be drawn, in plain words. */
function oddsOf({ standing, take, first, available }) {
  const [places, units] = standing === "in" ? [Math.min(take, first), first] : [Math.max(0, take - first), available - first];
  const order = standing === "in" ? (first < available ? "今年还没有抽中过的先抽，它在其中；" : "") : "今年还没有抽中过的先抽，它抽中过，排在后面；";
  if (places === 0) return `${order}这次轮不到它。`;
  if (places === units) return `${order}这 ${units} 家都会抽中。`;
  return `${order}${units} 家里抽 ${places} 家，约 ${((100 * places) / units).toFixed(1)}%。`;
}

/** Where a unit stands, in plain words: the answer, and why. */
function placeOf(stand) {
  const { stratum, standing, rank, isDrawn, take, available, base, ruleText, K } = stand;
  const kind = stratumName(stratum);
  const out = {
    capped: ["没有参加这次抽签", "今年检查的次数已经到上限，不再抽；计算应抽家数时仍算在内。"],
    stopped: ["没有参加这次抽签", "冻结名单时处于停产状态，不抽，也不算在基数里。"],
    exempt: ["没有参加这次抽签", "冻结名单时属于免查单位，不抽，也不算在基数里。"],
  }[standing];
  if (out) return out;
  if (!K) return ["在名单里，还没有抽签", `它属于${kind}，基数 ${base} 家，按 ${ruleText} 应抽 ${take} 家。${oddsOf(stand)}`];
  const again = standing === "again" ? "今年已经抽中过，排在所有还没抽中的单位后面。" : "";
  const quota = `${kind}的基数是 ${base} 家，按 ${ruleText} 应抽 ${take} 家；可以抽的 ${available} 家按签值从小到大排队。${again}`;
  return isDrawn ? [`排第 ${rank}，抽中`, `${quota}前 ${take} 家抽中，它在其中。`]
    : [`排第 ${rank}，没有抽中`, `${quota}前 ${take} 家抽中，它排在后面。`];
}

/** The three commands with which anyone computes the ticket without this page, and what each must print. */
function byHand({ K, stratum, Ks, unit, ticket }) {
  const steps = [
    ["第一步，用随机数和盐算出总钥匙：", "cat entropy.txt salt.txt | sha256sum", K],
    [`第二步，算出${stratumName(stratum)}的钥匙：`, `printf 'select ${stratum} ${K}' | sha256sum`, Ks],
    ["第三步，算出这家单位的签值：", `printf '${Ks}${unit}' | sha256sum`, ticket],
  ];
  const list = make("ol", "", { class: "stack" });
  for (const [words, command, result] of steps) {
    const item = make("li", "", { class: "stack" });
    const due = make("p", "应当得出：");
    due.append(make("code", result, { class: "digest" }));
    item.append(make("p", words), make("pre", command, { class: "code" }), due);
    list.append(item);
  }
  const first = make("p", "不相信这个网页，可以自己算。把 entropy.txt 和 salt.txt 存到电脑上，在那个文件夹打开终端（Linux 自带 sha256sum；苹果电脑把 sha256sum 换成 shasum -a 256），依次运行：");
  const last = make("p", "签值越小，排得越前。每家单位都能这样算出自己的签值，再与 result.tsv 里抽中单位的签值比大小。");
  return [first, list, last];
}

for (const root of document.querySelectorAll("[data-verify]")) new Section(root);
