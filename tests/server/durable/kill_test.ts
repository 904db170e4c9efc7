/**
 * kill -9 of a real server under load: what was acknowledged is there, once, and in order.
 *
 * ```text
 *   start ─► what is there? ─► all say again what was not answered, and talk on ─► kill ─► verify ─► start …
 * ```
 *
 * The moments are random: after some number of acknowledgements, and some milliseconds. `CHAT_KILLS` says how
 * many there are (5), `CHAT_KILL_SEED` repeats them; the seed is printed.
 *
 * @module
 */

import { verifyStore } from "../../../db/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { seeded } from "../../db/sim/world.ts";
import { RawClient, utf8 } from "../../harness.ts";
import { turns } from "../../within.ts";
import { serveArgs, ServerProcess } from "../process.ts";
import { folder } from "./place.ts";
import { everything, range } from "./talk.ts";
import { enter, type Promised, Talker } from "./talker.ts";

const KILLS = Number(Deno.env.get("CHAT_KILLS") ?? 5);
const ANSWERS_MAX = 1_500;
/** Turns of this event loop from the last answer to the kill: some milliseconds, within or between two groups. */
const TURNS_MAX = 1_000;

/** Somebody who only listens, and comes back to where it was. */
class Listener {
  readonly #heard: { readonly seq: number; readonly content: string }[] = [];
  readonly #durability: "durable" | "os";
  #epoch: string | undefined;

  constructor(durability: "durable" | "os") {
    this.#durability = durability;
  }

  /** Listens until the connection breaks; what it hears it must find in the history later. */
  async listen(port: number): Promise<void> {
    await using client = await RawClient.connect(port);
    const resume = { lobby: this.#heard.at(-1)?.seq ?? 0 };
    const epochSeen = this.#epoch === undefined ? {} : { epoch: this.#epoch };
    // The kill may come before the welcome.
    const welcome = await client.send({ type: "Login", username: "Listener", resume, ...epochSeen })
      .then(() => client.next("Welcome"))
      .catch(() => undefined);
    if (welcome === undefined) return;
    const { epoch } = welcome;
    if (this.#durability === "durable") {
      assertEquals(epoch, this.#epoch ?? epoch, "The epoch stays");
    } else if (this.#epoch !== undefined) {
      // Nobody can know what an end like this took: all is told again.
      assert(epoch !== this.#epoch, "The epoch is another one");
      this.#heard.length = 0;
    }
    this.#epoch = epoch;
    for (;;) {
      const message = await client.message().catch(() => undefined);
      if (message === undefined) return;
      if (message.type === "NewMessage") this.#heard.push(message);
    }
  }

  /** Everything that it heard, which must be dense. */
  heard(): readonly { readonly seq: number; readonly content: string }[] {
    assertEquals(this.#heard.map(({ seq }) => seq), range(1, this.#heard.length), "No gap");
    return this.#heard;
  }
}

for (const durability of ["durable", "os"] as const) {
  Deno.test(`after kill -9 under load, all that was acknowledged is there once (${durability})`, async () => {
    const given = Deno.env.get("CHAT_KILL_SEED");
    const seed = given === undefined ? Date.now() % 1_000_000 : Number(given);
    await Deno.stdout.write(utf8(`CHAT_KILL_SEED=${seed}\n`));
    using place = folder();
    const random = seeded(seed);
    const start = () =>
      ServerProcess.start(serveArgs(
        ...["--port", "0", "--rate", "0"],
        ...["--data", place.path, "--durability", durability],
      ));
    let onAnswer = () => {};
    const talkers = range(1, 4).map((n) =>
      new Talker(`Talker${n}`, `Talker${n % 4 + 1}`, () => onAnswer())
    );
    const listener = new Listener(durability);

    for (let kill = 0; kill < KILLS; kill++) {
      await using server = await start();
      await check(server, talkers, listener);
      for (const talker of talkers) await talker.enter(server.port);
      let left = 1 + Math.floor(random() * ANSWERS_MAX);
      const enough = Promise.withResolvers<void>();
      onAnswer = () => {
        if (--left === 0) enough.resolve();
      };
      let killed = false;
      const talking = Promise.all([
        listener.listen(server.port),
        ...talkers.map((talker) => talker.talk(() => killed)),
      ]);
      await Promise.race([enough.promise, talking]);
      await turns(Math.floor(random() * TURNS_MAX));
      killed = true;
      await server.end("SIGKILL", 5_000);
      await talking;
      const { damages } = await verifyStore(place.path);
      assertEquals(damages, [], `After kill ${kill + 1} of seed ${seed}`);
    }

    await using server = await start();
    await check(server, talkers, listener);
    for (const talker of talkers) await talker.enter(server.port);
    for (const talker of talkers) await talker.finish();
    for (const talker of talkers) await talker.leave();
    await check(server, talkers, listener);
    assertEquals(await server.end("SIGTERM", 10_000), 0);
    assertEquals((await verifyStore(place.path)).damages, []);
  });
}

/** Holds what was promised and heard against what is there. */
async function check(
  server: ServerProcess,
  talkers: readonly Talker[],
  listener: Listener,
): Promise<void> {
  {
    await using reader = await enter(server.port, "Reader");
    const lobby = await everything(reader, { room: "lobby" });
    const ids = new Set(lobby.map(({ id }) => id));
    assertEquals(lobby.map(({ seq }) => seq), range(1, lobby.length), "seqs are dense");
    assertEquals(ids.size, lobby.length, "nothing is there twice");
    for (const { lobby: promised } of talkers) holds(lobby, promised);
    for (const { seq, content } of listener.heard()) {
      assertEquals(lobby[seq - 1]?.content, content, "What was heard is there");
    }
  }
  for (const [n, talker] of talkers.entries()) {
    if (talker.whispers.size === 0) continue;
    const friend = talkers[(n + 1) % talkers.length]?.name ?? "";
    await using reader = await enter(server.port, talker.name, talker.session);
    const pair = await everything(reader, { with: friend });
    assertEquals(pair.map(({ seq }) => seq), range(1, pair.length), "seqs are dense");
    assertEquals(new Set(pair.map(({ id }) => id)).size, pair.length, "nothing is there twice");
    holds(pair, talker.whispers);
  }
}

function holds(
  there: readonly { readonly content: string; readonly id?: string | undefined }[],
  promised: ReadonlyMap<string, Promised>,
): void {
  for (const [id, { seq, content }] of promised) {
    const found = there[seq - 1];
    assert(found?.id === id && found.content === content, `${id} was promised at ${seq}`);
  }
}
