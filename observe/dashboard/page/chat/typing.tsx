/**
 * Who types in the room that is looked at: a quiet line below the conversation, which no screen reader reads out by itself; and that its
 * reader does, told to the room.
 *
 * The line has its place from the first time on that somebody types in a room: so the conversation moves once, and not with each who begins.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import type { VNode } from "preact";
import {
  beganTyping,
  endedTyping,
  isForRoom,
  NOBODY_TYPES,
  TYPING_HOLDS_MS,
  typingIn,
  typingText,
  type Typists,
} from "../../../../talk/mod.ts";
import { aim } from "./aim.ts";
import { connection } from "../connection.ts";
import { current, ignored } from "../state.ts";
import { type View, viewKey } from "./view.ts";

/** Where a browser keeps that nobody is told. */
const KEY = "chat.typing";
/** How often the source is told that the reader types, in ms; and how often it is looked who does not any more. */
const EACH_MS = TYPING_HOLDS_MS / 2;
const LOOK_MS = 500;

const typists: Signal<Typists> = signal(NOBODY_TYPES);
const now: Signal<number> = signal(0);
/** Rooms in which somebody has typed since the page was loaded, by the keys of their views. */
const known = new Set<string>();
let looking: ReturnType<typeof setTimeout> | undefined;
let told: { readonly view: View; readonly at: number } | undefined;
let tells = read();

/** Somebody else types in a room. */
export function heardTyping(event: { readonly room: string; readonly from: string }): void {
  known.add(viewKey("room", event.room));
  typists.value = beganTyping(typists.value, event, now.value = performance.now());
  looking ??= setTimeout(look, LOOK_MS);
}

/** Those have said something in a room, or gone. */
export function endTyping(room: string, names: readonly string[]): void {
  typists.value = endedTyping(typists.value, room, names);
}

/** The reader has typed something, and this is what they have. */
export function typed(view: View, text: string): void {
  if (!tells || view.kind !== "room" || aim.peek()?.kind === "edit" || !isForRoom(text)) return;
  const at = performance.now();
  if (told?.view === view && at - told.at < EACH_MS) return;
  told = { view, at };
  void connection.ask({ type: "typing", room: view.name });
}

/** Lets rooms that want it know when the reader types, or not; or leaves it as it is. @returns Whether they are told. */
export function tellTyping(on: boolean = tells): boolean {
  tells = on;
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    // A browser that blocks storage: then it is so until the page is loaded again.
  }
  return tells;
}

/** The line. */
export function TypingLine(): VNode | null {
  const names = typists.value;
  const { key, kind, name } = current.value;
  if (kind !== "room" || !known.has(key)) return null;
  const text = typingText(typingIn(names, name, now.value, ignored).map(isolated));
  return <p class="typing" title={text}>{text}</p>;
}

/** A name keeps its own direction to itself. */
function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

function look(): void {
  looking = undefined;
  now.value = performance.now();
  const isOver = typists.peek().values().every((list) =>
    list.every(({ until }) => until <= now.peek())
  );
  if (!isOver) looking = setTimeout(look, LOOK_MS);
}

function read(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}
