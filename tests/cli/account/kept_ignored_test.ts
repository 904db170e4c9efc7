/**
 * Whom somebody ignores, on the disk: kept over restarts, by two terminals at once, and whatever else is in its place.
 *
 * @module
 */

import { KeptIgnored, namesIn } from "../../../cli/account/kept_ignored.ts";
import { Failure } from "../../../cli/failure.ts";
import { IGNORED_MAX } from "../../../talk/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

const SERVER = { host: "chat.example.org", port: 8080 };

async function directory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "chat-ignored-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("whom one ignores is kept for each server, for oneself alone, and two terminals undo nothing of each other", async () => {
  await using state = await directory();
  const one = new KeptIgnored(SERVER, state.path);
  const other = new KeptIgnored(SERVER, state.path);
  assertEquals(await one.names(), []);
  await Promise.all([one.keep("Anna", true), one.keep("Ben", true), one.keep("ANNA", true)]);
  await other.keep("Cleo", true);
  await one.keep("ben", false);
  assertEquals(await new KeptIgnored(SERVER, state.path).names(), ["ANNA", "Cleo"]);
  assertEquals(await new KeptIgnored({ ...SERVER, port: 1 }, state.path).names(), []);
  const { mode } = await Deno.stat(`${state.path}/chat/ignored/chat.example.org:8080`);
  assertEquals((mode ?? 0) & 0o077, 0);
});

Deno.test("a file that holds something else ignores nobody, and a disk that refuses is told of", async () => {
  assertEquals(namesIn("Anna\n\x1b[2J\n\n two words\nBen\r\n"), ["Anna", "Ben"]);
  assertEquals(namesIn("a\n".repeat(IGNORED_MAX + 5)).length, IGNORED_MAX);
  await using state = await directory();
  const place = `${state.path}/chat/ignored`;
  await Deno.mkdir(`${place}/chat.example.org:8080`, { recursive: true });
  const kept = new KeptIgnored(SERVER, state.path);
  assertEquals(await kept.names(), []);
  const error = await assertRejects(kept.keep("Anna", true), Failure);
  assert(error.message.startsWith("It holds until you leave: it cannot be kept."));
  await Deno.remove(`${place}/chat.example.org:8080`);
  await Deno.writeTextFile(`${state.path}/elsewhere`, "Ben\n");
  await Deno.symlink(`${state.path}/elsewhere`, `${place}/chat.example.org:8080`);
  assertEquals(await kept.names(), [], "no link is followed");
  await kept.keep("Anna", true);
  assertEquals(await Deno.readTextFile(`${state.path}/elsewhere`), "Ben\n");
  assertEquals(await kept.names(), ["Anna"]);
});
