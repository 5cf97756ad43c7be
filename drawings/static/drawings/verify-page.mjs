// The section 验证本次抽查: hands files to verify-worker.mjs and shows what it finds, step by step.

// As drawings/models/strata.py names them (a test compares): this script serves bundles of other sites too.
const STRATA = {
  "key-emitting": "涉水涉气重点排污单位",
  "key": "重点排污单位",
  "special": "特殊监管对象",
  "general": "一般排污单位",
};
const LOOKS = { ok: "is-ok", warn: "is-warn", note: "", fail: "is-bad", skip: "" };

const stratumName = (code) => (STRATA[code] ? `${STRATA[code]}（${code}）` : code);

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
    this.work.hidden = false;
    this.busy(true);
    this.worker.postMessage({ kind: "check", ...what });
  }

  busy(is) {
    this.isBusy = is;
    this.bar.hidden = this.status.hidden = !is;
    this.input.disabled = is;
    if (this.button) this.button.disabled = is;
  }

  hear(data) {
    if (data.kind === "progress") this.progress(data);
    else if (data.kind === "done") this.conclude(data.lines);
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

  row({ what, level, detail }) {
    const item = make("li", "", { class: LOOKS[level] });
    item.append(make("span", level === "fail" ? `${what}：不通过` : what));
    if (detail) item.append(document.createElement("br"), sentence("small", detail));
    return item;
  }

  conclude(lines) {
    this.busy(false);
    const failures = lines.filter(({ level }) => level === "fail"), warnings = lines.filter(({ level }) => level === "warn");
    if (failures.length) {
      const more = failures.length > 1 ? `一共有 ${failures.length} 项对不上，第一项是：` : "";
      const [{ what, detail }] = failures;
      const advice = failures.some(({ detail }) => detail.endsWith("没有这个文件"))
        ? "文件不齐。请用完整的 bundle.zip，或者把解压出来的文件一起选中，再试一次。"
        : "文件在公布以后被改动过，或者抽签没有照规则做。请保留这些文件，向公布它的单位询问。";
      this.judge("bad", "✕ 验证不通过", `${more}“${what}”。${detail}`, advice);
    } else if (warnings.length) {
      this.judge("warn", "✓ 验证通过，但请注意", ...warnings.map(({ detail }) => detail), "文件之间全部对得上，重新抽签得出同样的名单。");
    } else {
      this.judge("ok", "✓ 验证通过", "全部对得上：用公布的名单和随机数在您的设备上重新抽签，得出同样的单位、同样的执法人员。");
    }
    this.own.hidden = failures.length > 0;
  }

  fail(reason) {
    this.busy(false);
    this.work.hidden = false;
    this.judge("bad", "没能验证", reason);
  }

  judge(look, title, ...words) {
    this.verdict.className = `note note--${look}`;
    this.verdict.replaceChildren(make("h3", title, { class: "verdict" }), ...words.map((word) => sentence("p", word)));
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
      const button = make("button", `${name}（${unit}）`, { class: "btn btn--quiet", type: "button" });
      button.addEventListener("click", () => this.worker.postMessage({ kind: "stand", unit }));
      list.append(button);
    }
    this.units.append(list);
  }

  explain(stand) {
    const [answer, why] = placeOf(stand);
    const box = make("div", "", { class: `note note--${stand.isDrawn ? "ok" : "info"}` });
    box.append(make("p", `${stand.name}（${stand.unit}）：${answer}`, { class: "note-title" }), make("p", why));
    this.stand.replaceChildren(box);
    if (stand.ticket) this.stand.append(...byHand(stand));
    else this.stand.append(make("p", "这家单位不参加抽签，所以没有签值。"));
  }
}

/** Where a unit stands, in plain words: the answer, and why. */
function placeOf({ stratum, standing, rank, isDrawn, take, available, base, ruleText }) {
  const kind = stratumName(stratum);
  const out = {
    capped: ["没有参加这次抽签", "今年检查的次数已经到上限，不再抽；计算应抽家数时仍算在内。"],
    stopped: ["没有参加这次抽签", "冻结名单时处于停产状态，不抽，也不算在基数里。"],
    exempt: ["没有参加这次抽签", "冻结名单时属于免查单位，不抽，也不算在基数里。"],
  }[standing];
  if (out) return out;
  const again = standing === "again" ? "今年已经抽中过，排在所有还没抽中的单位后面。" : "";
  const quota = `${kind}的基数是 ${base} 家，按 ${ruleText} 应抽 ${take} 家；可以抽的 ${available} 家按签值从小到大排队。${again}`;
  return isDrawn ? [`排第 ${rank}，抽中`, `${quota}前 ${take} 家抽中，它在其中。`]
    : [`排第 ${rank}，没有抽中`, `${quota}前 ${take} 家抽中，它排在后面。`];
}

/** The three commands with which anyone computes the ticket without this page, and what each must print. */
function byHand({ salt, K, stratum, Ks, unit, ticket }) {
  const steps = [
    ["第一步，用随机数和盐算出总钥匙：", `(cat entropy.txt; echo "salt ${salt}") | sha256sum`, K],
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
  const first = make("p", "不相信这个网页，可以自己算。把 entropy.txt 存到电脑上，在那个文件夹打开终端（Linux 自带 sha256sum；苹果电脑把 sha256sum 换成 shasum -a 256），依次运行：");
  const last = make("p", "签值越小，排得越前。每家单位都能这样算出自己的签值，再与 result.tsv 里抽中单位的签值比大小。");
  return [first, list, last];
}

for (const root of document.querySelectorAll("[data-verify]")) new Section(root);
