/**
 * Two terminals of one account on the real server, and others who speak: whatever is read where, both show as unread what the
 * server counts, and say so to it without being asked.
 *
 * @module
 */

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Client, connect, type UnreadEntry } from "../../../server/wire/mod.ts";
import { currentView, type Effect, type Event, type Model, start } from "../../../cli/tty/model.ts";
import { update } from "../../../cli/tty/update.ts";
import { startServer, within } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";

/** A terminal without a screen. */
class Device implements AsyncDisposable {
  readonly client: Client;
  model: Model;
  /** Words to the server about what was read. */
  reads = 0;
  readonly #asked = new Set<Promise<void>>();
  readonly #life: Promise<void>;

  constructor(client: Client) {
    this.client = client;
    this.model = start({
      me: client.name,
      where: "host:1",
      bell: "off",
      size: { columns: 80, rows: 24 },
      now: Date.now(),
      idSecret: crypto.randomUUID(),
      rooms: [],
    });
    this.#life = this.#live();
  }

  async #live(): Promise<void> {
    for await (const event of this.client) this.event({ kind: "client", event });
  }

  event(event: Event): void {
    const { model, effects } = update(this.model, event, Date.now());
    this.model = model;
    for (const effect of effects) {
      const asked = this.#perform(effect);
      this.#asked.add(asked);
      void asked.finally(() => this.#asked.delete(asked));
    }
  }

  async #perform(effect: Effect): Promise<void> {
    switch (effect.kind) {
      case "page": {
        const page = await this.client.history({ ...effect.of, limit: effect.limit });
        return this.event({ kind: "page", view: effect.view, page, show: false });
      }
      case "read":
        this.reads++;
        await this.client.markRead(effect.of, effect.seq);
        return;
      case "join": {
        const { room, seq } = await this.client.join(effect.room);
        return this.event({ kind: "entered", room, seq, show: effect.show });
      }
      case "say": {
        const { view, to, pending: { id, content } } = effect;
        const { seq } = "room" in to
          ? await this.client.say(content, { room: to.room, id })
          : await this.client.whisper(to.user, content, { id });
        return this.event({ kind: "said", view, id, seq });
      }
    }
  }

  keys(...names: readonly string[]): void {
    for (const name of names) this.event({ kind: "key", key: { kind: "key", name } });
  }

  say(text: string): void {
    this.event({ kind: "key", key: { kind: "text", text } });
    this.keys("enter");
  }

  /** All that was on its way has come, and what followed from it. */
  async settled(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet++) {
      await within(this.client.ping(), "A pong");
      // Events that came before the pong are heard in turns of their own.
      await new Promise((resolve) => setTimeout(resolve));
      if (this.#asked.size > 0) quiet = 0;
      await within(Promise.all(this.#asked), "Answers");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    await this.#life;
  }
}

const ROOMS = ["lobby", "dev"];
const device = fc.nat(1);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("bob says"), room: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.constant({ do: "bob whispers" } as const) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("look"), device, view: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("tick"), device }) },
  fc.record({ do: fc.constant("say"), device }),
  fc.record({ do: fc.constant("restart"), device }),
) as fc.Arbitrary<
  | { readonly do: "bob says"; readonly room: number }
  | { readonly do: "bob whispers" }
  | { readonly do: "look"; readonly device: number; readonly view: number }
  | { readonly do: "tick" | "say" | "restart"; readonly device: number }
>;

function tick(device: Device): void {
  device.event({ kind: "tick", roundTripMs: 1 });
}

/** What the server would tell a device that comes in now. */
async function waiting(port: number, name: string, token: string): Promise<UnreadEntry[]> {
  await using probe = connect({ port, name, device: token });
  return (await within(probe.online(), "The probe")).unread ?? [];
}

Deno.test("two terminals of one account show as unread what the server counts, whatever is read where", async () => {
  await using server = startServer({ passwordCost: CHEAP });
  const { port } = server;
  await using bob = connect({ port, name: "Bob", rooms: ["dev"] });
  await bob.online();
  let accounts = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 16, size: "max" }), async (steps) => {
      const name = `Anna${++accounts}`;
      const first = connect({ port, name, password: "correct horse", register: true });
      const { device: token = "" } = await within(first.online(), "The account");
      await first.join("dev");
      await first.close();
      await using stack = new AsyncDisposableStack();
      const come = async () => {
        const come = stack.use(new Device(connect({ port, name, device: token })));
        await come.client.online();
        await come.settled();
        return come;
      };
      const devices: [Device, Device] = [await come(), await come()];
      for (const one of steps) {
        if (one.do === "bob says") await bob.say("hello", { room: ROOMS[one.room] ?? "" });
        else if (one.do === "bob whispers") await bob.whisper(name, "psst");
        else {
          const at = one.device === 0 ? 0 : 1;
          const device = devices[at];
          if (one.do === "look") device.keys(`alt+${one.view + 1}`);
          if (one.do === "tick") tick(device);
          if (one.do === "say") device.say("hi");
          if (one.do === "restart") {
            await device[Symbol.asyncDispose]();
            devices[at] = await come();
          }
        }
        for (const device of devices) await device.settled();
      }
      // More seconds than there are places.
      for (const device of devices) {
        for (let second = 0; second < 4; second++) tick(device);
        await device.settled();
      }
      await devices[0].settled();
      const told = devices.map(({ reads }) => reads);
      const unread = await waiting(port, name, token);
      for (const { model } of devices) {
        for (const view of model.views) {
          const entry = unread.find((entry) =>
            (entry.room ?? `@${entry.with}`).toLowerCase() === view.key
          );
          const is = view.reading.unread;
          assert.equal(is, entry?.unread ?? 0, `${view.key} of ${name}`);
          if (view === currentView(model)) assert.equal(is, 0);
        }
        const keys = model.views.map(({ key }) => key);
        for (const { room, with: other } of unread) {
          assert.ok(keys.includes(room ?? `@${other}`.toLowerCase()), "what waits has its view");
        }
      }
      for (const device of devices) tick(device);
      assert.deepEqual(
        devices.map(({ reads }) => reads),
        told,
        "where nothing moved nothing is told",
      );
    }),
    { numRuns: 10 },
  );
});
