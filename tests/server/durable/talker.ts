/**
 * A client that talks under ids over servers that die, and remembers what it was promised.
 *
 * It keeps some messages under way: most for the lobby, every fifth a whisper. What was not answered when
 * the connection broke, it says again over the next one, under the same id.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { RawClient } from "../../harness.ts";
import { eventually } from "./place.ts";
import { freshId } from "./talk.ts";

/** Messages under way at once. */
const WINDOW = 16;
/** One of so many is a whisper. */
const WHISPER_EVERY = 5;

/** Something said, and where the server put it. */
export interface Promised {
  readonly content: string;
  readonly seq: number;
}

/** Comes in under a name, as soon as the server has seen that its last bearer left. */
export function enter(port: number, username: string, session?: string): Promise<RawClient> {
  return eventually(async () => {
    const client = await RawClient.connect(port);
    await client.send({ type: "Login", username, session });
    const answer = await client.message();
    if (answer.type === "Welcome") return client;
    await client.close();
    assert(answer.type === "Error" && answer.code === "name_taken", JSON.stringify(answer));
    return undefined;
  }, `${username} comes in`);
}

/** A talker. */
export class Talker {
  readonly name: string;
  /** Its session, of its own making: whatever server it talks to, its whispers are its own. */
  readonly session: string = crypto.randomUUID();
  readonly #friend: string;
  readonly #onAnswer: () => void;
  readonly #waiting = new Map<string, { readonly content: string }>();
  #said = 0;
  #client: RawClient | undefined;
  /** What was acknowledged, by id: in the lobby, and whispered to the friend. */
  readonly lobby: Map<string, Promised> = new Map();
  readonly whispers: Map<string, Promised> = new Map();

  /**
   * @param friend Who is whispered to.
   * @param onAnswer Called for each message that is acknowledged.
   */
  constructor(name: string, friend: string, onAnswer: () => void) {
    this.name = name;
    this.#friend = friend;
    this.#onAnswer = onAnswer;
  }

  /** Comes in. */
  async enter(port: number): Promise<void> {
    this.#client = await enter(port, this.name, this.session);
  }

  /** Talks until the connection breaks; then `ended` must say that this was to be expected. */
  async talk(ended: () => boolean): Promise<void> {
    const client = this.#here();
    try {
      await client.send(...this.#waiting.values());
      for (;;) {
        const fresh = [];
        while (this.#waiting.size < WINDOW) fresh.push(this.#next());
        if (fresh.length > 0) await client.send(...fresh);
        await this.#hear(client);
      }
    } catch (error) {
      if (!ended()) throw error;
    }
    await client.close();
  }

  /** Says again what was not answered, and waits until all is. */
  async finish(): Promise<void> {
    const client = this.#here();
    await client.send(...this.#waiting.values());
    while (this.#waiting.size > 0) await this.#hear(client);
  }

  /** Leaves. */
  async leave(): Promise<void> {
    await this.#client?.close();
  }

  #here(): RawClient {
    assert(this.#client !== undefined, "Come in first");
    return this.#client;
  }

  #next(): object {
    const id = freshId();
    const content = `${this.name} says ${id} ${"x".repeat(this.#said % 200)}`;
    const message = ++this.#said % WHISPER_EVERY === 0
      ? { type: "Whisper", to: this.#friend, content, id }
      : { type: "Broadcast", content, id };
    this.#waiting.set(id, message);
    return message;
  }

  async #hear(client: RawClient): Promise<void> {
    const message = await client.message();
    assert(message.type !== "Error", JSON.stringify(message));
    if (message.type !== "Ack" && message.type !== "PrivateSent") return;
    const { re = "", seq } = message;
    const said = this.#waiting.get(re);
    // What was said twice may be answered twice, but only alike.
    const promised = message.type === "Ack" ? this.lobby : this.whispers;
    if (said === undefined) return assertEquals(promised.get(re)?.seq, seq);
    promised.set(re, { content: said.content, seq });
    this.#waiting.delete(re);
    this.#onAnswer();
  }
}
