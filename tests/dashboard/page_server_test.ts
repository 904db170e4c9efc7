/**
 * The page server over real HTTP and a real WebSocket: what is given, and what is refused.
 *
 * @module
 */

import { get } from "node:http";
import { connect as tcp } from "node:net";
import type { Second, Told } from "../../observe/dashboard/page_messages.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { within } from "../harness.ts";
import {
  authorizationWith,
  PAGE_PROTOCOL,
  protocolsWith,
  sealOf,
} from "../../observe/dashboard/token.ts";
import { BarePage } from "./bare_page.ts";
import { setStage, type Stage } from "./stage.ts";

/** Bytes of a file on its way to a browser. */
function compressedBytes(url: string): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  get(url, { headers: { "accept-encoding": "gzip, deflate, br" } }, (answer) => {
    let bytes = 0;
    answer.on("data", (chunk: Uint8Array) => bytes += chunk.length);
    answer.on("end", () => resolve(bytes));
  });
  return within(promise, url);
}

/** Sends bytes as they are and gives the status that comes back. */
function rawStatus(origin: string, head: string): Promise<number> {
  const { hostname, port } = new URL(origin);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const socket = tcp(Number(port), hostname, () => socket.write(`${head}\r\n\r\n`));
  let text = "";
  socket.on("data", (bytes) => {
    text += bytes;
    const [, status] = /^HTTP\/1\.\d (\d+)/.exec(text) ?? [];
    if (status === undefined) return;
    socket.destroy();
    resolve(Number(status));
  });
  socket.on("error", reject);
  return within(promise, "an answer");
}

