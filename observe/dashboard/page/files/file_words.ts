/**
 * How a file stands, in words. Pure.
 *
 * @module
 */

import type { FileState } from "../../page_messages.ts";
import { bytes, rate } from "../format.ts";
import { maybePicture } from "./picture.ts";

/** Characters of a name that are shown, and how many of them are its end. */
const NAME_SHOWN_MAX = 80;
const ENDING_SHOWN = 24;

/** What can be done about a file. */
export type Choice = "show" | "accept" | "decline" | "cancel";

/** What can be done about it now. */
export function choicesOf({ phase, name, size }: FileState): readonly Choice[] {
  if (phase === "ended") return [];
  if (phase !== "offered") return ["cancel"];
  return maybePicture(name, size) ? ["show", "accept", "decline"] : ["accept", "decline"];
}

/** Whole per cent that are through: 100 only when all is. */
export function percentOf({ done, size }: FileState): number {
  return size === 0 ? 100 : Math.floor(100 * (done / size));
}

/** A name as it fits: its beginning, and its end, which says what it is. */
export function shortName(name: string): string {
  const signs = [...name];
  if (signs.length <= NAME_SHOWN_MAX) return name;
  return `${signs.slice(0, NAME_SHOWN_MAX - ENDING_SHOWN - 1).join("")}…${
    signs.slice(-ENDING_SHOWN).join("")
  }`;
}

/** How it stands, as a sentence or a part of one. */
export function standingOf(file: FileState): string {
  const { phase, way } = file;
  const comes = way === "in";
  switch (phase) {
    case "offered":
      return "offers a file";
    case "queued":
      return "waits for others";
    case "reading":
    case "asking":
      return comes ? "waits for the sender" : "waits for an answer";
    case "moving":
      return comes ? "is being saved" : "is being sent";
    case "sent":
      return "all bytes are through, and the receiver compares them";
    case "away":
      return "broke off, and goes on when both sides are back";
    case "ended":
      return endOf(file);
    default:
      return phase satisfies never;
  }
}

/** Bytes, per cent and rate: `12.3 MB of 30.0 MB · 41 % · 5.20 MB/s`. */
export function progressOf(file: FileState): string {
  const { done, size } = file;
  const parts = [`${bytes(done)} of ${bytes(size)}`, `${percentOf(file)} %`];
  return [...parts, ...(file.phase === "moving" ? [rate(file.rate)] : [])].join(" · ");
}

function endOf({ way, end, with: peer }: FileState): string {
  const comes = way === "in";
  if (end === undefined) return "It is over";
  switch (end.kind) {
    case "done":
      return comes ? "was saved by the browser" : `${end.text ?? "The receiver"} has it`;
    case "have":
      return `${peer ?? "The receiver"} has it already: nothing was sent`;
    case "declined":
      return comes ? "You declined it" : `${peer ?? "Everybody"} declined it`;
    case "cancelled":
      return comes ? "You stopped it" : "It is not offered any more";
    case "split":
      return "Those who were cut off get it on their own";
    case "failed":
      return end.text ?? "It failed";
    default:
      return end.kind satisfies never;
  }
}
