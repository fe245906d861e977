// The service worker: where there is no network, a navigation shows the offline page. It keeps that
// page and nothing else; everything else goes to the server as if there were no worker.
const CACHE = "offline-VERSION";
const PAGE = "/offline.html";

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.add(new Request(PAGE, { cache: "reload" }));
}

self.addEventListener("install", (event) => event.waitUntil(keep()));

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name !== CACHE) await caches.delete(name);
    }
  })());
});

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET" || mode !== "navigate") return;
  // The language is chosen on this page, which is loaded again then: the kept one follows.
  if (new URL(url).pathname === "/look") event.waitUntil(keep().catch(() => {}));
  event.respondWith(fetch(event.request).catch(async () => {
    return (await caches.match(PAGE)) ?? Response.error();
  }));
});
