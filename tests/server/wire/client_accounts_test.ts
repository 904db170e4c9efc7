/**
 * The headless client against a scripted server: proving who it is, once with a password and then with its token.
 *
 * @module
 */

import {
  ChatError,
  ClosedError,
  connect,
  type ServerMessage,
  type Welcome,
} from "../../../server/wire/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { within } from "../../harness.ts";
import { Events, type Peer, ScriptedServer } from "./scripted_server.ts";

const WELCOME: Welcome = {
  type: "Welcome",
  username: "Anna",
  rooms: ["lobby"],
  server: "scripted/0",
  protocol: 1,
  durability: "none",
  accounts: "open",
};
const PROVED: Welcome = { ...WELCOME, account: true, device: "the token", deviceId: "d1" };

/** Everything that a client sends until its connection ends. */
async function wordsOf(peer: Peer): Promise<string> {
  const words: string[] = [];
  for (;;) {
    const body = await peer.raw.body().catch(() => undefined);
    if (body === undefined) return words.join("\n");
    words.push(new TextDecoder().decode(body));
  }
}

Deno.test("a password is shown once: after a break the token is shown that was given for it", async () => {
  using server = new ScriptedServer();
  const options = { password: "correct horse", deviceName: "laptop" };
  await using anna = connect({ port: server.port, name: "anna", ...options });
  {
    await using peer = await server.accept();
    const login = await peer.hears("Login");
    assertEquals([login.password, login.deviceName, login.device], [
      "correct horse",
      "laptop",
      undefined,
    ]);
    await peer.says(PROVED);
    assertEquals((await anna.online()).device, "the token");
  }
  await using peer = await server.accept();
  const login = await peer.hears("Login");
  assertEquals([login.username, login.device, login.password], ["Anna", "the token", undefined]);
});

Deno.test("a password that was taken without a token being given is not shown again either", async () => {
  using server = new ScriptedServer();
  await using anna = connect({ port: server.port, name: "Anna", password: "correct horse" });
  {
    await using peer = await server.accept();
    await peer.hears("Login");
    await peer.says(WELCOME);
    await anna.online();
  }
  await using peer = await server.accept();
  const login = await peer.hears("Login");
  assertEquals([login.device, login.password], [undefined, undefined]);
});

Deno.test("a password is shown again when nobody answered it", async () => {
  using server = new ScriptedServer();
  await using _anna = connect({ port: server.port, name: "Anna", password: "correct horse" });
  {
    await using peer = await server.accept();
    await peer.hears("Login");
  }
  await using peer = await server.accept();
  assertEquals((await peer.hears("Login")).password, "correct horse");
});

for (const secret of [{ password: "wrong" }, { device: "revoked" }, {}]) {
  const what = Object.keys(secret)[0] ?? "nothing";
  Deno.test(`a login with ${what} that is refused ends the client, though the server waits for more`, async () => {
    using server = new ScriptedServer();
    await using anna = connect({ port: server.port, name: "Anna", ...secret });
    await using peer = await server.accept();
    await peer.hears("Login");
    await peer.says({ type: "Error", code: "auth_failed", msg: "It does not fit." });
    const error = await assertRejects(within(anna.online(), "the refusal"), ChatError);
    assertEquals([error.code, error.message], ["auth_failed", "It does not fit."]);
    assertEquals(anna.status, { kind: "closed", reason: "It does not fit." });
    assertEquals(await wordsOf(peer), "");
  });
}

Deno.test("a token that is refused after a break ends the client, and what waits is told", async () => {
  using server = new ScriptedServer();
  await using anna = connect({ port: server.port, name: "Anna", device: "the token" });
  {
    await using peer = await server.accept();
    assertEquals((await peer.hears("Login")).device, "the token");
    await peer.says({ ...WELCOME, account: true });
    await anna.online();
  }
  const said = assertRejects(anna.say("hello"), ClosedError);
  await using peer = await server.accept();
  await peer.hears("Login");
  await peer.says({ type: "Error", code: "auth_failed", msg: "It does not fit." });
  assertEquals((await said).message, "It does not fit.");
  assertEquals(anna.status.kind, "closed");
});

