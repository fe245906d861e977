// The service worker: where there is no network, a navigation shows the offline page. It keeps that
// page and nothing else; everything else goes to the server as if there were no worker.
const CACHE = "offline-VERSION";
const PAGE = "/offline.html";

self.addEventListener("install", (event) => {
  const fresh = new Request(PAGE, { cache: "reload" });
  event.waitUntil(caches.open(CACHE).then((cache) => cache.add(fresh)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name !== CACHE) await caches.delete(name);
    }
  })());
});

self.addEventListener("fetch", (event) => {
  const { method, mode } = event.request;
  if (method !== "GET" || mode !== "navigate") return;
  event.respondWith(fetch(event.request).catch(async () => {
    return (await caches.match(PAGE)) ?? Response.error();
  }));
});
