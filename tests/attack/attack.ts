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

/** What a scene may do while the attack goes on. Each `rest` ends with the attack at the latest. */
export interface Scene {
  /** How long the attack lasts, in seconds. */
  readonly seconds: number;
  /** Resolves when the attackers are all there: their first connections, or the whole crowd. */
  readonly ready: Promise<void>;
  rest(ms: number): Promise<void>;
  /** Sends a signal to the server, or to the process of all attackers. */
  signal(whom: "server" | "attackers", name: "SIGSTOP" | "SIGCONT"): void;
  /** Kills the server as a power cut of its process would, and starts it again on the same data and port. */
  killAndRestart(): Promise<void>;
}

/** What a crowd is told, and what it tells of. */
export interface CrowdOrders {
  /** The chat's port. */
  readonly port: number;
  readonly seconds: number;
  /** Says what must not be. */
  breach(sentence: string): void;
  /** Says that all are there: the time begins. */
  ready(): void;
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
  /** Whether it is on TLS itself: its peers say the bytes of that, too, and it is for a server that speaks it. */
  readonly onTls?: boolean;
  /** What a store holds before the server starts. */
  prepare?(directory: string): Promise<void>;
  /** One life of one peer. */
  peer?(me: Peer): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Instead of peers: many clients as the product makes them. */
  crowd?(orders: CrowdOrders): Promise<void>;
  /** Looks at the store's directory when the server has ended; gives a sentence for each thing that must not be. */
  after?(directory: string): Promise<readonly string[]>;
  /** What is done to the processes meanwhile. */
  scene?(scene: Scene): Promise<void>;
  /** What the honest may be made to bear, because nobody could spare them that. */
  readonly excuse?: Excuse;
}

/** What nobody could spare the honest: who is stopped or dead answers nothing. */
export interface Excuse {
  /** Added to the longest that an answer may take, in ms. */
  latencyMs?(seconds: number): number;
  /** Whether they may be cut off and be refused to come in meanwhile, to come back later. */
  readonly cut?: boolean;
  /** What may be refused to them, as `met.refused` names it. */
  readonly refusals?: RegExp;
  /** Whether old messages may go, because the store has a size. */
  readonly forgets?: boolean;
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
  /** Says what this peer has reached and never should have. */
  breach(sentence: string): void;
}

/** One of several, by a peer's chance. */
export function anyOf<T>(me: Pick<Peer, "random">, choices: readonly T[]): T {
  const index = Math.floor(me.random() * choices.length);
  if (index >= choices.length) throw new RangeError("There is nothing to choose from");
  return choices[index] as T;
}
