/**
 * Invitations: by which others come in whatever the server asks, so many of them, for so long, and into a room.
 *
 * @module
 */

import { type AccountsMode, memoryStore } from "../../../server/mod.ts";
import type { InvitationAdded } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { RawClient, TestServer } from "../../harness.ts";
import { operatorOf, startHooked } from "../hooks/hooking.ts";

const PASSWORD = "correct horse battery";

/** Has an operator make one. */
async function invite(
  op: RawClient,
  how: { readonly room?: string; readonly uses?: number; readonly seconds?: number } = {},
): Promise<InvitationAdded> {
  await op.send({ type: "AddInvitation", ...how, id: "invite" });
  return await op.nextOf("InvitationAdded");
}

/** Says a first word; the answer is not read. */
async function first(server: TestServer, message: object): Promise<RawClient> {
  const client = await server.connect();
  await client.send(message);
  return client;
}

/** A room for the invited, and who owns it. */
async function closedRoom(server: TestServer, op: RawClient, room = "team"): Promise<void> {
  await op.send(
    { type: "Join", room, id: "j" },
    { type: "Broadcast", room, content: "welcome", id: "b" },
    { type: "Room", room, access: "invite", id: "r" },
  );
  for (let acks = 0; acks < 3; acks++) await op.nextOf("Ack");
  assert(server.port > 0);
}

for (const accounts of ["open", "required", "closed"] as AccountsMode[]) {
  Deno.test(`with accounts ${accounts}, who has an invitation makes an account and is in its room, once`, async () => {
    await using server = startHooked({ accounts });
    await using op = await operatorOf(server);
    await closedRoom(server, op);
    const { token, invitation } = await invite(op, { room: "TEAM" });
    assertEquals([invitation.room, invitation.uses, invitation.used], ["team", 1, 0]);
    const register = { type: "Register", password: PASSWORD, invitation: token };
    await using zoe = await first(server, { ...register, username: "Zoe" });
    const welcome = await zoe.next("Welcome");
    assertEquals([welcome.account, welcome.rooms.toSorted()], [true, ["lobby", "team"]]);
    await zoe.send({ type: "Broadcast", room: "team", content: "hello", id: "1" });
    await zoe.nextOf("Ack");
    await using late = await first(server, { ...register, username: "Yan" });
    await late.nextError("forbidden");
    await late.expectEnd();
    // What was promised stays: it comes home by its password, into its room, without the invitation.
    await zoe.close();
    await using again = await first(server, {
      type: "Login",
      username: "Zoe",
      password: PASSWORD,
    });
    assertEquals((await again.next("Welcome")).rooms.toSorted(), ["lobby", "team"]);
    await op.send({ type: "Audit", room: "team" });
    const { records } = await op.nextOf("AuditPage");
    assertEquals(
      records.filter(({ act }) => act === "invite").map(({ user, by }) => [user, by]),
      [["Zoe", "Root"]],
    );
  });

  Deno.test(`with accounts ${accounts}, a guest comes in by an invitation, and again with its session`, async () => {
    await using server = startHooked({ accounts });
    await using op = await operatorOf(server);
    await closedRoom(server, op);
    const { token } = await invite(op, { room: "team" });
    const login = { type: "Login", username: "Zoe", invitation: token };
    await using zoe = await first(server, login);
    const { session, rooms } = await zoe.next("Welcome");
    assertEquals(rooms.toSorted(), ["lobby", "team"]);
    await zoe.close();
    await using again = await first(server, { ...login, session });
    assertEquals((await again.next("Welcome")).rooms.toSorted(), ["lobby", "team"]);
    await using stranger = await first(server, { ...login, username: "Yan" });
    await stranger.nextError("forbidden");
    await op.send({ type: "Invitations" });
    const { invitations: [one] } = await op.nextOf("InvitationList");
    assertEquals([one?.used, one?.uses], [1, 1]);
  });
}

Deno.test("without an invitation, or with a wrong one, a closed server stays closed", async () => {
  await using server = startHooked({ accounts: "closed" });
  for (const invitation of ["", "x", "0".repeat(43)]) {
    await using zoe = await first(server, { type: "Login", username: "Zoe", invitation });
    await zoe.nextError("forbidden");
    await zoe.expectEnd();
    await using yan = await first(server, {
      type: "Register",
      username: "Yan",
      password: PASSWORD,
      invitation,
    });
    await yan.nextError("forbidden");
    await yan.expectEnd();
  }
});

