// Brings the worker of this release onto the device of an officer, and says where that cannot be. On the officers' pages, when they
// are shown.

import { confirmed } from "./account.mjs";
import { holdPages, say } from "./pages.mjs";
import { watch as hear } from "./store.mjs";

const WORKER = "/inspections/worker.mjs";
const SCOPE = "/inspections/";

// This page has all its scripts: a newer worker may come.
function takeOver(worker) {
  worker?.postMessage({ what: "take over" });
}

function whenActive(registration, worker) {
  worker.addEventListener("statechange", () => {
    if (worker.state === "activated") holdPages(registration);
  });
}

async function begin() {
  await confirmed;
  const registration = await navigator.serviceWorker.register(WORKER, { scope: SCOPE, updateViaCache: "none" });
  const watch = () => {
    const coming = registration.installing ?? registration.waiting;
    if (!coming) return;
    whenActive(registration, coming);
    takeOver(coming);
  };
  registration.addEventListener("updatefound", watch);
  watch();
  if (registration.active) holdPages(registration);
  // What was sent stands in the copies before the signal goes again.
  hear((news) => { if (news.type === "saved") holdPages(registration); });
  registration.update().catch(() => undefined); // no signal: the one that is here goes on
}

async function end() {
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  if (registration) await registration.update().catch(() => registration.unregister());
}

if (!window.isSecureContext) say("离线使用需要 https：这个网址不是，没有信号时打不开页面。已经打开的表单照常能填，内容存在这台设备上。");
else if (!("serviceWorker" in navigator)) say("这个浏览器不能离线打开页面。已经打开的表单照常能填，内容存在这台设备上；请换用新的浏览器。");
else if (document.body.dataset.offline === "off") end();
else begin().catch(() => say("这台设备没有准备好离线使用。有信号时请重新打开这一页。"));
