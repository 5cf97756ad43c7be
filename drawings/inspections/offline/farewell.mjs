// The worker that the site serves when pages are not to be held: it takes itself and all copies of pages away. What was
// typed and not sent stays where it is.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  const names = (await caches.keys()).filter((name) => name.startsWith("field-"));
  await Promise.all(names.map((name) => caches.delete(name)));
  await self.registration.unregister();
}
