/**
 * `Trace`: the way of one message, and whether ways are kept; for operators only.
 *
 * @module
 */

import { fold, type FoldedName, foldText, LOBBY, roomNameKept, type Trace } from "../wire/mod.ts";
import type { Which } from "../tracing/trace_desk.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Begins or ends the marking of messages, or asks for the way of one. */
export function trace(asker: UserView, _hall: HallView, message: Trace): readonly Effect[] {
  if (!asker.operator) {
    return [{ do: "refuse", code: "forbidden", msg: "Only operators may do this." }];
  }
  const { on, room: text } = message;
  const name = text === undefined ? undefined : roomNameKept(text);
  if (text !== undefined && name === undefined) return [{ do: "refuse", code: "bad_name" }];
  // It need not be there yet, nor any more.
  const room = name === undefined ? undefined : { name, key: fold(name) };
  if (on === true) return [{ do: "mark", room }];
  if (on === false) return [{ do: "mark no more" }];
  const which = whichOf(message, room?.key);
  if (which !== undefined) return [{ do: "trace", which }];
  const msg = "A Trace has one of on, seq, last and slowest.";
  return [{ do: "refuse", code: "invalid", msg }];
}

function whichOf({ seq, last, slowest }: Trace, room: FoldedName | undefined): Which | undefined {
  if (seq !== undefined) return { seq, room: room ?? foldText(LOBBY) };
  if (last === true) return { which: "last", room };
  if (slowest === true) return { which: "slowest", room };
  return undefined;
}
