// Opens the officers' pages where there is no signal. `RELEASE` stands in front of this text as the server sends it:
// {version, assets: {address: SHA-256}, static: prefix, headers, page: the page without a copy, patience: ms}.
//
// Caches: field-static-<release>: its scripts and styles, all or none; field-pages-<account>-<release>: pages, and what of
// them the device holds (INDEX); field-current: whose page was last confirmed by the server on this device. Pages of an
// older release stay, with its scripts, until this release holds them all: so there is no hour without any.
//
// A page comes from the network wherever it answers; the copy is for no answer, a late one, and an error of the server.

const HOME = "/inspections/";
const INDEX = `${HOME}offline.json`;
const CURRENT = "field-current";
const TAKE_OVER_AFTER = 5000;
const FRESH = 12 * 3600 * 1000;
const filesOf = (release) => `field-static-${release}`;
const pagesOf = (account, release) => `field-pages-${account}-${release}`;
const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const later = (ms) => new Promise((done) => { setTimeout(done, ms); });

// --- a release comes and goes ---
let takeOver;
const told = new Promise((done) => { takeOver = done; });

async function digestOf(response) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Past the browser's own cache, and only what the release consists of: while a server is updated, files come mixed.
async function collect() {
  const cache = await caches.open(filesOf(RELEASE.version));
  await Promise.all(Object.entries(RELEASE.assets).map(async ([address, digest]) => {
    const response = await fetch(address, { cache: "reload" });
    if (!response.ok || await digestOf(response.clone()) !== digest) throw new Error(`not of this release: ${address}`);
    await cache.put(address, response);
  }));
}

// A page that is just being loaded gets all its scripts from the worker that it began with: pages say when they are done.
// Who says nothing for a while, for instance because an old worker lets no page load, is not waited for.
async function install() {
  await collect();
  if (self.registration.active) await Promise.race([told, later(TAKE_OVER_AFTER)]);
  await self.skipWaiting();
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function dropOldReleases() {
  for (const name of await caches.keys()) {
    if (/^field-(static|pages)-/.test(name) && !name.endsWith(`-${RELEASE.version}`)) await caches.delete(name);
  }
}

// --- whose pages ---
async function current() {
  const kept = await caches.match(HOME, { cacheName: CURRENT });
  return kept ? (await kept.json()).account : "";
}

// The server has answered this account: from now on its pages alone are shown, and those of others are gone. Its log-in
// name is not known here: `account.mjs` adds it.
async function confirm(account) {
  if (await current() === account) return;
  const cache = await caches.open(CURRENT);
  await cache.put(HOME, new Response(JSON.stringify({ account, login: "" })));
  for (const name of await caches.keys()) {
    if (name.startsWith("field-pages-") && !name.startsWith(`field-pages-${account}-`)) await caches.delete(name);
  }
}

async function find(path) {
  const account = await current();
  if (!account) return undefined;
  const own = pagesOf(account, RELEASE.version);
  const others = (await caches.keys()).filter((name) => name.startsWith(`field-pages-${account}-`) && name !== own);
  for (const cacheName of [own, ...others]) {
    const found = await caches.match(path, { cacheName, ignoreVary: true });
    if (found) return found;
  }
  return undefined;
}

// Keep a page, if the server marked it as one of this account and this release. What was said once only (messages) is not
// kept with it. Return whether it is kept.
async function keep(path, response, account, version) {
  const { headers } = response;
  if (headers.get("X-Account") !== account || headers.get("X-Held") !== RELEASE.version) return false;
  const text = await response.text();
  if (/<ul class="messages"|data-error-summary/.test(text) || await current() !== account) return false;
  const kept = new Headers(headers);
  for (const name of ["Content-Encoding", "Content-Length"]) kept.delete(name);
  kept.set("X-Kept", new Date().toISOString());
  kept.set("X-Version", version);
  const cache = await caches.open(pagesOf(account, RELEASE.version));
  await cache.put(path, new Response(text, { headers: kept }));
  return true;
}

// --- pages and files ---
const shownBy = new Map(); // the release of the page that a window shows, by the id of the window

// A copy says so, above all else on the page.
async function shown(copy, event, url) {
  shownBy.set(event.resultingClientId, copy.headers.get("X-Held"));
  const at = copy.headers.get("X-Kept");
  const when = new Date(at).toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  const asked = [...url.searchParams.keys()].some((name) => !["saved", "versions"].includes(name));
  const bar = `<aside class="offline-bar" aria-label="离线副本">离线副本，存于 ${when}。${asked ? "没有按条件查找。" : ""}` +
    `<a href="${escaped(url.pathname)}">重新连接</a></aside>`;
  const text = (await copy.text()).replace(/<body([^>]*)>/, (_, more) => `<body${more} data-kept="${at}">${bar}`);
  return new Response(text, { headers: copy.headers });
}

async function withoutCopy() {
  const index = await (await find(INDEX))?.json();
  const lines = [];
  for (const { title, pages } of index?.open ?? []) {
    const links = [];
    for (const [name, word] of [["edit", "填报"], ["record", "现场记录"], ["dossier", "单位档案"], ["detail", "检查"], ["evidence", "现场证据"]]) {
      if (pages[name] && await find(pages[name])) links.push(`<a href="${escaped(pages[name])}">${word}</a>`);
    }
    if (links.length) lines.push(`<li><b>${escaped(title)}</b>　${links.join("　")}</li>`);
  }
  const home = await find(HOME) ? `<p><a href="${HOME}">我的任务</a></p>` : "";
  const list = lines.length ? `<ul>${lines.join("")}</ul>` : "";
  const nothing = "<p>这台设备上没有存下的页面。请在有信号时登录，打开“我的任务”，再去现场。</p>";
  const text = RELEASE.page.replace("<!-- held -->", () => home + list || nothing);
  return new Response(text, { headers: { ...RELEASE.headers, "Content-Type": "text/html; charset=utf-8" } });
}

// What the answer of the server says of the device: whose it is, and a newer copy of a page that is held.
async function learn(account, spare, url) {
  await confirm(account);
  const old = spare && !url.search && await find(url.pathname);
  if (old) await keep(url.pathname, spare, account, old.headers.get("X-Version"));
}

async function page(event, url) {
  // Who comes from the log-in may be somebody else than who used the device before: only the server knows.
  const fromLogIn = event.request.referrer && new URL(event.request.referrer).pathname.startsWith("/accounts/");
  const copy = fromLogIn ? undefined : await find(url.pathname);
  const asked = fetch(event.request).then((response) => {
    const account = response.headers.get("X-Account");
    if (account) event.waitUntil(learn(account, response.headers.has("X-Held") && response.clone(), url));
    return response;
  });
  const answer = await Promise.race([asked, ...(copy ? [later(RELEASE.patience)] : [])]).catch(() => undefined);
  if (answer && (answer.status < 500 || !copy)) {
    shownBy.set(event.resultingClientId, answer.headers.get("X-Held"));
    return answer;
  }
  event.waitUntil(asked.catch(() => undefined)); // a late answer is still learnt from
  return copy ? shown(copy, event, url) : withoutCopy();
}

// A file belongs to the page that asks: from the cache of that page's release. The server's own is for all other pages.
async function file(event) {
  const { pathname } = new URL(event.request.url);
  const release = event.clientId && shownBy.get(event.clientId); // not every browser names its windows
  const kept = release && await caches.match(pathname, { cacheName: filesOf(release), ignoreVary: true }).catch(() => undefined);
  if (kept) return kept;
  try {
    return await fetch(event.request);
  } catch (error) {
    const others = (await caches.keys()).filter((name) => name.startsWith("field-static-"));
    for (const cacheName of [filesOf(RELEASE.version), ...others]) {
      const found = await caches.match(pathname, { cacheName, ignoreVary: true });
      if (found) return found;
    }
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname.startsWith(HOME)) event.respondWith(page(event, url).catch(() => fetch(request)));
  } else if (url.pathname.startsWith(RELEASE.static)) event.respondWith(file(event));
});

