/**
 * Carries a file's bytes between its place and a connection beside the conversation.
 *
 * @module
 */

import type { TokenBucket } from "../../../ground/mod.ts";
import { ChatError, ClosedError } from "../errors.ts";
import type { FileWays } from "../file_wire.ts";
import type { Sink, SinkEnd, Source } from "./place.ts";
import { limitRate } from "./rate_limit.ts";

/** How bytes are carried. */
export interface CarryOptions {
  readonly ways: FileWays;
  readonly signal: AbortSignal;
  /** Bytes per second; 0 for no limit. */
  readonly rate: number;
  /** What all transfers of one direction share. */
  readonly shared: TokenBucket;
  /** Bytes of the whole file that are through. */
  readonly onBytes: (done: number) => void;
}

/** Receives what `sink` lacks. Without a token there is nothing to come. */
export async function carryIn(
  sink: Sink,
  token: string | undefined,
  { ways, signal, rate, shared, onBytes }: CarryOptions,
): Promise<SinkEnd> {
  // Gives up what was prepared when the connection does not come about.
  await using held = sink;
  if (token === undefined) return await held.take(nothing(), { signal });
  try {
    await using wire = await ways.download(token, { signal });
    const end = await held.take(limitRate(wire, { rate, signal, shared }), {
      signal,
      onBytes,
      sha256AtEnd: async () => {
        const { sha256, offset } = await wire.done();
        return offset === undefined ? sha256 : undefined;
      },
    });
    // The server has told the sender by then, so whatever is said next is heard after that.
    if (end.kind === "done") await ignored(wire.done());
    return end;
  } catch (error) {
    if (!isLost(error)) throw error;
    return { kind: "partial", offset: held.offset, why: "ended", reason: error.message };
  }
}

/** Sends a source from an offset on. @throws {ChatError | ClosedError | PlaceError} When it breaks. */
export async function carryOut(
  source: Source,
  start: { readonly token: string; readonly offset: number },
  { ways, signal, rate, shared, onBytes }: CarryOptions,
): Promise<void> {
  await using wire = await ways.upload(start.token, { signal });
  if (wire.start.size !== source.size || wire.start.offset !== start.offset) {
    throw new ChatError(
      "bad_frame",
      "The server asks for another file than the one that was offered.",
    );
  }
  let done = start.offset;
  for await (const piece of limitRate(source.read(done, signal), { rate, signal, shared })) {
    await wire.write(piece);
    onBytes(done += piece.length);
  }
  await wire.done();
}

/** Whether a connection broke: whoever has to know is told by the server. */
export function isLost(error: unknown): error is ChatError | ClosedError {
  return error instanceof ChatError || error instanceof ClosedError;
}

async function* nothing(): AsyncGenerator<Uint8Array, void, void> {}

async function ignored(promise: Promise<unknown>): Promise<void> {
  try {
    await promise;
  } catch (error) {
    if (!isLost(error)) throw error;
  }
}
