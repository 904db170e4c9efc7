/**
 * Claims about the loop: a fake client and a fake terminal, the real model between them.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  AccountCalls,
  type Ack,
  ChangeCalls,
  ChatError,
  type Client,
  type ClientEvent,
  type ClientStatus,
  ClosedError,
  type HistoryPage,
  HookCalls,
  type Inspection,
  InvitationCalls,
  type OfferAck,
  OrderCalls,
  type PrivateSent,
  type RoomList,
  TraceCalls,
  type UserList,
  type Welcome,
} from "../../../server/wire/mod.ts";
import { farewell, runTerminal } from "../../../cli/tty/mod.ts";
import type { Size, TerminalEnd } from "../../../cli/tty/model.ts";
import type { OpenTerminal, Terminal, TerminalEvent } from "../../../cli/tty/terminal.ts";
import { NOON, welcome } from "./play.ts";

/** A client whose server is the test. */
class FakeClient implements Client {
  readonly name = "zoe";
  readonly status: ClientStatus = { kind: "connecting", attempt: 1 };
  readonly reached = true;
  readonly roundTripMs = 1;
  readonly unacknowledged = 0;
  readonly accounts: AccountCalls = new AccountCalls({
    name: () => Promise.resolve(this.name),
    ask: () => Promise.reject(new ChatError("unknown_type")),
    proved: () => {},
  });
  readonly changes: ChangeCalls = new ChangeCalls({
    ask: () => Promise.reject(new ChatError("unknown_type")),
  });
  readonly hooks: HookCalls = new HookCalls({
    ask: () => Promise.reject(new ChatError("unknown_type")),
  });
  readonly invitations: InvitationCalls = new InvitationCalls({
    ask: () => Promise.reject(new ChatError("unknown_type")),
  });
  readonly traces: TraceCalls = new TraceCalls({
    ask: () => Promise.reject(new ChatError("unknown_type")),
  });
  readonly order: OrderCalls = new OrderCalls({
    ask: () => Promise.reject(new ChatError("unknown_type")),
  });
  /** The rooms in which it was told that its user types. */
  readonly typed: string[] = [];
  readonly said: { content: string; room: string; id: string }[] = [];
  /** What the next `say` is refused with. */
  refuse: Error | undefined;
  readonly #events: ClientEvent[] = [];
  #wake = Promise.withResolvers<void>();
  #closed = false;
  #seq = 0;

  emit(...events: readonly ClientEvent[]): void {
    this.#events.push(...events);
    this.#wake.resolve();
  }

  tellTyping(room: string): void {
    this.typed.push(room);
  }

  say(content: string, { room = "lobby", id = "" } = {}): Promise<Ack> {
    if (this.refuse) return Promise.reject(this.refuse);
    this.said.push({ content, room, id });
    const seq = ++this.#seq;
    this.emit({ type: "NewMessage", room, seq, from: "zoe", content, at: NOON, id });
    return Promise.resolve({ type: "Ack", room, seq, at: NOON });
  }

  whisper(to: string, content: string): Promise<PrivateSent> {
    return Promise.resolve({ type: "PrivateSent", to, content, seq: 1, at: NOON });
  }

  join(room: string): Promise<Ack> {
    return Promise.resolve({ type: "Ack", room, seq: 0, at: NOON });
  }

  leave(_room: string): Promise<void> {
    return Promise.resolve();
  }

  isIn(room: string): boolean {
    return room === "lobby";
  }

  setTopic(_topic: string): Promise<Ack> {
    return this.join("lobby");
  }

  tagOf = (): Promise<undefined> => Promise.resolve(undefined);
  users(): Promise<UserList> {
    return Promise.resolve({ type: "UserList", users: ["anna", "zoe"] });
  }

  rooms(): Promise<RoomList> {
    return Promise.resolve({ type: "RoomList", rooms: [{ name: "lobby", users: 2 }] });
  }

  markRead(): Promise<Ack> {
    return this.join("lobby");
  }

  history(): Promise<HistoryPage> {
    return Promise.resolve({ type: "HistoryPage", messages: [], more: false });
  }

  offerFile(): Promise<OfferAck> {
    return Promise.reject(new ClosedError("never"));
  }

  acceptFile(): Promise<OfferAck> {
    return this.offerFile();
  }

  rejectFile(): Promise<OfferAck> {
    return this.offerFile();
  }

  tellProgress(): Promise<OfferAck> {
    return this.offerFile();
  }

  confirmFile(): Promise<OfferAck> {
    return this.offerFile();
  }

  cancelFile(): Promise<OfferAck> {
    return this.offerFile();
  }

  inspect(): Promise<Inspection> {
    return Promise.reject(new ClosedError("never"));
  }

  ping(): Promise<number> {
    return Promise.resolve(1);
  }

