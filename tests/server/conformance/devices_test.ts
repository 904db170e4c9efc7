/**
 * Several devices of one account at once: each gets everything, others see one person, and a file goes to the one that takes it.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { device, PASSWORD } from "./device.ts";

const TOKEN = "the operator's own token";
const OPTIONS = { passwordCost: CHEAP, operatorToken: TOKEN };

/** Anna on two devices, and Bob. */
async function two(
  server: TestServer,
): Promise<{ phone: RawClient; laptop: RawClient; bob: RawClient }> {
  const laptop = await server.connect();
  await laptop.send({ type: "Register", username: "Anna", password: PASSWORD });
  await laptop.next("Welcome");
  const bob = await server.frames("Bob");
  await laptop.next("UserJoined");
  const { client: phone } = await device(server);
  return { phone, laptop, bob };
}

Deno.test("a further device comes in beside the first; others hear of a person once, and of its end once", async () => {
  await using server = startServer(OPTIONS);
  const { phone, laptop, bob } = await two(server);
  await bob.expectNothing();
  await laptop.expectNothing();
  await bob.send({ type: "ListUsers", id: "1" }, { type: "ListUsers", room: "lobby", id: "2" });
  for (let n = 0; n < 2; n++) assertEquals((await bob.next("UserList")).users, ["Anna", "Bob"]);
  await bob.send({ type: "ListRooms", id: "3" });
  assertEquals((await bob.next("RoomList")).rooms, [{ name: "lobby", users: 2 }]);
  await phone.send({ type: "Join", room: "tea", id: "4" });
  await phone.next("Ack");
  await bob.send({ type: "Join", room: "tea", id: "5" });
  await bob.next("Ack");
  await phone.next("UserJoined");
  await laptop.send({ type: "Join", room: "tea", id: "6" });
  await laptop.next("Ack");
  await laptop.close();
  await server.event("left", ({ user }) => user === "Anna");
  await bob.expectNothing();
  await phone.send({ type: "Leave", room: "tea", id: "7" });
  await phone.next("Ack");
  assertEquals(await bob.next("UserLeft"), { type: "UserLeft", username: "Anna", room: "tea" });
  await phone.close();
  assertEquals(await bob.next("UserLeft"), { type: "UserLeft", username: "Anna", room: "lobby" });
  await bob.send({ type: "ListUsers", id: "8" });
  assertEquals((await bob.next("UserList")).users, ["Bob"]);
  await bob.close();
});

Deno.test("each device hears all, also what the others said, in rooms and in whispers", async () => {
  await using server = startServer(OPTIONS);
  const { phone, laptop, bob } = await two(server);
  await phone.send({ type: "Broadcast", content: "from the phone", id: "1" });
  await phone.next("Ack");
  for (const client of [phone, laptop, bob]) {
    const { from, content, account } = await client.next("NewMessage");
    assertEquals([from, content, account], ["Anna", "from the phone", true]);
  }
  await phone.send({ type: "Whisper", to: "Bob", content: "psst", id: "2" });
  const sent = await phone.next("PrivateSent");
  const { re: _, ...echo } = sent;
  assertEquals(await laptop.next("PrivateSent"), echo);
  assertEquals((await bob.next("PrivateMessage")).account, true);
  await bob.send({ type: "Whisper", to: "anna", content: "what?", id: "3" });
  await bob.next("PrivateSent");
  for (const client of [phone, laptop]) {
    assertEquals((await client.next("PrivateMessage")).content, "what?");
  }
  for (const client of [phone, laptop]) {
    await client.send({ type: "History", with: "Bob", id: "4" });
    const { messages } = await client.next("HistoryPage");
    assertEquals(messages.map(({ content }) => content), ["psst", "what?"]);
  }
  await phone.send({ type: "Edit", with: "Bob", seq: sent.seq, content: "pssst", id: "5" });
  for (const client of [phone, laptop, bob]) {
    assertEquals((await client.nextOf("MessageEdited")).content, "pssst");
    await client.expectNothing();
  }
  for (const client of [phone, laptop, bob]) await client.close();
});

