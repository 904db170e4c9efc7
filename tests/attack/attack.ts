/**
 * What an attack is: the bytes of one peer, told by a generator, and how many such peers there are.
 *
 * ```text
 *   Attack ── peer(me) yields bytes ──► engine.ts paces and writes them ──► a real server
 *                  ▲                                                             │
 *                  └────────── me.next(): what the server answered ◄─────────────┘
 * ```
 *
 * A peer's generator is one life of one connection. When it returns, or the server has closed, the engine
 * begins another life, as often as the bound allows. So adding an attack is one small file in `attacks/`
 * and a line in `attacks/mod.ts`. An attack knows nothing of sockets, time or processes.
 *
 * @module
 */

/** What the suite may spend on an attack: more would measure the machine, less would prove nothing. */
export interface Bound {
  /** Connections at once. */
  readonly connections: number;
  /** New connections a second, of all together. */
  readonly connectsPerSecond: number;
  /** Bytes a second, of all together. */
  readonly bytesPerSecond: number;
}

/** What becomes of the server's answers. */
export type Reads = "thrown away" | "messages" | "nothing";

/** What the server of an attack needs beside the usual. */
export interface ServerNeeds {
  /** Further arguments of `chat serve`. */
  readonly args?: readonly string[];
  /** How many files it may open. */
  readonly openFiles?: number;
  /** What becomes of its log: read, never read, or its reader has gone. */
  readonly stderr?: "read" | "unread" | "closed";
}

/** An attack. */
export interface Attack {
  /** Its word for `--only` and the table. */
  readonly name: string;
  /** What it aims at: the root that makes a server suffer from it. */
  readonly root: string;
  readonly bound: Bound;
  /** Default: thrown away. */
  readonly reads?: Reads;
  /** Which of the two doors it comes through. Default: the chat's port. */
  readonly door?: "chat" | "http";
  /**
   * Whether all its peers come from one address that has no privilege, or from anywhere: then no limit by address
   * holds it back, as if each connection came from another. Default: from anywhere.
   */
  readonly from?: "anywhere" | "one address";
  readonly server?: ServerNeeds;
  /** One life of one peer. */
  peer(me: Peer): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** A message as the server sent it. */
export interface Heard {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Who a peer is. */
export interface Peer {
  /** Which of the connections, from 0. */
  readonly index: number;
  /** Which of its lives, from 0. */
  readonly life: number;
  /** A name that no other life has. */
  readonly name: string;
  /** Where the server listens, for heads of HTTP. */
  readonly port: number;
  /** From 0 up to 1, by the seed. */
  random(): number;
  /** The next message of that type, past all others; only for attacks that read messages. */
  next(type: string): Promise<Heard>;
  /** Rests, but no longer than the attack lasts. */
  rest(ms: number): Promise<void>;
  /** Says that nothing more comes from here, and goes on reading. */
  closeWrite(): Promise<void>;
}

/** Up to the next whole number, by a peer's chance. */
export function anyOf<T>(me: Pick<Peer, "random">, ...choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(me.random() * choices.length)] ?? choices[0];
}
