/**
 * The way of one message, for a page that asks for it: the server's marks joined with the kernel's calls, as far as it is watched.
 *
 * Marking costs the server something, so it begins when somebody asks for the first time, and ends by itself ten minutes after the last.
 *
 * @module
 */

import { ChatError, ClosedError, type TraceCalls } from "../../server/wire/mod.ts";
import { chainOf, type KernelView } from "../trace/mod.ts";
import type { Answer } from "./page_messages.ts";

const NOT_KEPT =
  "Nothing is kept of this message. From now on, and for ten minutes, messages are followed: ask about one that is said from now on.";

/** The way, or why there is none. */
export async function wayOf(
  traces: Pick<TraceCalls, "on" | "of">,
  { room, seq }: { readonly room: string; readonly seq: number },
  kernel: KernelView,
): Promise<Answer> {
  try {
    await traces.on();
    return { kind: "way", chain: chainOf(await traces.of({ room, seq }), kernel) };
  } catch (error) {
    if (!(error instanceof ChatError || error instanceof ClosedError)) throw error;
    const isUnknown = error instanceof ChatError && error.code === "not_found";
    return { kind: "refused", sentence: isUnknown ? NOT_KEPT : error.message };
  }
}