  online(): Promise<Welcome> {
    return Promise.reject(new ClosedError("never"));
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#wake.resolve();
    return Promise.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<ClientEvent> {
    while (!this.#closed) {
      yield* this.#events.splice(0);
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
    yield* this.#events.splice(0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A terminal that remembers what was written. */
class FakeTerminal implements Terminal {
  readonly size: Size = { columns: 60, rows: 8 };
  readonly palette = "none";
  disposed = 0;
  suspended = 0;
  writes: string[] = [];
  /** While set, a write is not done before it. */
  slow: Promise<void> | undefined;
  readonly #waiting: { pattern: RegExp; found: () => void }[] = [];

  readonly tell: (event: TerminalEvent) => void;

  constructor(tell: (event: TerminalEvent) => void) {
    this.tell = tell;
  }

  async write(text: string): Promise<void> {
    this.writes.push(text);
    for (const { pattern, found } of this.#waiting) if (pattern.test(this.written)) found();
    await this.slow;
  }

  suspend(): Promise<boolean> {
    this.suspended++;
    return Promise.resolve(true);
  }

  [Symbol.dispose](): void {
    this.disposed++;
  }

  get written(): string {
    return this.writes.join("");
  }

  /** Waits until something was written. */
  until(pattern: RegExp): Promise<void> {
    if (pattern.test(this.written)) return Promise.resolve();
    return new Promise((found) => this.#waiting.push({ pattern, found }));
  }

  keys(...names: readonly string[]): void {
    for (const name of names) {
      const key = name.startsWith("type:")
        ? { kind: "text", text: name.slice("type:".length) } as const
        : { kind: "key", name } as const;
      this.tell({ kind: "key", key });
    }
  }
}

interface Run extends AsyncDisposable {
  readonly client: FakeClient;
  readonly terminal: FakeTerminal;
  readonly end: Promise<TerminalEnd>;
}

/** Starts the app; by the end of the block it has ended. */
function run(signal?: AbortSignal): Run {
  const client = new FakeClient();
  const terminals: FakeTerminal[] = [];
  const openTerminal: OpenTerminal = (listen) => {
    const terminal = new FakeTerminal(listen);
    terminals.push(terminal);
    return terminal;
  };
  const where = { client, where: "host:1", bell: "all", openTerminal } as const;
  const end = runTerminal(signal === undefined ? where : { ...where, signal });
  const [terminal] = terminals;
  assert.ok(terminal);
  client.emit(welcome());
  return {
    client,
    terminal,
    end,
    async [Symbol.asyncDispose]() {
      await client.close();
      await end;
      assert.equal(terminal.disposed, 1);
    },
  };
}

Deno.test("what is typed is said, and shown", async () => {
  await using app = run();
  app.terminal.keys("type:hello", "enter");
  await app.terminal.until(/zoe hello/);
  assert.deepEqual(app.client.said.map(({ content, room }) => [content, room]), [[
    "hello",
    "lobby",
  ]]);
});

Deno.test("what is refused is shown with its reason", async () => {
  await using app = run();
  app.client.refuse = new ChatError("too_long", "Too long.");
  app.terminal.keys("type:hello", "enter");
  await app.terminal.until(/Too long\. Not sent/);
});

Deno.test("/quit ends it, and leaves the client open", async () => {
  await using app = run();
  app.terminal.keys("type:/quit", "enter");
  assert.deepEqual(await app.end, { kind: "quit", unsent: [] });
});

Deno.test("a client that ends, ends it", async () => {
  await using app = run();
  app.client.emit({ type: "Status", status: { kind: "closed", reason: "Gone." } });
  const end = await app.end;
  assert.deepEqual(farewell(end), ["Gone."]);
});

Deno.test("a signal of the terminal and an abort end it", async () => {
  await using app = run();
  app.terminal.tell({ kind: "signal", signal: "SIGTERM" });
  assert.equal((await app.end).kind, "signal");
  const controller = new AbortController();
  await using other = run(controller.signal);
  controller.abort();
  assert.equal((await other.end).kind, "signal");
});

Deno.test("an unexpected failure ends it with that failure and a restored terminal", async () => {
  const app = run();
  app.client.refuse = new TypeError("broken");
  app.terminal.keys("type:hello", "enter");
  await assert.rejects(app.end, /broken/);
  assert.equal(app.terminal.disposed, 1);
  await app.client.close();
});

Deno.test("while a frame is being taken no other is drawn, and then the last state", async () => {
  await using app = run();
  await app.terminal.until(/online|1 ms/);
  const slow = Promise.withResolvers<void>();
  app.terminal.slow = slow.promise;
  app.terminal.keys("type:a");
  await app.terminal.until(/> a/);
  const before = app.terminal.writes.length;
  for (let i = 0; i < 1_000; i++) app.terminal.keys("type:b");
  app.terminal.keys("ctrl+u", "type:done");
  assert.equal(app.terminal.writes.length, before);
  slow.resolve();
  await app.terminal.until(/> done/);
  assert.equal(app.terminal.writes.length, before + 1);
});

Deno.test("the bell rings once a frame", async () => {
  await using app = run();
  await app.terminal.until(/1 ms/);
  for (let seq = 1; seq <= 50; seq++) {
    app.client.emit({
      type: "NewMessage",
      room: "lobby",
      seq,
      from: "anna",
      content: `m${seq}`,
      at: NOON,
    });
  }
  await app.terminal.until(/m50/);
  const rings = app.terminal.written.split("\x07").length - 1;
  assert.ok(rings >= 1 && rings <= app.terminal.writes.length, `${rings}`);
});

Deno.test("Ctrl+z suspends, and after that everything is drawn anew", async () => {
  await using app = run();
  await app.terminal.until(/1 ms/);
  app.terminal.keys("ctrl+z");
  await app.terminal.until(/./);
  app.terminal.writes = [];
  app.terminal.tell({ kind: "resumed", size: app.terminal.size });
  // deno-lint-ignore no-control-regex -- clearing the screen is what is waited for
  await app.terminal.until(/\x1b\[2J/);
  assert.equal(app.terminal.suspended, 1);
});
