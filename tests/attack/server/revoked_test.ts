/**
 * Attacks on an invitation that is taken back: by who comes by it while that is on its way to the disk, and by who is here by it.
 * And on one that is for one alone.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import type { TestServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { answerTo, ask, comesIn, done, refused } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { eventually, folder, startOn } from "../../server/durable/place.ts";
import { OPERATOR, operatorOf } from "../../server/hooks/hooking.ts";

const serve = { operatorToken: OPERATOR, passwordCost: CHEAP, accounts: "closed" } as const;
const password = "correct horse";

/** Somebody shows an invitation, in vain. */
async function isRefused(server: TestServer, first: object): Promise<void> {
  await using client = await server.connect();
  await client.send(first);
  await client.nextError("forbidden");
}

Deno.test("an invitation that was taken back while somebody came by it is none any more, also after a restart", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  let invitation = "";
  const all = async (server: TestServer) => {
    await isRefused(server, { type: "Login", username: "Eve", invitation });
    await isRefused(server, { type: "Register", username: "Mal", password, invitation });
  };
  {
    await using server = await startOn(place.path, { storage: disk.storage, serve });
    await using op = await operatorOf(server);
    const added = await ask(op, { type: "AddInvitation", uses: 5 });
    invitation = `${added["token"]}`;
    const { id } = added["invitation"] as { readonly id: string };
    using hold = disk.hold('"act":"revoke"');
    await op.send({ type: "RevokeInvitation", invitation: id, id: "revoke" });
    await hold.arrived();
    await all(server);
    hold.release();
    assertEquals((await answerTo(op, "revoke"))["type"], "Ack");
    await all(server);
  }
  await using server = await startOn(place.path, { storage: disk.storage, serve });
  await using op = await operatorOf(server);
  assertEquals((await ask(op, { type: "Invitations" }))["invitations"], []);
  await all(server);
});

Deno.test("who is here by an invitation makes himself no account where operators make them, whatever became of it; by another one he does", async () => {
  using place = folder();
  await using server = await startOn(place.path, { serve });
  await using op = await operatorOf(server);
  const first = await ask(op, { type: "AddInvitation" });
  const { id } = first["invitation"] as { readonly id: string };
  await using eve = await comesIn(server, { username: "Eve", invitation: first["token"] });
  const register = { type: "Register", username: "Eve", password };
  await refused(eve, register, "forbidden");
  await done(op, { type: "RevokeInvitation", invitation: id });
  await refused(eve, register, "forbidden");
  await refused(eve, { ...register, invitation: first["token"] }, "forbidden");
  assertEquals((await ask(op, { type: "Accounts" }))["accounts"], []);
  await eve.close();
  await server.event("left", ({ user }) => user === "Eve");
  const { token: invitation } = await ask(op, { type: "AddInvitation" });
  await using _again = await comesIn(server, { ...register, invitation });
});

Deno.test("an invitation for one lets nobody in beside him who shows the secret of his session under another name", async () => {
  using place = folder();
  await using server = await startOn(place.path, { serve });
  await using op = await operatorOf(server);
  const { token: invitation } = await ask(op, { type: "AddInvitation" });
  const session = "s".repeat(40);
  await using eve = await comesIn(server, { username: "Eve", session, invitation });
  await using mal = await comesIn(server, { username: "Mal", session, invitation });
  assertEquals((await eve.nextOf("Error")).code, "name_taken");
  await eve.expectEnd();
  const both = ["Zed", "Yan"].map(async (username) => {
    const client = await server.connect();
    await client.send({ type: "Login", username, session, invitation });
    return client;
  });
  assertEquals((await mal.nextOf("Error")).code, "name_taken");
  const clients = await Promise.all(both);
  await server.event("joined", ({ user }) => user === "Zed");
  await server.event("joined", ({ user }) => user === "Yan");
  const { users } = await ask(op, { type: "ListUsers" });
  assertEquals((users as readonly string[]).length, 2, "the operator and one of them");
  for (const client of clients) await client.close();
});

for (
  const [whose, act, asked] of [
    ["a hook's", { type: "AddHook", name: "ci", room: "lobby" }, { type: "Hooks" }],
    ["an account's", { type: "AddAccount", username: "ci", password }, { type: "Accounts" }],
  ] as const
) {
  Deno.test(`who comes by an invitation under a name that becomes ${whose} meanwhile is not here under it`, async () => {
    using place = folder();
    const disk = new HandDisk(place.path);
    await using server = await startOn(place.path, { storage: disk.storage, serve });
    await using op = await operatorOf(server);
    const { token: invitation } = await ask(op, { type: "AddInvitation" });
    // Who makes an account waits for that.
    await using other = await operatorOf(server, "Other");
    using hold = disk.hold('"act":"come"');
    await using eve = await server.connect();
    await eve.send({ type: "Login", username: "ci", invitation });
    await hold.arrived();
    await op.send({ ...act, id: "act" });
    const isUnderWay = async () => {
      const list = JSON.stringify(await ask(other, asked));
      return list.includes('"name":"ci"') ? true : undefined;
    };
    await eventually(isUnderWay, "It is under way");
    hold.release();
    await answerTo(op, "act");
    assertEquals((await eve.message()).type, "Error");
    assertEquals((await ask(op, { type: "ListUsers" }))["users"], ["Other", "Root"]);
  });
}
