/**
 * One address under attack by limits: whoever comes from one place takes none from the others.
 *
 * @module
 */

import { ADDRESS_GUESSES_BURST, GUESS_ANSWER_MS } from "../../../server/addresses/limits.ts";
import { assert, assertEquals } from "../../assert.ts";
import { RawClient, startServer, type TestServer } from "../../harness.ts";
import { eventually } from "../../server/durable/place.ts";
import { exchange, startWeb, WebClient } from "../../server/http/web.ts";

const TOKEN = "the operator's token";

/** From another address than that of `TestServer.connect`. */
async function connectFromIPv6({ port }: TestServer): Promise<RawClient> {
  const client = new RawClient(await Deno.connect({ hostname: "::1", port }));
  client.startReading();
  return client;
}

Deno.test("one address does not take every place: it is told, in both ways of speaking, and others come in", async () => {
  const limits = { connectionsMax: 10, addressConnectionsMax: 3 };
  await using server = startServer({ hostname: "::", limits, exempt: [] });
  await using clients = new AsyncDisposableStack();
  for (let n = 0; n < 3; n++) clients.use(await server.connect());
  await using frames = await server.connect();
  await frames.send({ type: "Login", username: "Mal" });
  assert(/At most 3 may be connected from your address/.test((await frames.nextError("busy")).msg));
  await frames.expectEnd();
  await using text = await server.connect();
  await text.write("Mal\n");
  await text.expectLines("[Server] At most 3 may be connected from your address at once.");
  await text.expectEnd();
  assertEquals((await server.event("crowded")).why, "too_many");
  assertEquals(
    server.events.filter(({ kind }) => kind === "crowded").length,
    1,
    "told once for both",
  );

  await using anna = await connectFromIPv6(server);
  await anna.send({ type: "Login", username: "Anna" });
  await anna.next("Welcome");
});

Deno.test("a place that an address gives back can be taken again from there", async () => {
  await using server = startServer({ limits: { addressConnectionsMax: 1 }, exempt: [] });
  const first = await server.frames("Anna");
  await first.close();
  await server.event("left");
  await using again = await server.frames("Anna");
  await again.expectNothing();
});

Deno.test("connections that come too fast are told how long to wait", async () => {
  const limits = { addressConnectsPerSecond: 0.001, addressConnectsBurst: 2 };
  await using server = startServer({ limits, exempt: [] });
  for (let n = 0; n < 2; n++) await (await server.connect()).close();
  await using third = await server.connect();
  await third.send({ type: "Login", username: "Mal" });
  assert(((await third.nextError("busy")).wait ?? 0) > 1_000);
});

Deno.test("logins that come too fast are told how long to wait; who is in stays", async () => {
  const limits = { addressLoginsPerSecond: 0.001, addressLoginsBurst: 2 };
  await using server = startServer({ limits, exempt: [] });
  await using anna = await server.frames("Anna");
  await using ben = await server.frames("Ben");
  await using third = await server.connect();
  await third.send({ type: "Login", username: "Mal", id: "l" });
  const { re, wait } = await third.nextError("rate_limited");
  assertEquals([re, (wait ?? 0) > 1_000], ["l", true]);
  await third.expectEnd();
  await anna.next("UserJoined");
  await ben.expectNothing();
});

Deno.test("20 names of one address put no more into a room than its limit, and each is told or kept", async () => {
  const limits = { addressRoomMessagesPerSecond: 0.001, addressRoomMessagesBurst: 60 };
  await using server = startServer({ limits, exempt: [] });
  await using clients = new AsyncDisposableStack();
  const names: RawClient[] = [];
  for (let n = 0; n < 20; n++) names.push(clients.use(await server.frames(`mal${n}`)));
  const answers = names.map(async (client) => {
    const says = Array.from(
      { length: 25 },
      (_, n) => ({ type: "Broadcast", content: "!", id: `${n}` }),
    );
    await client.send(...says);
    let [kept, refused] = [0, 0];
    while (kept + refused < 25) {
      const message = await client.message();
      if (message.type === "Ack") kept++;
      if (message.type === "Error") refused++;
    }
    return kept;
  });
  const kept = (await Promise.all(answers)).reduce((sum, one) => sum + one, 0);
  assertEquals(kept, 60);
});

