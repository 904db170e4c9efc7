/**
 * The real server of the model's test: over connections in memory, and on a disk that forgets what was not synced.
 *
 * @module
 */

import {
  durableStore,
  type MessageStore,
  type Server,
  type ServerEvent,
} from "../../../server/mod.ts";
import { serveOver } from "../../../server/serve.ts";
import { assert } from "../../assert.ts";
import { crash, randomLuck } from "../../db/sim/crash.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { seeded, simWorld } from "../../db/sim/world.ts";
import { DEADLINE_MS, frame, utf8 } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import type { HandPeer } from "../hand_transport.ts";
import { HandTransport } from "../hand_transport.ts";

/** A message of the server, whatever its type. */
export type Answer = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder();
const latin1 = new TextDecoder("latin1");
/** What is nobody's business but its hearers' looks so, wherever it stands; and so does a note that somebody types, see `noteOf`. */
const SECRETS = /s3cret\d+x|"Typing","room":"[^"]+","from":"[^"]+"/g;

/** So many questions were asked over all connections: an id is an account's, whichever device says it. */
let asked = 0;

/** A connection, at its client's end. */
export interface Line {
  /** Whether the server has ended it. */
  readonly ended: boolean;
  /** The texts in all bytes that ever came. */
  readonly heard: ReadonlySet<string>;
  send(message: object): void;
  /** Sends something, and reads on to its answer; `undefined` when the connection ends before it comes. */
  ask(message: object): Promise<Answer | undefined>;
  /** Says goodbye, when all that was to come has come. */
  close(): Promise<void>;
  /** Hears nothing more. */
  cut(): void;
}

/** A way of speaking. */
interface Way {
  /** A message as bytes; `undefined` where there is nothing to be said. */
  bytesOf(message: object): Uint8Array | undefined;
  /** Says something, and reads on to its answer. */
  ask(line: PeerLine, message: object): Promise<Answer | undefined>;
}

/** A connection in memory, in one of the ways of speaking. */
class PeerLine implements Line {
  readonly #peer: HandPeer;
  readonly #way: Way;
  /** How many pieces of what came were read. */
  #read = 0;

  constructor(peer: HandPeer, way: Way) {
    this.#peer = peer;
    this.#way = way;
  }

  get ended(): boolean {
    return this.#peer.ended;
  }

  get heard(): ReadonlySet<string> {
    const { received } = this.#peer;
    return new Set(received.map((bytes) => latin1.decode(bytes)).join("").match(SECRETS));
  }

  /** What came that was not read yet, write by write. */
  *unread(): Iterable<Uint8Array> {
    const { received } = this.#peer;
    while (this.#read < received.length) yield received[this.#read++] ?? new Uint8Array();
  }

  get hasUnread(): boolean {
    return this.#read < this.#peer.received.length;
  }

  send(message: object): void {
    const bytes = this.#way.bytesOf(message);
    if (bytes !== undefined) this.#peer.send(bytes);
  }

  sendBytes(bytes: Uint8Array): void {
    this.#peer.send(bytes);
  }

  ask(message: object): Promise<Answer | undefined> {
    return this.#way.ask(this, message);
  }

  async close(): Promise<void> {
    if (!this.ended) await this.ask({ type: "Ping" });
    this.#peer.close();
  }

  cut(): void {
    this.#peer.deaf = true;
    this.#peer.close();
  }
}

const FRAMES: Way = {
  bytesOf: frame,
  async ask(line, message) {
    const re = `q${asked++}`;
    line.send({ ...message, id: re });
    for (;;) {
      for (const bytes of line.unread()) {
        for (const answer of answersIn(bytes)) if (answer["re"] === re) return answer;
      }
      if (line.ended) return undefined;
      await settledUntil(() => line.ended || line.hasUnread);
    }
  },
};

/** A write holds whole frames, since this end takes all of it. */
function* answersIn(bytes: Uint8Array): Iterable<Answer> {
  for (let at = 0; at < bytes.length;) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
    yield JSON.parse(decoder.decode(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
}

/** What is answered in lines nobody can tell from what others say: an answer is only that it was heard. */
const LINES: Way = {
  bytesOf(message) {
    const line = lineOf({ ...message });
    return line === undefined ? undefined : utf8(`${line}\n`);
  },
  async ask(line, message) {
    line.send(message);
    const barrier = `barrier-${asked++}`;
    line.sendBytes(utf8(`/${barrier}\n`));
    await settledUntil(() => {
      for (const bytes of line.unread()) if (latin1.decode(bytes).includes(barrier)) return true;
      return line.ended;
    });
    // What it said is heard by now, and told when the disk has it: nobody tells that to who speaks lines.
    for (let tick = 0; tick < DISK_TICKS; tick++) await Promise.resolve();
    return line.ended ? undefined : {};
  },
};

/** What a client of lines says for a message; `undefined` where nothing is to be said. */
function lineOf({ type, username, room, content, to }: Answer): string | undefined {
  switch (type) {
    case "Login":
      return `${username}`;
    case "Join":
      return `/join ${room}`;
    case "Broadcast":
      return `${content}`;
    case "Whisper":
      return `/w ${to} ${content}`;
    default:
      return undefined;
  }
}

/** Turns of microtasks in which the simulated disk has synced whatever was written. */
const DISK_TICKS = 500;
/** So many turns of microtasks are more than anything takes that waits for nothing outside. */
const TICKS = 3_000;

async function settledUntil(isSo: () => boolean): Promise<void> {
  for (let tick = 0; tick < TICKS; tick++) {
    if (isSo()) return;
    await Promise.resolve();
  }
  // A password is hashed in another thread.
  for (const start = performance.now(); performance.now() - start < DEADLINE_MS;) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  throw new Error("There is no answer");
}

/** A server, and what it stands on. */
export class House implements AsyncDisposable {
  #disk: SimDisk;
  /** What the disk held at first, and where. */
  #files: ReadonlyMap<string, Uint8Array>;
  #origins: ReadonlyMap<string, number>;
  readonly #clock: () => number;
  #transport = new HandTransport();
  #server: Server | undefined;
  #store: MessageStore | undefined;
  #starts = 0;
  readonly #failed: ServerEvent[] = [];

  /** @param files What its disk holds. @param clock Milliseconds since 1970. */
  constructor(files: ReadonlyMap<string, Uint8Array>, clock: () => number) {
    this.#disk = new SimDisk(files);
    this.#files = files;
    this.#origins = this.#disk.origins();
    this.#clock = clock;
  }

  /** What its disk holds now. */
  get files(): Map<string, Uint8Array> {
    return this.#disk.contents();
  }

  async start(operatorToken?: string): Promise<void> {
    const clock = this.#clock;
    const storage = this.#disk;
    const world = simWorld(++this.#starts);
    this.#store = await durableStore("sim", { durability: "durable", storage, world, clock });
    this.#transport = new HandTransport();
    this.#server = serveOver(this.#transport, {
      store: this.#store,
      clock,
      // Time passes there, and nobody sets the clock.
      steady: clock,
      limits: { messagesPerSecond: 0, drainMsMax: 100 },
      passwordCost: CHEAP,
      http: {},
      ...(operatorToken === undefined ? {} : { operatorToken }),
      onEvent: (event) => void (event.kind === "failed" && this.#failed.push(event)),
    });
  }

  /** Connects. @param lines Whether lines are spoken. */
  connect(lines = false): Line {
    const peer = this.#transport.connect();
    return new PeerLine(peer, lines ? LINES : FRAMES);
  }

  /** Says something by a hook. @returns The status of the answer. */
  async post(token: string, content: string): Promise<string> {
    const peer = this.#transport.connectHttp();
    const head = `POST /hooks/${token} HTTP/1.1\r\nHost: 127.0.0.1\r\n`;
    peer.send(utf8(`${head}Content-Length: ${content.length}\r\n\r\n${content}`));
    await settledUntil(() => peer.ended);
    const [, status = ""] = peer.received.map((bytes) => latin1.decode(bytes)).join("").split(" ");
    return status;
  }

  /** How much was said in a stream. */
  head(stream: string): number {
    return this.#store?.head(stream) ?? 0;
  }

  /** Ends in an orderly way. */
  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
    assert(
      this.#failed.length === 0,
      `The server reported a defect: ${Deno.inspect(this.#failed)}`,
    );
  }

  /**
   * Ends at once, as by `kill -9`, or by a power failure, after which only that of the unsynced is there which chance lets. What the dead
   * server still does in this process it does to a disk that nobody looks at any more.
   */
  async kill(power?: number): Promise<void> {
    const disk = this.#disk;
    const { trace } = disk;
    const left = power === undefined
      ? disk.contents()
      : crash(this.#files, this.#origins, trace, trace.length, randomLuck(seeded(power)));
    [this.#disk, this.#files] = [new SimDisk(left), left];
    this.#origins = this.#disk.origins();
    await this.#server?.close().catch(() => {});
    this.#server = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server !== undefined) await this.kill();
  }
}
