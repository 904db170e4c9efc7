/**
 * People who say, edit and delete, and readers whose connections break at any moment and who come back by `resume`, on a disk that takes its
 * time: in the end each reader has before him what the history has.
 *
 * @module
 */

import { diskStorage } from "../../../db/disk.ts";
import type { Storage } from "../../../db/storage.ts";
import { assertEquals } from "../../assert.ts";
import type { TestServer } from "../../harness.ts";
import { ask, inRoom } from "../../server/conformance/asking.ts";
import { folder, startOn } from "../../server/durable/place.ts";

const room = "tea";
/** How long it goes on, in ms: time enough for some hundred words and a hundred breaks. */
const LASTS_MS = 3_000;

const upTo = (n: number): number => Math.floor(Math.random() * n);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A real directory whose files take some milliseconds to sync. */
function slowDisk(path: string): Storage {
  const real = diskStorage(path);
  return {
    ...real,
    create: (name) => {
      const file = real.create(name);
      const sync = async (): Promise<void> => {
        await pause(upTo(15));
        await file.sync();
      };
      return { ...file, sync };
    },
  };
}

/** What is heard here of a room. */
interface Told {
  readonly type: string;
  readonly room?: string;
  readonly seq?: number;
  readonly content?: string;
  readonly deleted?: boolean;
  readonly epoch?: string;
}

/** Somebody who says something, edits it and takes it back again. */
async function speaks(server: TestServer, name: string, until: number): Promise<void> {
  await using client = await inRoom(server, name, room);
  for (let n = 0, last = 0; performance.now() < until; n++) {
    const doing = upTo(10);
    const seq = last === 0 ? 0 : Math.max(1, last - upTo(6));
    if (doing < 5 || seq === 0) {
      last = Number((await ask(client, { type: "Broadcast", room, content: `${n}` }))["seq"]);
    } // What somebody else has said is refused.
    else if (doing < 8) await client.send({ type: "Edit", room, seq, content: `edit ${n}` });
    else await client.send({ type: "Delete", room, seq });
    await pause(upTo(60));
  }
  await ask(client, { type: "Ping" });
}

/** Somebody who reads, and knows words by what he was told alone. */
class Reader {
  /** The words that are before him, by their seqs. */
  readonly view = new Map<number, string>();
  readonly faults: string[] = [];
  breaks = 0;
  readonly #server: TestServer;
  readonly #name: string;
  readonly #session: string;
  #seen = 0;
  #epoch: string | undefined;

  constructor(server: TestServer, name: string) {
    this.#server = server;
    this.#name = name;
    this.#session = name.repeat(40).slice(0, 40);
  }

  /** Reads over connections that all break. */
  async reads(until: number): Promise<void> {
    while (performance.now() < until) {
      // Some break after a message or two, most in the middle of the conversation.
      await this.#connected(1 + upTo(upTo(3) > 0 ? 40 : 4));
      this.breaks++;
    }
  }

  /** Comes back a last time, and reads what there is. */
  async ends(): Promise<void> {
    await this.#connected(Infinity);
  }

  async #connected(messages: number): Promise<void> {
    await using client = await this.#server.connect();
    const epoch = this.#epoch === undefined ? {} : { epoch: this.#epoch };
    const resume = { [room]: this.#seen };
    const [username, session] = [this.#name, this.#session];
    await client.send({ type: "Login", username, session, resume, ...epoch }, { type: "Ping" });
    for (let left = messages; left > 0;) {
      const told: Told = await client.message();
      if (told.type === "Pong") {
        if (messages === Infinity) return;
        // Also where nobody says anything more, it goes on.
        await client.send({ type: "Ping" });
        await pause(10);
        left--;
      } else if (this.#take(told)) left--;
    }
  }

  #take({ type, epoch, seq = 0, content = "", deleted = false, ...told }: Told): boolean {
    if (type === "Welcome") this.#epoch = epoch;
    if (told.room !== room) return false;
    if (type === "NewMessage") {
      if (seq !== this.#seen + 1) this.faults.push(`${seq} behind ${this.#seen}`);
      this.#seen = seq;
      this.view.set(seq, deleted ? "" : content);
    } else if (type === "MessageEdited" || type === "MessageDeleted") {
      if (this.view.has(seq)) this.view.set(seq, content);
    } else return false;
    return true;
  }
}

Deno.test("whoever breaks and comes back while others edit and delete has before him in the end what the history has", async () => {
  using place = folder();
  await using server = await startOn(place.path, { storage: slowDisk(place.path) });
  const until = performance.now() + LASTS_MS;
  const readers = ["R", "S", "T", "U", "V"].map((name) => new Reader(server, name));
  await Promise.all([
    ...["Ann", "Ben", "Cid"].map((name) => speaks(server, name, until)),
    ...readers.map((reader) => reader.reads(until)),
  ]);
  await Promise.all(readers.map((reader) => reader.ends()));
  await using last = await inRoom(server, "Last", room);
  const { messages, more } = await ask(last, { type: "History", room, after: 0, limit: 500 });
  assertEquals(more, false);
  const kept = (messages as Required<Told>[]).map(({ seq, content }) => [seq, content]);
  for (const reader of readers) {
    assertEquals(reader.faults, []);
    assertEquals([...reader.view], kept);
  }
});
