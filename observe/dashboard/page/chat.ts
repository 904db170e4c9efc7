/**
 * The conversation: what comes from the process into the views, and what the reader wants out of them.
 *
 * @module
 */

import { batch } from "@preact/signals";
import type { ChatEvent, ChatLine, Told } from "../page_messages.ts";
import { HELP, parseLine } from "./commands.ts";
import { Connection } from "./connection.ts";
import { bytes as sizeOf } from "./format.ts";
import {
  addSeconds,
  changed,
  current,
  currentKey,
  ignored,
  kernel,
  link,
  me,
  server,
  standing,
  views,
  where,
} from "./state.ts";
import { folded, LINES_BACK_MAX, LINES_MAX, View, viewKey } from "./view.ts";

/** Messages asked for at once. */
const PAGE = 100;
/** Bytes of UTF-8 that a message may have. */
const CONTENT_BYTES_MAX = 8_192;

/** The connection to the dashboard's process. */
export const connection: Connection = new Connection({
  onStanding: (now) => standing.value = now,
  onTold: (told) => batch(() => onTold(told)),
});

function onTold(told: Told): void {
  switch (told.type) {
    case "hello":
      me.value = told.me;
      where.value = told.where;
      link.value = told.link;
      kernel.value = told.kernel;
      server.value = told.server;
      for (const name of told.partners) opened("private", name);
      for (const view of views.value) view.older = "unasked";
      return enteredRooms(told.rooms);
    case "link":
      link.value = told.link;
      if (told.me !== undefined) me.value = told.me;
      if (told.anew) { for (const view of views.value) view.beganAnew(Date.now()); }
      if (told.rooms !== undefined) enteredRooms(told.rooms);
      return changed();
    case "kernel":
      kernel.value = told.kernel;
      return;
    case "server":
      server.value = told.server;
      return;
    case "chat":
      for (const event of told.events) onEvent(event);
      return changed();
    case "skipped":
      return resynced();
    case "seconds":
      return addSeconds(told.seconds);
    case "answer":
      return;
    default:
      told satisfies never;
  }
}

/** The rooms that one is in: those that are missing get a view, and those that were left lose theirs. */
function enteredRooms(rooms: readonly string[]): void {
  const keys = new Set(rooms.map((room) => viewKey("room", room)));
  for (const room of rooms) opened("room", room);
  const rest = views.value.filter(({ kind, key }) => kind === "private" || keys.has(key));
  if (rest.length > 0 && rest.length < views.value.length) views.value = rest;
  for (const view of views.value) {
    if (view.kind === "room") void askPeople(view);
    if (view.older === "unasked") void askNewest(view);
  }
  void askTopics();
}

/** Makes sure that there is such a view. */
function opened(kind: View["kind"], name: string): View {
  const key = viewKey(kind, name);
  const known = views.value.find((view) => view.key === key);
  if (known !== undefined) return known;
  const view = new View(kind, name);
  const all = [...views.value, view];
  views.value = [
    ...all.filter(({ kind }) => kind === "room"),
    ...all.filter(({ kind }) => kind === "private"),
  ];
  return view;
}

/** Something may have been missed: the newest page of each view shows whether. */
function resynced(): void {
  for (const view of views.value) void askNewest(view);
}

async function askNewest(view: View): Promise<void> {
  view.loading();
  const of = view.kind === "room" ? { room: view.name } : { with: view.name };
  const answer = await connection.ask({ type: "history", ...of, limit: PAGE });
  if (answer.kind === "page") view.loaded(answer.lines.filter(isRead), answer.more, me.value);
  else view.unloaded(me.value);
  changed();
}

/** Asks for older lines, unless there are none or they are asked for. */
export async function askOlder(view: View): Promise<void> {
  if (view.older !== "more" || view.lines.length >= LINES_BACK_MAX) return;
  const before = view.oldestSeq;
  if (before === undefined) return;
  view.older = "asked";
  const of = view.kind === "room" ? { room: view.name } : { with: view.name };
  const answer = await connection.ask({ type: "history", ...of, before, limit: PAGE });
  if (answer.kind === "page") view.prepended(answer.lines, answer.more, me.value);
  else view.older = "more";
  changed();
}

