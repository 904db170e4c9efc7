/**
 * Accounts over the wire: registering, coming in with password and device, in frames, text and WebSockets; what becomes of
 * guests; and what operators do.
 *
 * @module
 */

import type { Welcome } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";

const PASSWORD = "correct horse";
const TOKEN = "the operator's own token";
const OPTIONS = { passwordCost: CHEAP, operatorToken: TOKEN };

/** A client that has made its name an account. */
async function registered(
  server: TestServer,
  username: string,
): Promise<{ client: RawClient; welcome: Welcome }> {
  const client = await server.connect();
  await client.send({ type: "Register", username, password: PASSWORD, deviceName: "laptop" });
  return { client, welcome: await client.next("Welcome") };
}

async function operator(server: TestServer, username = "Op"): Promise<RawClient> {
  const client = await server.connect();
  await client.send({ type: "Login", username, operator: TOKEN });
  await client.next("Welcome");
  return client;
}

async function refusedLogin(server: TestServer, login: object, code: "auth_failed" | "name_taken") {
  await using client = await server.connect();
  await client.send({ type: "Login", ...login });
  return await client.nextError(code);
}

Deno.test("Register makes a name an account and logs in; the device's token does from then on", async () => {
  await using server = startServer(OPTIONS);
  const { client, welcome } = await registered(server, "Anna");
  assertEquals([welcome.username, welcome.account, welcome.accounts], ["Anna", true, "open"]);
  const { device = "", deviceId = "" } = welcome;
  assert(device.length >= 43 && deviceId.length > 0);
  await client.close();
  await server.event("left");
  await using again = await server.connect();
  await again.send({ type: "Login", username: "anna", device, id: "1" });
  const back = await again.next("Welcome");
  assertEquals([back.username, back.account, back.device], ["Anna", true, undefined]);
  assertEquals([back.deviceId, back.tag], [deviceId, welcome.tag]);
});

Deno.test("a name with an account is nobody else's, also while its owner is away", async () => {
  await using server = startServer(OPTIONS);
  const { client } = await registered(server, "Ian");
  await client.close();
  await server.event("left");
  const { msg } = await refusedLogin(server, { username: "ian" }, "auth_failed");
  assertEquals(msg, "The name 'ian' has an account: log in with its password.");
  await refusedLogin(server, { username: "Ian", password: "wrong password" }, "auth_failed");
  assertEquals(await server.event("misproved"), { kind: "misproved", user: "Ian", times: 1 });
  await refusedLogin(server, { username: "Ian", device: "x".repeat(43) }, "auth_failed");
  await refusedLogin(server, { username: "lan" }, "name_taken");
  await using other = await server.connect();
  await other.send({ type: "Register", username: "IAN", password: PASSWORD });
  await other.nextError("name_taken");
  await other.expectEnd();
});

Deno.test("over one connection there are three tries, and the third may be right", async () => {
  await using server = startServer(OPTIONS);
  const { client } = await registered(server, "Anna");
  await client.close();
  const wrong = { type: "Login", username: "Anna", password: "wrong password" };
  await using one = await server.connect();
  await one.send({ type: "Login", username: "Anna" }, wrong, wrong, {
    ...wrong,
    password: PASSWORD,
  });
  for (let n = 0; n < 3; n++) await one.nextError("auth_failed");
  const { username } = await one.next("Welcome");
  assertEquals(username, "Anna");
  await using two = await server.connect();
  await two.send(wrong, wrong, wrong, { ...wrong, password: PASSWORD });
  for (let n = 0; n < 3; n++) await two.nextError("auth_failed");
  await two.expectEnd();
});

Deno.test("a guest makes its own name an account without a break, and its whispers stay its own", async () => {
  await using server = startServer(OPTIONS);
  await using anna = await server.frames("Anna");
  await using bob = await server.frames("Bob");
  await anna.next("UserJoined");
  await bob.send({ type: "Whisper", to: "Anna", content: "psst", id: "w" });
  await bob.next("PrivateSent");
  await anna.next("PrivateMessage");
  await anna.send({ type: "Register", username: "Bob", password: PASSWORD, id: "1" });
  await anna.nextError("invalid");
  await anna.send({ type: "Join", room: "tea", id: "2" });
  await anna.next("Ack");
  await anna.send({ type: "Register", username: "anna", password: PASSWORD, id: "3" });
  const { re, account, device, rooms, username } = await anna.next("Welcome");
  assertEquals([re, account, rooms, username], ["3", true, ["lobby", "tea"], "Anna"]);
  await anna.send({ type: "Register", username: "Anna", password: PASSWORD, id: "4" });
  await anna.nextError("invalid");
  await anna.send({ type: "Broadcast", content: "mine" });
  const said = await bob.next("NewMessage");
  assertEquals([said.from, said.account], ["Anna", true]);
  await bob.send({ type: "ListUsers", id: "5" });
  assertEquals((await bob.next("UserList")).accounts, ["Anna"]);
  await anna.close();
  await bob.next("UserLeft");
  await using back = await server.connect();
  await back.send({ type: "Login", username: "Anna", device });
  await back.next("Welcome");
  assertEquals((await bob.next("UserJoined")).account, true);
  await back.send({ type: "History", with: "Bob", id: "6" });
  const { messages } = await back.next("HistoryPage");
  assertEquals(messages.map(({ content }) => content), ["psst"]);
});

