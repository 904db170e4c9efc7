/**
 * The kernel's table of sockets, read many at a time.
 *
 * @module
 */

import { SystemError } from "./errno.ts";
import { SOCKET_FIGURES_BYTES } from "./figures.ts";
import type { Fd, Libbpf } from "./libbpf.ts";

const ENOENT = 2;
const ENOSPC = 28;
const KEY_BYTES = 8;
/** Sockets that are read at once to begin with: 150 KB. */
const AT_ONCE = 256;
const TWO_32 = 4_294_967_296;

/** Takes a socket's figures: they lie in the view from `at` on, until the call returns. */
export type TakeSocket = (socket: number, view: DataView, at: number) => void;

/** The map `sockets`. */
export class SocketsTable {
  readonly #library: Libbpf;
  readonly #fd: Fd;
  readonly #max: number;
  #keys: Uint8Array<ArrayBuffer> = new Uint8Array(AT_ONCE * KEY_BYTES);
  #values: Uint8Array<ArrayBuffer> = new Uint8Array(AT_ONCE * SOCKET_FIGURES_BYTES);

  /**
   * @param fd The map's descriptor.
   * @param max Sockets that it holds at most.
   */
  constructor(library: Libbpf, fd: Fd, max: number) {
    this.#library = library;
    this.#fd = fd;
    this.#max = max;
  }

  /** Reads all sockets, while the kernel counts on. */
  read(take: TakeSocket): void {
    const { c } = this.#library;
    const count = new DataView(new ArrayBuffer(4));
    let from: Uint8Array<ArrayBuffer> | null = null;
    const to = new Uint8Array(KEY_BYTES);
    for (;;) {
      count.setUint32(0, this.#keys.length / KEY_BYTES, true);
      const counted = new Uint8Array(count.buffer);
      const result = c.bpf_map_lookup_batch(
        this.#fd,
        from,
        to,
        this.#keys,
        this.#values,
        counted,
        0n,
      );
      // A row of the kernel's table is read whole or not at all.
      if (result === -ENOSPC && this.#grow()) continue;
      if (result < 0 && result !== -ENOENT) {
        throw new SystemError("Cannot read the sockets' figures", -result);
      }
      const keys = new DataView(this.#keys.buffer);
      const values = new DataView(this.#values.buffer);
      for (let place = 0; place < count.getUint32(0, true); place++) {
        const at = place * KEY_BYTES;
        const socket = keys.getUint32(at + 4, true) * TWO_32 + keys.getUint32(at, true);
        take(socket, values, place * SOCKET_FIGURES_BYTES);
      }
      if (result === -ENOENT) return;
      from = to.slice();
    }
  }

  /** Takes a socket out, and gives its figures; undefined when it is not there. */
  remove(socket: number): DataView | undefined {
    const { c } = this.#library;
    const key = new DataView(new ArrayBuffer(KEY_BYTES));
    key.setUint32(0, socket % TWO_32, true);
    key.setUint32(4, Math.floor(socket / TWO_32), true);
    const bytes = new Uint8Array(key.buffer);
    const value = new Uint8Array(SOCKET_FIGURES_BYTES);
    let result = c.bpf_map_lookup_and_delete_elem(this.#fd, bytes, value);
    if (result < 0 && result !== -ENOENT) {
      // Before Linux 5.14 in two steps; what is counted in between is in the sums alone.
      result = c.bpf_map_lookup_elem(this.#fd, bytes, value);
      c.bpf_map_delete_elem(this.#fd, bytes);
    }
    return result < 0 ? undefined : new DataView(value.buffer);
  }

  #grow(): boolean {
    const places = this.#keys.length / KEY_BYTES;
    if (places >= this.#max) return false;
    this.#keys = new Uint8Array(places * 4 * KEY_BYTES);
    this.#values = new Uint8Array(places * 4 * SOCKET_FIGURES_BYTES);
    return true;
  }
}
