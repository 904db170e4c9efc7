/**
 * An honest member: logs in, enters a room, hears everything, and comes back when it was cut off.
 *
 * It does what docs/PROTOCOL.md asks of a client that loses nothing: `resume`, `session`, and the same `id` again. It
 * shares no code with the product's client, so a mistake there is not hidden here.
 *
 * @module
 */

import type { Heard } from "./attack.ts";
import { frame } from "./bytes.ts";
import { dial, HONEST_ADDRESS, type Line } from "./dial.ts";
import { FrameCutter } from "./frames.ts";
import { COME_BACK_MS, LEAVE_MS_MAX } from "./numbers.ts";

/** How a member takes part. */
export interface MemberOptions {
  readonly name: string;
  readonly room: string;
  /** Where the server listens now. */
  readonly port: () => number;
  /** Hears every message. */
  readonly hear: (message: Heard) => void;
  /** Is told that it is in the room, for the first time or again. */
  readonly entered: () => void;
  /** Is told that it was cut off, and why. */
  readonly cut: (why: string) => void;
}

/** A member. It lives until it is disposed. */
export class Member implements AsyncDisposable {
  readonly #options: MemberOptions;
  readonly #ending = new AbortController();
  readonly #life: Promise<void>;
  readonly #first = Promise.withResolvers<void>();
  #line: Line | undefined;
  #online = false;
  #session: string | undefined;
  #epoch: string | undefined;
  #seq = 0;

  constructor(options: MemberOptions) {
    this.#options = options;
    this.#life = this.#live();
  }

  /** Resolves when it is in the room for the first time. */
  get inRoom(): Promise<void> {
    return this.#first.promise;
  }

  /** Sends a message, if it is in the room now. */
  send(message: object): boolean {
    if (!this.#online || this.#line === undefined) return false;
    // Whoever reads is told when the connection has ended.
    void this.#line.write(frame(message));
    return true;
  }

  /** Leaves, and waits until the server has noticed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    const timer = setTimeout(() => this.#line?.[Symbol.dispose](), LEAVE_MS_MAX);
    await this.#line?.closeWrite();
    await this.#life;
    clearTimeout(timer);
  }

  async #live(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const why = await this.#connection();
      this.#online = false;
      if (signal.aborted) return;
      this.#options.cut(why);
      await sleep(COME_BACK_MS, signal);
    }
  }

  /** One connection from its beginning to its end; gives the reason for the end. */
  async #connection(): Promise<string> {
    let why = "the connection ended without a word";
    const { signal } = this.#ending;
    const dialled = await dial(this.#options.port(), { from: HONEST_ADDRESS, signal });
    if (typeof dialled === "string") return dialled;
    using line = dialled;
    this.#line = line;
    if (signal.aborted) return why;
    await line.write(frame(this.#login()));
    const cutter = new FrameCutter();
    for (let piece; (piece = await line.read()) !== undefined;) {
      for (const message of cutter.take(piece)) {
        this.#take(message);
        if (message.type === "Error" && message["re"] === undefined) {
          why = `${message["code"]}: ${message["msg"]}`;
        }
      }
    }
    return why;
  }

  #login(): object {
    const { name, room } = this.#options;
    if (this.#session === undefined) return { type: "Login", username: name };
    return {
      type: "Login",
      username: name,
      session: this.#session,
      epoch: this.#epoch,
      resume: { [room]: this.#seq },
    };
  }

  #take(message: Heard): void {
    const { room, hear, entered } = this.#options;
    if (message.type === "Welcome") {
      const back = this.#session !== undefined;
      this.#session = message["session"] as string;
      this.#epoch = message["epoch"] as string;
      this.#online = true;
      this.send({ type: "Join", room, id: "join" });
      if (back) entered();
    } else if (message.type === "Ack" && message["re"] === "join") {
      this.#first.resolve();
      entered();
    } else if (message.type === "NewMessage" && message["room"] === room) {
      this.#seq = Math.max(this.#seq, Number(message["seq"]));
    } else if (message.type === "Ping") this.send({ type: "Pong" });
    hear(message);
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