Deno.test("who tries too many passwords is told, and tries no further by itself", async () => {
  using server = new ScriptedServer();
  await using anna = connect({ port: server.port, name: "Anna", password: "guess" });
  await using peer = await server.accept();
  await peer.hears("Login");
  await peer.says({ type: "Error", code: "rate_limited", msg: "Wait.", wait: 20_000 });
  assertEquals((await assertRejects(anna.online(), ChatError)).code, "rate_limited");
});

Deno.test("with `register` the first login makes the account", async () => {
  using server = new ScriptedServer();
  const options = { password: "correct horse", register: true };
  await using anna = connect({ port: server.port, name: "Anna", ...options });
  {
    await using peer = await server.accept();
    const asked: unknown = await peer.hears("Register");
    assertEquals(asked, { type: "Register", username: "Anna", password: "correct horse" });
    await peer.says(PROVED);
    await anna.online();
  }
  await using peer = await server.accept();
  assertEquals((await peer.hears("Login")).device, "the token");
});

Deno.test("an account that was made before the connection broke is logged in to", async () => {
  using server = new ScriptedServer();
  const options = { password: "correct horse", register: true };
  await using anna = connect({ port: server.port, name: "Anna", ...options });
  {
    await using peer = await server.accept();
    await peer.hears("Register");
  }
  {
    await using peer = await server.accept();
    await peer.hears("Register");
    await peer.says({ type: "Error", code: "name_taken", msg: "It has an account." });
  }
  await using peer = await server.accept();
  assertEquals((await peer.hears("Login")).password, "correct horse");
  await peer.says(PROVED);
  assertEquals((await within(anna.online(), "the login")).account, true);
});

Deno.test("the account of somebody else is not logged in to by `register`", async () => {
  using server = new ScriptedServer();
  const options = { password: "correct horse", register: true };
  await using anna = connect({ port: server.port, name: "Anna", ...options });
  await using peer = await server.accept();
  await peer.hears("Register");
  await peer.says({ type: "Error", code: "name_taken", msg: "It has an account." });
  assertEquals((await assertRejects(anna.online(), ChatError)).code, "name_taken");
});

Deno.test("register() makes a guest's name an account, and the connection goes on", async () => {
  using server = new ScriptedServer();
  await using anna = connect({ port: server.port, name: "anna" });
  const events = new Events(anna);
  {
    await using peer = await server.accept();
    await peer.hears("Login");
    await peer.says(WELCOME);
    const made = anna.accounts.register("correct horse", "laptop");
    const { id, username, deviceName } = await peer.hears("Register");
    assertEquals([username, deviceName], ["Anna", "laptop"]);
    await peer.says(
      { ...PROVED, re: id, session: "of the account" },
      { type: "Notice", msg: "Welcome among us." },
    );
    assertEquals((await within(made, "register()")).device, "the token");
    assert(anna.status.kind === "online" && anna.status.welcome.account === true);
    assertEquals((await events.next())?.type, "Welcome");
    assertEquals((await events.next())?.type, "Notice", "what answers a call is no event");
  }
  await using peer = await server.accept();
  const login = await peer.hears("Login");
  assertEquals([login.device, login.password, login.session], [
    "the token",
    undefined,
    "of the account",
  ]);
});

