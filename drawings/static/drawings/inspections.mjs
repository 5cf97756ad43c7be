// Keeps what an officer types on the device until the server has confirmed it: at a factory gate the signal comes and
// goes. The form works without this file.
//
// The copy in localStorage: {token, version, at, values}. `token` changes with every change and travels with the form; the
// server hands it back as ?saved=token, and only then, and only if nothing was typed since, the copy is dropped.
// `version` is the state of the inspection that the entries were based on.

const OFFLINE = "没有网络。填写的内容存在本机，有信号后再保存。";
const holder = document.querySelector("[data-draft]");
const key = holder?.dataset.draft;

function load() {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function dropConfirmed() {
  const here = new URL(location.href);
  const saved = here.searchParams.get("saved");
  if (!saved) return;
  if (load()?.token === saved) localStorage.removeItem(key);
  here.searchParams.delete("saved");
  history.replaceState(null, "", here);
}

function guard(form) {
  const status = form.querySelector("[data-draft-status]");
  const note = document.querySelector("[data-draft-restored]");
  const own = new Set(["csrfmiddlewaretoken", "version", "copy"]);
  const { version, copy } = form.elements;
  const baseVersion = version.value;
  let checked = false;
  let checking = false;

  const values = () => Object.fromEntries([...new FormData(form)].filter(([name]) => !own.has(name)));
  const served = JSON.stringify(values());

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

  function keep() {
    const at = new Date();
    copy.value = `${at.getTime()}-${Math.floor(performance.now() * 1000)}`;
    try {
      const draft = { token: copy.value, version: version.value, at: at.toISOString(), values: values() };
      localStorage.setItem(key, JSON.stringify(draft));
      say(navigator.onLine ? "已存在这台设备上，还没有保存到系统。" : OFFLINE);
    } catch {
      say("本机存不下草稿，请尽快保存到系统。");
    }
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

  function restore(draft) {
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = box.name in draft.values;
    for (const [name, value] of Object.entries(draft.values)) {
      const field = form.elements[name];
      if (field && field.type !== "checkbox") field.value = value;
    }
    version.value = draft.version;
    copy.value = draft.token;
    const at = new Date(draft.at).toLocaleString("zh-CN", { dateStyle: "medium", timeStyle: "short" });
    note.querySelector("[data-draft-restored-text]").textContent = `已恢复 ${at} 在本机填写、还没有保存到系统的内容。`;
    note.hidden = false;
    form.dispatchEvent(new Event("sheet:restored"));
  }

  // Whether the server answers. A log-in that has run out is no hindrance: the login page carries what was typed, and the
  // copy on this device stays until the server has confirmed it.
  async function reach() {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), 15000);
    try {
      const options = { method: "HEAD", cache: "no-store", redirect: "manual", signal: limit.signal };
      await fetch(form.dataset.probe, options);
      return true;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  const draft = load();
  if (form.hasAttribute("data-draft-bound")) keep(); // the page already shows what was typed
  else if (draft && JSON.stringify(draft.values) !== served) {
    if (elsewhere(draft)) return;
    restore(draft);
  } else localStorage.removeItem(key);
  openNotes();
  if (!navigator.onLine) say(OFFLINE);

  form.addEventListener("input", () => { keep(); openNotes(); });
  window.addEventListener("offline", () => say(OFFLINE));
  window.addEventListener("online", () => say("网络已恢复，请保存到系统。"));

  note.querySelector("[data-draft-drop]").addEventListener("click", () => {
    localStorage.removeItem(key);
    form.reset();
    version.value = baseVersion;
    copy.value = "";
    note.hidden = true;
    say("本机草稿已放弃，现在显示系统里的内容。");
  });

  form.addEventListener("submit", async (event) => {
    if (checked || !form.requestSubmit) return;
    event.preventDefault();
    if (checking) return;
    checking = true;
    keep();
    say("正在连接……");
    const reached = await reach();
    checking = false;
    if (reached) {
      checked = true;
      form.requestSubmit(event.submitter);
      checked = false;
    } else say("连不上网络，没有提交。内容已存在本机，有信号后请再按一次。");
  });

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
  dropConfirmed();
  if (holder instanceof HTMLFormElement) guard(holder);
}
