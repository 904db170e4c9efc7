/**
 * A stream of bytes both ways: a socket, or what looks like one in a page.
 *
 * @module
 */

/** What a connection needs of a socket. `Deno.Conn` is one. */
export interface ByteStream extends Disposable {
  /** Reads into `buffer`; the number of bytes, or `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of `bytes`; how many. */
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}
