/**
 * Asking over connections that break anywhere, against a server that forgets ids: whatever happens, each word is
 * stored once, in the order of speaking, answered, and told once.
 *
 * ```text
 *   say, whisper ─► Asking ─► toServer ─► Model: stores, answers ─► toClient ─► Asking
 *                                 └──────── a break drops both ────────┘
 * ```
 *
 * @module
 */

import fc from "fast-check";
import type {
  ClientMessage,
  NewMessage,
  PrivateMessage,
  ServerMessage,
} from "../../../server/wire/mod.ts";
import { Asking } from "../../../server/wire/asking.ts";
import { Position } from "../../../server/wire/position.ts";
import { turn } from "../../../server/wire/turn.ts";
import { assert, assertEquals } from "../../assert.ts";

type Question = ClientMessage & { readonly id: string };

/** A server with one room and one partner, that remembers ids until it is told to forget them. */
class Model {
  readonly room: NewMessage[] = [];
  readonly whispers: PrivateMessage[] = [];
  readonly ids = new Map<string, ServerMessage>();

  /** What it says to a question. */
  answer(question: Question): ServerMessage[] {
    const { id: re } = question;
    const known = this.ids.get(re);
    if (known !== undefined) return [known];
    switch (question.type) {
      case "Ping":
        return [{ type: "Pong", re }];
      case "Broadcast": {
        const place = { room: "lobby", seq: this.room.length + 1, at: 1 };
        const { content } = question;
        const message = { type: "NewMessage", from: "Alice", content, id: re, ...place } as const;
        this.room.push(message);
        return [message, this.#answered(re, { type: "Ack", re, ...place })];
      }
      case "Whisper": {
        const { content } = question;
        const place = { content, seq: this.whispers.length + 1, at: 1 };
        this.whispers.push({ type: "PrivateMessage", from: "Alice", to: "Bob", id: re, ...place });
        return [this.#answered(re, { type: "PrivateSent", re, to: "Bob", ...place })];
      }
      case "History": {
        const { after = 0 } = question;
        // Pages are short, so that there are several.
        const messages = this.whispers.filter(({ seq }) => seq > after).slice(0, 2);
        const more = after + messages.length < this.whispers.length;
        return [{ type: "HistoryPage", re, with: "Bob", messages, more }];
      }
      default:
        throw new Error(`Nobody asks ${question.type}`);
    }
  }

  /** Bob whispers something. */
  hearBob(): PrivateMessage {
    const seq = this.whispers.length + 1;
    const content = `bob ${seq}`;
    this.whispers.push({ type: "PrivateMessage", from: "Bob", to: "Alice", content, seq, at: 1 });
    return { type: "PrivateMessage", from: "Bob", to: "Alice", content, seq, at: 1 };
  }

  #answered(id: string, answer: ServerMessage): ServerMessage {
    this.ids.set(id, answer);
    return answer;
  }
}

/** A client over a line that can break. */
class Play {
  readonly model = new Model();
  readonly told: ServerMessage[] = [];
  readonly answers: (number | undefined)[] = [];
  readonly said: { readonly content: string; readonly whispered: boolean }[] = [];
  readonly #position = new Position([]);
  readonly #asking = new Asking({
    position: this.#position,
    tell: (event) => this.told.push(event),
  });
  #toServer: Question[] = [];
  #toClient: ServerMessage[] = [];

  /** Comes in, and is told what it missed in the room. */
  begin(): void {
    const resume = this.#position.login().resume?.["lobby"];
    this.#position.welcomed({
      ...{ type: "Welcome", username: "Alice", rooms: ["lobby"], server: "model", protocol: 1 },
      ...{ durability: "durable", epoch: "e", session: "s" },
      heads: { lobby: this.model.room.length },
    });
    this.#toServer = [];
    this.#toClient = resume === undefined ? [] : this.model.room.slice(resume);
    const line = this.#toServer;
    this.#asking.begin({
      me: "Alice",
      tags: false,
      send: (question) => line.push(question as Question),
    });
  }

  say(whispered: boolean): void {
    const n = this.said.length;
    const content = `${n}`;
    this.said.push({ content, whispered });
    this.answers.push(undefined);
    const asked = whispered
      ? { type: "Whisper", to: "Bob", content } as const
      : { type: "Broadcast", content } as const;
    void this.#asking.ask(asked).then((answer) => {
      assert("seq" in answer && this.answers[n] === undefined);
      this.answers[n] = answer.seq;
    });
  }

  bobWhispers(): void {
    this.#toClient.push(this.model.hearBob());
  }

  /** The server hears so many questions. */
  serve(count: number): boolean {
    const questions = this.#toServer.splice(0, count);
    for (const question of questions) this.#toClient.push(...this.model.answer(question));
    return questions.length > 0;
  }

  /** The client hears so many messages. */
  async deliver(count: number): Promise<boolean> {
    const messages = this.#toClient.splice(0, count);
    for (const message of messages) {
      if (message.type === "NewMessage" && !this.#position.isNew(message)) continue;
      this.#asking.hear(message);
      await turn();
    }
    return messages.length > 0;
  }

  async break(): Promise<void> {
    this.#asking.broke();
    await turn();
    this.begin();
  }

  /** Until nothing is on its way any more. */
  async settle(): Promise<void> {
    while (this.serve(100) || await this.deliver(100)) await turn();
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("say", "whisper") },
  { weight: 4, arbitrary: fc.constant("bob") },
  { weight: 4, arbitrary: fc.record({ serve: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 4, arbitrary: fc.record({ deliver: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.constant("break") },
  { weight: 2, arbitrary: fc.constant("forget") },
);

Deno.test("each word is stored once, in order, answered and told once, wherever the line breaks", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const play = new Play();
      play.begin();
      for (const one of steps) {
        if (one === "say" || one === "whisper") play.say(one === "whisper");
        else if (one === "bob") play.bobWhispers();
        else if (one === "break") await play.break();
        else if (one === "forget") play.model.ids.clear();
        else if (typeof one !== "string" && "serve" in one) play.serve(one.serve);
        else if (typeof one !== "string") await play.deliver(one.deliver);
      }
      await play.settle();
      const { model, said, answers, told } = play;
      const words = (whispered: boolean) =>
        said.filter((one) => one.whispered === whispered).map(({ content }) => content);
      assertEquals(model.room.map(({ content }) => content), words(false));
      const own = model.whispers.filter(({ from }) => from === "Alice");
      assertEquals(own.map(({ content }) => content), words(true));
      said.forEach(({ content, whispered }, n) => {
        const stored = (whispered ? own : model.room).find((one) => one.content === content);
        assertEquals(answers[n], stored?.seq);
      });
      // One's own whispers are told by their echoes, in whatever order; those of the other one in theirs.
      const heard = told.filter((one) => one.type === "PrivateMessage" && one.from === "Bob");
      const bobs = model.whispers.filter(({ from }) => from === "Bob");
      const known = heard.map((one) => one.type === "PrivateMessage" && one.content);
      assertEquals(known, bobs.map(({ content }) => content).slice(bobs.length - known.length));
      assert(!told.some((one) => one.type === "PrivateMessage" && one.from === "Alice"));
      const echoes = told.flatMap((one) => one.type === "PrivateSent" ? [one.content] : []);
      assertEquals(echoes.toSorted(), words(true).toSorted());
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("what is whispered while missed whispers are read is told by its echo", async () => {
  const play = new Play();
  play.begin();
  play.bobWhispers();
  await play.deliver(1);
  for (let n = 0; n < 3; n++) play.bobWhispers();
  await play.break();
  play.say(true);
  // The second page is asked for when the whisper is stored.
  play.serve(2);
  await play.deliver(1);
  await play.settle();
  const told = play.told.map((one) => "content" in one && `${one.type} ${one.content}`);
  assertEquals(told, [
    "PrivateMessage bob 1",
    "PrivateMessage bob 2",
    "PrivateMessage bob 3",
    "PrivateMessage bob 4",
    "PrivateSent 0",
  ]);
});
