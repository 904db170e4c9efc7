/**
 * The page at `/` and what it opens, asked by those whom it is not for: pages of other sites, names that lead here by a trick, another server
 * on the same machine, and whoever has a browser's cookie or a script's half of a secret alone.
 *
 * @module
 */

import { chatPage } from "../../../observe/dashboard/mod.ts";
import type { ServeOptions } from "../../../server/mod.ts";
import { encodeFrame, type Welcome } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer, type TestServer, within } from "../../harness.ts";
import { clientFrame, exchange, type Headers, opening, WebClient } from "../../server/http/web.ts";

const SOCKETS = ["/ws", "/ws?page", "/ws?bytes"];
const PASSWORD = "correct horse battery";
const REGISTERING = { type: "Register", username: "Anna", password: PASSWORD };

async function start(
  options: ServeOptions = {},
): Promise<TestServer & { readonly web: number }> {
  const page = await chatPage(options.accounts ?? "open");
  const server = startServer({ ...options, http: { page } });
  return Object.assign(server, { web: server.server.http?.port ?? 0 });
}

function statusOf(answer: string): number {
  return Number(answer.split(" ")[1]);
}

/** What opens a WebSocket, as far as its end: for what is refused. */
async function refused(web: number, path: string, headers: Headers): Promise<string> {
  const answer = await exchange(web, opening(web, headers, path));
  assert(!/^set-cookie:/im.test(answer), answer);
  return answer;
}

/** What was answered to a login. */
type Said = { readonly type: string } & Partial<Pick<Welcome, "device" | "session">> & {
  readonly code?: string;
};

/** A page's WebSocket with a cookie; and the cookie that it is given. */
async function enter(
  web: number,
  cookie: string | undefined,
  login: object,
): Promise<{ readonly cookie: string; readonly said: Said }> {
  await using client = await WebClient.openAt(web, "/ws?page", { Cookie: cookie });
  await client.send({ type: "Login", ...login });
  return { cookie: client.cookie, said: await client.message() as Said };
}

Deno.test("a page of another site, port or scheme opens no WebSocket, and is given no cookie", async () => {
  await using server = await start();
  const { web } = server;
  const others = [
    "https://evil.example",
    "null",
    `http://127.0.0.1:${web + 1}`,
    "http://127.0.0.1",
    `http://127.0.0.1:${web}.evil.example`,
    `http://localhost:${web}`,
    `http://127.0.0.1:${web}@evil.example`,
    `http://evil.example/http://127.0.0.1:${web}`,
    `ws://127.0.0.1:${web}`,
    "file://",
    "",
  ];
  for (const path of SOCKETS) {
    for (const Origin of others) {
      assertEquals(statusOf(await refused(web, path, { Origin })), 403, `${path} of ${Origin}`);
    }
    // Two origins would be two answers.
    const twice = opening(web, { Origin: `http://127.0.0.1:${web}` }, path)
      .replace("\r\n\r\n", "\r\nOrigin: https://evil.example\r\n\r\n");
    assertEquals(statusOf(await exchange(web, twice)), 400);
  }
});

