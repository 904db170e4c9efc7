/**
 * A file that lies in a browser, as something that can be sent: whenever its bytes are wanted, its page is asked to
 * post them from an offset on, to a path that is good for once.
 *
 * ```text
 *   StartUpload ─► read(offset) ─► page: send it to PATH ─► POST PATH, slice(offset) ─► piece ─► connection beside the chat
 * ```
 *
 * The body of the request is read piece by piece as the connection takes them: TCP slows the browser down. The file
 * itself is the browser's; a page that is closed has none any more.
 *
 * @module
 */

import { PlaceError, type Sendable, type Source } from "../../../server/wire/transfers/mod.ts";
import { UPLOAD_IDLE_MS_MAX } from "../limits.ts";

const STOPPED = "The transfer was stopped.";

/** A request that brings a file's bytes. */
export interface Posting {
  readonly body: ReadableStream<Uint8Array> | null;
  /** Its length as it says; `undefined` when it says none. */
  readonly length: number | undefined;
  /** Answers the request: `undefined` when all bytes were taken, else why not. */
  answer(why: string | undefined): void;
}

/** A page's file. */
export interface PageFile {
  readonly name: string;
  readonly size: number;
  /** Of the whole file, in hexadecimal. */
  readonly sha256?: string | undefined;
  /** Asks the page for its bytes. @throws {PlaceError} When they do not come. */
  ask(offset: number, signal: AbortSignal): Promise<Posting>;
  /** Whether its page is still there. */
  isThere(): boolean;
}

/** A page's file as something that can be sent. */
export function pageFile(file: PageFile): Sendable {
  const { name, size, sha256 } = file;
  const source: Source = {
    name,
    size,
    sha256,
    demandSame() {
      if (file.isThere()) return Promise.resolve();
      return Promise.reject(new PlaceError("The page that offered it is closed."));
    },
    read: (offset, signal) => posted(file, offset, signal),
  };
  return { name, open: () => Promise.resolve(source) };
}

async function* posted(
  file: PageFile,
  offset: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const wanted = file.size - offset;
  // Nothing is missing: the receiver has it, or it is empty.
  if (wanted === 0) return;
  const posting = await file.ask(offset, signal);
  const reader = posting.body?.getReader();
  let why: string | undefined = STOPPED;
  try {
    let done = 0;
    if (posting.length !== undefined && posting.length !== wanted) throw notSame();
    while (done < wanted) {
      const piece = await next(reader, signal);
      if (piece === undefined || piece.length > wanted - done) throw notSame();
      done += piece.length;
      yield piece;
    }
    why = undefined;
  } catch (error) {
    if (error instanceof Error) why = error.message;
    throw error;
  } finally {
    await reader?.cancel().catch(() => {});
    posting.answer(why);
  }
}

/** The next bytes of a request; `undefined` at its end. @throws {PlaceError} When it breaks, nothing comes, or it is stopped. */
async function next(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (reader === undefined) return undefined;
  const idle = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => idle.reject(new PlaceError("The page has stopped sending the file.")),
    UPLOAD_IDLE_MS_MAX,
  );
  const stop = (): void => idle.reject(new PlaceError(STOPPED));
  signal.addEventListener("abort", stop);
  try {
    if (signal.aborted) stop();
    return (await Promise.race([reader.read(), idle.promise])).value;
  } catch (error) {
    if (error instanceof PlaceError) throw error;
    throw notSame();
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

function notSame(): PlaceError {
  return new PlaceError("The page could not send the file: it is gone, or has changed.");
}