Deno.test("a guest who is renamed comes back under the new name, and knows its words by it", async () => {
  using server = new ScriptedServer();
  await using anna = connect({ port: server.port, name: "Anna" });
  const events = new Events(anna);
  {
    await using peer = await server.accept();
    await peer.hears("Login");
    await peer.says(WELCOME, { type: "Renamed", username: "Anna-2", msg: "It has an owner now." });
    while ((await events.next())?.type !== "Renamed");
    assertEquals(anna.name, "Anna-2");
    const said = anna.say("hello");
    const { id, content } = await peer.hears("Broadcast");
    const echo = { room: "lobby", seq: 1, from: "Anna-2", content, at: 1, id };
    await peer.says({ type: "NewMessage", ...echo });
    while ((await events.next())?.type !== "NewMessage");
    await peer.raw.close();
    assertEquals((await within(said, "what followed from the echo")).seq, 1);
  }
  await using peer = await server.accept();
  assertEquals((await peer.hears("Login")).username, "Anna-2");
});

Deno.test("what is asked about accounts is asked once: not after a break, and not when it is refused", async () => {
  using server = new ScriptedServer();
  await using anna = connect({ port: server.port, name: "Anna", device: "the token" });
  {
    await using peer = await server.accept();
    await peer.hears("Login");
    await peer.says(PROVED);
    const early = assertRejects(
      anna.accounts.changePassword("old secret", "new secret"),
      ChatError,
    );
    const { id } = await peer.hears("Password");
    const refusal: ServerMessage = { type: "Error", re: id, code: "rate_limited", msg: "Wait." };
    await peer.says(refusal);
    assertEquals((await within(early, "the refusal")).code, "rate_limited");
    const unknown = assertRejects(
      anna.accounts.changePassword("old secret", "new secret"),
      ChatError,
    );
    const { id: next } = await peer.hears("Password");
    await peer.says({ type: "Error", re: next, code: "unknown", msg: "The disk failed." });
    assertEquals((await within(unknown, "the refusal")).code, "unknown");
    const broken = assertRejects(
      anna.accounts.changePassword("old secret", "new secret"),
      ClosedError,
    );
    await peer.hears("Password");
    await peer.raw.close();
    assertEquals((await within(broken, "the break")).unknown, true);
  }
  const peer = await server.accept();
  await peer.hears("Login");
  await peer.says(PROVED);
  await within(anna.online(), "the login");
  await anna.close();
  assertEquals((await wordsOf(peer)).includes("secret"), false);
  await peer.raw.close();
});

Deno.test("an operator asks for all accounts page by page, and each call says what it is", async () => {
  using server = new ScriptedServer();
  await using root = connect({ port: server.port, name: "root", operator: "the operator's token" });
  await using peer = await server.accept();
  await peer.hears("Login");
  await peer.says(WELCOME);
  const entry = (name: string) =>
    ({ name, role: "user", created: 1, devices: 0, online: false }) as const;
  const listed = root.accounts.list();
  const first = await peer.hears("Accounts");
  await peer.says({ type: "AccountList", re: first.id, accounts: [entry("anna")], more: true });
  const second = await peer.hears("Accounts");
  assertEquals(second.after, "anna");
  await peer.says({ type: "AccountList", re: second.id, accounts: [entry("ben")] });
  assertEquals((await listed).accounts.map(({ name }) => name), ["anna", "ben"]);

  const calls = [
    [() => root.accounts.add("carl", "correct horse", "operator"), "AddAccount", {
      username: "carl",
      password: "correct horse",
      role: "operator",
    }],
    [() => root.accounts.setPassword("carl", "another one"), "SetPassword", {
      username: "carl",
      password: "another one",
    }],
    [() => root.accounts.setRole("carl", "user"), "SetRole", { username: "carl", role: "user" }],
    [() => root.accounts.remove("carl"), "RemoveAccount", { username: "carl" }],
    [() => root.accounts.revokeDevice("d1"), "RevokeDevice", { device: "d1" }],
  ] as const;
  for (const [call, type, fields] of calls) {
    const done = call();
    const { id, ...asked } = await peer.hears(type);
    assertEquals(asked as unknown, { type, ...fields });
    await peer.acks({ id }, 0);
    await done;
  }
});
