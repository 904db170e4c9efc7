/**
 * The rooms that one is in: entering and leaving them, and what is asked about them.
 *
 * @module
 */

import { batch } from "@preact/signals";
import { connection } from "../connection.ts";
import { askNewest } from "./history.ts";
import { closeView, look, openView, tell } from "./places.ts";
import { accountSeen, changed, current, currentKey, views } from "../state.ts";
import { type View, viewKey } from "./view.ts";

/** The room that its reader leaves by themselves. */
let leaving: string | undefined;

/** The rooms that one is in: those that are missing get a view, and those that were left lose theirs, unless something in it was not sent. */
export function enteredRooms(rooms: readonly string[]): void {
  const keys = new Set(rooms.map((room) => viewKey("room", room)));
  for (const room of rooms) openView("room", room);
  const rest = views.value.filter(({ kind, key, pending }) =>
    kind === "private" || keys.has(key) || pending.length > 0
  );
  if (rest.length > 0 && rest.length < views.value.length) {
    batch(() => {
      views.value = rest;
      if (leaving === currentKey.peek()) currentKey.value = current.peek().key;
    });
  }
  for (const view of views.value) {
    if (view.kind === "room") void askPeople(view);
    if (view.older === "unasked") void askNewest(view);
  }
  void askTopics();
}

/** Enters a room and looks at it. */
export async function join(room: string): Promise<void> {
  const answer = await connection.ask({ type: "join", room });
  if (answer.kind === "joined") look(openView("room", answer.room).key, "");
  else if (answer.kind === "refused") tell(answer.sentence, "error");
}

/** Leaves a room, or closes a conversation. */
export async function leave(view: View): Promise<void> {
  if (view.kind === "private") return closeView(view);
  if (views.value.filter(({ kind }) => kind === "room").length === 1) {
    return tell("This is your last room.", "error");
  }
  leaving = view.key;
  const answer = await connection.ask({ type: "leave", room: view.name });
  leaving = undefined;
  if (answer.kind === "refused") tell(answer.sentence, "error");
  else closeView(view);
}

/** Rooms that there are, with how many are in each. */
export async function listRooms(): Promise<
  readonly { readonly name: string; readonly users: number }[]
> {
  const answer = await connection.ask({ type: "rooms" });
  return answer.kind === "rooms" ? answer.rooms : [];
}

async function askPeople(view: View): Promise<void> {
  view.crowd.asked();
  const answer = await connection.ask({ type: "people", room: view.name });
  if (answer.kind !== "people") return;
  view.crowd.answered(answer.people, answer.accounts);
  if (view.crowd.proved.size > 0) accountSeen.value = true;
  view.count = view.people.size;
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