Deno.test("an invitation is over when its time is, and when it is revoked", async () => {
  let now = 1_700_000_000_000;
  await using server = startHooked({ accounts: "required", clock: () => now });
  await using op = await operatorOf(server);
  const short = await invite(op, { seconds: 60, uses: 5 });
  const revoked = await invite(op, { uses: 5 });
  const come = async (username: string, invitation: string) => {
    await using zoe = await first(server, { type: "Login", username, invitation });
    const answer = await zoe.message();
    return answer.type === "Error" ? answer.code : answer.type;
  };
  assertEquals(await come("Zoe", short.token), "Welcome");
  assertEquals(await come("Yan", revoked.token), "Welcome");
  now += 60_000;
  assertEquals(await come("Xia", short.token), "forbidden");
  await op.send({ type: "RevokeInvitation", invitation: revoked.invitation.id, id: "r" });
  await op.nextOf("Ack");
  assertEquals(await come("Wim", revoked.token), "forbidden");
  await op.send({ type: "Invitations" });
  assertEquals((await op.nextOf("InvitationList")).invitations, []);
  await op.send({ type: "RevokeInvitation", invitation: revoked.invitation.id, id: "r" });
  await op.nextError("not_found");
});

Deno.test("who was erased is in no invitation any more, and has used it all the same", async () => {
  const store = memoryStore();
  await using server = startHooked({ accounts: "closed", store });
  await using op = await operatorOf(server);
  const { token, invitation } = await invite(op, { uses: 2 });
  const by = { type: "Register", password: PASSWORD, invitation: token };
  for (const username of ["Zoe", "Yan"]) {
    await using one = await first(server, { ...by, username });
    await one.next("Welcome");
  }
  const guests = () => {
    const kept = store.values.value(`invitation/${invitation.id}`);
    return JSON.parse(new TextDecoder().decode(kept)).guests;
  };
  assertEquals(guests(), ["@zoe", "@yan"]);
  await op.send({ type: "EraseAccount", username: "Zoe", id: "e" });
  await op.nextOf("Erasure");
  assertEquals(guests(), ["-", "@yan"]);
  await using late = await first(server, { ...by, username: "Zoe" });
  await late.nextError("forbidden");
});

Deno.test("of many who come at once by one of three uses, three come in", async () => {
  await using server = startHooked({ accounts: "closed" });
  await using op = await operatorOf(server);
  const { token } = await invite(op, { uses: 3 });
  const outcomes = await Promise.all(Array.from({ length: 8 }, async (_, index) => {
    await using one = await first(server, {
      type: index % 2 === 0 ? "Register" : "Login",
      username: `Guest${index}`,
      ...(index % 2 === 0 ? { password: PASSWORD } : {}),
      invitation: token,
    });
    const answer = await one.message();
    return answer.type === "Error" ? answer.code : answer.type;
  }));
  // The store is well, and says so.
  assertEquals(outcomes.sort().join(" "), "Welcome Welcome Welcome" + " forbidden".repeat(5));
});

Deno.test("who was kicked out of a room does not come back to it by the same invitation", async () => {
  await using server = startHooked();
  await using op = await operatorOf(server);
  await closedRoom(server, op);
  const { token } = await invite(op, { room: "team", uses: 9 });
  const login = { type: "Login", username: "Zoe", invitation: token };
  await using zoe = await first(server, login);
  const { session } = await zoe.next("Welcome");
  await op.send({ type: "Kick", room: "team", user: "Zoe", seconds: 1, id: "k" });
  await op.nextOf("Ack");
  await zoe.close();
  await using again = await first(server, { ...login, session });
  assertEquals((await again.next("Welcome")).rooms, ["lobby"]);
  await op.send({ type: "Unban", room: "team", user: "Zoe", id: "u" });
  await op.nextOf("Ack");
  await again.close();
  await using third = await first(server, { ...login, session });
  assertEquals((await third.next("Welcome")).rooms, ["lobby"]);
  // Whatever is set there next is set as it is: nobody slips in with that.
  await op.send({ type: "Room", room: "team", slow: 1, id: "s" });
  await op.nextOf("Ack");
  await third.send({ type: "Join", room: "team", id: "j" });
  assertEquals((await third.nextError("not_found")).re, "j");
});

Deno.test("who is banned from the server uses up no invitation", async () => {
  await using server = startHooked({ accounts: "closed" });
  await using op = await operatorOf(server);
  const { token } = await invite(op);
  await op.send({ type: "Ban", server: true, user: "Zoe", id: "b" });
  await op.nextOf("Ack");
  for (
    const message of [
      { type: "Login", username: "Zoe", invitation: token },
      { type: "Register", username: "Zoe", password: PASSWORD, invitation: token },
    ]
  ) {
    await using zoe = await first(server, message);
    await zoe.nextError("banned");
  }
  await op.send({ type: "Invitations" });
  assertEquals((await op.nextOf("InvitationList")).invitations[0]?.used, 0);
});

