/**
 * Cuts bytes into the lines of a recording, wherever they come from: a file, a pipe, an observer's socket.
 *
 * A line is handed out as soon as its end is there. It may be long, since a snapshot is one line, but not without a
 * bound: what comes from outside decides how much memory it takes only up to there.
 *
 * @module
 */

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
  let line = 1;
  let pieces: string[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    const text = decoded(decoder, chunk, line);
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      yield pieces.join("") + text.slice(start, end);
      line++;
      pieces = [];
      length = 0;
      start = end + 1;
    }
    if (start === text.length) continue;
    pieces.push(text.slice(start));
    length += text.length - start;
    if (length > RECORDING_LINE_MAX) {
      throw new RecordingError("damaged", line, `Line ${line} of the recording has no end`);
    }
  }
  if (pieces.length > 0) yield pieces.join("");
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