// --- what is to be held ---
// Fetch what is missing, changed or old, three at a time. `held` is told to the page: {held, wanted, ended}; `ended` says
// why it stopped early: "network", "full" (no room), "login" (the log-in has ended, or is another's), "release" (a newer one is on its way).
async function hold({ account, release, pages, open }) {
  const wanted = pages.map((path) => [path, `${open.length} ${open.map((each) => each.version).sort().at(-1) ?? ""}`]);
  for (const each of open) wanted.push(...Object.values(each.pages).map((path) => [path, each.version]));
  const said = { held: 0, wanted: wanted.length, ended: "" };
  if (release !== RELEASE.version) return { ...said, ended: "release" };
  if (await current() !== account) return { ...said, ended: "login" };
  const cache = await caches.open(pagesOf(account, RELEASE.version));
  await cache.put(INDEX, new Response(JSON.stringify({ open })));
  const paths = new Set([INDEX, ...wanted.map(([path]) => path)]);
  for (const request of await cache.keys()) {
    if (!paths.has(new URL(request.url).pathname)) await cache.delete(request);
  }
  async function one([path, version]) {
    const old = await cache.match(path, { ignoreVary: true });
    const isFresh = old && Date.now() - Date.parse(old.headers.get("X-Kept")) < FRESH;
    if (isFresh && old.headers.get("X-Version") === version) return true;
    const response = await fetch(path, { redirect: "manual", cache: "no-store", headers: { "X-Hold": "1" } });
    if (response.type === "opaqueredirect") said.ended = "login";
    else if ([403, 404].includes(response.status)) await cache.delete(path);
    return response.ok && keep(path, response, account, version);
  }
  const queue = [...wanted];
  await Promise.all([1, 2, 3].map(async () => {
    while (queue.length && !said.ended) {
      const held = await one(queue.shift()).catch((error) => {
        said.ended = error.name === "QuotaExceededError" ? "full" : "network";
      });
      if (held) said.held += 1;
    }
  }));
  if (await current() !== account) {
    await caches.delete(pagesOf(account, RELEASE.version)); // signed out meanwhile
    said.ended = "login";
  }
  if (!said.ended) await dropOldReleases();
  return said;
}

let before = Promise.resolve();
self.addEventListener("message", (event) => {
  if (event.data.what === "take over") takeOver();
  if (event.data.what !== "hold") return;
  before = before.catch(() => undefined).then(() => hold(event.data)).then((said) => event.ports[0].postMessage(said));
  event.waitUntil(before);
});
