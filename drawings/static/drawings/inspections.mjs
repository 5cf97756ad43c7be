// Keeps what an officer types on the device until the server has confirmed it: at a factory gate the signal comes and
// goes. The form works without this file. What is kept, and where, says `field/store.mjs`.
//
// `token` changes with every change and travels with the form; the server hands it back as ?saved=token, and only then, and
// only if nothing was typed since, the copy is dropped. `version` is the state of the inspection that the entries were based on.

import * as store from "./field/store.mjs";

const OFFLINE = "没有信号。填写的内容存在这台设备上，有信号后再保存。";
const OUTDATED = "这一页是以前存下的，您后来保存到系统的内容不在上面，没有丢。请有信号后重新打开再填。";
const QUEUED = {
  save: "没有信号，还没有保存到系统。内容已存在这台设备上，有信号后自动保存。",
  submit: "没有信号，还没有提交。内容已存在这台设备上，有信号后自动提交。",
  freeze: "现场记录已在这台手机上固定，有信号后自动送到系统。",
};
const KEEP_AFTER = 300; // milliseconds after a key, also of a hand that never rests; no more is lost if the page itself dies
const holder = document.querySelector("[data-draft]");
const [, , visit] = holder?.dataset.draft.split(":") ?? [];
const inspection = Number(visit);

async function dropConfirmed() {
  const here = new URL(location.href);
  const saved = here.searchParams.get("saved");
  if (!saved) return;
  here.searchParams.delete("saved");
  history.replaceState(null, "", here);
  await store.dropSaved(inspection, saved);
}