Deno.test("the page's files come small, checked by a strict policy, and once", async () => {
  await using stage = await setStage();
  let bytes = 0;
  for (const path of ["/", "/page.js", "/page.css", "/icon.svg"]) {
    const answer = await fetch(`${stage.origin}${path}`);
    await answer.body?.cancel();
    assertEquals(answer.status, 200);
    const policy = answer.headers.get("content-security-policy") ?? "";
    assert(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"), policy);
    assert(!policy.includes("unsafe"), policy);
    const etag = answer.headers.get("etag") ?? "";
    const again = await fetch(`${stage.origin}${path}`, { headers: { "if-none-match": etag } });
    assertEquals(again.status, 304);
    bytes += await compressedBytes(`${stage.origin}${path}`);
  }
  assert(bytes > 10_000 && bytes < 100_000, `${bytes} bytes in all`);
  const none = await fetch(`${stage.origin}/hub.ts`);
  assertEquals([none.status, await none.text()], [404, "There is no such page.\n"]);
});

Deno.test("without the token there is no WebSocket, and with it only from the own page", async () => {
  await using stage = await setStage();
  const { origin, token } = stage;
  const right = protocolsWith(token);
  const wrong: [Record<string, string>, string[]][] = [
    [{ origin }, []],
    [{ origin }, [PAGE_PROTOCOL]],
    [{ origin }, [PAGE_PROTOCOL, token]],
    [{ origin }, [PAGE_PROTOCOL, `key.${token}`]],
    [{ origin }, [PAGE_PROTOCOL, `key.${sealOf(token)}`]],
    [{ origin }, protocolsWith(token.slice(1))],
    [{ origin }, protocolsWith("x".repeat(43))],
    [{ origin, cookie: `chat-dashboard=${token}; token=${token}` }, [PAGE_PROTOCOL]],
    [{ origin: "http://evil.example" }, right],
    [{}, right],
  ];
  for (const [headers, protocols] of wrong) {
    const page = new BarePage(origin, headers, protocols);
    await assertRejects(within(page.opened.promise, "a refusal"), Error);
  }
  // The link opens as many pages as are wanted.
  await using _first = await BarePage.open(stage);
  await using second = await BarePage.open(stage);
  await second.told((one) => one.type === "hello" ? one : undefined, "hello");
  assertEquals(second.seal, sealOf(token));
});

Deno.test("the link names the address that was taken, and no name that somebody else may hear as well", async () => {
  await using stage = await setStage({ hostname: "localhost" });
  assert(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/.test(stage.origin), stage.origin);
  await using _page = await BarePage.open(stage);
});

Deno.test("a page is told whether its token is the right one", async () => {
  await using stage = await setStage();
  for (const [token, status] of [[stage.token, 400], ["x".repeat(43), 401]] as const) {
    const headers = { authorization: authorizationWith(token) };
    const answer = await fetch(`${stage.origin}/socket`, { headers });
    await answer.body?.cancel();
    assertEquals(answer.status, status);
  }
});

Deno.test("a request for another host is refused, whatever it asks for", async () => {
  await using stage = await setStage();
  const { host } = new URL(stage.origin);
  assertEquals(await rawStatus(stage.origin, `GET / HTTP/1.1\r\nhost: ${host}`), 200);
  for (const path of ["/", "/page.js", "/files/x", "/socket"]) {
    const head = `GET ${path} HTTP/1.1\r\nhost: rebound.example:${new URL(stage.origin).port}`;
    assertEquals(await rawStatus(stage.origin, head), 403, path);
  }
  assertEquals(await rawStatus(stage.origin, "GET / HTTP/1.0"), 403);
});

Deno.test("every answer is one that no browser frames, guesses the type of, or keeps", async () => {
  await using stage = await setStage();
  const { origin, token } = stage;
  const authorization = authorizationWith(token);
  const asked: readonly (readonly [string, RequestInit, number])[] = [
    ["/", {}, 200],
    ["/none", {}, 404],
    ["/", { method: "DELETE" }, 405],
    ["/socket", { headers: { authorization } }, 400],
    ["/socket", {}, 401],
    ["/files/x", {}, 404],
    ["/files/x", { method: "POST", body: "x", headers: { origin } }, 404],
    ["/files/x", { method: "POST", body: "x", headers: { origin: "http://evil.example" } }, 403],
  ];
  for (const [path, init, status] of asked) {
    const answer = await fetch(`${origin}${path}`, init);
    await answer.body?.cancel();
    const header = (name: string) => answer.headers.get(name) ?? "";
    assertEquals(answer.status, status, path);
    assert(header("content-security-policy").includes("frame-ancestors 'none'"), path);
    assertEquals(header("x-content-type-options"), "nosniff", path);
    assertEquals(header("referrer-policy"), "no-referrer", path);
    assertEquals(answer.headers.get("set-cookie"), null, path);
    assertEquals(header("cache-control"), status === 200 ? "no-cache" : "no-store", path);
  }
});

Deno.test("a page hears what is said, says something, and reads what was before", async () => {
  await using stage = await setStage({ rooms: ["kitchen"] });
  const anna = await stage.enter("Anna");
  await anna.say("before");
  await using page = await BarePage.open(stage);
  const hello = await page.told((one) => one.type === "hello" ? one : undefined, "hello");
  assertEquals([hello.me, hello.link.kind], ["Reader", "online"]);
  page.send({ type: "say", id: "p1", room: "lobby", content: "from the page" });
  const said = await page.answer("p1");
  assertEquals([said.kind, said.kind === "said" && said.seq], ["said", 2]);
  for await (const event of anna) {
    if (event.type !== "NewMessage" || event.seq !== 2) continue;
    assertEquals([event.from, event.content], ["Reader", "from the page"]);
    break;
  }
  await anna.say("Reader: hello");
  const line = await page.told((one) => {
    const events = one.type === "chat" ? one.events : [];
    return events.find((event) => event.kind === "line" && event.seq === 3);
  }, "Anna's answer");
  assert(line.kind === "line" && line.mention && line.from === "Anna");
  page.send({ type: "history", id: "p2", room: "lobby", limit: 10 });
  const history = await page.answer("p2");
  assert(history.kind === "page");
  assertEquals(history.lines.map(({ content }) => content), [
    "before",
    "from the page",
    "Reader: hello",
  ]);
  page.send({ type: "whisper", id: "p3", to: "Nobody", content: "x" });
  assertEquals((await page.answer("p3")).kind, "refused");
  page.send({ type: "leave", id: "p4", room: "kitchen" });
  assertEquals(await page.answer("p4"), { kind: "done" });
});

Deno.test("figures are exact: users online, messages said and delivered, bytes of each user", async () => {
  await using stage = await setStage();
  const clients = await Promise.all(["Anna", "Ben", "Chidi"].map((name) => stage.enter(name)));
  await using page = await BarePage.open(stage);
  const seconds = async (enough: (all: readonly Second[]) => boolean): Promise<Second[]> => {
    const all: Second[] = [];
    let seen = 0;
    await page.told((one) => {
      if (one.type !== "seconds") return undefined;
      for (const second of one.seconds) {
        if (second.at > seen) all.push(second);
        seen = Math.max(seen, second.at);
      }
      return enough(all) ? true : undefined;
    }, "figures");
    return all;
  };
  // Two reports are needed before anything can be called new.
  const before = await seconds((all) => all.filter(({ server }) => server).length > 0);
  const said = (all: readonly Second[]) =>
    all.reduce((sum, { server }) => sum + (server?.taken ?? 0), 0);
  assertEquals(said(before), 0);
  const anna = clients[0];
  for (let i = 0; i < 37; i++) await anna?.say(`message ${i}`);
  const after = await seconds((all) => said(all) >= 37);
  assertEquals(said(after), 37);
  assertEquals(after.reduce((sum, { server }) => sum + (server?.delivered ?? 0), 0), 37 * 4);
  assertEquals(after.at(-1)?.users, 4);
  const people = new Map(after.at(-1)?.people.map((one) => [one.name, one]));
  assertEquals([...people.keys()].sort(), ["Anna", "Ben", "Chidi", "Reader"]);
  const inspected = await connectionBytes(stage);
  assertEquals(people.get("Anna")?.fromTotal, inspected);
});

/** What the server read from Anna. */
async function connectionBytes(stage: Stage): Promise<number | undefined> {
  const { connect } = await import("../../server/wire/mod.ts");
  await using operator = connect({
    port: stage.server.port,
    name: "Operator",
    operator: "a token for this stage only",
  });
  await operator.online();
  return (await operator.inspect()).connections.find(({ user }) => user === "Anna")?.bytesIn;
}

Deno.test("a page that sends what no page sends is closed, and the others stay", async () => {
  await using stage = await setStage();
  await using good = await BarePage.open(stage);
  // The reason is told in closing, and a reason has at most 123 bytes.
  const longField = `{"type":"rooms","id":"1","${"é".repeat(1_000)}":1}`;
  for (const data of ["{", '{"type":"say","id":"1"}', "x".repeat(100_000), longField]) {
    const page = await BarePage.open(stage);
    page.send(data);
    assertEquals((await within(page.closed.promise, "the end")).code, 4_400);
  }
  good.send({ type: "rooms", id: "r" });
  assertEquals((await good.answer("r")).kind, "rooms");
});

Deno.test("a page that asks too much at once is told to wait", async () => {
  await using stage = await setStage();
  await using page = await BarePage.open(stage);
  for (let i = 0; i < 300; i++) page.send({ type: "rooms", id: `r${i}` });
  const answer = await page.answer("r299");
  assert(answer.kind === "refused" && answer.sentence.includes("too much"));
  assertEquals((await page.answer("r0")).kind, "rooms");
});

Deno.test("of a server that is away no figures are told", async () => {
  await using stage = await setStage();
  await using page = await BarePage.open(stage);
  const second = (isThere: boolean) => (one: Told) => {
    const last = one.type === "seconds" ? one.seconds.at(-1) : undefined;
    return last !== undefined && (last.users !== undefined) === isThere ? last : undefined;
  };
  await page.next(second(true), "a second of the server");
  await stage.server[Symbol.asyncDispose]();
  const { server, people } = await page.next(second(false), "a second without it");
  assertEquals([server, people], [undefined, []]);
});

Deno.test("what is no WebSocket's opening is refused as such", async () => {
  await using stage = await setStage();
  const { hostname, port, host, origin } = new URL(stage.origin);
  const socket = tcp(Number(port), hostname);
  const answered = Promise.withResolvers<string>();
  socket.once("data", (bytes) => answered.resolve(String(bytes)));
  const head = [
    "GET /socket HTTP/1.1",
    `host: ${host}`,
    `origin: ${origin}`,
    `sec-websocket-protocol: ${protocolsWith(stage.token).join(", ")}`,
    "upgrade: websocket",
    "connection: upgrade",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  const answer = await within(answered.promise, "an answer");
  assert(answer.startsWith("HTTP/1.1 400 "), answer);
  socket.destroy();
});

/** A WebSocket message as a browser sends it, masked with zeros. */
function masked(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array([0x81, 0x80 | bytes.length, 0, 0, 0, 0, ...bytes]);
}

Deno.test("a page that asks and never reads is closed before its answers fill the memory", async () => {
  await using stage = await setStage();
  const { hostname, port, host, origin } = new URL(stage.origin);
  const socket = tcp(Number(port), hostname);
  const refused = Promise.withResolvers<void>();
  // Whoever is closed while bytes of theirs lie unread is told by a reset.
  socket.on("error", () => refused.resolve());
  const head = [
    "GET /socket HTTP/1.1",
    `host: ${host}`,
    `origin: ${origin}`,
    `sec-websocket-protocol: ${protocolsWith(stage.token).join(", ")}`,
    "upgrade: websocket",
    "connection: upgrade",
    "sec-websocket-version: 13",
    `sec-websocket-key: ${"A".repeat(22)}==`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  const upgraded = Promise.withResolvers<void>();
  socket.once("data", () => upgraded.resolve());
  await within(upgraded.promise, "the WebSocket");
  socket.pause();
  const question = masked('{"type":"rooms","id":"1"}');
  const questions = new Uint8Array(question.length * 1_000);
  for (let at = 0; at < questions.length; at += question.length) questions.set(question, at);
  // More answers than all buffers on the way to it can hold.
  for (let i = 0; i < 100; i++) {
    if (socket.destroyed) break;
    await within(new Promise((written) => socket.write(questions, () => written(0))), "a write");
  }
  let end = "";
  socket.on("data", (bytes) => {
    end = (end + bytes).slice(-100_000);
    if (end.includes("does not read.")) refused.resolve();
  });
  socket.resume();
  await within(refused.promise, "the refusal");
  socket.destroy();
});
