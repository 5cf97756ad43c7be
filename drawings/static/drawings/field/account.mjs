// Whose pages this device may show without a signal (see `worker.mjs`). On each page of the staff and on the log-in page; all
// of them work without this file. What is not needed to show a page comes after it.

const HOME = "/inspections/";
const CURRENT = "field-current";
const { account = "", login = "", kept, offline } = document.body.dataset;

export { account };

// Drop all copies of pages but those of this account.
async function forgetOthers(mine) {
  for (const name of await caches.keys()) {
    if (name.startsWith("field-pages-") && !(mine && name.startsWith(`field-pages-${mine}-`))) await caches.delete(name);
  }
}

async function confirm() {
  if (!account || kept || !("caches" in window)) return;
  const cache = await caches.open(CURRENT);
  await cache.put(HOME, new Response(JSON.stringify({ account, login })));
  await forgetOthers(account);
}

// A copy of a page confirms nobody.
export const confirmed = confirm().catch(() => undefined);

export async function forgetAll() {
  if (!("caches" in window)) return;
  await caches.delete(CURRENT);
  await forgetOthers();
}

// Another name at the log-in: from this moment on nothing of the one before is shown. Whom the time has logged out keeps
// what he has.
async function beforeLogIn(form) {
  const found = await caches.match(HOME, { cacheName: CURRENT });
  const known = found ? (await found.json()).login : "";
  if (form.elements.username.value.trim() !== known) await caches.delete(CURRENT);
  return true;
}

// Hold a form until `ready` says true; then it goes as if nobody had stopped it. Where the browser does not let us look,
// nothing was deleted, and nobody is kept.
function gate(form, ready) {
  let passed = false;
  form.addEventListener("submit", async (event) => {
    if (passed) return;
    event.preventDefault();
    if (!(await ready().catch(() => true))) return;
    passed = true;
    form.requestSubmit(event.submitter);
    passed = false;
  });
}

for (const form of document.querySelectorAll("form[data-log-in]")) if ("caches" in window) gate(form, () => beforeLogIn(form));
for (const form of document.querySelectorAll("form[data-sign-out]")) {
  gate(form, async () => (await import("./sign_out.mjs")).mayLeave(form.dataset.signOut));
}
if (offline) {
  const next = () => import("./register.mjs");
  if (document.readyState === "complete") next();
  else window.addEventListener("load", next);
}
