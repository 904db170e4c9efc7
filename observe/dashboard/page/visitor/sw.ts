/**
 * The page's service worker: it keeps the page's own files for when the server cannot be reached, so that an installed page opens and
 * says so itself. What is said is never kept here.
 *
 * ```text
 *   request for one of our files ─► server ─┬─ answers ─► that, and kept
 *                                           └─ does not, or a proxy says so ─► what was kept last
 *   anything else ─► not our business
 * ```
 *
 * It also shows what was said while its reader looks elsewhere (`chat/notifying.ts`), and leads there.
 *
 * The server comes first, always: no page is older than the server that it speaks with.
 *
 * @module
 */

/** What is used of a worker's world, which is another one than a page's. */
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Waiting {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface Clicked extends Waiting {
  readonly notification: { readonly tag: string; close(): void };
}
interface Window {
  focus(): Promise<Window>;
  postMessage(message: unknown): void;
}
interface Worker {
  readonly clients: {
    matchAll(which: { readonly type: "window" }): Promise<readonly Window[]>;
    openWindow(url: string): Promise<Window | null>;
  };
  readonly skipWaiting: () => Promise<void>;
  addEventListener(type: "install", listener: (event: Waiting) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(type: "notificationclick", listener: (event: Clicked) => void): void;
}

const CACHE = "chat";
const FILES: readonly string[] = [
  "/",
  "/chat.js",
  "/chat-shared.js",
  "/chat.css",
  "/icon.svg",
  "/icon-192.png",
  "/manifest.webmanifest",
];

const worker = globalThis as unknown as Worker;

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([...FILES])).then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  const isOurs = origin === location.origin && search === "" && FILES.includes(pathname);
  if (request.method === "GET" && isOurs) event.respondWith(answer(request, pathname));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(goTo(event.notification.tag));
});

/** Goes to where something was said, in a page that is open, or in a new one. */
async function goTo(view: string): Promise<void> {
  const [open] = await worker.clients.matchAll({ type: "window" });
  const page = open === undefined ? await worker.clients.openWindow("/") : await open.focus();
  page?.postMessage({ look: view });
}

/** Answers by which a proxy says that it does not reach the server. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

async function answer(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const fresh = await fetch(request);
    // By its path alone: a page that was opened by a link is the same.
    if (fresh.ok) await cache.put(path, fresh.clone());
    return AWAY.has(fresh.status) ? await cache.match(path) ?? fresh : fresh;
  } catch (error) {
    const kept = await cache.match(path);
    if (kept === undefined) throw error;
    return kept;
  }
}