Deno.test("a plain relay slows one address as a whole, and loses none of its lines", async () => {
  const limits = { addressMessagesPerSecond: 100, addressMessagesBurst: 1 };
  await using server = startServer({ hostname: "::", anonymous: true, limits, exempt: ["::1"] });
  await using anna = await connectFromIPv6(server);
  await anna.write("hello\n");
  await anna.expectLines("hello");
  await using one = await server.connect();
  await using other = await server.connect();
  const start = performance.now();
  const lines = Array.from({ length: 20 }, (_, n) => `${n}`);
  await Promise.all([one.write(lines.join("\n") + "\n"), other.write(lines.join("\n") + "\n")]);
  const came: string[] = [];
  while (came.length < 40) came.push(await anna.line());
  assertEquals(came.toSorted(), [...lines, ...lines].toSorted());
  assert(performance.now() - start >= 350, "39 lines after the first, one each 10 ms");
});

async function guess(server: TestServer, operator: string): Promise<string> {
  await using client = await server.connect();
  await client.send({ type: "Login", username: "Op", operator });
  const answer = await client.message();
  return answer.type === "Error" ? answer.code : answer.type;
}

Deno.test("guesses at the operator's token are answered late, told in the log, and soon not looked at", async () => {
  await using server = startServer({ operatorToken: TOKEN, exempt: [] });
  const start = performance.now();
  const guesses = Array.from({ length: 30 }, () => guess(server, "a guess, a guess"));
  const codes = await Promise.all(guesses);
  assert(performance.now() - start >= GUESS_ANSWER_MS);
  assertEquals(codes.filter((code) => code === "auth_failed").length, ADDRESS_GUESSES_BURST);
  assertEquals(codes.filter((code) => code === "rate_limited").length, 30 - ADDRESS_GUESSES_BURST);
  assertEquals(await guess(server, TOKEN), "rate_limited", "not even the right one");
  const told = server.events.filter(({ kind }) => kind === "guessed");
  assertEquals(told.length, 1, "one line for all of them");
  await using anna = await server.frames("Anna");
  await anna.expectNothing();
});

Deno.test("while an exempt address guesses, also its right token is looked at late, and taken", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  const start = performance.now();
  const guesses = Array.from({ length: 10 }, () => guess(server, "a guess, a guess"));
  await server.event("guessed");
  assertEquals(await guess(server, TOKEN), "Welcome");
  assert(performance.now() - start >= GUESS_ANSWER_MS, "no answer within a second tells anything");
  assertEquals(new Set(await Promise.all(guesses)), new Set(["auth_failed"]));
  await using anna = await server.frames("Anna");
  await anna.expectNothing();
});

Deno.test("a server that closes does not wait until a wrong token is answered", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using client = await server.connect();
  await client.send({ type: "Login", username: "Op", operator: "a guess, a guess" });
  await server.event("guessed");
  await server.server.close();
  await client.nextError("shutting_down");
});

Deno.test("connections that never log in take no place from who does, though they hold all of them", async () => {
  await using server = startServer({ limits: { connectionsMax: 3, loginMsMax: 60_000 } });
  await using strangers = new AsyncDisposableStack();
  for (let n = 0; n < 3; n++) strangers.use(await server.connect());
  const comes = async () => {
    await using anna = await server.connect();
    await anna.send({ type: "Login", username: "Anna" });
    return (await anna.message()).type === "Welcome" ? true : undefined;
  };
  await eventually(comes, "A place");
});

Deno.test("text clients that are silent longest go when places are short, with a sentence; the others stay", async () => {
  await using server = startServer({ limits: { connectionsMax: 3, silentTextMsMin: 1 } });
  await using tom = await server.text("Tom");
  await using tim = await server.text("Tim");
  await using anna = await server.frames("Anna");
  await tom.expectLines(
    "[Server] Tim has joined.",
    "[Server] Anna has joined.",
    "[Server] Others need a place, and you have said nothing for a while. Come back when you like.",
  );
  await tom.expectEnd();
  await tim.expectLines("[Server] Anna has joined.", "[Server] Tom has left.");
  assertEquals((await anna.next("UserLeft")).username, "Tom");
  await tom.close();
  const comes = async () => {
    await using ben = await server.connect();
    await ben.send({ type: "Login", username: "Ben" });
    return (await ben.message()).type === "Welcome" ? true : undefined;
  };
  await eventually(comes, "A place");
});

