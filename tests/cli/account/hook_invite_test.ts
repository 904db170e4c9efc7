/**
 * `chat hook` and `chat invite`: real processes, beside a running server and where none runs.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { folder, startOn } from "../../server/durable/place.ts";
import { freePort } from "../../ports.ts";
import { post, startHooked } from "../../server/hooks/hooking.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { Machine } from "./machine.ts";

const TOKEN = "the operator's token of this test";
const PASSWORD = "correct horse battery";

Deno.test("an operator makes hooks, lists them without their secrets, and takes them away", async () => {
  await using server = startHooked({ operatorToken: TOKEN });
  await using machine = new Machine(server.port);
  const hook = (...args: readonly string[]) =>
    machine.run(["hook", ...args], { CHAT_OPERATOR_TOKEN: TOKEN });
  assertEquals((await hook("list")).out, "There are no hooks.\n");
  const added = await hook("add", "ci", "--room", "#builds");
  assertEquals(added.code, 0, added.err);
  assert(added.err.startsWith("ci speaks in builds. "), added.err);
  const [, token] = /^\/hooks\/(\S{43})\n$/.exec(added.out) ?? [];
  assertEquals((await post(server.web, token, "green")).status, 200);
  const out = await hook("add", "bot", "--url", "https://ci.example/chat", "--match", "!deploy");
  assert(out.code === 0 && /^whsec_\S{44}\n$/.test(out.out), out.err);
  const listed = (await hook("list", "--json")).out.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(listed.map(({ name, room, match }) => [name, room, match]), [
    ["bot", "lobby", "!deploy"],
    ["ci", "builds", undefined],
  ]);
  const table = (await hook("list")).out;
  assert(table.includes("posts '!deploy' to https://ci.example/chat"), table);
  assert(!table.includes(token ?? "-") && !table.includes(out.out.slice(6, 40)), table);
  assertEquals((await hook("remove", "ci")).out, "ci is no hook any more.\n");
  assertEquals((await post(server.web, token, "green")).status, 404);
  const again = await hook("remove", "ci");
  assertEquals([again.code, again.err], [1, "chat: There is no such hook.\n"]);
});

Deno.test("an invitation lets somebody register with chat login where accounts are closed", async () => {
  await using server = startServer({
    operatorToken: TOKEN,
    accounts: "closed",
    passwordCost: CHEAP,
  });
  await using machine = new Machine(server.port);
  const invite = (...args: readonly string[]) =>
    machine.run(["invite", ...args], { CHAT_OPERATOR_TOKEN: TOKEN });
  const made = await invite("--for", "1h", "--url", "https://chat.example/");
  assertEquals(made.code, 0, made.err);
  const [, token = ""] = /^https:\/\/chat\.example\/#invite=(\S{43})\n$/.exec(made.out) ?? [];
  const register = (name: string, ...args: readonly string[]) =>
    machine.run(["login", "--register", "-n", name, ...args], { CHAT_PASSWORD: PASSWORD });
  assertEquals((await register("Zoe")).code, 1);
  const zoe = await register("Zoe", "--invite", token);
  assertEquals([zoe.code, zoe.out.includes("Zoe is yours now.")], [0, true], zoe.err);
  const yan = await register("Yan", "--invite", token);
  assert(yan.code === 1 && yan.err.includes("used as often as it may be"), yan.err);
  const [one] = (await invite("list", "--json")).out.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals([one.used, one.uses], [1, 1]);
  assert((await invite("list")).out.includes("1 of 1"));
  assertEquals((await invite("revoke", one.id)).code, 0);
  assertEquals((await invite("list")).out, "There are no invitations.\n");
  const wrong = await invite("--uses", "0");
  assertEquals(wrong.code, 2, wrong.err);
  const nowhere = await invite("--room", "nowhere");
  assertEquals([nowhere.code, nowhere.err], [1, "chat: There is no such room.\n"]);
});

Deno.test("where no server runs, hooks and invitations are made in the store, and hold from the next start on", async () => {
  using place = folder();
  await using machine = new Machine(freePort());
  const env = { CHAT_DATA: place.path };
  const added = await machine.run(["hook", "add", "ci"], env);
  assertEquals(added.code, 0, added.err);
  const invited = await machine.run(["invite"], env);
  assertEquals(invited.code, 0, invited.err);
  const options = { serve: { http: {}, accounts: "closed" as const } };
  await using server = await startOn(place.path, options);
  await using zoe = await server.connect();
  await zoe.send({ type: "Login", username: "Zoe", invitation: invited.out.trim() });
  await zoe.next("Welcome");
  const token = added.out.trim().replace("/hooks/", "");
  assertEquals((await post(server.server.http?.port ?? 0, token, "green")).status, 200);
  assertEquals((await zoe.nextOf("NewMessage")).content, "green");
});