async function askPeople(view: View): Promise<void> {
  const answer = await connection.ask({ type: "people", room: view.name });
  if (answer.kind !== "people") return;
  view.people = new Map(answer.people.map((name) => [folded(name), name]));
  view.count = answer.people.length;
  changed();
}

async function askTopics(): Promise<void> {
  const answer = await connection.ask({ type: "rooms" });
  if (answer.kind !== "rooms") return;
  for (const { name, topic = "" } of answer.rooms) {
    const view = views.value.find(({ key }) => key === viewKey("room", name));
    if (view !== undefined) view.topic = topic;
  }
  changed();
}

function isRead({ from }: ChatLine): boolean {
  return !ignored.has(folded(from));
}

function onEvent(event: ChatEvent): void {
  switch (event.kind) {
    case "line": {
      if (!isRead(event)) return;
      const view = event.room === undefined
        ? opened("private", event.with ?? event.from)
        : opened("room", event.room);
      if (view.older === "unasked") void askNewest(view);
      const line = view.arrived(event, me.value);
      if (line === undefined) return;
      if (!line.mine && (currentKey.value !== view.key || document.hidden)) {
        view.unread++;
        view.newFrom ??= view.end - 1;
        if (line.mention || view.kind === "private") view.mentions++;
      }
      // Whoever looks back keeps what they look at; the list says so.
      if (!(view.key === currentKey.value && lookingBack)) view.trim(LINES_MAX);
      return;
    }
    case "people": {
      const view = views.value.find(({ key }) => key === viewKey("room", event.room));
      view?.moved(event.joined, event.left, Date.now());
      if (view !== undefined) view.count = event.users ?? view.people.size;
      return;
    }
    case "topic": {
      const view = opened("room", event.room);
      view.topic = event.topic;
      const what = event.topic === "" ? "took the topic away" : `set the topic: ${event.topic}`;
      return view.notice(`${event.by} ${what}`, "info", Date.now());
    }
    case "file": {
      const { from, filename, size } = event;
      const text = `${from} offers the file '${filename}' (${sizeOf(size)}): take it with chat.`;
      return current.value.notice(text, "info", Date.now());
    }
    case "error":
      return current.value.notice(event.sentence, "error", Date.now());
    default:
      event satisfies never;
  }
}

let lookingBack = false;

/** The list says whether its reader is above the end. */
export function looksBack(back: boolean): void {
  lookingBack = back;
  if (!back) current.value.trim(LINES_MAX);
}

/** Looks at a view. What is typed waits in its own view. */
export function look(key: string, draft: string): void {
  const before = current.value;
  if (before.key === key) return seen();
  before.draft = draft;
  before.newFrom = undefined;
  before.trim(LINES_MAX);
  lookingBack = false;
  batch(() => {
    currentKey.value = key;
    seen();
  });
}

/** What is in the view that is looked at was seen. */
export function seen(): void {
  const view = current.value;
  if (view.unread === 0 && view.mentions === 0) return;
  view.unread = 0;
  view.mentions = 0;
  changed();
}

/** Opens the conversation with somebody. */
export function query(name: string, draft: string): void {
  const view = opened("private", name);
  if (view.older === "unasked") void askNewest(view);
  look(view.key, draft);
}

/** Leaves a room, or closes a conversation. */
export async function leave(view: View): Promise<void> {
  if (view.kind === "private") return closed(view);
  if (views.value.filter(({ kind }) => kind === "room").length === 1) {
    return told("This is your last room.", "error");
  }
  const answer = await connection.ask({ type: "leave", room: view.name });
  if (answer.kind === "refused") told(answer.sentence, "error");
  else closed(view);
}

