// Asks the server what this device is to hold, has the worker fetch it, and says how it stands: what opens without a
// signal, and when the storage runs full.

import { account } from "./account.mjs";

const ASK = "/inspections/offline.json";
const ASKED = "field:persist-asked";
export const HANDOVER = `field:handover-key:${account}`; // of the account alone: its token is in it
const MB = 1024 * 1024;
const LITTLE = 200 * MB;

export function say(text) {
  for (const place of document.querySelectorAll("[data-offline-state]")) {
    place.textContent = text;
    place.hidden = !text;
  }
}

// What the server says: {account, csrf, release, pages, open}; null where it does not answer or the log-in has ended.
export async function ask() {
  try {
    const response = await fetch(ASK, { cache: "no-store", redirect: "manual" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

const ENDED = {
  network: "信号断了，还没有存全；有信号时会接着存。",
  full: "这台设备存不下了，请删去手机里不用的照片或应用。",
  login: "登录已结束，请重新登录。",
  release: "正在换成新版本。",
};

export async function holdPages(registration) {
  const { kept } = document.body.dataset;
  const wanted = await ask();
  if (!wanted) {
    say(kept ? "没有信号：已存下的页面都能打开，填写的内容存在这台设备上。" : "");
    return watchStorage(); // at the gate nobody else says it
  }
  if (wanted.account !== account || !registration.active) return undefined;
  const { csrf, handover, ...told } = wanted;
  if (handover) localStorage.setItem(HANDOVER, JSON.stringify(handover)); // for a file that is written without a signal
  const line = new MessageChannel();
  line.port1.onmessage = ({ data }) => {
    if (data.ended) say(`可离线打开 ${data.held}/${data.wanted} 页：${ENDED[data.ended]}`);
    else if (data.held < data.wanted) say(`可离线打开 ${data.held}/${data.wanted} 页，其余的下次打开时再存。`);
    else say(`没有信号也能打开：任务清单和 ${wanted.open.length} 家单位的档案、表单（${data.held} 页）都已存在这台设备。`);
  };
  registration.active.postMessage({ what: "hold", ...told }, [line.port2]);
  return watchStorage();
}

// Asked once: some browsers put it to the person.
export async function watchStorage() {
  const { storage } = navigator;
  if (!storage?.estimate) return undefined;
  if (storage.persist && !localStorage.getItem(ASKED) && !(await storage.persisted())) {
    localStorage.setItem(ASKED, "1");
    await storage.persist();
  }
  const { usage, quota } = await storage.estimate();
  const left = quota - usage;
  const isFull = left < LITTLE || left < quota / 10;
  for (const place of document.querySelectorAll("[data-storage-state]")) {
    place.hidden = !isFull;
    if (isFull) place.textContent = `这台设备的存储快满了，还剩约 ${Math.max(0, Math.floor(left / MB))} MB：请先把没有发送的内容发出去，或删去手机里别的文件，再拍照。`;
  }
  return undefined;
}
