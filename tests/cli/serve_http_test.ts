/**
 * `chat serve` with a second door, and the operator's token that it leaves for its owner.
 *
 * @module
 */

import { connect } from "../../server/wire/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { within } from "../harness.ts";
import { run, serveArgs, ServerProcess } from "../server/process.ts";
import { get } from "../server/http/web.ts";

const LOCAL = ["--port", "0", "--http", "127.0.0.1:0"];

/** The port in the second line of standard output. */
async function webPort(server: ServerProcess): Promise<number> {
  const line = await within(server.line(), "The second line");
  return Number(/^http on 127\.0\.0\.1:(\d+)$/.exec(line)?.[1]);
}

Deno.test("the second line says where HTTP is answered, and it is, with the permissions that are kept", async () => {
  await using server = await ServerProcess.start(serveArgs(...LOCAL));
  const web = await webPort(server);
  assertEquals((await get(web, "/healthz")).status, 200);
  const { body } = await get(web, "/metrics");
  assert(/^chat_resident_memory_bytes [1-9]\d{6,}$/m.test(body), body);
  assertEquals(await server.end("SIGTERM", 10_000), 0);
  assertEquals(/metrics/.test(server.stderr), false, "Loopback needs no warning");
});

Deno.test("an address that others reach is warned of", async () => {
  const args = serveArgs("--port", "0", "--http", "0.0.0.0:0");
  await using server = await ServerProcess.start(args);
  assert(/^http on 0\.0\.0\.0:\d+$/.test(await within(server.line(), "The second line")));
  assertEquals(await server.end("SIGTERM", 10_000), 0);
  assert(/other machines can read the metrics/.test(server.stderr), server.stderr);
});

Deno.test("the token's file is its owner's alone, opens the door, and goes with the server", async () => {
  const folder = await Deno.makeTempDir({ prefix: "chat-token-" });
  const data = `${folder}/data`;
  const file = `${data}/operator.token`;
  const args = serveArgs("--port", "0", "--data", data, "--durability", "durable");
  try {
    const tokens: string[] = [];
    for (let start = 0; start < 2; start++) {
      await using server = await ServerProcess.start(args);
      const token = (await Deno.readTextFile(file)).trim();
      tokens.push(token);
      assertEquals((await Deno.stat(file)).mode ?? 0, 0o100600);
      assertEquals(token.length, 64);
      {
        await using op = connect({ port: server.port, name: "Op", operator: token });
        const { figures, connections } = await op.inspect();
        assertEquals(connections.map(({ user }) => user), ["Op"]);
        assert(figures.store !== undefined && figures.store.segments >= 1);
      }
      assertEquals(await server.end("SIGINT", 10_000), 0);
      await assertRejects(Deno.stat(file), Deno.errors.NotFound);
      // What a crash leaves behind, and what somebody else may have opened before, is replaced.
      await Deno.writeTextFile(file, "stale", { mode: 0o644 });
    }
    assert(tokens[0] !== tokens[1], "Each start has its own");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("without a data directory there is no token but the environment's", async () => {
  const token = "from the environment";
  const env = `CHAT_OPERATOR_TOKEN=${token}`;
  await using server = await ServerProcess.start(["env", env, ...serveArgs("--port", "0")]);
  await using op = connect({ port: server.port, name: "Op", operator: token });
  assertEquals((await op.inspect()).figures.store, undefined);
});

Deno.test("what cannot be served is said in a sentence that names the right address", async () => {
  await using server = await ServerProcess.start(serveArgs(...LOCAL));
  const taken = `127.0.0.1:${await webPort(server)}`;
  const busy = await run(serveArgs("--port", "0", "--http", taken));
  assertEquals(
    [busy.code, busy.stderr.includes(`Cannot listen on ${taken}: the port is in use.`)],
    [1, true],
    busy.stderr,
  );
  const vague = await run(serveArgs("--port", "0", "--http", "localhost"));
  assertEquals([vague.code, /HOST:PORT/.test(vague.stderr)], [2, true], vague.stderr);
  const short = await run(["env", "CHAT_OPERATOR_TOKEN=short", ...serveArgs("--port", "0")]);
  assertEquals([short.code, /16 characters/.test(short.stderr)], [2, true], short.stderr);
});
