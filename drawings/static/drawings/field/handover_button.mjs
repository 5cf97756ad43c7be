// The button that puts all that this phone has not sent into an encrypted file, and what is said and asked then. Nothing is
// deleted before the person says that the file is there.

import { Broken } from "./handover_format.mjs";
import { contents, drop, fileName, held, pack, serverKey } from "./handover.mjs";
import { judge } from "./handover_rows.mjs";

const MB = 1024 * 1024;
const RECEIVE = "/inspections/handover/";

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function button(text, kind, work) {
  const made = element("button", text, { type: "button", class: `btn ${kind}` });
  made.addEventListener("click", work);
  return made;
}

function download(blob, name) {
  const link = element("a", "", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

// `leave` goes on with signing out, where that is what the person wanted.
export function handover({ leave = null } = {}) {
  const made = element("section", "", { class: "stack", "data-hand-over": "" });
  const said = element("p", "", { role: "status" });
  const words = element("p", "在这台手机上发不出去：存成加密文件，传到另一台设备，用您自己的账号在那里打开、发送。别人打不开这个文件。");
  const receive = element("a", "另一台设备上打开的页面：接收移交文件", { href: RECEIVE });

  async function begin() {
    start.disabled = true;
    try {
      const server = await serverKey();
      const rows = await held();
      const blob = await pack(rows, server, (share) => { said.textContent = `正在存……${Math.round(share * 100)}%`; });
      kept(rows, blob);
    } catch (error) {
      if (!(error instanceof Broken)) console.error(error);
      said.textContent = error instanceof Broken ? error.message : "没有存成文件：手机的存储空间可能满了。请腾出地方再按一次；内容都还在这台手机上。";
      start.disabled = false;
    }
  }

  function kept(rows, blob) {
    const name = fileName();
    said.textContent = `已存成 ${name}（${Math.max(0.1, blob.size / MB).toFixed(1)} MB）：${contents(rows)}。`;
    const check = element("p", "请到手机的“下载”里看一下，确实有这个文件，再传到另一台设备。看到了再按下面的按钮。");
    const sure = `您已经看到文件 ${name} 了吗？删去以后，这些内容只在那个文件里：${contents(rows)}。`;
    const away = button(leave ? "文件已存好：删去这台设备上的内容并退出" : "文件已存好：删去这台设备上的内容", "btn--danger", async () => {
      if (!confirm(sure)) return;
      const changed = await drop(rows);
      if (!changed) return leave?.();
      start.disabled = false;
      said.textContent = `有 ${changed} 项在存文件以后又有变化，没有删，还在这台设备上：文件里是变化以前的。请再存一次文件。`;
      made.replaceChildren(words, start, said, receive);
      return undefined;
    });
    made.replaceChildren(said, check, away, button("再存一次", "btn--quiet", () => download(blob, name)), receive);
    const alone = rows.filter(({ store, row }) => judge(store, row)?.alone).map(({ row }) => `“${row.what}”`);
    if (alone.length) said.after(element("p", `${alone.join("、")}只能由您自己按：不会从文件里发送，请在另一台设备上打开那份现场记录，重新确认。`));
    download(blob, name);
  }

  const start = button("移交：存成加密文件", "", begin);
  made.append(words, start, said, receive);
  if (!window.isSecureContext || !crypto.subtle) {
    words.textContent = "这个网址不是 https，浏览器不让存加密文件。请用 https 的网址登录后再移交。";
    start.remove();
  }
  return made;
}