Deno.test("the first device may go before the others, and the name is still the account's", async () => {
  await using server = startServer(OPTIONS);
  const { phone, laptop, bob } = await two(server);
  await laptop.close();
  await server.event("left", ({ user }) => user === "Anna");
  await bob.send({ type: "Whisper", to: "Anna", content: "still there?", id: "1" });
  await bob.next("PrivateSent");
  assertEquals((await phone.next("PrivateMessage")).content, "still there?");
  await using guest = await server.connect();
  await guest.send({ type: "Login", username: "Anna" });
  await guest.nextError("auth_failed");
  await using alike = await server.connect();
  await alike.send({ type: "Login", username: "\u0410nna".replace("nna", "\u043f\u043f\u0430") });
  await alike.message();
  for (const client of [phone, bob]) await client.close();
});

Deno.test("the same client that comes back takes the place of its old connection, and of no other device's", async () => {
  await using server = startServer(OPTIONS);
  const { phone, laptop, bob } = await two(server);
  const { client: tablet, welcome: { session } } = await device(server);
  const { client: again } = await device(server, "Login", { session });
  await tablet.nextError("name_taken");
  await tablet.expectEnd();
  await phone.expectNothing();
  await laptop.expectNothing();
  for (const client of [phone, laptop, bob, tablet, again]) await client.close();
});

Deno.test("a text client is a device as well", async () => {
  await using server = startServer(OPTIONS);
  const { phone, laptop, bob } = await two(server);
  const lines = await server.connect();
  await lines.write(`Anna\n${PASSWORD}\n`);
  await lines.expectLines("[Server] Password for Anna:");
  await lines.expectNothing();
  await bob.expectNothing();
  await phone.send({ type: "Broadcast", content: "hello" });
  await lines.expectLines("Anna: hello");
  await phone.send({ type: "Whisper", to: "Bob", content: "psst" });
  await lines.expectLines("[Private to Bob] psst");
  await lines.write("hi\n");
  for (const client of [phone, laptop, bob]) await client.nextOf("NewMessage");
  await laptop.nextOf("NewMessage");
  for (const client of [phone, laptop, bob, lines]) await client.close();
});

Deno.test("a file is offered to all devices; the one that accepts gets it, and the others hear that it is gone", async () => {
  await using server = startServer(OPTIONS);
  const { phone, laptop, bob } = await two(server);
  const file = { filename: "f", size: 3, beside: true };
  await bob.send({ type: "FileOffer", to: "Anna", ...file, id: "1" });
  const { offer, users } = await bob.next("OfferAck");
  assertEquals(users, 1);
  for (const client of [phone, laptop]) assertEquals((await client.next("FileOffer")).offer, offer);
  await phone.send({
    type: "FileAccept",
    from: "Bob",
    filename: "f",
    offer,
    beside: true,
    id: "2",
  });
  await phone.next("OfferAck");
  const gone = await laptop.next("FileCancel");
  assertEquals([gone.offer, gone.msg], [offer, "Another device of yours takes it."]);
  await bob.next("FileAccept");
  await laptop.send({
    type: "FileAccept",
    from: "Bob",
    filename: "f",
    offer,
    beside: true,
    id: "3",
  });
  await laptop.nextError("not_found");
  await bob.next("StartUpload");
  await phone.next("StartDownload");
  for (const client of [phone, laptop, bob]) await client.close();
});

