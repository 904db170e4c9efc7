/**
 * The message whose way is looked at, and what is known of it.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import type { Answer } from "../../page_messages.ts";
import { connection } from "../connection.ts";

/** A message whose way was asked for. */
export interface Way {
  readonly room: string;
  readonly seq: number;
  /** Absent until it comes. */
  readonly answer?: Extract<Answer, { kind: "way" | "refused" }>;
}

/** What is looked at; undefined when nothing is. */
export const way: Signal<Way | undefined> = signal(undefined);

/** Asks for the way of a message, and shows it. */
export async function showWay(room: string, seq: number): Promise<void> {
  const wanted: Way = { room, seq };
  way.value = wanted;
  const answer = await connection.ask({ type: "way", room, seq });
  // Something else may be looked at by now.
  if (way.peek() !== wanted) return;
  if (answer.kind === "way" || answer.kind === "refused") way.value = { ...wanted, answer };
}

/** Looks at it no more. */
export function closeWay(): void {
  way.value = undefined;
}
