/**
 * Files that come and go: how they stand, and what the reader does about them.
 *
 * A file that is offered here stays with the browser: when somebody wants it, the process says from which byte on and to
 * which path, and that part of the file is posted there. A file that is taken is saved by the browser itself, from
 * a path that is good once.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import { foldText } from "../../../../server/wire/names/mod.ts";
import type { FileState, Told } from "../../page_messages.ts";
import { connection } from "../connection.ts";
import { askNewest } from "../chat/history.ts";
import { openView, tell } from "../chat/places.ts";
import { changed, currentKey, ignored } from "../state.ts";
import type { View } from "../chat/view.ts";

/** Bytes of a file whose SHA-256 is taken, which needs all of it in memory. Larger ones cannot be resumed. */
const HASHED_MAX: number = 64 << 20;

/** Milliseconds in which two clicks are one. */
const ASKED_MS = 2_000;

const states = new Map<number, Signal<FileState>>();
/** Files whose path was asked for a moment ago: a second click must not ask for a second one. */
const asked = new Set<number>();
/** Files of this page that are offered. */
const own = new Map<number, File>();

/** How a file stands; `undefined` when it is not known. */
export function fileOf(n: number): Signal<FileState> | undefined {
  return states.get(n);
}

/** A file stands differently from now on. A new one gets its line. */
export function onFile(file: FileState): void {
  const known = states.get(file.n);
  if (known !== undefined) known.value = file;
  if (!isWanted(file.root)) own.delete(file.root);
  if (known !== undefined) return;
  if (file.way === "in" && ignored.has(foldText(file.from))) return;
  states.set(file.n, signal(file));
  // What goes on for one who was cut off stands where the offer stood.
  const room = file.room ?? states.get(file.root)?.value.room;
  const view = room === undefined
    ? openView("private", file.with ?? file.from)
    : openView("room", room);
  if (view.older === "unasked") void askNewest(view);
  view.offered(file);
  if (file.phase === "offered" && (currentKey.value !== view.key || document.hidden)) {
    view.unread++;
    if (view.kind === "private") view.mentions++;
  }
  changed();
}

/** Whether an offer goes on, to whomever. */
function isWanted(root: number): boolean {
  return [...states.values()].some(({ value }) => value.root === root && value.phase !== "ended");
}

/** Somebody wants a file of this page. How that ends, the process hears by itself. */
export function post({ n, path, offset }: Extract<Told, { type: "send" }>): void {
  const file = own.get(n);
  if (file === undefined) return;
  const body = file.slice(offset, file.size, "application/octet-stream");
  void fetch(path, { method: "POST", body }).catch(() => {});
}

/** Offers files where the reader is: to everybody in the room, or to the other one. */
export async function offer(view: View, files: readonly File[]): Promise<void> {
  for (const file of files) await offerOne(view, file);
}

async function offerOne(view: View, file: File): Promise<void> {
  const { name, size } = file;
  let sha256: string | undefined;
  try {
    sha256 = await digestOf(file);
  } catch {
    return tell(`“${name}” cannot be read. A folder cannot be offered, only files.`, "error");
  }
  const answer = await connection.ask({
    type: "offer",
    ...(view.kind === "room" ? { room: view.name } : { to: view.name }),
    name,
    size,
    ...(sha256 === undefined ? {} : { sha256 }),
  });
  if (answer.kind === "offered") own.set(answer.n, file);
  else if (answer.kind === "refused") tell(`“${name}”: ${answer.sentence}`, "error");
}

/** SHA-256 in hexadecimal; `undefined` for a file that is too large, or where browsers do not give it. */
async function digestOf(file: File): Promise<string | undefined> {
  // Only for pages of this machine or with encryption; a single byte shows whether it can be read at all.
  if (file.size > HASHED_MAX || !isSecureContext) {
    await file.slice(0, 1).arrayBuffer();
    return undefined;
  }
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Takes an offered file: the browser saves it. */
export async function take(n: number): Promise<void> {
  if (asked.has(n)) return;
  asked.add(n);
  setTimeout(() => asked.delete(n), ASKED_MS);
  const answer = await connection.ask({ type: "take", n });
  if (answer.kind === "refused") return tell(answer.sentence, "error");
  if (answer.kind !== "path") return;
  const link = document.createElement("a");
  link.href = answer.path;
  link.download = "";
  link.click();
}

/** Declines an offered file. */
export async function decline(n: number): Promise<void> {
  refusedOrNot(await connection.ask({ type: "decline", n }));
}

/** Stops a file, in either direction. */
export async function stop(n: number): Promise<void> {
  refusedOrNot(await connection.ask({ type: "stop", n }));
}

function refusedOrNot(answer: Awaited<ReturnType<typeof connection.ask>>): void {
  if (answer.kind === "refused") tell(answer.sentence, "error");
}