Deno.test("a device that declines or leaves does not speak for the others; the last one does", async () => {
  await using server = startServer(OPTIONS);
  const { phone, laptop, bob } = await two(server);
  const file = { filename: "f", size: 3, beside: true };
  await bob.send({ type: "FileOffer", to: "Anna", ...file, id: "1" }, {
    type: "FileOffer",
    to: "Anna",
    ...file,
    id: "2",
  });
  const first = await bob.next("OfferAck");
  const second = await bob.next("OfferAck");
  for (const client of [phone, laptop]) for (let n = 0; n < 2; n++) await client.next("FileOffer");
  const no = { type: "FileReject", from: "Bob", filename: "f", offer: first.offer };
  await phone.send({ ...no, id: "3" });
  await phone.next("OfferAck");
  await bob.expectNothing();
  await laptop.send({ ...no, id: "4" });
  await laptop.next("OfferAck");
  assertEquals((await bob.next("FileReject")).offer, first.offer);
  await laptop.close();
  await server.event("left", ({ user }) => user === "Anna");
  await bob.expectNothing();
  await phone.close();
  const { offer, left } = await bob.nextOf("FileCancel");
  assertEquals([offer, left], [second.offer, true]);
  await bob.close();
});

Deno.test("a file that is offered to a room goes to one device of each", async () => {
  await using server = startServer(OPTIONS);
  const { phone, laptop, bob } = await two(server);
  await bob.send({
    type: "FileOffer",
    room: "lobby",
    filename: "f",
    size: 3,
    beside: true,
    id: "1",
  });
  const { offer } = await bob.next("OfferAck");
  for (const client of [phone, laptop]) await client.next("FileOffer");
  await laptop.send({
    type: "FileAccept",
    from: "Bob",
    filename: "f",
    offer,
    beside: true,
    id: "2",
  });
  await laptop.next("OfferAck");
  assertEquals((await phone.next("FileCancel")).offer, offer);
  await bob.next("FileAccept");
  for (const client of [phone, laptop, bob]) await client.close();
});

Deno.test("who is put out of a room is out on all devices", async () => {
  await using server = startServer(OPTIONS);
  const { phone, laptop, bob } = await two(server);
  await bob.send({ type: "Join", room: "tea", id: "1" });
  await bob.next("Ack");
  for (const client of [laptop, phone]) {
    await client.send({ type: "Join", room: "tea", id: "2" });
    await client.next("Ack");
  }
  await bob.nextOf("UserJoined");
  await bob.send({ type: "Ban", room: "tea", user: "Anna", id: "3" });
  for (const client of [laptop, phone, bob]) await client.nextOf("Order");
  for (const client of [laptop, phone]) {
    await client.send({ type: "Join", room: "tea", id: "4" });
    const answer = await client.nextOf("Error");
    assertEquals(answer.re, "4");
  }
  for (const client of [phone, laptop, bob]) await client.close();
});

Deno.test("a device that is revoked is put out at once, and the others stay", async () => {
  await using server = startServer(OPTIONS);
  const { phone, laptop, bob } = await two(server);
  const { client: lost, welcome: { deviceId, device: token } } = await device(server);
  await phone.send({ type: "RevokeDevice", device: deviceId, id: "1" });
  await phone.next("Ack");
  await lost.nextError("auth_failed");
  await lost.expectEnd();
  await laptop.expectNothing();
  await using again = await server.connect();
  await again.send({ type: "Login", username: "Anna", device: token });
  await again.nextError("auth_failed");
  for (const client of [phone, laptop, bob, lost]) await client.close();
});

Deno.test("one account is here on 32 devices at most, whatever a thousand want", async () => {
  await using server = startServer(OPTIONS);
  const { phone, laptop, bob } = await two(server);
  const { client: one, welcome: { device: token } } = await device(server);
  const clients = await Promise.all(Array.from({ length: 200 }, () => server.connect()));
  await Promise.all(
    clients.map((client) => client.send({ type: "Login", username: "Anna", device: token })),
  );
  const answers = await Promise.all(clients.map((client) => client.message()));
  assertEquals(answers.filter(({ type }) => type === "Welcome").length, 32 - 3);
  assert(
    answers.every((one) => one.type === "Welcome" || one.type === "Error" && one.code === "busy"),
  );
  await bob.expectNothing();
  for (const client of [phone, laptop, bob, one, ...clients]) await client.close();
});
