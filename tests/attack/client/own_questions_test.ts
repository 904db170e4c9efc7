/**
 * What a client asks for itself after a break, in bad times: its table is full, or the server refuses. And what it does
 * when something of its own fails.
 *
 * @module
 */

import {
  type ClientMessage,
  ClosedError,
  connect,
  type PrivateMessage,
  type ServerMessage,
} from "../../../server/wire/mod.ts";
import { Asking } from "../../../server/wire/asking.ts";
import { OWN_TRIES_MAX } from "../../../server/wire/limits.ts";
import { OUTSTANDING_MAX } from "../../../server/wire/outstanding.ts";
import { Position } from "../../../server/wire/position.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { within } from "../../harness.ts";
import { turns } from "../../within.ts";
import { Events, ScriptedServer } from "../../server/wire/scripted_server.ts";

type Question = ClientMessage & { readonly id: string };

/** A client in the lobby, and what it asks. */
class Play {
  readonly told: ServerMessage[] = [];
  readonly position = new Position([]);
  readonly asking = new Asking({ position: this.position, tell: (event) => this.told.push(event) });
  #asked: Question[] = [];
  #wake = Promise.withResolvers<void>();

  begin(): void {
    this.#asked = [];
    this.position.welcomed({
      ...{ type: "Welcome", username: "Alice", rooms: ["lobby"], server: "x", protocol: 1 },
      ...{ durability: "durable", epoch: "e", session: "s", heads: { lobby: 0 } },
    });
    const line = this.#asked;
    const send = (question: ClientMessage) => {
      line.push(question as Question);
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    };
    this.asking.begin({ me: "Alice", tags: false, send });
  }

  /** The next question, which must be of that type. */
  async hears(type: Question["type"]): Promise<string> {
    while (this.#asked.length === 0) await within(this.#wake.promise, `A ${type}`);
    const question = this.#asked.shift();
    assertEquals(question?.type, type);
    return question?.id ?? "";
  }

  /** How many questions wait to be heard. */
  get asked(): number {
    return this.#asked.length;
  }

  /** Refuses so many questions of that type. */
  async refuses(type: Question["type"], times: number): Promise<void> {
    for (let n = 0; n < times; n++) {
      const re = await this.hears(type);
      this.asking.hear({ type: "Error", re, code: "internal", msg: "A hitch." });
    }
    await turns(3);
  }

  end(): void {
    this.asking.broke();
    this.asking.end(new Error("The end."));
  }
}

/** Whispers a line of Bob's, so that he is asked about after a break. */
function bob(seq: number): PrivateMessage {
  return { type: "PrivateMessage", from: "Bob", to: "Alice", content: `${seq}`, seq, at: 1 };
}

Deno.test("a full table refuses no question of the client's own, and loses nothing", async () => {
  const play = new Play();
  play.begin();
  play.asking.hear(bob(1));
  const answers: Promise<unknown>[] = [];
  for (let n = 0; n < OUTSTANDING_MAX; n++) {
    answers.push(play.asking.ask({ type: "Broadcast", content: `${n}` }).catch(() => {}));
  }
  play.asking.broke();
  play.begin();
  const ping = await play.hears("Ping");
  const history = await play.hears("History");
  play.asking.hear({ type: "Pong", re: ping });
  const messages = [bob(2)];
  play.asking.hear({ type: "HistoryPage", re: history, with: "Bob", messages, more: false });
  await turns(3);
  await play.hears("Broadcast");
  assertEquals(play.told.map((one) => "seq" in one && one.seq), [1, 2]);
  assertEquals(play.asking.size, OUTSTANDING_MAX);
  play.end();
  await Promise.all(answers);
});

Deno.test("a server that does not say whether all was said is asked again, and believed nothing", async () => {
  const play = new Play();
  play.begin();
  const said = play.asking.ask({ type: "Broadcast", content: "a" });
  const first = await play.hears("Broadcast");
  play.asking.broke();
  play.begin();
  const later = play.asking.ask({ type: "Broadcast", content: "b" });
  await play.refuses("Ping", OWN_TRIES_MAX);
  const second = await play.hears("Broadcast");
  assert(second !== first && play.asked === 0, "what may be stored is not said again");
  assertEquals(play.told.map((one) => one.type === "Error" && one.code), ["unknown"]);
  play.asking.hear({ type: "Ack", re: second, room: "lobby", seq: 2, at: 1 });
  await later;

  play.asking.broke();
  play.begin();
  play.asking.hear({ type: "Pong", re: await play.hears("Ping") });
  assertEquals(await play.hears("Broadcast"), first, "it is over the next connection");
  play.asking.hear({ type: "Ack", re: first, room: "lobby", seq: 3, at: 1 });
  await said;
  play.end();
});

Deno.test("a refusal loses no whisper that was missed", async () => {
  const play = new Play();
  play.begin();
  play.asking.hear(bob(1));
  play.asking.broke();
  play.begin();
  play.asking.hear(bob(3));
  await play.refuses("History", OWN_TRIES_MAX - 1);
  const re = await play.hears("History");
  const messages = [bob(2), bob(3)];
  play.asking.hear({ type: "HistoryPage", re, with: "Bob", messages, more: false });
  await turns(3);
  assertEquals(play.told, [bob(1), bob(2), bob(3)]);

  play.asking.broke();
  play.begin();
  play.asking.hear(bob(5));
  await play.refuses("History", OWN_TRIES_MAX);
  const [error, last] = play.told.slice(3);
  assert(
    error?.type === "Error" && /whispered with 'bob'.*A hitch/.test(error.msg),
    JSON.stringify(play.told),
  );
  assertEquals(last, bob(5), "what came meanwhile is told");
  play.end();
});

Deno.test("a server that is full for a moment after a break does not put the client out of its rooms", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const events = new Events(alice);
  {
    await using peer = await server.accept();
    await peer.welcomes();
    const joining = alice.join("tea");
    const { id } = await peer.hears("Join");
    await peer.acks({ id, room: "tea" }, 0);
    await joining;
  }
  for (const code of ["busy", "internal"] as const) {
    await using peer = await server.accept();
    await peer.welcomes();
    const { id } = await peer.hears("Join");
    await peer.says({ type: "Error", re: id, code, msg: "Not now." });
    for (;;) if ((await events.next())?.type === "Error") break;
  }
  await using peer = await server.accept();
  await peer.welcomes();
  assertEquals((await peer.hears("Join")).room, "tea");
});

Deno.test("what a client stumbles over ends it with a reason, and not its program", async () => {
  using server = new ScriptedServer();
  const operator = () => Promise.reject(new RangeError("No token today."));
  await using alice = connect({ port: server.port, name: "Alice", operator });
  const said = assertRejects(alice.say("hello"), ClosedError);
  await using _peer = await server.accept();
  const { message, cause } = await assertRejects(alice.online(), ClosedError);
  assertEquals(message, "The client failed: No token today.");
  assert(cause instanceof RangeError);
  assertEquals([(await said).unknown, alice.status.kind], [false, "closed"]);
});
