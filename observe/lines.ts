/**
 * Cuts bytes into the lines of a recording, wherever they come from: a file, a pipe, an observer's socket.
 *
 * A line is handed out as soon as its end is there. It may be long, since a snapshot is one line, but not without a
 * bound: what comes from outside decides how much memory it takes only up to there.
 *
 * @module
 */

import { LineCutter, LineTooLongError } from "../ground/mod.ts";
import { RECORDING_LINE_MAX } from "./limits.ts";
import { RecordingError } from "./recording_reader.ts";

/**
 * The lines, without their ends; the last one also if nothing ends it. Closing them cancels the stream.
 *
 * @throws {RecordingError} When the bytes are no text, or a line is too long.
 */
export async function* recordingLines(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const cutter = new LineCutter(RECORDING_LINE_MAX);
  let line = 1;
  try {
    for await (const chunk of bytes) {
      for (const text of cutter.feed(decoded(decoder, chunk, line))) {
        yield text;
        line++;
      }
    }
  } catch (cause) {
    if (!(cause instanceof LineTooLongError)) throw cause;
    throw new RecordingError("damaged", line, `Line ${line} of the recording has no end`, {
      cause,
    });
  }
  const last = cutter.end();
  if (last !== undefined) yield last;
}

/** A character that was cut off at the very end does not matter: the last line is torn anyway. */
function decoded(decoder: TextDecoder, chunk: Uint8Array<ArrayBuffer>, line: number): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch (cause) {
    const message = "This is no recording of an observation: it is no text";
    throw new RecordingError("not_a_recording", line, message, { cause });
  }
}
