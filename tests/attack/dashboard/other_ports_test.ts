/**
 * Another user of the machine has a web server on another port of the page's address, and the reader is lured there. Ports
 * make no difference to cookies: whatever the browser sends there must open nothing here.
 *
 * @module
 */

import { connect as tcp } from "node:net";
import { assert, assertEquals } from "../../assert.ts";
import { CHROMIUM, look, setStage } from "../../dashboard/stage.ts";
import { within } from "../../harness.ts";
import { testWith } from "../../skips.ts";

/** Headers that a thief writes as he needs them. */
const OWN = /^(host|origin|connection|upgrade|sec-(fetch|websocket)-.*|content-.*|accept.*)$/;

/** What asks for a WebSocket, besides the first line. */
const UPGRADE = [
  "connection: upgrade",
  "upgrade: websocket",
  "sec-websocket-version: 13",
  `sec-websocket-key: ${"A".repeat(22)}==`,
];

/** What browsers sent to a port of somebody else. */
interface Thief extends AsyncDisposable {
  readonly url: string;
  /** Settles when the lured page has asked for more by itself, which a browser takes for the same site. */
  readonly lured: Promise<void>;
  /** As `name: value`, each once. */
  readonly stolen: ReadonlySet<string>;
}

function lure(): Thief {
  const stolen = new Set<string>();
  const lured = Promise.withResolvers<void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    for (const [name, value] of request.headers) stolen.add(`${name}: ${value}`);
    if (new URL(request.url).pathname === "/again") lured.resolve();
    const headers = { "content-type": "text/html" };
    return new Response("<script>fetch('/again', { method: 'POST' })</script>", { headers });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    lured: lured.promise,
    stolen,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Sends a request as it is and gives the status that comes back. */
async function statusOf(origin: string, head: readonly string[]): Promise<number> {
  const { hostname, port, host } = new URL(origin);
  const answered = Promise.withResolvers<string>();
  const socket = tcp(Number(port), hostname);
  socket.on("error", answered.reject);
  socket.once("data", (bytes) => answered.resolve(String(bytes)));
  socket.write([...head, `host: ${host}`, `origin: ${origin}`, "", ""].join("\r\n"));
  const answer = await within(answered.promise, "an answer");
  socket.destroy();
  return Number(answer.split(" ")[1]);
}

testWith([CHROMIUM], "what a browser sends to other ports of the host opens nothing", async () => {
  await using stage = await setStage();
  await using thief = lure();
  await using browser = await look(stage.dashboard.url);
  const { page } = browser;
  await page.getByLabel("Message", { exact: true }).waitFor();
  const other = await page.context().newPage();
  await other.goto(`data:text/html,<a href="${thief.url}">look</a>`);
  await other.getByText("look").click();
  await within(thief.lured, "the lured page");
  const stolen = [...thief.stolen].filter((line) => !OWN.test(line.split(":")[0] ?? ""));
  const { origin, token } = stage;
  assertEquals(await statusOf(origin, ["GET /socket HTTP/1.1", ...UPGRADE, ...stolen]), 401);
  assertEquals(await statusOf(origin, ["GET /socket HTTP/1.1", ...stolen]), 401);
  assertEquals(await statusOf(origin, ["GET /files/x HTTP/1.1", ...stolen]), 404);
  assert(!stolen.some((line) => line.includes(token.slice(0, 22))), stolen.join("\n"));
  assertEquals(await page.context().cookies(), []);
});
