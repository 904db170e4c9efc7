/**
 * Which message `chat observe --message` means: `last`, `ROOM/last`, or `ROOM/SEQ`. Pure.
 *
 * @module
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";

/** The message that is meant. */
export type Wanted =
  /** The next that is said, in one room or in any. */
  | { readonly which: "last"; readonly room: string | undefined }
  | { readonly which: "seq"; readonly room: string; readonly seq: number }
  /** Of all that are said for a while, the slowest. */
  | { readonly which: "slowest" };

/** Reads the option's value. A room's name has no slash in it. */
export function wantedMessage(text: string): Wanted {
  if (text === "last") return { which: "last", room: undefined };
  const slash = text.lastIndexOf("/");
  const [room, number] = [text.slice(0, slash).replace(/^#/, ""), text.slice(slash + 1)];
  const seq = Number(number);
  if (slash > 0 && room !== "" && number === "last") return { which: "last", room };
  const isSeq = /^\d+$/.test(number) && Number.isSafeInteger(seq) && seq >= 1;
  if (slash > 0 && room !== "" && isSeq) return { which: "seq", room, seq };
  throw new InvalidArgumentError(
    "A message is a room and a number, such as lobby/42; or 'last' for the next one that is said, or lobby/last.",
  );
}
