// Runs on every page: tells the server in which time zone the reader lives, for the times on its pages and the
// day that a streak begins, and which terms a player looks up, for achievements; and lets the service worker
// show a page of its own while there is no network.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
if (timeZone && !document.cookie.split("; ").includes(`zone=${timeZone}`)) {
  document.cookie = `zone=${timeZone}; Path=/; Max-Age=31536000; SameSite=Lax`;
}

const lookUp = (term) => {
  if (term && document.querySelector(".bell")) {
    fetch(`/api/v1/me/terms/${encodeURIComponent(term)}`, { method: "POST" }).catch(() => {});
  }
};
document.addEventListener(
  "toggle",
  ({ target, newState }) => newState === "open" && lookUp(target.dataset?.term),
  true,
);
if (location.pathname === "/glossary") {
  const lookUpPlace = () => lookUp(location.hash.slice(1));
  addEventListener("hashchange", lookUpPlace);
  lookUpPlace();
}

const workers = navigator.serviceWorker;
const { content: address } = document.querySelector("meta[name='tickerquest-worker']") ?? {};
if (workers && address) {
  workers.register(address).catch(() => {});
} else if (workers) {
  // The server no longer wants one.
  for (const worker of await workers.getRegistrations().catch(() => [])) worker.unregister();
}
