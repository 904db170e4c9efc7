/**
 * Files that come and go: how they stand, and what the reader does about them.
 *
 * A file that is offered here stays with the browser: when somebody wants it, the process says from which byte on and to
 * which path, and that part of the file is posted there. A file that is taken is saved by the browser itself, from
 * a path that is good once. On the server's own page (`visitor/files.ts`) both go by WebSockets, and there are no paths.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import { foldText } from "../../../../server/wire/names/mod.ts";
import { cleanName } from "../../../../server/wire/transfers/mod.ts";
import type { FileState, Told } from "../../page_messages.ts";
import { connection } from "../connection.ts";
import { askNewest } from "../chat/history.ts";
import { openView, tell } from "../chat/places.ts";
import { changed, currentKey, ignored } from "../state.ts";
import type { View } from "../chat/view.ts";
import { digestOf as sha256Of } from "./digest.ts";
import { showPicture } from "./pictures.ts";

/** Bytes of a file whose SHA-256 is taken, which takes some seconds. Larger ones cannot be resumed. */
const HASHED_MAX: number = 1 << 30;
/** Bytes of it that are in memory for that. */
const SLICE_BYTES: number = 1 << 20;
/** Milliseconds after which a browser has begun to save a file. */
const SAVED_MS = 60_000;

/** Milliseconds in which two clicks are one. */
const ASKED_MS = 2_000;

const states = new Map<number, Signal<FileState>>();
/** Files whose path was asked for a moment ago: a second click must not ask for a second one. */
const asked = new Set<number>();
/** Files that are taken to be looked at. */
const wanted = new Set<number>();
/** Files of this page that are offered. */
const own = new Map<number, File>();

/** How a file stands; `undefined` when it is not known. */
export function fileOf(n: number): Signal<FileState> | undefined {
  return states.get(n);
}

/** A file of this page that is offered. */
export function ownFile(n: number): File | undefined {
  return own.get(n);
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

/** SHA-256 in hexadecimal; `undefined` for a file that is too large. */
async function digestOf(file: File): Promise<string | undefined> {
  if (file.size <= HASHED_MAX) return await sha256Of(file, SLICE_BYTES);
  // A single byte shows whether it can be read at all.
  await file.slice(0, 1).arrayBuffer();
  return undefined;
}

/** Takes an offered file: the browser saves it. */
export async function take(n: number): Promise<void> {
  if (asked.has(n)) return;
  asked.add(n);
  setTimeout(() => asked.delete(n), ASKED_MS);
  const answer = await connection.ask({ type: "take", n });
  if (answer.kind === "refused") {
    wanted.delete(n);
    return tell(answer.sentence, "error");
  }
  if (answer.kind !== "path") return;
  if (wanted.has(n)) return fetchPicture(n, answer.path);
  saveFrom(answer.path, "");
}

/** Takes an offered file to be looked at. */
export function show(n: number): Promise<void> {
  wanted.add(n);
  return take(n);
}

/** A file that was taken here is whole. */
export function landed(n: number, name: string, whole: Blob): void {
  if (wanted.delete(n)) return void showOrSave(n, name, whole);
  save(name, whole);
}

/** Has the browser save what is here. */
export function save(name: string, whole: Blob): void {
  const url = URL.createObjectURL(new Blob([whole], { type: "application/octet-stream" }));
  saveFrom(url, cleanName(name));
  setTimeout(() => URL.revokeObjectURL(url), SAVED_MS);
}

function saveFrom(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

async function fetchPicture(n: number, path: string): Promise<void> {
  wanted.delete(n);
  const name = states.get(n)?.value.name ?? "";
  try {
    await showOrSave(n, name, await (await fetch(path)).blob());
  } catch (error) {
    // It broke off: the file's card says how it ended.
    if (!(error instanceof TypeError)) throw error;
  }
}

async function showOrSave(n: number, name: string, whole: Blob): Promise<void> {
  if (await showPicture(n, whole)) return;
  tell(`“${name}” is no picture that can be shown here. It was saved instead.`);
  save(name, whole);
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