function guard(form) {
  const status = form.querySelector("[data-draft-status]");
  const note = document.querySelector("[data-draft-restored]");
  const own = new Set(["csrfmiddlewaretoken", "version", "copy"]);
  const isOnSite = form.hasAttribute("data-steps"); // its button freezes the on-site record; once that is done, it submits
  const { version, copy } = form.elements;
  const baseVersion = version.value;
  const title = document.querySelector("h1").textContent.trim();
  const touched = new Set();
  const chain = new Set(); // the tokens of what is queued: what is typed here is on top of them
  let after = "";
  let checked = false;
  let checking = false;
  let kept = null; // the draft that is not written yet
  let timer = 0;
  let isReady = false;
  let isOutdated = false;

  const values = () => Object.fromEntries([...new FormData(form)].filter(([name]) => !own.has(name)));
  let served = JSON.stringify(values());

  function say(text) {
    if (status.textContent !== text) status.textContent = text; // read out once, not with every key
    status.hidden = false;
  }

  function openNotes() {
    for (const details of form.querySelectorAll("[data-note-of]")) {
      const text = details.querySelector("textarea").value;
      if (text || form.elements[details.dataset.noteOf].value === "fail") details.open = true;
    }
  }

  const stamp = () => { copy.value = `${Date.now()}-${Math.floor(performance.now() * 1000)}`; };
  const draftNow = () => ({ inspection, title, token: copy.value, after, version: version.value, at: new Date().toISOString(), values: values() });

  // Write what is there now; false, and said at once, where the phone does not keep it.
  async function write() {
    clearTimeout(timer);
    timer = 0;
    const draft = (kept ??= draftNow()); // until it is there: a page that goes writes it once more
    try {
      await store.put("drafts", draft);
      if (kept === draft) kept = null;
      return true;
    } catch (error) {
      say(store.inWords(error));
      return false;
    }
  }

  function keep() {
    stamp();
    kept = draftNow();
    timer ||= setTimeout(async () => {
      timer = 0;
      await begun.catch(() => {}); // what was kept before is put back first
      if (kept && await write()) say(navigator.onLine ? "已存在这台设备上，还没有保存到系统。" : OFFLINE);
    }, KEEP_AFTER);
  }

  // The last words before the page goes: a database may not finish with a page that is gone, so the next page takes them over
  // (`store.takeOver`). Of a page that went before it had read what was kept, only what was touched counts.
  function flush() {
    if (!kept) return;
    try {
      localStorage.setItem(form.dataset.draft, JSON.stringify(isReady ? kept : { ...kept, touched: [...touched] }));
    } catch { /* full: the database may have room */ }
    if (isReady) store.putNow("drafts", kept);
    kept = null;
  }

  // Somebody else may have frozen the record: what this phone holds about the site is told, and never put into the form.
  const frozen = document.getElementById("frozen-site");
  async function withoutSite(draft) {
    const isLate = (await store.of("outbox", inspection)).some((item) => item.kind === "late");
    const there = JSON.parse(frozen.textContent);
    if (!isLate && !Object.keys(draft?.values ?? {}).some((name) => there.fields[name])) return draft;
    const late = await import("./field/late.mjs");
    const rest = draft && (await late.takeOut(inspection, draft, there, { title, record: form.dataset.record }));
    await late.show(inspection, note);
    return rest;
  }

  // What was typed into other versions of the checklists has its fields only on the page of those versions.
  function elsewhere(draft) {
    const here = new URL(location.href);
    const { versions } = draft.values;
    if (!versions || versions === form.elements.versions.value || here.searchParams.has("versions")) return false;
    here.searchParams.set("versions", versions);
    location.replace(here);
    return true;
  }

  function put(all) {
    for (const box of form.querySelectorAll("input[type=checkbox]")) if (!touched.has(box.name)) box.checked = box.name in all;
    for (const [name, value] of Object.entries(all)) {
      const field = form.elements[name];
      if (field && field.type !== "checkbox" && !touched.has(name)) field.value = value;
    }
    form.dispatchEvent(new Event("sheet:restored"));
  }

  function restore(draft) {
    put(draft.values);
    version.value = draft.version;
    copy.value = draft.token;
    after = draft.after ?? "";
    const at = new Date(draft.at).toLocaleString("zh-CN", { dateStyle: "medium", timeStyle: "short" });
    note.querySelector("[data-draft-restored-text]").textContent = `已恢复 ${at} 在这台设备上填写、还没有保存到系统的内容。`;
    note.hidden = false;
  }

  // Whether the server answers. A log-in that has run out is no hindrance: the login page carries what was typed, and the
  // copy on this device stays until the server has confirmed it.
  async function reach() {
    const limit = new AbortController();
    const stop = setTimeout(() => limit.abort(), 15000);
    try {
      const options = { method: "HEAD", cache: "no-store", redirect: "manual", signal: limit.signal };
      await fetch(form.dataset.probe, options);
      return true;
    } catch {
      return false;
    } finally {
      clearTimeout(stop);
    }
  }

  const steps = () => import("./field/kept_steps.mjs");
  let onPhone = null;
  let isLeaving = false;
  const phoneRecord = () => (onPhone ??= import("./field/phone_record.mjs"));

  async function freezeHere() {
    const draft = { inspection, title, token: copy.value, after, version: version.value, values: values(), at: new Date().toISOString() };
    const here = await phoneRecord().catch(() => { onPhone = null; });
    if (!here) return say("没有信号，没有固定。内容已存在这台设备上，有信号后请再按一次。");
    if (!(await here.freeze(form, draft, say))) return;
    after = draft.token;
    chain.add(after);
    say(QUEUED.freeze);
  }

  async function leave() {
    isLeaving = true;
    if (onPhone && !(await (await onPhone).arrived(form, inspection))) return;
    location.replace(isOnSite ? form.dataset.record : form.dataset.detail);
  }

  async function queue(kind) {
    if (kind === "submit" && isOnSite) return freezeHere();
    const { gaps } = form.dataset; // `sheet.mjs` counts them
    if (kind === "submit" && gaps > 0) return say(`还有 ${gaps} 处没有填，没有提交。内容已存在这台设备上，有信号后请再按一次。`);
    const address = kind === "submit" ? form.querySelector("[formaction]").getAttribute("formaction") : form.getAttribute("action");
    let step = null;
    try {
      const kept = await steps();
      step = { inspection, title, kind, token: copy.value, after, version: version.value, values: values(), address, at: new Date().toISOString() };
      await kept.queue(step);
    } catch (error) {
      return say(error instanceof TypeError ? OFFLINE : store.inWords(error)); // the signal went before the page was whole
    }
    after = step.token;
    chain.add(after);
    const why = kind === "submit" && (await (await steps()).stuck(inspection));
    say(why ? `还没有提交。${why}` : QUEUED[kind]);
    answers?.forget(form);
    store.tell({ type: "queued" });
  }

  let answers = null;
  async function showTold() {
    const told = (await store.of("outbox", inspection)).find((item) => store.isForm(item) && item.state !== "waiting");
    if (!told) return;
    answers = await import("./field/answers.mjs");
    const isVoid = told.record && !frozen && (await (await phoneRecord()).undone(form, inspection)); // what the firm has signed is another text
    if (told.state === "conflict") answers.showConflict(form, told.told, (chosen, now, save) => choose(told, chosen, now, save));
    else answers.showErrors(form, told.told);
    if (isVoid) answers.add("当事人在手机上的签字不算：改好以后请重新固定，请当事人重新签。");
    say(told.state === "conflict" ? "有两份内容，请在页面上面选。" : "系统没有收下，请看页面上面的说明。");
  }

  // What was chosen out of two versions goes on from the one that the server has.
  async function choose(item, chosen, now, save) {
    touched.clear();
    version.value = now;
    after = "";
    put(chosen);
    stamp();
    kept = null;
    const draft = { ...draftNow(), values: chosen };
    await store.put("drafts", draft);
    await store.drop("outbox", item.id);
    store.tell({ type: "changed" });
    if (!elsewhere(draft) && save) form.requestSubmit();
  }

  function heard(news) {
    if (news.inspection !== inspection) return;
    if (news.type === "told") showTold();
    if (news.type === "said" && news.told?.before === version.value) version.value = news.told.version;
    if (news.type === "said" && isLeaving) return leave();
    if (news.type !== "saved") return;
    if (news.token === copy.value) {
      note.hidden = true;
      served = JSON.stringify(values());
      if (news.kind === "submit") return leave();
      say(`已保存到系统。${news.told.hint}`);
    }
    if (news.token === copy.value || chain.has(news.token)) {
      version.value = news.told.version;
      if (news.token === after) after = "";
      if (kept) kept = { ...kept, version: version.value, after };
    } else if (JSON.stringify(values()) === served) location.reload(); // sent by another tab: this page shows the state before
  }

  form.addEventListener("input", (event) => { touched.add(event.target.name); keep(); openNotes(); });
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });

  const begun = begin();
  async function begin() {
    await store.ready();
    await store.takeOver(form.dataset.draft.slice(0, -visit.length));
    let draft = await store.get("drafts", inspection);
    if (frozen) draft = await withoutSite(draft);
    const items = (await store.of("outbox", inspection)).filter(store.isForm);
    for (const item of items) chain.add(item.token);
    if (form.hasAttribute("data-draft-bound")) { // the page already shows what was typed
      stamp();
      await write();
    } else if (draft && JSON.stringify(draft.values) !== served) {
      if (elsewhere(draft)) return;
      restore(draft);
      openNotes();
      if (touched.size) keep();
    } else if (!draft && !store.isNewest(inspection, baseVersion)) {
      // Served before what was sent has arrived there.
      isOutdated = "kept" in document.body.dataset;
      if (!isOutdated && performance.getEntriesByType("navigation")[0]?.type !== "reload") return location.reload();
    } else if (draft && !items.length) await store.drop("drafts", inspection);
    else if (draft) {
      copy.value = draft.token;
      after = draft.after ?? "";
    }
    isReady = true;
    store.watch(heard);
    await showTold();
    if (!frozen && items.some((item) => item.record && item.state === "waiting")) {
      await (await phoneRecord()).show(form, inspection);
      note.hidden = true; // it belongs to what is frozen: nothing to be given up
    }
    form.dataset.begun = "";
    store.tell({ type: "changed" });
  }
  begun.catch((error) => say(store.inWords(error))).then(() => {
    touched.clear();
    openNotes();
    if (isOutdated) {
      say(OUTDATED);
      reach().then((there) => there && !touched.size && location.reload());
    } else if (!navigator.onLine) say(OFFLINE);
  });

  addEventListener("offline", () => say(OFFLINE));
  addEventListener("online", () => say(after && after === copy.value ? "网络已恢复，正在发送……" : "网络已恢复，请保存到系统。"));

  note.querySelector("[data-draft-drop]").addEventListener("click", async () => {
    clearTimeout(timer);
    timer = 0;
    kept = null;
    await store.dropTyped(inspection);
    store.tell({ type: "changed" });
    form.reset();
    version.value = baseVersion;
    copy.value = after = "";
    note.hidden = true;
    say("这台设备上的草稿已放弃，现在显示系统里的内容。");
  });

  form.addEventListener("submit", async (event) => {
    if (checked || !form.requestSubmit) return;
    event.preventDefault();
    if (checking) return;
    checking = true;
    const button = event.submitter;
    const kind = button?.hasAttribute("formaction") ? "submit" : "save";
    await begun.catch(() => {});
    stamp();
    kept = null;
    const isKept = await write();
    say("正在连接……");
    // What was pressed before goes first; a submission comes after its photos.
    const waits = isKept && store.canSend && (await isWaiting(kind));
    const reached = (!waits || button?.name) && (await reach());
    checking = false;
    if (reached) {
      checked = true;
      form.requestSubmit(button);
      checked = false;
    } else if (isKept && store.canSend && !button?.name) await queue(kind);
    else say(`没有信号，没有${kind === "save" ? "保存" : isOnSite ? "固定" : "提交"}。${isKept ? "内容已存在这台设备上，" : ""}有信号后请再按一次。`);
  });

  async function isWaiting(kind) {
    const [items, photos] = [await store.of("outbox", inspection), await store.of("photos", inspection)];
    return items.some((item) => item.state === "waiting") || (kind === "submit" && photos.some(store.isMissing));
  }

  // Loaded when the page is there, or the officer comes near them: the first view stays small.
  const isLoaded = document.readyState === "complete" ? begun : new Promise((done) => { addEventListener("load", done, { once: true }); });
  isLoaded.then(steps).then(() => document.getElementById("record-frame") && phoneRecord()).catch(() => { onPhone = null; });
  const photos = form.querySelector("[data-photos]");
  if (photos && store.canSend) {
    new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      begun.then(() => import("./field/photos.mjs")).then((module) => module.begin());
    }, { rootMargin: "600px" }).observe(photos);
  }

  for (const button of form.querySelectorAll("[data-now]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const now = new Date();
      const field = document.getElementById(button.dataset.now);
      field.value = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

if (holder) {
  const dropped = dropConfirmed().catch(() => {});
  if (holder instanceof HTMLFormElement) dropped.then(() => guard(holder));
}
