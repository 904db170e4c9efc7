/**
 * Two programs that wait in one directory: what lies there unfinished is one's, and so is its session.
 *
 * @module
 */

import { Claims } from "../../../cli/files/claims.ts";
import { lastSession } from "../../../cli/files/last_session.ts";
import { receiveFile } from "../../../cli/files/receiver.ts";
import { assertEquals } from "../../assert.ts";
import { testByRoot } from "../../skips.ts";
import { breakingAt, offerOf, pieces, place, someBytes } from "./place.ts";

const bytes = someBytes(50_000);
const server = { host: "localhost", port: 7667 };
const from = "Alice at localhost:7667";
const session = "s".repeat(43);
const offer = offerOf(bytes, { from });

Deno.test("of two who wait in one directory, one goes on with the session, and the other is somebody else", async () => {
  using at = place();
  const directory = at.path;
  await receiveFile(offer, breakingAt(bytes, 30_000), { directory, owner: { session } });
  using first = new Claims();
  using second = new Claims();
  assertEquals(await lastSession(directory, server, first, "Ben"), session);
  assertEquals(await lastSession(directory, server, second, "Ben"), undefined);
  // The file breaks off once more, and comes to its end, in the hands of the first; it holds it all the while.
  const taking = { directory, owner: { session }, claims: first };
  await receiveFile(offer, breakingAt(bytes, 40_000), taking);
  assertEquals(await lastSession(directory, server, second, "Ben"), undefined);
  let begun = 0;
  const end = await receiveFile(offer, (offset) => pieces(bytes, begun = offset), taking);
  assertEquals([end.kind, begun, at.names()], ["done", 40_000, ["a.bin"]]);
});

Deno.test("who begins a file holds it when it breaks off, until the program ends", async () => {
  using at = place();
  const directory = at.path;
  using second = new Claims();
  {
    using first = new Claims();
    const taking = { directory, owner: { session }, claims: first };
    await receiveFile(offer, breakingAt(bytes, 30_000), taking);
    assertEquals(await lastSession(directory, server, second, "Ben"), undefined);
  }
  assertEquals(await lastSession(directory, server, second, "Ben"), session);
});

Deno.test("a session of which another program holds one file is left alone with all of them; another one is taken", async () => {
  using at = place();
  const directory = at.path;
  const other = "o".repeat(43);
  const begin = async (name: string, session: string) =>
    await receiveFile(offerOf(bytes, { from, name }), breakingAt(bytes, 30_000), {
      directory,
      owner: { session },
    });
  await begin("other.bin", other);
  await begin("a.bin", session);
  await begin("b.bin", session);
  using first = new Claims();
  using second = new Claims();
  using third = new Claims();
  assertEquals(await lastSession(directory, server, first, "Ben"), session);
  assertEquals(await lastSession(directory, server, second, "Ben"), other);
  assertEquals(await lastSession(directory, server, third, "Ben"), undefined);
});

Deno.test("a state that has lost its file keeps nobody from anything", async () => {
  using at = place();
  const directory = at.path;
  await receiveFile(offer, breakingAt(bytes, 30_000), { directory, owner: { session } });
  await Deno.remove(`${directory}/a.bin.part`);
  using claims = new Claims();
  assertEquals(await lastSession(directory, server, claims, "Ben"), undefined);
});

Deno.test("the secret of a session lies where nobody else can read it, and one that could be read is nobody's", async () => {
  using at = place();
  const directory = at.path;
  await receiveFile(offer, breakingAt(bytes, 30_000), { directory, owner: { session } });
  const state = `${directory}/a.bin.part.state`;
  assertEquals(((await Deno.stat(state)).mode ?? 0) & 0o777, 0o600);
  await Deno.chmod(state, 0o640);
  using claims = new Claims();
  assertEquals(await lastSession(directory, server, claims, "Ben"), undefined);
  // The file itself goes on all the same.
  let begun = 0;
  const end = await receiveFile(offer, (offset) => pieces(bytes, begun = offset), { directory });
  assertEquals([end.kind, begun], ["done", 30_000]);
});

testByRoot(
  "a state that somebody else has put there gives no session and no beginning",
  async () => {
    using at = place();
    const directory = at.path;
    await receiveFile(offer, breakingAt(bytes, 30_000), { directory, owner: { session } });
    await Deno.chown(`${directory}/a.bin.part.state`, 65_534, 65_534);
    using claims = new Claims();
    assertEquals(await lastSession(directory, server, claims, "Ben"), undefined);
    const end = await receiveFile(offer, (offset) => pieces(bytes, offset), { directory });
    assertEquals([end.kind, at.names().includes("a.bin.part")], ["done", true]);
  },
);

Deno.test("who comes under another name goes on with nobody's session", async () => {
  using at = place();
  const directory = at.path;
  const owner = { session, name: "Ann" };
  await receiveFile(offer, breakingAt(bytes, 30_000), { directory, owner });
  using claims = new Claims();
  assertEquals(await lastSession(directory, server, claims, "Ben"), undefined);
  assertEquals(await lastSession(directory, server, claims, "ANN"), session);
});
