/**
 * Snapshots of a running observation, and who leaves the kernel's table of sockets when.
 *
 * The table is bounded, so sockets that are no more must leave it: those that TCP closed, after one whole interval, and those
 * that TCP does not look after, when they have been silent for long. A socket that leaves is read and removed in one step and
 * is in that snapshot for the last time, with its final figures. The sums do not depend on the table.
 *
 * A socket that was only silent and speaks again begins anew, with a new `firstTs`.
 *
 * @module
 */

import type { Addresses } from "./address.ts";
import { decodeSocket, decodeTotals, TOTALS_BYTES } from "./figures.ts";
import type { KernelObject, Runs } from "./kernel_object.ts";
import { SILENT_SOCKET_MS } from "./limits.ts";
import type { Lives } from "./lives.ts";
import type { Cost, Snapshot, SocketFigures } from "./observation.ts";
import { tellsCalls } from "./probes.ts";
import type { ProcessNames } from "./process_names.ts";
import type { SocketsTable } from "./sockets_table.ts";
import type { UnixNames } from "./unix_names.ts";
import type { Watched } from "./watched.ts";

const IPPROTO_TCP = 6;
/** From here on a cookie is one that the kernel program made up from the inode: of these no end is seen. */
const MADE_UP = 2 ** 52;

/** What a snapshot is made of. */
export interface Sources {
  readonly object: KernelObject;
  readonly table: SocketsTable;
  readonly addresses: Addresses;
  readonly names: UnixNames;
  /** Only where several processes are watched. */
  readonly processNames: ProcessNames | undefined;
  readonly watched: Watched;
  /** Absent where connections' lives are not seen. */
  readonly lives: Lives | undefined;
  /** How calls are told. */
  readonly functions: readonly string[];
}

/** Whether a socket is to leave the table. @param wasClosed It was closed already at the snapshot before. */
export function leaves(socket: SocketFigures, wasClosed: boolean, nowNs: number): boolean {
  if (socket.closed) return wasClosed;
  const ends = socket.protocol === IPPROTO_TCP && socket.socket < MADE_UP;
  return !ends && nowNs - socket.lastTs >= SILENT_SOCKET_MS * 1e6;
}

/** Takes snapshots. */
export class Snapshots {
  readonly #from: Sources;
  readonly #totals: Uint8Array<ArrayBuffer> = new Uint8Array(TOTALS_BYTES);
  readonly #before: Runs;
  #closed: ReadonlySet<number> = new Set();
  /** Figures of the programs, once these are no more. */
  #lastRuns: Runs | undefined;

  /** Made when the programs are attached: what they missed before does not count. */
  constructor(from: Sources) {
    this.#from = from;
    this.#before = from.object.runs(tellsCalls);
  }

  /** Keeps what is only known while the programs are attached. */
  beforeDetaching(): void {
    this.#from.object.look();
    this.#lastRuns = this.#from.object.runs(tellsCalls);
  }

  /**
   * The figures now.
   *
   * @param received Events that were read.
   * @param cost What the kernel has measured, where it does.
   * @param clean Whether sockets may leave the table.
   */
  take(nowNs: number, received: number, cost: Cost | undefined, clean: boolean): Snapshot {
    const { object, functions } = this.#from;
    const runs = this.#lastRuns ?? object.runs(tellsCalls);
    const missed = runs.missed - this.#before.missed;
    const sockets = this.#sockets(nowNs, clean);
    object.readTotals(this.#totals);
    const { functions: calls, produced, lost, ...totals } = decodeTotals(
      new DataView(this.#totals.buffer),
      0,
      functions,
    );
    const connections = this.#from.lives?.figures();
    const leftOut = this.#from.watched.leftOut();
    return {
      kind: "snapshot",
      ts: nowNs,
      ...totals,
      functions: calls,
      sockets,
      produced: produced + missed,
      received,
      lost: lost + missed,
      ...(cost === undefined ? {} : { cost }),
      ...(connections === undefined ? {} : { connections }),
      ...(leftOut > 0 ? { leftOut } : {}),
    };
  }

  #sockets(nowNs: number, clean: boolean): readonly SocketFigures[] {
    const { table, addresses, object } = this.#from;
    const lookedNs = object.look();
    const sockets: SocketFigures[] = [];
    table.read((socket, view, at) => {
      sockets.push(this.#named(decodeSocket(view, at, socket, addresses, lookedNs), nowNs));
    });
    if (!clean) return sockets;
    const closedBefore = this.#closed;
    this.#closed = new Set(sockets.filter(({ closed }) => closed).map(({ socket }) => socket));
    return sockets.map((figures) => {
      const { socket } = figures;
      if (!leaves(figures, closedBefore.has(socket), nowNs)) return figures;
      const last = table.remove(socket);
      if (last === undefined) return figures;
      return this.#named(decodeSocket(last, 0, socket, addresses, lookedNs), nowNs);
    });
  }

  #named(unnamed: SocketFigures, nowNs: number): SocketFigures {
    const { family, pid } = unnamed;
    const comm = this.#from.processNames?.of(pid, nowNs);
    const figures = comm === undefined ? unnamed : { ...unnamed, comm };
    return family === "unix" ? this.#from.names.named(figures, nowNs) : figures;
  }
}