Deno.test("/healthz answers while many sockets ask slowly, or never finish asking", async () => {
  await using server = startWeb();
  const slow = await Promise.all(
    Array.from({ length: 100 }, () => Deno.connect({ port: server.web })),
  );
  for (const conn of slow) await conn.write(new TextEncoder().encode("GET /heal")).catch(() => 0);
  for (let n = 0; n < 50; n++) {
    const answer = await exchange(server.web, "GET /healthz HTTP/1.0\r\n\r\n");
    assert(answer.startsWith("HTTP/1.1 200 "), answer);
  }
  for (const conn of slow) conn.close();
});

Deno.test("who comes through a trusted proxy is limited by its own address, and by no other's", async () => {
  const limits = { addressConnectionsMax: 1 };
  await using server = startWeb({ limits, trustedProxies: ["127.0.0.0/8"] });
  const login = async (forwarded: string, username: string) => {
    const headers = { "X-Forwarded-For": forwarded };
    return await WebClient.open(server.web, headers, { type: "Login", username });
  };
  await using mal = await login("192.0.2.7", "Mal");
  await mal.nextOf("Welcome");
  await using second = await login("6.6.6.6, 192.0.2.7", "Second");
  await second.nextError("busy");
  await using anna = await login("192.0.2.8", "Anna");
  await anna.nextOf("Welcome");
  const { peer } = await server.event("joined", ({ user }) => user === "Anna");
  assert(peer.startsWith("192.0.2.8:"), peer);
});

Deno.test("a proxy that is not named is one address, whatever it says", async () => {
  await using server = startWeb({ limits: { addressConnectionsMax: 1 }, exempt: [] });
  await using mal = await WebClient.open(server.web, { "X-Forwarded-For": "192.0.2.7" });
  await mal.write(new Uint8Array(0));
  const late = await Deno.connect({ port: server.web });
  assertEquals(await late.read(new Uint8Array(1)).catch(() => null), null);
  late.close();
});

Deno.test("whoever has a /48 of IPv6 has ten times what an address has, and not 65,536 times", async () => {
  const limits = { addressConnectionsMax: 1, addressConnectsBurst: 100 };
  await using server = startWeb({ limits, trustedProxies: ["127.0.0.0/8"] });
  await using clients = new AsyncDisposableStack();
  const login = async (from: string, username: string) => {
    const headers = { "X-Forwarded-For": from };
    return clients.use(await WebClient.open(server.web, headers, { type: "Login", username }));
  };
  for (let n = 0; n < 10; n++) {
    await (await login(`2001:db8:5:${n}::1`, `mal${n}`)).nextOf("Welcome");
  }
  const refused = await (await login("2001:db8:5:ffff::1", "Mal")).nextOf("Error");
  assertEquals(refused.code, "busy");
  assert(/At most 10 may be connected from your network/.test(refused.msg), refused.msg);
  await (await login("2001:db8:6::1", "Anna")).nextOf("Welcome");
});

Deno.test("an address sends so many bytes a second, over however many connections; who is elsewhere does not wait", async () => {
  const limits = { addressBytesPerSecond: 100_000, addressBytesBurst: 10_000 };
  await using server = startServer({ hostname: "::", limits, exempt: ["::1"] });
  await using anna = await connectFromIPv6(server);
  await anna.send({ type: "Login", username: "Anna" });
  await anna.next("Welcome");
  const start = performance.now();
  let pings = 0;
  const flood = async (name: string) => {
    await using mallory = await server.frames(name);
    for (let n = 0; n < 3; n++) {
      await mallory.send({ type: "Ping", id: `${n}`, more: "x".repeat(10_000) });
      await mallory.nextOf("Pong");
    }
  };
  let flooding = true;
  const all = Promise.all(["m1", "m2", "m3"].map(flood)).finally(() => flooding = false);
  while (flooding) {
    await anna.send({ type: "Ping", id: "p" });
    await anna.nextOf("Pong");
    pings++;
  }
  await all;
  // What came last may be owed: 90 kB less a burst and three frames.
  assert(performance.now() - start >= 500, "90,000 bytes at 100,000 a second");
  assert(pings > 9, `${pings} pings of somebody else meanwhile`);
});