Deno.test("a name of a stranger that leads to this machine is answered nothing of it", async () => {
  await using server = await start();
  const { web } = server;
  for (const host of ["evil.example", `evil.example:${web}`, "127.0.0.1.evil.example", "0.0.0.0"]) {
    for (const path of ["/", "/chat.js", "/sw.js", "/metrics", "/healthz", "/hooks/x"]) {
      const answer = await exchange(web, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      assertEquals(statusOf(answer), 421, `${path} of ${host}`);
    }
    for (const path of SOCKETS) {
      const answer = await refused(web, path, { Host: host, Origin: `http://${host}` });
      assertEquals(statusOf(answer), 421);
    }
  }
});

Deno.test("what another site can have a browser send without asking changes nothing here", async () => {
  await using server = await start();
  const { web } = server;
  const own = `Host: 127.0.0.1:${web}\r\nOrigin: https://evil.example\r\nCookie: chat-${web}=x\r\n`;
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    for (const path of ["/", "/ws", "/ws?page", "/ws?bytes", "/chat.js", "/metrics"]) {
      const body = `{"type":"Login","username":"Anna"}`;
      const head = `${method} ${path} HTTP/1.1\r\n${own}Content-Length: ${body.length}\r\n\r\n`;
      const answer = await exchange(web, head + body);
      assertEquals(statusOf(answer), 405, `${method} ${path}`);
      assert(!/^access-control-/im.test(answer), answer);
    }
  }
  for (const path of SOCKETS) {
    const answer = await exchange(web, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${web}\r\n\r\n`);
    assertEquals(statusOf(answer), 426);
    assert(!/^set-cookie:/im.test(answer));
  }
  await using anna = await server.frames("Anna");
  await anna.send({ type: "ListUsers", id: "l" });
  assertEquals((await anna.nextOf("UserList")).users.length, 1);
});

Deno.test("a cookie alone is nobody, and a sealed secret without its cookie, or at another port, opens nothing", async () => {
  await using server = await start({ accounts: "open" });
  await using other = await start({ accounts: "open" });
  const { web } = server;
  const { cookie, said } = await enter(web, undefined, REGISTERING);
  const { device = "" } = said;
  assert(device !== "" && cookie.startsWith(`chat-${web}=`), cookie);

  // With the cookie alone one is a stranger under a name that is taken.
  assertEquals((await enter(web, cookie, { username: "Anna" })).said.type, "Error");
  await using silent = await WebClient.openAt(web, "/ws?page", { Cookie: cookie });
  await silent.send({ type: "ListUsers" });
  await silent.nextError("login_required");
  // With the sealed token alone, at each way in.
  for (const path of SOCKETS.filter((one) => one !== "/ws?bytes")) {
    await using thief = await WebClient.openAt(web, path, {});
    await thief.send({ type: "Login", username: "Anna", device });
    await thief.nextError("auth_failed");
  }
  await using thief = await WebClient.openAt(web, "/ws?bytes", { Cookie: cookie });
  const bytes = encodeFrame({ type: "Login", username: "Anna", device });
  await thief.write(clientFrame(bytes, { op: 2 }));
  assert(new TextDecoder().decode((await thief.frame()).payload).includes("auth_failed"));

  // The cookie of one port is none at another, under its own name or the other's.
  assert((await enter(other.web, cookie, { username: "Eve" })).cookie !== cookie);
  const renamed = cookie.replace(`chat-${web}=`, `chat-${other.web}=`);
  const there = await enter(other.web, renamed, { username: "Anna", device });
  assertEquals([there.said.type, there.said.code], ["Error", "auth_failed"]);
  // Both halves are its owner.
  assertEquals((await enter(web, cookie, { username: "Anna", device })).said.type, "Welcome");
});

Deno.test("a key that somebody else has put into a browser gives that one nothing", async () => {
  await using server = await start();
  const { web } = server;
  // Cookies know no ports: whoever has another server here can set one.
  const planted = `chat-${web}=${"A".repeat(43)}`;
  await using anna = await WebClient.openAt(web, "/ws?page", { Cookie: planted });
  await anna.send({ type: "Login", username: "Anna" });
  assertEquals((await anna.message()).type, "Welcome");
  // Who planted it knows the key, and has no secret that it would open.
  const { said } = await enter(web, planted, { username: "Anna" });
  assertEquals(said.type, "Error");
});

Deno.test("secrets are told to nobody who only writes to the log", async () => {
  await using server = await start({ accounts: "open" });
  const { cookie, said } = await enter(server.web, undefined, REGISTERING);
  await within(server.event("left", ({ user }) => user === "Anna"), "the end");
  const log = JSON.stringify(server.events);
  const [, key = ""] = cookie.split("=");
  for (const secret of [PASSWORD, key, said.device ?? "none", said.session ?? "none"]) {
    assert(!log.includes(secret), log);
  }
});
