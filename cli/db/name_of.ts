/**
 * Which stream a stored message belongs to, from the message alone: for a repair that has lost the name.
 *
 * Pure. Nothing is believed of the body: what is no message of a known form tells nothing.
 *
 * @module
 */

import { foldText } from "../../server/wire/mod.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The name of the stream that a body says it is in; `undefined` when it says nothing. */
export function nameOf(body: Uint8Array): string | undefined {
  const { type, room, from, to } = fieldsOf(body);
  if (type === "NewMessage" && typeof room === "string") return `room/${foldText(room)}`;
  if (type !== "PrivateMessage" || typeof from !== "string" || typeof to !== "string") {
    return undefined;
  }
  const pair = [foldText(from), foldText(to)];
  return `pair/${pair.sort((one, other) => one < other ? -1 : 1).join("/")}`;
}

function fieldsOf(body: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch (error) {
    // Neither UTF-8 nor JSON.
    if (error instanceof TypeError || error instanceof SyntaxError) return {};
    throw error;
  }
}
