/**
 * Notifications: what the bell rings for is also shown by the system while the reader looks at something else than the page, once they
 * have allowed it. A click on one leads to where it was said.
 *
 * One goes when what it shows was taken back or has other words: it would keep them for whoever looks at the screen.
 *
 * They are shown by the page's service worker where there is one: a phone shows no others.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import { type Said, signed } from "./said.ts";
import type { View } from "./view.ts";

/** Whether they may be shown; `absent` where there are none. */
export const notifications: Signal<NotificationPermission | "absent"> = signal(
  typeof Notification === "undefined" ? "absent" : Notification.permission,
);

/** Characters of a message that are shown. */
const CHARS_SHOWN = 200;

/** Asks the reader, who has just wished it. */
export async function askToNotify(): Promise<void> {
  notifications.value = await Notification.requestPermission();
}

/** Shows what was said, if that is wanted, and the page is not what its reader looks at. */
export function notify(view: View, line: Said): void {
  if (notifications.value !== "granted") return;
  if (!document.hidden && document.hasFocus()) return;
  const { content, seq } = line;
  const from = signed(line, false);
  const title = view.kind === "room" ? `${from} in ${view.name}` : from;
  // One for each place: a newer one takes the place of the one before.
  const body = content.slice(0, CHARS_SHOWN);
  const options = { body, tag: view.key, icon: "/icon-192.png", data: { seq } };
  inTurn(() => show(title, options));
}

/** A message was taken back, or has other words: what shows it goes. */
export function withdraw({ key }: View, seq: number): void {
  if (notifications.value === "granted") inTurn(() => close(key, seq));
}

/** What a click on one leads to. @param look Goes to the view of that key. */
export function onNotified(look: (key: string) => void): void {
  clicked = look;
  globalThis.navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    if (typeof data === "object" && data !== null && typeof data.look === "string") look(data.look);
  });
}

let clicked: (key: string) => void = () => {};
/** What was asked last: showing one takes time, in which it may have to go already. */
let last: Promise<void> = Promise.resolve();
/** Those that no worker shows, by their tags. */
const own = new Map<string, Notification>();

function inTurn(work: () => Promise<void>): void {
  last = last.then(work).catch(() => {});
}

async function show(title: string, options: NotificationOptions & { tag: string }): Promise<void> {
  const worker = await globalThis.navigator.serviceWorker?.getRegistration();
  if (worker?.active) return await worker.showNotification(title, options);
  const shown = new Notification(title, options);
  own.set(options.tag, shown);
  shown.onclick = () => {
    globalThis.focus();
    clicked(options.tag);
    shown.close();
  };
}

async function close(tag: string, seq: number): Promise<void> {
  const worker = await globalThis.navigator.serviceWorker?.getRegistration();
  const one = own.get(tag);
  const shown = worker?.active ? await worker.getNotifications({ tag }) : one ? [one] : [];
  for (const one of shown) if (one.data?.seq === seq) one.close();
}
