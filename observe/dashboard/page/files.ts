/**
 * Files that come and go.
 *
 * @module
 */

import type { FileState, Told } from "../page_messages.ts";
import { bytes as sizeOf } from "./format.ts";
import { tell } from "./places.ts";

/** A file stands differently from now on. */
export function onFile({ way, phase, from, name, size }: FileState): void {
  if (way === "out" || phase !== "offered") return;
  tell(`${from} offers the file '${name}' (${sizeOf(size)}): take it with chat.`);
}

/** A file of this page is wanted. */
export function post(_: Extract<Told, { type: "send" }>): void {}
