/**
 * What is kept of ways goes with whom it is of: nothing tells of an erased account, and nothing is marked for who is no operator any more.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { type Answer, ask, comesIn, done, refused } from "../conformance/asking.ts";
import { marking, operatorToken } from "./counting.ts";

const SERVE = { operatorToken, passwordCost: CHEAP, limits: { messagesPerSecond: 0 } };

function register(server: TestServer, username: string): Promise<RawClient> {
  return comesIn(server, { type: "Register", username, password: "correct horse" });
}

/** Says something. @returns Its number. */
async function says(client: RawClient, content: string): Promise<number> {
  const { seq } = await ask(client, { type: "Broadcast", content });
  return seq as number;
}

function operator(server: TestServer): Promise<RawClient> {
  return comesIn(server, { username: "Root", operator: operatorToken });
}

Deno.test("of what an erased account said or got no way is told any more, and of others' words it is", async () => {
  await using server = startServer(SERVE);
  await using op = await marking(server);
  await using ben = await server.frames("Ben");
  let [own, heard] = [0, 0];
  {
    await using anna = await register(server, "Anna");
    own = await says(anna, "mine");
    heard = await says(ben, "to Anna, too");
  }
  await server.event("left", ({ user }) => user === "Anna");
  const kept = await says(ben, "behind her");
  for (const seq of [own, heard]) {
    assert(JSON.stringify(await ask(op, { type: "Trace", seq })).includes('"Anna"'));
  }
  assertEquals((await ask(op, { type: "EraseAccount", username: "Anna" }))["done"], true);
  for (const seq of [own, heard]) await refused(op, { type: "Trace", seq }, "not_found");
  assertEquals((await ask(op, { type: "Trace", slowest: true }))["seq"], kept);
});

Deno.test("for an account that is no operator any more nothing more is marked, from the word on", async () => {
  await using server = startServer(SERVE);
  await using root = await operator(server);
  await using ben = await server.frames("Ben");
  await using anna = await register(server, "Anna");
  await done(root, { type: "SetRole", username: "Anna", role: "operator" });
  assertEquals((await ask(anna, { type: "Trace", on: true }))["on"], true);
  const marked = await says(ben, "while she is one");
  assertEquals((await ask(root, { type: "Trace", seq: marked }))["type"], "TraceReport");
  await done(root, { type: "SetRole", username: "Anna", role: "user" });
  const seq = await says(ben, "afterwards");
  await refused(root, { type: "Trace", seq }, "not_found");
});

Deno.test("why nothing is kept of a room is told as it is", async () => {
  await using server = startServer(SERVE);
  await using op = await operator(server);
  const why = (room: string): Promise<string> =>
    refused(op, { type: "Trace", last: true, room }, "not_found");
  assert((await why("lobby")).includes("from when an operator has asked"));
  const on = (room: object): Promise<Answer> => ask(op, { type: "Trace", on: true, ...room });
  await on({ room: "lobby" });
  assert((await why("tea")).includes("messages of other rooms are marked"));
  assert((await why("lobby")).includes("since then nothing was said"));
  await on({});
  assert((await why("nowhere")).includes("since then nothing was said"));
});