Deno.test("who has a name after an account is gone reads nothing of its whispers", async () => {
  await using server = startServer(OPTIONS);
  const { client: anna } = await registered(server, "Anna");
  await using bob = await server.frames("Bob");
  await bob.send({ type: "Whisper", to: "Anna", content: "secret", id: "1" });
  await bob.next("PrivateSent");
  await using op = await operator(server);
  await op.send({ type: "RemoveAccount", username: "ANNA", id: "2" });
  await op.nextOf("Ack");
  await anna.nextOf("Error");
  await anna.expectEnd();
  await anna.close();
  const { client: other } = await registered(server, "Anna");
  await other.send({ type: "History", with: "Bob", id: "3" });
  assertEquals((await other.nextOf("HistoryPage")).messages, []);
  await other.close();
});

Deno.test("a text client is asked for the password, and its next line is one", async () => {
  await using server = startServer(OPTIONS);
  const { client } = await registered(server, "Alice");
  await client.close();
  await server.event("left");
  await using bob = await server.text("Bob");
  await using alice = await server.connect();
  await alice.write("Alice\r\n");
  await alice.expectLines("[Server] Password for Alice:");
  await alice.write(`wrong password\n${PASSWORD}\r\nhello\n`);
  await alice.expectLines("[Server] Name and password do not fit.", "[Server] Password for Alice:");
  await bob.expectLines("[Server] Alice has joined.", "Alice: hello");
  await alice.expectLines("[Server] A wrong password was tried for your name.");
  await alice.write("/devices\n");
  assert((await alice.line()).endsWith(" UTC"));
  await alice.expectNothing();
});

Deno.test("what a pipe says behind its password is heard, also when it ends there", async () => {
  await using server = startServer(OPTIONS);
  const { client } = await registered(server, "Alice");
  await client.close();
  await server.event("left");
  await using bob = await server.text("Bob");
  for (const end of ["\n", ""]) {
    await using pipe = await server.connect();
    await pipe.write(`Alice\n${PASSWORD}\nhello${end}`);
    await pipe.closeWrite();
    await pipe.expectLines("[Server] Password for Alice:");
    await pipe.expectEnd();
    await bob.expectLines("[Server] Alice has joined.", "Alice: hello", "[Server] Alice has left.");
  }
  await using short = await server.connect();
  await short.write(`Alice\n${PASSWORD}`);
  await short.closeWrite();
  await short.expectLines("[Server] Password for Alice:");
  await short.expectEnd();
  await bob.expectLines("[Server] Alice has joined.", "[Server] Alice has left.");
});

Deno.test("a text client has three tries, and then the connection closes", async () => {
  await using server = startServer(OPTIONS);
  const { client } = await registered(server, "Alice");
  await client.close();
  await using eve = await server.connect();
  await eve.write("Alice\none wrong\ntwo wrong\n/list\nAlice\n");
  for (let n = 0; n < 2; n++) {
    await eve.expectLines("[Server] Password for Alice:", "[Server] Name and password do not fit.");
  }
  await eve.expectLines("[Server] Password for Alice:", "[Server] Name and password do not fit.");
  await eve.expectEnd();
});

Deno.test("a text client registers its name and changes its password", async () => {
  await using server = startServer(OPTIONS);
  await using alice = await server.text("Alice");
  await alice.write("/register short\n");
  await alice.expectLines("[Server] A password has 8 to 256 characters.");
  await alice.write(`/register ${PASSWORD}\n/password wrong another-one\n`);
  await alice.expectLines(
    "[Server] The name 'Alice' is yours. Log in with this password.",
    "[Server] A wrong password was tried for your name.",
    "[Server] Name and password do not fit.",
  );
  await alice.expectNothing();
  await alice.close();
  await server.event("left");
  await using back = await server.connect();
  await back.write(`Alice\n${PASSWORD}\n`);
  await back.expectLines("[Server] Password for Alice:");
  await back.expectNothing();
});

