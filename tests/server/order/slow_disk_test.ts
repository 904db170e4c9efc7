/**
 * Guests with several names and sessions in a room whose owner bans them by their names, on a disk that answers when it likes, against
 * a model of who must be out.
 *
 * The model knows of each ban the name, and the session that had it when it was said. What is on its way it does in that order when the
 * disk answers, to whom is in the room then.
 *
 * @module
 */

import fc from "fast-check";
import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";
import { slowStore } from "./slow_store.ts";
import { answerTo, ask, done, inRoom } from "../conformance/asking.ts";

/** A run takes some 50 ms: four hundred found what is searched for most of the time, and the example does each time. */
const RUNS = 40;
const room = "tea";
const NAMES = ["Ben", "Cleo", "Zed"] as const;
const SESSIONS = ["p", "q"].map((letter) => letter.repeat(40));

interface Here {
  readonly name: string;
  readonly session: string;
  readonly client: RawClient;
}

/** Of whom it was said: a name, and whose that was. */
interface Said {
  readonly name: string;
  readonly session: string | undefined;
}

class Model {
  /** By what holds, and by what will. */
  holds: readonly Said[] = [];
  comes: readonly Said[] = [];
  readonly inside: Set<Here> = new Set();
  #onTheWay: (readonly Said[])[] = [];

  isOut(list: readonly Said[], { name, session }: Omit<Here, "client">): boolean {
    return list.some((one) => one.name === name || one.session === session);
  }

  ban(name: string, session: string | undefined): void {
    const ofName = this.comes.filter((one) => one.name === name);
    // Said again of a name alone, it hits whom it hit.
    if (session === undefined && ofName.length > 0) return this.#put(this.comes);
    const others = this.comes.filter((one) =>
      one.name !== name || (one.session !== undefined && one.session !== session)
    );
    this.#put([...others, { name, session }]);
  }

  /** @returns Whether there was anything to lift. */
  unban(name: string, session: string | undefined): boolean {
    const left = this.comes.filter((one) =>
      one.name !== name && (session === undefined || one.session !== session)
    );
    const isOne = left.length < this.comes.length;
    if (isOne) this.#put(left);
    return isOne;
  }

  /** The disk has all that was on its way. */
  settle(): void {
    for (const list of this.#onTheWay.splice(0)) {
      this.holds = list;
      for (const one of [...this.inside]) if (this.isOut(list, one)) this.inside.delete(one);
    }
  }

  #put(list: readonly Said[]): void {
    this.comes = list;
    this.#onTheWay.push(list);
  }
}

const step = fc.record({
  do: fc.constantFrom("come", "come", "come", "go", "ban", "ban", "unban", "hold", "release"),
  name: fc.constantFrom(...NAMES),
  session: fc.constantFrom(...SESSIONS),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** He who has the name leaves it while that is on its way, and is here under another one. */
const LEAVES: readonly Step[] = ["come Ben", "hold", "come Cleo", "ban Ben", "go Ben", "release"]
  .map((text) => {
    const [doing, name = "Ben"] = text.split(" ");
    return { do: doing, name, session: SESSIONS[0] } as Step;
  });

async function play(steps: readonly Step[]): Promise<void> {
  const { store, hold, release } = slowStore();
  await using server = startServer({ store, limits: { messagesPerSecond: 0 } });
  await using anna = await inRoom(server, "Anna", room);
  const model = new Model();
  const here = new Map<string, Here>();
  await using clients = new AsyncDisposableStack();
  const asked: { readonly id: string; readonly type: string }[] = [];
  const settle = async () => {
    release();
    for (const { id, type } of asked.splice(0)) {
      assertEquals((await answerTo(anna, id))["type"], type);
    }
    model.settle();
    const inside = [...model.inside].map(({ name }) => name);
    const { users } = await ask(anna, { type: "ListUsers", room });
    assertEquals(users, ["Anna", ...inside].toSorted());
  };
  let isHeld = false;
  for (const { do: doing, name, session } of steps) {
    const one = here.get(name);
    if (doing === "come" && one === undefined) {
      const client = clients.use(await server.frames(name, session));
      const comer = { name, session, client };
      here.set(name, comer);
      const isOut = model.isOut(model.holds, comer);
      assertEquals((await ask(client, { type: "Join", room }))["type"], isOut ? "Error" : "Ack");
      if (!isOut) model.inside.add(comer);
    } else if (doing === "go" && one !== undefined) {
      here.delete(name);
      model.inside.delete(one);
      await one.client.close();
      await server.event("left", ({ user }) => user === name);
    } else if (doing === "ban" || doing === "unban") {
      const isDone = doing === "unban" ? model.unban(name, one?.session) : true;
      if (doing === "ban") model.ban(name, one?.session);
      const id = crypto.randomUUID();
      const type = doing === "ban" ? "Ban" : "Unban";
      await anna.send({ type, room, user: name, id }, { type: "Ping", id: `after ${id}` });
      if (isDone) asked.push({ id, type: "Ack" });
      // What is refused is so at once.
      else assertEquals((await answerTo(anna, id))["code"], "not_found");
      if (isHeld) await answerTo(anna, `after ${id}`);
      else await settle();
    } else if (doing === "hold") {
      isHeld = true;
      hold();
    } else if (doing === "release") {
      isHeld = false;
      await settle();
    }
  }
  await settle();
  await done(anna, { type: "Leave", room });
}

Deno.test("those are out of a room who were meant when it was said, whatever their names are when the disk has it", async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 16, size: "max" }), play), {
    numRuns: RUNS,
    examples: [[[...LEAVES]]],
  });
});
