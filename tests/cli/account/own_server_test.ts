/**
 * `chat user` and `chat ban` where no server runs: real processes and a store on the disk.
 *
 * @module
 */

import { KEEPING_KEY } from "../../../server/mod.ts";
import { connect } from "../../../server/wire/mod.ts";
import { openReadOnly } from "../../../db/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { folder, startOn } from "../../server/durable/place.ts";
import { operatorToken } from "../../../cli/operator_token.ts";
import { freePort } from "../../ports.ts";
import { testByRoot } from "../../skips.ts";
import { Machine } from "./machine.ts";

const PASSWORD = "correct horse battery";

Deno.test("accounts and bans are made before the first start, and hold from then on", async () => {
  using place = folder();
  await using machine = new Machine(freePort());
  const env = { CHAT_DATA: place.path, CHAT_PASSWORD: PASSWORD };
  const run = (...args: string[]) => machine.run(args, env);
  const told =
    `No server listens on ${machine.server}: this is done in the store in ${place.path}.\n`;
  const added = await run("user", "add", "Anna", "--role", "operator");
  assertEquals([added.code, added.out, added.err], [0, "Anna has an account now.\n", told]);
  assertEquals((await run("ban", "add", "Eve", "--why", "spam")).code, 0);
  {
    await using server = await startOn(place.path, {});
    await using anna = connect({ port: server.port, name: "Anna", password: PASSWORD });
    assertEquals((await anna.online()).account, true);
    await using eve = connect({ port: server.port, name: "Eve" });
    const refusal = await eve.online().then(() => "came in", (error) => `${error.message}`);
    assert(refusal.includes("banned"), refusal);
    // The store is that server's: nothing is done behind its back.
    const beside = await run("user", "remove", "--yes", "Anna");
    assertEquals(beside.code, 1);
    assert(beside.err.includes("nothing listens there"), beside.err);
    await Deno.writeTextFile(`${place.path}/operator.port`, "9000\n");
    const noted = await run("user", "list");
    assert(noted.err.includes("listens on 127.0.0.1:9000: give --server."), noted.err);
  }
  const listed = await run("user", "list", "--json");
  assertEquals(JSON.parse(listed.out).name, "Anna");
  assertEquals((await run("user", "remove", "--yes", "Anna")).code, 0);
  assertEquals((await run("user", "list")).out, "There are no accounts.\n");
});

Deno.test("what a server is to keep stays noted while its accounts are changed without it", async () => {
  using place = folder();
  await using machine = new Machine(freePort());
  const noted = async () => {
    using store = await openReadOnly(place.path);
    return new TextDecoder().decode(store.getNow(KEEPING_KEY));
  };
  await (await startOn(place.path, { retainMs: 86_400_000 }))[Symbol.asyncDispose]();
  const before = await noted();
  assert(before.includes("86400000"), before);
  const env = { CHAT_DATA: place.path, CHAT_PASSWORD: PASSWORD };
  assertEquals((await machine.run(["user", "add", "Anna"], env)).code, 0);
  assertEquals(await noted(), before);
});

Deno.test("only who is to have an account makes a store where none is", async () => {
  using place = folder();
  await using machine = new Machine(freePort());
  const missing = `${place.path}/missing`;
  const { code, err } = await machine.run(["user", "list", "--data", missing]);
  assertEquals(code, 1);
  assert(err.endsWith("nothing listens there.\n"), err);
  assertEquals((await Array.fromAsync(Deno.readDir(place.path))).map(({ name }) => name), []);
});

testByRoot("root leaves no files of its own in another user's store", async () => {
  using place = folder();
  await using machine = new Machine(freePort());
  const env = { CHAT_DATA: place.path, CHAT_PASSWORD: PASSWORD };
  assertEquals((await machine.run(["user", "add", "Anna"], env)).code, 0);
  const files = async () =>
    (await Array.fromAsync(Deno.readDir(place.path), ({ name }) => name)).sort();
  const before = await files();
  for (const name of [".", ...before]) await Deno.chown(`${place.path}/${name}`, 65_534, 65_534);
  const { code, err } = await machine.run(["user", "list"], env);
  assertEquals(code, 1);
  assert(err.includes("belongs to another user (65534): do this as that one"), err);
  assertEquals(await files(), before);
});

Deno.test("whoever listens where no server of ours does is told no new password, and is believed nothing", async () => {
  using place = folder();
  await using stranger = new Stranger();
  await using machine = new Machine(stranger.port);
  const env = { CHAT_DATA: place.path, CHAT_PASSWORD: PASSWORD };
  const { code, err } = await machine.run(["user", "add", "Anna"], env);
  assertEquals(code, 1);
  assert(err.includes("Only an operator may do this"), err);
  const heard = await stranger.end();
  assert(heard.includes("Login"), heard);
  assert(!heard.includes(PASSWORD), "The password was told");
});

Deno.test("nor is whoever listens where a server of ours was killed, and has left its token", async () => {
  using place = folder();
  await using stranger = new Stranger();
  await (await startOn(place.path))[Symbol.asyncDispose]();
  const left = operatorToken(place.path);
  left.listensOn({ host: "127.0.0.1", port: stranger.port });
  await using machine = new Machine(stranger.port);
  const env = { CHAT_DATA: place.path, CHAT_PASSWORD: PASSWORD };
  for (const words of [["add", "Anna"], ["passwd", "Anna"], ["remove", "--yes", "Anna"]]) {
    const { code, err } = await machine.run(["user", ...words], env);
    assertEquals(code, 1);
    assert(err.includes("Only an operator may do this"), err);
  }
  const heard = await stranger.end();
  assert(!heard.includes(PASSWORD), "The password was told");
  assert(!heard.includes(left.token ?? ""), "The token was told");
});

/** Somebody who listens on a port of this machine, and says yes to all. */
class Stranger implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #heard: string[] = [];
  readonly #listening = this.#listen();

  get port(): number {
    return this.#listener.addr.port;
  }

  async #listen(): Promise<void> {
    for await (const caller of this.#listener) {
      using _caller = caller;
      const bytes = new Uint8Array(65_536);
      // The first one only looks whether somebody listens.
      const count = await caller.read(bytes);
      if (count === null) continue;
      this.#heard.push(new TextDecoder().decode(bytes.subarray(0, count)));
      const welcome = { type: "Welcome", username: "Op", rooms: [], server: "chat/0.1.0" };
      await caller.write(frame({ ...welcome, protocol: 1, durability: "durable", account: true }));
      const more = await caller.read(bytes);
      this.#heard.push(new TextDecoder().decode(bytes.subarray(0, more ?? 0)));
    }
  }

  /** Goes. @returns All that it heard. */
  async end(): Promise<string> {
    await this[Symbol.asyncDispose]();
    return this.#heard.join("");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#listener.close();
    } catch {
      // It has ended before.
    }
    await this.#listening;
  }
}

function frame(message: object): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(JSON.stringify(message));
  const bytes = new Uint8Array(4 + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length);
  bytes.set(body, 4);
  return bytes;
}