Deno.test("a device is listed, revoked, and then refused", async () => {
  await using server = startServer(OPTIONS);
  const { client: anna, welcome } = await registered(server, "Anna");
  await anna.send({ type: "Devices", id: "1" });
  const { devices } = await anna.next("DeviceList");
  assertEquals(devices.map(({ id, name, here }) => ({ id, name, here })), [
    { id: welcome.deviceId, name: "laptop", here: true },
  ]);
  await anna.send({ type: "RevokeDevice", device: "nothing", id: "2" });
  await anna.nextError("not_found");
  await anna.send({ type: "RevokeDevice", device: welcome.deviceId, id: "3" });
  const { re, room, seq } = await anna.next("Ack");
  assertEquals([re, room, seq], ["3", "", 0]);
  await anna.close();
  await server.event("left");
  await refusedLogin(server, { username: "Anna", device: welcome.device }, "auth_failed");
});

Deno.test("an owner changes its password; a guest has none", async () => {
  await using server = startServer(OPTIONS);
  const { client: anna } = await registered(server, "Anna");
  await anna.send({ type: "Password", old: "wrong password", password: "another one", id: "1" });
  await anna.next("Notice");
  await anna.nextError("auth_failed");
  await anna.send({ type: "Password", old: PASSWORD, password: "another one", id: "2" });
  await anna.next("Ack");
  await anna.close();
  await server.event("left");
  await refusedLogin(server, { username: "Anna", password: PASSWORD }, "auth_failed");
  await using guest = await server.frames("Guest");
  await guest.send(
    { type: "Password", old: "x", password: "y", id: "1" },
    { type: "Devices", id: "2" },
    { type: "RevokeDevice", device: "x", id: "3" },
  );
  for (let n = 0; n < 3; n++) await guest.nextError("forbidden");
});

Deno.test("a guest is renamed and told when an operator makes its name an account, and the rooms hear of it", async () => {
  await using server = startServer(OPTIONS);
  await using guest = await server.frames("lan");
  await guest.send({ type: "Join", room: "tea", id: "1" });
  await guest.next("Ack");
  await using op = await operator(server);
  await guest.next("UserJoined");
  await op.send({ type: "AddAccount", username: "Ian", password: PASSWORD, id: "2" });
  const { username, msg, tag } = await guest.next("Renamed");
  assertEquals(await server.event("renamed"), { kind: "renamed", user: "lan", name: username });
  assert(/^Guest-\w{6}$/.test(username) && msg.includes("'Ian'") && tag !== undefined, msg);
  // An answer goes ahead of what a room hears.
  await op.next("Ack");
  const [left, joined] = [await op.next("UserLeft"), await op.next("UserJoined")];
  assertEquals([left.username, joined.username], ["lan", username]);
  await guest.send({ type: "Broadcast", room: "tea", content: "still here", id: "3" });
  await guest.next("Ack");
  assertEquals((await guest.next("NewMessage")).from, username);
  await op.send({ type: "Whisper", to: username, content: "psst", id: "4" });
  await op.next("PrivateSent");
  await guest.next("PrivateMessage");
  await op.send({ type: "ListUsers", id: "5" });
  assertEquals((await op.next("UserList")).users, [username, "Op"]);
  await guest.close();
  assertEquals((await op.next("UserLeft")).username, username);
});

Deno.test("operators keep the accounts, and nobody else does", async () => {
  await using server = startServer(OPTIONS);
  const { client: anna, welcome } = await registered(server, "Anna");
  const all = [
    { type: "Accounts", id: "1" },
    { type: "AddAccount", username: "Bob", password: PASSWORD, id: "2" },
    { type: "SetPassword", username: "Anna", password: PASSWORD, id: "3" },
    { type: "SetRole", username: "Anna", role: "operator", id: "4" },
    { type: "RemoveAccount", username: "Anna", id: "5" },
  ];
  await anna.send(...all);
  for (const _ of all) await anna.nextError("forbidden");
  await using op = await operator(server);
  await anna.next("UserJoined");
  await op.send(
    { type: "AddAccount", username: "Bob", password: PASSWORD, role: "operator", id: "1" },
    { type: "AddAccount", username: "no name!", password: PASSWORD, id: "2" },
    { type: "AddAccount", username: "bob", password: PASSWORD, id: "3" },
    { type: "SetRole", username: "anna", role: "operator", id: "4" },
    { type: "SetRole", username: "nobody", role: "operator", id: "5" },
    { type: "Accounts", id: "6" },
    { type: "Accounts", after: "Anna", id: "7" },
  );
  await op.next("Ack");
  await op.nextError("bad_name");
  await op.nextError("name_taken");
  assertEquals((await op.next("Order")).act, "op");
  await op.next("Ack");
  await op.nextError("not_found");
  const { accounts } = await op.next("AccountList");
  assertEquals(
    accounts.map(({ name, role, devices, online }) => ({ name, role, devices, online })),
    [
      { name: "Anna", role: "operator", devices: 1, online: true },
      { name: "Bob", role: "operator", devices: 0, online: false },
    ],
  );
  assertEquals((await op.next("AccountList")).accounts.map(({ name }) => name), ["Bob"]);
  await anna.send({ type: "Accounts", id: "8" });
  assertEquals((await anna.next("Order")).act, "op");
  await anna.next("AccountList");
  await op.send({ type: "SetPassword", username: "Anna", password: "another one", id: "9" });
  await op.nextOf("Ack");
  await anna.nextError("auth_failed");
  await anna.expectEnd();
  await anna.close();
  await refusedLogin(server, { username: "Anna", device: welcome.device }, "auth_failed");
});

