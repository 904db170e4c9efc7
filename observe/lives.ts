/**
 * Reads what the kernel tells of the lives of connections: events from a ring of their own, so that many calls do not push them
 * out, and sums.
 *
 * Of connections that a full queue turned away the kernel counts only how many, for all listeners of a network namespace together
 * (`ListenOverflows`). So they are counted by what is more at each look, and belong to nobody.
 *
 * @module
 */

import type { Addresses } from "./address.ts";
import { CONN_TOTALS_BYTES, type ConnTotals, decodeConn, decodeConnTotals } from "./conn.ts";
import type { Conn, ConnFigures } from "./connection.ts";
import type { KernelObject } from "./kernel_object.ts";
import type { Fd, Libbpf } from "./libbpf.ts";
import { CONN_RING_BYTES } from "./limits.ts";
import { RingReader } from "./ring.ts";
import { MappedRing } from "./ring_memory.ts";
import { readText } from "./system.ts";

/** A number of `/proc/net/netstat` by its name; undefined when it is not there. Pure. */
export function netstat(text: string, name: string): number | undefined {
  const lines = text.split("\n").filter((line) => line.startsWith("TcpExt:"));
  const [names = [], values = []] = lines.map((line) => line.split(" "));
  const value = values[names.indexOf(name)];
  return value === undefined ? undefined : Number(value);
}

/** The lives of connections, as the kernel tells them. */
export class Lives implements Disposable {
  readonly #library: Libbpf;
  readonly #ring: MappedRing;
  readonly #reader: RingReader;
  readonly #totals: Fd;
  readonly #addresses: Addresses;
  readonly #netstat: string;
  readonly #overflowsBefore: number | undefined;
  #overflowsTold = 0;
  #received = 0;

  /** @param pid A process in whose network namespace full queues are counted; undefined for our own. */
  constructor(
    library: Libbpf,
    object: KernelObject,
    { addresses, pid }: { readonly addresses: Addresses; readonly pid: number | undefined },
  ) {
    this.#library = library;
    this.#addresses = addresses;
    this.#totals = object.map("conn_totals");
    this.#ring = new MappedRing(library, object.map("conns"), CONN_RING_BYTES);
    this.#reader = new RingReader(this.#ring);
    this.#netstat = `/proc/${pid ?? "self"}/net/netstat`;
    this.#overflowsBefore = this.#overflowsNow();
  }

  /** Reads one batch. Returns how many bytes it had. */
  read(take: (conn: Conn) => void): number {
    return this.#reader.read((view, at) => {
      this.#received++;
      take(decodeConn(view, at, this.#addresses));
    });
  }

  /** Whether everything has been read that the kernel had to tell. */
  isRead(): boolean {
    const { produced, lost } = this.#sums();
    return this.#received + lost >= produced;
  }

  /** What queues turned away since it was asked last; undefined when nothing. @param ts Now. */
  overflow(ts: number): Conn | undefined {
    const count = (this.#overflows() ?? 0) - this.#overflowsTold;
    if (count <= 0) return undefined;
    this.#overflowsTold += count;
    return { kind: "conn", ts, what: "overflow", count };
  }

  /** The sums so far. */
  figures(): ConnFigures {
    const { kinds, lost } = this.#sums();
    const overflows = this.#overflows();
    return {
      connects: kinds.connect,
      failed: kinds.failed,
      accepts: kinds.accept,
      closes: kinds.close,
      retransmits: kinds.retransmit,
      resetsSent: kinds.reset_sent,
      resetsReceived: kinds.reset_received,
      ...(overflows === undefined ? {} : { overflows }),
      lost,
    };
  }

  /** Lets the ring go. Idempotent. */
  [Symbol.dispose](): void {
    this.#ring[Symbol.dispose]();
  }

  #sums(): ConnTotals {
    const bytes = new Uint8Array(CONN_TOTALS_BYTES);
    this.#library.c.bpf_map_lookup_elem(this.#totals, new Uint8Array(4), bytes);
    return decodeConnTotals(new DataView(bytes.buffer));
  }

  #overflows(): number | undefined {
    const now = this.#overflowsNow();
    if (now === undefined || this.#overflowsBefore === undefined) return undefined;
    return Math.max(this.#overflowsTold, now - this.#overflowsBefore);
  }

  #overflowsNow(): number | undefined {
    return netstat(readText(this.#library, this.#netstat) ?? "", "ListenOverflows");
  }
}
