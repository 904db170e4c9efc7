/**
 * The port for Prometheus under the hands of strangers: half requests, many of them, and none at all.
 *
 * @module
 */

import { HttpPort } from "../../../cli/observe/http_port.ts";
import { parseRequest } from "../../../cli/observe/http_request.ts";
import { ASK_BYTES_MAX, ASKERS_MAX } from "../../../cli/observe/limits.ts";
import { openMetricsPort } from "../../../cli/observe/prometheus.ts";
import { assert, assertEquals } from "../../assert.ts";

const LOOPBACK = { hostname: "127.0.0.1", port: 0 };
const ASKED = "GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n";

/** Where a port says that it is. */
function addressOf(where: string): Deno.ConnectOptions {
  return { hostname: "127.0.0.1", port: Number(/:(?<port>\d+)\//.exec(where)?.groups?.["port"]) };
}

/** A connection that has said something. */
async function said(where: Deno.ConnectOptions, text: string): Promise<Deno.TcpConn> {
  const connection = await Deno.connect(where);
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  return connection;
}

/** All that comes until the other end closes; it may do so roughly. */
async function rest(connection: Deno.TcpConn): Promise<string> {
  let text = "";
  try {
    for await (const piece of connection.readable.pipeThrough(new TextDecoderStream())) {
      text += piece;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  return text;
}

async function answerTo(where: Deno.ConnectOptions, text: string): Promise<string> {
  return await rest(await said(where, text));
}

Deno.test("half requests in any number keep nobody from being answered, and the oldest are closed", async () => {
  await using port = openMetricsPort({ host: "127.0.0.1", port: 0 });
  const where = addressOf(port.where);
  const half: Deno.TcpConn[] = [];
  for (let count = 0; count < 3 * ASKERS_MAX; count++) {
    half.push(await said(where, "GET /metrics HTTP/1.1\r\n"));
  }
  const answer = await answerTo(where, ASKED);
  assert(answer.startsWith("HTTP/1.1 503 "), answer);
  // So many are closed already; the last ones may still wait.
  for (const old of half.splice(0, 2 * ASKERS_MAX)) assertEquals(await rest(old), "");
  for (const last of half) last.close();
});

Deno.test("half a request has a limit of time", async () => {
  const listener = Deno.listen(LOOPBACK);
  const answer = () => ({ status: 200, type: "text/plain", body: "" });
  await using _port = new HttpPort(listener, answer, 50);
  assertEquals(await answerTo({ ...LOOPBACK, port: listener.addr.port }, "GET /metr"), "");
});

Deno.test("who says what is no request is told so", async () => {
  await using port = openMetricsPort({ host: "127.0.0.1", port: 0 });
  const where = addressOf(port.where);
  const status = async (text: string) => (await answerTo(where, text)).slice(9, 12);
  assertEquals(await status(ASKED.replace("here", "a b")), "400");
  assertEquals(await status(`${"\x16\x03\x01\0".repeat(9)}\r\n\r\n`), "400");
  assertEquals(await status(`GET /${"a".repeat(ASK_BYTES_MAX)}`), "431");
  assertEquals(await status(`POST /metrics HTTP/1.1\r\nHost: h\r\n\r\n${"a".repeat(999)}`), "405");
  assertEquals(await status(ASKED), "503");
});

Deno.test("a request may come letter by letter", async () => {
  await using port = openMetricsPort({ host: "127.0.0.1", port: 0 });
  const connection = await said(addressOf(port.where), "");
  connection.setNoDelay(true);
  for (const letter of ASKED) await connection.write(new TextEncoder().encode(letter));
  assertEquals((await rest(connection)).slice(9, 12), "503");
});

Deno.test("a request is one line and its headers, with one host", () => {
  const asked = (line: string, ...headers: readonly string[]) =>
    parseRequest([line, ...headers, "", ""].join("\r\n"));
  const found = { method: "GET", path: "/metrics" };
  assertEquals(asked("GET /metrics?a=/b HTTP/1.1", "host: [::1]:9435", "Accept: */*"), found);
  assertEquals(asked("GET http://h:1/metrics HTTP/1.1", "Host:h:1"), found);
  assertEquals(asked("GET /metrics HTTP/1.0"), found);
  assertEquals(asked("GET http://h HTTP/1.1", "Host: h")?.path, "/");
  for (
    const bad of [
      ["GET /metrics HTTP/1.1"],
      ["GET /metrics HTTP/1.1", "Host: a", "Host: b"],
      ["GET /metrics HTTP/1.1", "Host: a/b"],
      ["GET /metrics HTTP/1.1", "Host: a", " folded"],
      ["GET /metrics HTTP/2", "Host: a"],
      ["GET /met rics HTTP/1.1", "Host: a"],
      ["GET", "Host: a"],
    ]
  ) assertEquals(parseRequest([...bad, "", ""].join("\r\n")), undefined, bad.join(" | "));
});

Deno.test("a machine without room for another connection answers as soon as there is some", async () => {
  const child = new Deno.Command("sh", {
    args: [
      "-c",
      'ulimit -n 256; exec "$0" run --no-check --no-prompt --allow-all "$1"',
      Deno.execPath(),
      new URL("metrics_child.ts", import.meta.url).pathname,
    ],
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const err = new Response(child.stderr).text();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const where = addressOf((await lines.read()).value ?? "");
  // There is room for three.
  const half: Deno.TcpConn[] = [];
  for (let count = 0; count < 9; count++) half.push(await said(where, "GET "));
  const answer = await answerTo(where, ASKED);
  await child.stdin.close();
  for (const one of half) one.close();
  assertEquals([(await child.status).code, await err], [0, ""]);
  assert(answer.startsWith("HTTP/1.1 503 "), answer);
  await lines.cancel();
});
