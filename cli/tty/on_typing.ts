/**
 * What the model makes of typing: of its reader's, which a room that wants it is told, and of others', which stands in the status line.
 *
 * Whether a room wants it, and how often it is told, is the client's business (`wire/typing_pace.ts`): here is whether there is something
 * to tell. A command is nobody's business, nor is a whisper, nor other words for what was said.
 *
 * @module
 */

import type { ServerMessage } from "../../server/wire/mod.ts";
import { beganTyping, endedTyping, isForRoom, typingIn, typingText } from "../../talk/mod.ts";
import { content } from "./editor.ts";
import { currentView, type Model, only, sameName, type Step, told } from "./model.ts";
import { safeText } from "./safe.ts";
import type { View } from "./view.ts";

/** The reader has typed or pasted something. */
export function typed(before: Model, model: Model): Step {
  const view = currentView(model);
  const tells = model.tellsTyping && view.kind === "room" && model.aim === undefined &&
    model.mode.kind === "edit" && model.edit !== before.edit && isForRoom(content(model.edit));
  return tells ? { model, effects: [{ kind: "typing", room: view.name }] } : only(model);
}

/** What an event of the client says of who types. */
export function withTyping(model: Model, event: ServerMessage): Model {
  switch (event.type) {
    case "Typing":
      if (sameName(event.from, model.me)) return model;
      return { ...model, typists: beganTyping(model.typists, event, model.now) };
    case "NewMessage":
      return ended(model, event.room, [event.from]);
    case "UserLeft":
      return ended(model, event.room, [event.username]);
    case "Presence":
      return ended(model, event.room, event.left);
    case "RoomChanged":
      return event.typing === true ? model : ended(model, event.room);
    default:
      return model;
  }
}

function ended(model: Model, room: string, names?: readonly string[]): Model {
  const typists = endedTyping(model.typists, room, names);
  return typists === model.typists ? model : { ...model, typists };
}

/** Who types where the reader is, as a sentence; empty when nobody does. */
export function typingHere({ typists, now, ignored }: Model, view: View): string {
  if (view.kind !== "room") return "";
  return typingText(typingIn(typists, view.name, now, ignored).map(safeText));
}

/** The model after `/typing`. */
export function onTypingWish(model: Model, on: boolean = model.tellsTyping): Step {
  const sentence = on
    ? "Rooms that want it are told when you type."
    : "Nobody is told that you type.";
  return only(told({ ...model, tellsTyping: on }, sentence));
}
