/**
 * Attacks on accounts: guessing, squatting, races for one name, floods of hashes; and that no password and no token lies
 * about anywhere.
 *
 * @module
 */

import type { ServerMessage } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { ask as askOne, done, refused } from "../../server/conformance/asking.ts";
import { folder, startOn } from "../../server/durable/place.ts";
import { serveArgs, ServerProcess } from "../../server/process.ts";

const PASSWORD = "correct horse";
const OPTIONS = { passwordCost: CHEAP };

/** What the first message over each of many connections comes to. */
async function ask(server: TestServer, messages: readonly object[]): Promise<ServerMessage[]> {
  const clients = await Promise.all(messages.map(() => server.connect()));
  await Promise.all(clients.map((client, n) => client.send(messages[n] ?? {})));
  const answers = await Promise.all(clients.map((client) => client.message()));
  await Promise.all(clients.map((client) => client.close()));
  return answers;
}

async function registered(server: TestServer, username: string): Promise<string> {
  await using client = await server.connect();
  await client.send({ type: "Register", username, password: PASSWORD });
  return (await client.next("Welcome")).device ?? "";
}

function codes(answers: readonly ServerMessage[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of answers) {
    const code = one.type === "Error" ? one.code : one.type;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

Deno.test("of many connections that register one name at once, one gets it, and it is the one that can log in", async () => {
  await using server = startServer(OPTIONS);
  const wishes = Array.from({ length: 60 }, (_, n) => ({
    type: "Register",
    username: ["Anna", "anna", "ANNA"][n % 3],
    password: `password ${n}`,
  }));
  const answers = await ask(server, wishes);
  assertEquals(codes(answers), { Welcome: 1, name_taken: 59 });
  const winner = answers.findIndex(({ type }) => type === "Welcome");
  const again = await ask(
    server,
    wishes.map(({ username, password }) => ({ type: "Login", username, password })).filter((_, n) =>
      n === winner || n === (winner + 1) % 60
    ),
  );
  assertEquals(codes(again), { Welcome: 1, auth_failed: 1 });
});

Deno.test("guests and registrations that race for names leave no guest under an account's name", async () => {
  await using server = startServer(OPTIONS);
  const stay: RawClient[] = [];
  for (let round = 0; round < 10; round++) {
    const username = `user${round}`;
    const clients = await Promise.all(Array.from({ length: 6 }, () => server.connect()));
    stay.push(...clients);
    await Promise.all(clients.map((client, n) =>
      client.send(
        n % 2 === 0
          ? { type: "Login", username }
          : { type: "Register", username, password: `password ${n}` },
      )
    ));
    const welcomes = (await Promise.all(clients.map((client) => client.message())))
      .filter((one) => one.type === "Welcome");
    assertEquals(welcomes.length, 1, username);
  }
  for (const client of stay) await client.close();
});

Deno.test("a flood of wrong passwords finds nothing, keeps nobody waiting, and the owner's devices come in", async () => {
  // Dear enough that a flood of them takes a while.
  const passwordCost = { memoryKib: 4 << 10, passes: 1, lanes: 1 };
  await using server = startServer({ passwordCost });
  const device = await registered(server, "Anna");
  await using prober = await server.frames("Prober");
  const flood = ask(
    server,
    Array.from({ length: 150 }, (_, n) => ({
      type: "Login",
      username: n % 2 === 0 ? "Anna" : `nobody${n}`,
      password: `guess number ${n}`,
    })),
  );
  await using owner = await server.connect();
  await owner.send({ type: "Login", username: "Anna", device });
  await owner.next("Welcome");
  await prober.send({ type: "Broadcast", content: "still alive", id: "1" });
  await prober.nextOf("Ack");
  const found = codes(await flood);
  assertEquals(Object.values(found).reduce((sum, count) => sum + count, 0), 150);
  assertEquals(found["Welcome"], undefined);
  assert((found["auth_failed"] ?? 0) + (found["rate_limited"] ?? 0) > 0, JSON.stringify(found));
  assertEquals((await owner.nextOf("Notice")).msg.endsWith("tried for your name."), true);
});

for (const accounts of ["required", "closed"] as const) {
  Deno.test(`where accounts are ${accounts}, nobody learns without one who is here, who has one, or who looks like them`, async () => {
    await using server = startServer({
      ...OPTIONS,
      accounts,
      operatorToken: "an operator's token",
    });
    await using root = await server.connect();
    await root.send({ type: "Login", username: "Root", operator: "an operator's token" });
    await root.next("Welcome");
    for (const username of ["lena", "Away"]) {
      await root.send({ type: "AddAccount", username, password: PASSWORD, id: username });
      await root.nextOf("Ack");
    }
    await using lena = await server.connect();
    await lena.send({ type: "Login", username: "lena", password: PASSWORD });
    await lena.next("Welcome");
    const answers = new Map<string, Set<string>>();
    for (const username of ["Nobody", "lena", "Iena", "LENA", "Away", "Root", "R00t"]) {
      for (const secret of [{}, { password: "a wrong one" }, { device: "x".repeat(43) }]) {
        const [answer] = await ask(server, [{ type: "Login", username, ...secret }]);
        const how = Object.keys(secret).join();
        answers.set(how, (answers.get(how) ?? new Set()).add(JSON.stringify(answer)));
      }
      if (accounts !== "closed") continue;
      const [answer] = await ask(server, [{ type: "Register", username, password: PASSWORD }]);
      answers.set("register", (answers.get("register") ?? new Set()).add(JSON.stringify(answer)));
    }
    for (const [how, all] of answers) assertEquals(all.size, 1, `${how}: ${[...all]}`);
    // Who has proved who he is is told.
    const two = { type: "Login", username: "lena", password: PASSWORD };
    assertEquals(codes(await ask(server, [two])), { Welcome: 1 });
  });
}

Deno.test("where accounts are required, who registers a name like an account's learns not whether that one is here", async () => {
  await using server = startServer({ ...OPTIONS, accounts: "required" });
  await using here = await server.connect();
  await here.send({ type: "Register", username: "Olena", password: PASSWORD });
  await here.next("Welcome");
  await registered(server, "Orest");
  await server.event("left", ({ user }) => user === "Orest");
  const sentences = [];
  for (const name of ["Olena", "Orest"]) {
    for (const username of [name, name.replace("O", "0"), name.toUpperCase()]) {
      const [answer] = await ask(server, [{ type: "Register", username, password: PASSWORD }]);
      assert(answer?.type === "Error");
      sentences.push([answer.code, answer.msg.replaceAll(/(0|O)(lena|rest)/gi, "$1…")]);
    }
  }
  assertEquals(sentences.slice(0, 3), sentences.slice(3));
});

Deno.test("where accounts are required, who registers a name like that of a guest who came by an invitation is told of an account", async () => {
  const operatorToken = "an operator's token";
  await using server = startServer({ ...OPTIONS, accounts: "required", operatorToken });
  await using root = await server.connect();
  await root.send({ type: "Login", username: "Root", operator: operatorToken });
  await root.next("Welcome");
  await root.send({ type: "AddInvitation" });
  const { token } = await root.nextOf("InvitationAdded");
  await using guest = await server.connect();
  await guest.send({ type: "Login", username: "Olena", invitation: token });
  await guest.next("Welcome");
  await registered(server, "Orest");
  const sentences = [];
  for (const name of ["Olena", "Orest"]) {
    for (const username of [name, name.replace("O", "0"), name.toUpperCase()]) {
      for (const password of ["short", PASSWORD]) {
        const [answer] = await ask(server, [{ type: "Register", username, password }]);
        assert(answer?.type === "Error");
        sentences.push([answer.code, answer.msg.replaceAll(/(0|O)(lena|rest)/gi, "$1…")]);
      }
    }
  }
  assertEquals(sentences.slice(0, 6), sentences.slice(6));
});

Deno.test("where accounts are closed, nobody makes one but operators", async () => {
  const operatorToken = "an operator's token";
  await using server = startServer({ ...OPTIONS, accounts: "closed", operatorToken });
  const wish = { type: "Register", username: "Eve", password: PASSWORD };
  assertEquals(codes(await ask(server, [wish])), { forbidden: 1 });
  await using text = await server.connect();
  await text.write("Eve\n/register correct horse\n");
  await text.expectLines("[Server] Password for Eve:", "[Server] Name and password do not fit.");
  assertEquals(codes(await ask(server, [{ ...wish, type: "Login" }])), { auth_failed: 1 });
  await using root = await server.connect();
  await root.send({ type: "Login", username: "Root", operator: operatorToken });
  assertEquals((await root.next("Welcome")).accounts, "required");
  await root.send({ ...wish, type: "AddAccount", id: "1" });
  await root.nextOf("Ack");
  assertEquals(codes(await ask(server, [{ ...wish, type: "Login" }])), { Welcome: 1 });
});

Deno.test("a guest's secret that has become an account's is nobody's any more: not of a revoked device, nor when the account is gone", async () => {
  using place = folder();
  const operatorToken = "an operator's token";
  const start = () => startOn(place.path, { serve: { ...OPTIONS, operatorToken } });
  const secret = "s".repeat(40);
  {
    await using server = await start();
    await using laptop = await server.frames("Anna", secret);
    assertEquals(laptop.session, secret);
    await done(laptop, { type: "Join", room: "tea" });
    await done(laptop, { type: "Room", room: "tea", access: "invite" });
    await using bob = await server.frames("Bob");
    await bob.send({ type: "Whisper", to: "Anna", content: "S3CRET", id: "1" });
    await bob.nextOf("PrivateSent");
    await laptop.send({ type: "Register", username: "Anna", password: PASSWORD });
    const { deviceId = "" } = await laptop.nextOf("Welcome");
    await using phone = await server.connect();
    await phone.send({ type: "Login", username: "Anna", password: PASSWORD });
    await phone.next("Welcome");
    await done(phone, { type: "RevokeDevice", device: deviceId });
    // What was the session's is the account's.
    assertEquals((await askOne(phone, { type: "Room", room: "tea" }))["rank"], "owner");
  }
  await using server = await start();
  await using zed = await server.frames("Zed", secret);
  assert(zed.session !== secret);
  await refused(zed, { type: "Join", room: "tea" }, "not_found");
  await using root = await server.connect();
  await root.send({ type: "Login", username: "Root", operator: operatorToken });
  await root.next("Welcome");
  await done(root, { type: "RemoveAccount", username: "Anna" });
  await using anna = await server.frames("Anna", secret);
  await refused(anna, { type: "Join", room: "tea" }, "not_found");
  await refused(anna, { type: "History", with: "Bob" }, "not_found");
});

Deno.test("who is banned from the server makes no account there, also of a name that looks like his", async () => {
  const operatorToken = "an operator's token";
  await using server = startServer({ ...OPTIONS, operatorToken });
  await using root = await server.connect();
  await root.send({ type: "Login", username: "Root", operator: operatorToken });
  await root.next("Welcome");
  await done(root, { type: "Ban", server: true, user: "Bob" });
  const wishes = ["Bob", "bob", "B0b"].map((username) => (
    { type: "Register", username, password: PASSWORD }
  ));
  assertEquals(codes(await ask(server, wishes)), { banned: 3 });
  await done(root, { type: "Unban", server: true, user: "Bob" });
  const logins = wishes.map((wish) => ({ ...wish, type: "Login" }));
  assertEquals(codes(await ask(server, logins)), { auth_failed: 3 });
});

for (const accounts of ["required", "closed"] as const) {
  Deno.test(`where accounts are ${accounts} nobody who proves nothing learns by Register which names are banned`, async () => {
    const operatorToken = "an operator's token";
    await using server = startServer({ ...OPTIONS, operatorToken, accounts });
    await using root = await server.connect();
    await root.send({ type: "Login", username: "Root", operator: operatorToken });
    await root.next("Welcome");
    await done(root, { type: "AddAccount", username: "Anna", password: PASSWORD });
    await done(root, { type: "Ban", server: true, user: "Bob" });
    const said = async (username: string): Promise<string> => {
      const [answer] = await ask(server, [{ type: "Register", username, password: PASSWORD }]);
      assert(answer?.type === "Error", username);
      return `${answer.code}: ${answer.msg.replaceAll(username, "NAME")}`;
    };
    assertEquals(await said("Bob"), await said("Anna"));
    await done(root, { type: "Ban", server: true, user: "Anna" });
    assertEquals(await said("Anna"), await said("Bob"));
  });
}

Deno.test("who came in by a password alone is out when it is changed; who has a token, or changed it, stays", async () => {
  await using server = startServer(OPTIONS);
  const device = await registered(server, "Anna");
  await using phone = await server.connect();
  await phone.send({ type: "Login", username: "Anna", device });
  await phone.next("Welcome");
  const lines = async () => {
    const client = await server.connect();
    await client.write(`Anna\n${PASSWORD}\n`);
    await client.expectLines("[Server] Password for Anna:");
    await client.expectNothing();
    return client;
  };
  const thieves = [await lines(), await lines()];
  const before = "correct";
  await done(phone, { type: "Password", old: PASSWORD, password: `${before}-horse` });
  for (const client of thieves) {
    await client.expectLines("[Server] The password was changed.");
    await client.expectEnd();
    await client.close();
  }
  await using again = await server.connect();
  await again.write(`Anna\n${before}-horse\n`);
  await again.expectLines("[Server] Password for Anna:");
  await again.write(`/password ${before}-horse another-one\n`);
  await again.expectLines(
    "[Server] Your password is changed. Your devices stay logged in: /devices.",
  );
  await done(phone, { type: "Broadcast", content: "still here" });
  await again.expectLines("Anna: still here");
});

Deno.test("who makes account after account from one address runs dry, and others do not", async () => {
  await using server = startServer({
    ...OPTIONS,
    exempt: [],
    limits: { addressConnectionsMax: 500 },
  });
  const wishes = Array.from({ length: 60 }, (_, n) => ({
    type: "Register",
    username: `squatter${n}`,
    password: PASSWORD,
  }));
  const found = codes(await ask(server, wishes));
  assertEquals(found, { Welcome: 50, rate_limited: 10 });
});

Deno.test("nobody comes in by the token of another account, of another server, or by what a list shows", async () => {
  await using server = startServer(OPTIONS);
  await using other = startServer(OPTIONS);
  const [anna, bob] = [await registered(server, "Anna"), await registered(server, "Bob")];
  const elsewhere = await registered(other, "Anna");
  const devices = [
    bob,
    elsewhere,
    `${anna} `,
    anna.toLowerCase(),
    anna.slice(0, -1),
    "",
    "x".repeat(100_000),
  ];
  const answers = await ask(
    server,
    devices.map((device) => ({ type: "Login", username: "Anna", device })),
  );
  assertEquals(codes(answers), { auth_failed: devices.length });
});

Deno.test("no password and no token is in the data directory or in the log, whatever became of it", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const secrets = [
      "first passw0rd",
      "second passw0rd",
      "wrong passw0rd",
      "passw0rd in lines",
      "shrt",
    ];
    const [first = "", second = "", wrong = "", inLines = "", short = ""] = secrets;
    let log = "";
    {
      await using server = await ServerProcess.start(
        serveArgs("--port", "0", "--data", directory, "--durability", "durable", "--log", "json"),
      );
      const { port } = server;
      await using anna = await RawClient.connect(port);
      await anna.send({ type: "Register", username: "Anna", password: short });
      await anna.nextError("invalid");
      await anna.send({ type: "Register", username: "Anna", password: first });
      secrets.push((await anna.next("Welcome")).device ?? "no token");
      await anna.send({ type: "Password", old: wrong, password: second, id: "1" });
      await anna.nextOf("Error");
      await anna.send({ type: "Password", old: first, password: second, id: "2" });
      await anna.nextOf("Ack");
      await using again = await RawClient.connect(port);
      await again.send({ type: "Login", username: "Anna", password: wrong });
      await again.nextError("auth_failed");
      await again.send({ type: "Login", username: "Anna", password: second });
      secrets.push((await again.next("Welcome")).device ?? "no token");
      await using lines = await RawClient.connect(port);
      await lines.write(`Lena\n/register ${inLines}\n`);
      await lines.line();
      await again.send({ type: "Broadcast", content: "the last word", id: "3" });
      await again.nextOf("Ack");
      assertEquals(await server.end("SIGTERM", 30_000), 0);
      log = server.stderr;
    }
    assert(log.includes("Anna"));
    let searched = 0;
    for await (const { name, isFile } of Deno.readDir(directory)) {
      if (!isFile) continue;
      const bytes = await Deno.readFile(`${directory}/${name}`);
      searched += bytes.length;
      // Byte by byte as one character each.
      const text = new TextDecoder("latin1").decode(bytes);
      for (const secret of secrets) {
        for (const form of [secret, btoa(secret), secret.replaceAll(" ", "%20")]) {
          assert(!text.includes(form), `'${form}' is in ${name}`);
        }
      }
    }
    assert(searched > 1_000);
    for (const secret of secrets) assert(!log.includes(secret), `'${secret}' is in the log`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