function closed(view: View): void {
  const rest = views.value.filter(({ key }) => key !== view.key);
  if (rest.length > 0) views.value = rest;
}

/** Says something to the reader, where they are. */
function told(text: string, tone: "info" | "error" = "info"): void {
  current.value.notice(text, tone, Date.now());
  changed();
}

/** Says a text where the reader is, or elsewhere; it is shown at once. */
async function say(view: View, text: string): Promise<void> {
  const content = text.trimEnd();
  if (content === "") return;
  const bytes = new TextEncoder().encode(content).length;
  if (bytes > CONTENT_BYTES_MAX) {
    const sentence = `This is ${bytes} bytes long, and a message has at most ${CONTENT_BYTES_MAX}.`;
    return told(`${sentence} Up brings it back.`, "error");
  }
  const id = connection.freshId();
  view.pending = [...view.pending, { id, content, at: Date.now() }];
  view.newFrom = undefined;
  changed();
  const answer = await connection.ask(
    view.kind === "room"
      ? { type: "say", room: view.name, content }
      : { type: "whisper", to: view.name, content },
    id,
  );
  if (answer.kind === "said") view.stored(id, answer.seq);
  else if (answer.kind === "refused") view.refused(id, answer.sentence);
  changed();
}

/** Says again what was refused. */
export function retry(view: View, id: string): void {
  const failed = view.pending.find((one) => one.id === id);
  discard(view, id);
  if (failed !== undefined) void say(view, failed.content);
}

/** Gives up what was refused. */
export function discard(view: View, id: string): void {
  view.pending = view.pending.filter((one) => one.id !== id);
  changed();
}

async function join(room: string): Promise<void> {
  const answer = await connection.ask({ type: "join", room });
  if (answer.kind === "joined") look(opened("room", answer.room).key, "");
  else if (answer.kind === "refused") told(answer.sentence, "error");
}

/** Rooms that there are, with how many are in each. */
export async function listRooms(): Promise<
  readonly { readonly name: string; readonly users: number }[]
> {
  const answer = await connection.ask({ type: "rooms" });
  return answer.kind === "rooms" ? answer.rooms : [];
}

/** Does what a typed line means. */
export async function entered(line: string): Promise<void> {
  const wish = parseLine(line);
  const view = current.value;
  switch (wish?.kind) {
    case undefined:
      return;
    case "say":
      return await say(view, wish.text);
    case "whisper":
      query(wish.to, "");
      return await say(opened("private", wish.to), wish.text);
    case "query":
      return query(wish.name, "");
    case "join":
      return await join(wish.room);
    case "leave":
      return await leave(view);
    case "topic": {
      if (view.kind === "private") return told("Only rooms have a topic.", "error");
      const { text: topic } = wish;
      const answer = await connection.ask({ type: "topic", room: view.name, topic });
      if (answer.kind === "refused") told(answer.sentence, "error");
      return;
    }
    case "names":
    case "list": {
      const here = wish.kind === "names" && view.kind === "room";
      const of = here ? { room: view.name } : {};
      const answer = await connection.ask({ type: "people", ...of });
      if (answer.kind !== "people") return;
      const title = here ? `In ${view.name}` : "Online";
      return told(`${title} (${answer.people.length}): ${answer.people.join(", ")}`);
    }
    case "rooms": {
      const rooms = await listRooms();
      return told(`Rooms: ${rooms.map(({ name, users }) => `${name} (${users})`).join(", ")}`);
    }
    case "ignore":
      ignored.add(folded(wish.name));
      return told(`What ${wish.name} says from now on is hidden.`);
    case "unignore":
      ignored.delete(folded(wish.name));
      return told(`You read ${wish.name} again.`);
    case "clear":
      view.clear();
      return changed();
    case "help":
      return told(HELP.join("\n"));
    case "problem":
      return told(wish.sentence, "error");
    default:
      wish satisfies never;
  }
}
