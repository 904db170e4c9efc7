/**
 * Memory that is used again and again, for what is read, looked at and let go.
 *
 * A start reads hundreds of megabytes in pieces of some each. A new array for each piece costs the kernel a fresh page for
 * every 4 KiB, and the garbage collector learns late how much it could free.
 *
 * @module
 */

/** Memory for one thing at a time. */
export class Scratch {
  #bytes = new Uint8Array(0);

  /** So many bytes, which hold anything. What was taken before is not to be used any more. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    if (this.#bytes.length < bytes) {
      this.#bytes = new Uint8Array(Math.max(bytes, 2 * this.#bytes.length));
    }
    return this.#bytes.subarray(0, bytes);
  }
}