Deno.test("an account that is banned from the server uses up no invitation, by its password and by its token", async () => {
  await using server = startHooked();
  await using op = await operatorOf(server);
  const made = await first(server, { type: "Register", username: "Zoe", password: PASSWORD });
  const { device } = await made.next("Welcome");
  await made.close();
  await closedRoom(server, op);
  const { token } = await invite(op, { room: "team" });
  await op.send({ type: "Ban", server: true, user: "Zoe", id: "b" });
  await op.nextOf("Ack");
  for (const proof of [{ device }, { password: PASSWORD }]) {
    const login = { type: "Login", username: "Zoe", ...proof, invitation: token };
    await using zoe = await first(server, login);
    await zoe.nextError("banned");
  }
  await op.send({ type: "Invitations" });
  assertEquals((await op.nextOf("InvitationList")).invitations[0]?.used, 0);
  await op.send({ type: "Unban", server: true, user: "Zoe", id: "u" });
  await op.nextOf("Ack");
  await using zoe = await first(server, {
    type: "Login",
    username: "Zoe",
    device,
    invitation: token,
  });
  assertEquals((await zoe.next("Welcome")).rooms, ["lobby", "team"]);
});

Deno.test("a guest under the name of an account that came by an invitation and is gone comes in as others do", async () => {
  await using server = startHooked();
  await using op = await operatorOf(server);
  const { token } = await invite(op);
  const register = { type: "Register", username: "Zoe", password: PASSWORD, invitation: token };
  const made = await first(server, register);
  await made.next("Welcome");
  await made.close();
  await op.send({ type: "RemoveAccount", username: "Zoe", id: "r" });
  await op.nextOf("Ack");
  for (const username of ["Zoe", "Yan"]) {
    const session = `${username}-${"x".repeat(40)}`;
    await using guest = await first(server, {
      type: "Login",
      username,
      session,
      invitation: token,
    });
    await guest.next("Welcome");
  }
});

Deno.test("only operators make, see and revoke invitations, into rooms that are there; and tokens are shown once", async () => {
  await using server = startHooked();
  await using op = await operatorOf(server);
  const { token, invitation } = await invite(op);
  await using anna = await server.frames("Anna");
  for (
    const message of [
      { type: "Invitations" },
      { type: "AddInvitation" },
      { type: "RevokeInvitation", invitation: invitation.id },
    ]
  ) {
    await anna.send({ ...message, id: message.type });
    assertEquals((await anna.nextError("forbidden")).re, message.type);
  }
  await op.send({ type: "AddInvitation", room: "nowhere", id: "n" });
  assertEquals((await op.nextError("not_found")).re, "n");
  await op.send({ type: "Invitations" });
  assert(!JSON.stringify(await op.nextOf("InvitationList")).includes(token));
});

Deno.test("whose account was taken away does not make it again by an invitation that is used up", async () => {
  await using server = startHooked({ accounts: "closed" });
  await using op = await operatorOf(server);
  const { token } = await invite(op);
  const register = { type: "Register", username: "Zoe", password: PASSWORD, invitation: token };
  await using zoe = await first(server, register);
  await zoe.next("Welcome");
  await op.send({ type: "RemoveAccount", username: "Zoe", id: "r" });
  await op.nextOf("Ack");
  for (const message of [register, { type: "Login", username: "Zoe", invitation: token }]) {
    await using again = await first(server, message);
    assertEquals((await again.message()).type, "Error");
  }
  await op.send({ type: "Accounts" });
  assertEquals((await op.nextOf("AccountList")).accounts, []);
});

Deno.test("who is here by an invitation and shows it for another name uses up another one", async () => {
  await using server = startHooked({ accounts: "required" });
  await using op = await operatorOf(server);
  const { token } = await invite(op, { uses: 2 });
  await using zoe = await first(server, { type: "Login", username: "Zoe", invitation: token });
  const { session } = await zoe.next("Welcome");
  await using yan = await first(server, {
    type: "Register",
    username: "Yan",
    password: PASSWORD,
    invitation: token,
  });
  await yan.next("Welcome");
  await op.send({ type: "Invitations" });
  assertEquals((await op.nextOf("InvitationList")).invitations[0]?.used, 2);
  await zoe.close();
  await using xia = await first(server, {
    type: "Login",
    username: "Xia",
    invitation: token,
    session,
  });
  // The same session under another name is the same guest.
  await xia.next("Welcome");
});