Deno.test("a list of accounts comes in pages, each from the last name of the one before", async () => {
  await using server = startServer({ ...OPTIONS, limits: { messagesPerSecond: 0 } });
  await using op = await operator(server);
  const names = Array.from({ length: 230 }, (_, n) => `user${n}`);
  for (let n = 0; n < names.length; n += 20) {
    const some = names.slice(n, n + 20);
    await op.send(
      ...some.map((username) => ({
        type: "AddAccount",
        username,
        password: PASSWORD,
        id: username,
      })),
    );
    for (const username of some) assertEquals((await op.next("Ack")).re, username);
  }
  const listed: string[] = [];
  for (let more = true; more;) {
    await op.send({ type: "Accounts", after: listed.at(-1), id: "1" });
    const page = await op.next("AccountList");
    listed.push(...page.accounts.map(({ name }) => name));
    more = page.more ?? false;
    assert(page.accounts.length <= 100);
  }
  assertEquals(listed, names.toSorted());
});

Deno.test("where accounts are required, guests are asked, whatever name they say; operators' programs come in", async () => {
  await using server = startServer({ ...OPTIONS, accounts: "required" });
  const { client, welcome } = await registered(server, "Anna");
  assertEquals(welcome.accounts, "required");
  const msgs = [];
  for (const username of ["Anna", "Nobody"]) {
    msgs.push((await refusedLogin(server, { username }, "auth_failed")).msg);
    const wrong = { username, password: "wrong password" };
    msgs.push((await refusedLogin(server, wrong, "auth_failed")).msg);
  }
  assertEquals(msgs.slice(0, 2), msgs.slice(2));
  await using text = await server.connect();
  await text.write("Nobody\n");
  await text.expectLines("[Server] Password for Nobody:");
  await using _op = await operator(server);
  await client.close();
});

Deno.test("where there are none, secrets are refused with a sentence", async () => {
  await using server = startServer({ ...OPTIONS, accounts: "off" });
  for (
    const how of [{ type: "Register", password: PASSWORD }, { type: "Login", password: PASSWORD }]
  ) {
    await using client = await server.connect();
    await client.send({ username: "Anna", ...how });
    const { msg } = await client.nextError("forbidden");
    assertEquals(msg, "This server keeps no accounts.");
  }
  await using anna = await server.frames("Anna");
  await anna.send({ type: "Register", username: "Anna", password: PASSWORD, id: "1" });
  await anna.nextError("forbidden");
});

Deno.test("over a WebSocket it is the same", async () => {
  await using server = startServer({ ...OPTIONS, http: { hostname: "127.0.0.1", port: 0 } });
  const { port = 0 } = server.server.http ?? {};
  const ask = async (...messages: object[]): Promise<Record<string, unknown>[]> => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    const answers: Record<string, unknown>[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => messages.forEach((message) => socket.send(JSON.stringify(message)));
      socket.onerror = reject;
      socket.onmessage = ({ data }) => {
        if (answers.push(JSON.parse(data)) === messages.length) resolve();
      };
    });
    const closed = new Promise((resolve) => socket.onclose = resolve);
    socket.close();
    await closed;
    return answers;
  };
  const [welcome] = await ask({ type: "Register", username: "Anna", password: PASSWORD });
  assertEquals([welcome?.["type"], welcome?.["account"]], ["Welcome", true]);
  const device = welcome?.["device"];
  const [asked, refused, back] = await ask(
    { type: "Login", username: "Anna" },
    { type: "Login", username: "Anna", password: "wrong password" },
    { type: "Login", username: "Anna", device },
  );
  assertEquals([asked?.["code"], refused?.["code"]], ["auth_failed", "auth_failed"]);
  assertEquals([back?.["type"], back?.["account"]], ["Welcome", true]);
});
