/**
 * Attacks on the name of a hook by a guest who comes in by an invitation while the hook is made: both are on their way to the disk.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { answerTo, ask } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { folder, startOn } from "../../server/durable/place.ts";
import { addHook, OPERATOR, operatorOf } from "../../server/hooks/hooking.ts";

Deno.test("a guest by an invitation does not come in under a name that became a hook's while he came", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  const serve = { operatorToken: OPERATOR };
  await using server = await startOn(place.path, { storage: disk.storage, serve });
  await using op = await operatorOf(server);
  const { token: invitation } = await ask(op, { type: "AddInvitation" });
  await using eve = await server.connect();
  using hold = disk.hold('"act":"come"');
  await eve.send({ type: "Login", username: "Zoe", invitation, id: "come" });
  await hold.arrived();
  const named = addHook(op, { name: "Zoe" });
  // Its name is taken from the moment at which somebody begins to make it.
  await using other = await operatorOf(server, "Other");
  const account = { type: "AddAccount", username: "Zoe", password: "correct horse" };
  while ((await ask(other, account))["code"] !== "name_taken");
  hold.release();
  await named;
  const came = await answerTo(eve, "come");
  assertEquals([came["type"], came["code"]], ["Error", "name_taken"]);
});
