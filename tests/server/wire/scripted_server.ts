/**
 * A server that says only what a test tells it to, on a real socket: for what a real one never does.
 *
 * @module
 */

import type {
  Client,
  ClientEvent,
  ClientMessage,
  ServerMessage,
} from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { RawClient, within } from "../../harness.ts";

type Asked<T extends ClientMessage["type"]> =
  & Extract<ClientMessage, { type: T }>
  & { readonly id: string };

/** The server's end of one connection. */
export class Peer implements AsyncDisposable {
  readonly raw: RawClient;

  constructor(raw: RawClient) {
    this.raw = raw;
  }

  /** The next message from the client, which must be of that type. */
  async hears<T extends ClientMessage["type"]>(type: T): Promise<Asked<T>> {
    const message = JSON.parse(new TextDecoder().decode(await this.raw.body()));
    assertEquals(message.type, type, `Expected ${type}, got ${JSON.stringify(message)}`);
    return message;
  }

  /** Hears a login and answers it. @returns The login. */
  async welcomes(
    heads: Record<string, number> = { lobby: 0 },
    { epoch = "epoch", session = "session" }: { epoch?: string; session?: string } = {},
  ): Promise<Asked<"Login">> {
    const login = await this.hears("Login");
    await this.says({
      type: "Welcome",
      username: login.username,
      rooms: Object.keys(heads),
      server: "scripted/0",
      protocol: 1,
      durability: "none",
      epoch,
      session,
      heads,
    });
    return login;
  }

  /** Answers the question after the login whether all that was missed has been said. */
  async hasSaidAll(): Promise<void> {
    const { id } = await this.hears("Ping");
    await this.says({ type: "Pong", re: id });
  }

  /** Says something. */
  says(...messages: readonly ServerMessage[]): Promise<void> {
    return this.raw.send(...messages);
  }

  /** Acknowledges a message. */
  acks(
    { id, room = "lobby" }: { readonly id: string; readonly room?: string | undefined },
    seq: number,
  ): Promise<void> {
    return this.says({ type: "Ack", re: id, room, seq, at: 0 });
  }

  /** Breaks the connection. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.raw.close();
  }
}

/** A listener whose connections the test plays by hand. */
export class ScriptedServer implements Disposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  /** Where it listens. */
  readonly port: number = this.#listener.addr.port;
  #closed = false;

  /** The next connection. */
  async accept(): Promise<Peer> {
    const conn = await within(this.#listener.accept(), "A connection");
    const raw = new RawClient(conn);
    raw.startReading();
    return new Peer(raw);
  }

  [Symbol.dispose](): void {
    if (!this.#closed) this.#listener.close();
    this.#closed = true;
  }
}

/** A client's events from now on, with a deadline for each. */
export class Events {
  readonly #iterator: AsyncIterator<ClientEvent>;

  constructor(client: Client) {
    this.#iterator = client[Symbol.asyncIterator]();
  }

  /** The next event that is no change of state; `undefined` at the end. */
  async next(): Promise<ServerMessage | undefined> {
    for (;;) {
      const { done, value } = await within(this.#iterator.next(), "The client's next event");
      if (done) return undefined;
      if (value.type !== "Status") return value;
    }
  }

  /** Reads on to the next state of that kind. */
  async status(kind: Client["status"]["kind"]): Promise<void> {
    for (;;) {
      const { done, value } = await within(this.#iterator.next(), `The client's state '${kind}'`);
      if (done) throw new Error(`The client ended before it was ${kind}`);
      if (value.type === "Status" && value.status.kind === kind) return;
    }
  }
}
