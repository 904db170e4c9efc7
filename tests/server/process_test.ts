/**
 * The server as a process: how it ends, what it says when it cannot begin, and few file descriptors.
 *
 * @module
 */

import { connect } from "../../server/wire/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { RawClient, within } from "../harness.ts";
import { run, serveArgs, ServerProcess } from "./process.ts";

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} tells everybody and ends with 0, at once when all go`, async () => {
    await using server = await ServerProcess.start(serveArgs("--port", "0"));
    await using alice = await server.frames("Alice");
    await using silent = await RawClient.connect(server.port);
    // By now the silent one is accepted too; a connection that is not would be reset.
    await alice.expectNothing();
    const ended = server.end(signal, 3_000);
    await alice.nextError("shutting_down");
    await alice.expectEnd();
    await silent.expectEnd();
    await alice.close();
    await silent.close();
    assertEquals(await ended, 0);
    assert(!/error|uncaught/i.test(server.stderr), server.stderr);
  });
}

Deno.test("SIGTERM ends with 0 after 5 s although some do not go and do not read", async () => {
  await using server = await ServerProcess.start(serveArgs("--port", "0"));
  await using alice = await server.frames("Alice");
  await using deaf = await RawClient.connect(server.port, { reading: false });
  await deaf.write("Deaf\n");
  await alice.next("UserJoined");
  assertEquals(await server.end("SIGTERM", 6_000), 0);
});

Deno.test("a port in use is one sentence on stderr and exit code 1", async () => {
  await using server = await ServerProcess.start(serveArgs("--port", "0"));
  const second = await run(serveArgs("--port", `${server.port}`));
  assertEquals([second.code, second.stdout], [1, ""]);
  assert(/^[^\n]+\.\n$/.test(second.stderr), second.stderr);
  assert(second.stderr.includes(`${server.port}`), second.stderr);
});

Deno.test("a host that is none is one sentence on stderr and exit code 1", async () => {
  const { code, stdout, stderr } = await run(serveArgs("--host", "256.0.0.1", "--port", "0"));
  assertEquals([code, stdout], [1, ""]);
  assert(/^[^\n]+\.\n$/.test(stderr), stderr);
});

Deno.test("300 connections to a process of 256 descriptors: it lives, and recovers", async () => {
  const [deno = "", ...args] = serveArgs("--port", "0");
  const quoted = [deno, ...args].map((word) => `'${word}'`).join(" ");
  await using server = await ServerProcess.start(["sh", "-c", `ulimit -n 256; exec ${quoted}`]);
  await using member = await server.frames("Member");
  await using stack = new AsyncDisposableStack();
  const inside: RawClient[] = [];
  let busy = 0;
  let closed = 0;
  for (let n = 0; n < 300; n++) {
    const client = stack.use(await RawClient.connect(server.port));
    try {
      await client.send({ type: "Login", username: `user${n}` });
      const answer = await client.message();
      if (answer.type === "Welcome") inside.push(client);
      else {
        assert(answer.type === "Error" && answer.code === "busy", JSON.stringify(answer));
        busy++;
      }
    } catch {
      closed++;
    }
  }
  assert(inside.length >= 64 && inside.length < 256, `${inside.length} came in`);
  assert(busy > 0, `Of ${300 - inside.length} refused, ${closed} were not told why`);

  await member.send({ type: "Broadcast", content: "still here", id: "1" });
  assertEquals((await member.nextOf("Ack")).seq, 1);
  const last = inside.at(-1);
  assertEquals((await last?.nextOf("NewMessage"))?.content, "still here");

  await Promise.all(inside.slice(0, 50).map((client) => client.close()));
  for (let here = inside.length + 1; here > inside.length - 49;) {
    await member.send({ type: "ListUsers" });
    here = (await member.nextOf("UserList")).users.length;
  }
  await using fresh = await server.frames("Fresh");
  await fresh.send({ type: "Broadcast", content: "hello", id: "1" });
  assertEquals((await fresh.nextOf("Ack")).seq, 2);
});

Deno.test("300 silent connections at once to a process of 256 descriptors do not end it", async () => {
  const quoted = serveArgs("--port", "0").map((word) => `'${word}'`).join(" ");
  await using server = await ServerProcess.start(["sh", "-c", `ulimit -n 256; exec ${quoted}`]);
  await using member = await server.frames("Member");
  await using stack = new AsyncDisposableStack();
  const crowd = await Promise.all(
    Array.from({ length: 300 }, () => RawClient.connect(server.port)),
  );
  for (const client of crowd) stack.use(client);
  await member.expectNothing();
  await Promise.all(crowd.map((client) => client.close()));
  for (let tries = 0;; tries++) {
    assert(tries < 1_000, "It does not recover");
    await using client = await RawClient.connect(server.port);
    await client.send({ type: "Login", username: "Fresh" });
    const answer = await client.message().catch(() => undefined);
    if (answer?.type === "Welcome") break;
  }
  await member.next("UserJoined");
});

Deno.test("a client goes on over a server that is killed and started again on its port", async () => {
  let server = await ServerProcess.start(serveArgs("--port", "0", "--rate", "0"));
  const { port } = server;
  await using alice = connect({ port, name: "Alice" });
  await within(alice.say("before"), "say()");
  const said: Promise<{ seq: number }>[] = [];
  for (let n = 0; n < 200; n++) said.push(alice.say(`message ${n}`));
  await server.end("SIGKILL", 5_000);
  await server[Symbol.asyncDispose]();
  server = await ServerProcess.start(serveArgs("--port", `${port}`, "--rate", "0"));
  const seqs = (await within(Promise.all(said), "All acknowledgements", 30_000)).map(({ seq }) =>
    seq
  );
  const again = seqs.lastIndexOf(1);
  const fresh = again < 0 ? seqs : seqs.slice(again);
  assertEquals(fresh, fresh.map((_, n) => (fresh[0] ?? 0) + n), "in the order of speaking");
  await server[Symbol.asyncDispose]();
});
