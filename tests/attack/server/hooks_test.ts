/**
 * Attacks on hooks: by guessed tokens, floods and bodies that are too large or never come; and through them on what stands beside the
 * server.
 *
 * @module
 */

import { HOOK_BODY_BYTES_MAX } from "../../../server/hooks/limits.ts";
import { mayReach } from "../../../server/hooks/destination.ts";
import type { Line, Outside } from "../../../server/hooks/outside.ts";
import { outcomeOf, post as postTo } from "../../../server/hooks/post.ts";
import { rangeOf } from "../../../server/addresses/range.ts";
import { LIMITS_DEFAULT } from "../../../server/limits.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8, within } from "../../harness.ts";
import { eventually } from "../../server/durable/place.ts";
import { exchange } from "../../server/http/web.ts";
import { addHook, operatorOf, post, startHooked } from "../../server/hooks/hooking.ts";

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1]);

Deno.test("no token but the whole one opens a hook, and nothing of a body is waited for without it", async () => {
  await using server = startHooked();
  await using op = await operatorOf(server);
  const { token = "" } = await addHook(op, { name: "ci" });
  const guesses = ["", token.slice(1), `${token}x`, token.toUpperCase(), `${token}/`, "../healthz"];
  for (const guess of guesses) {
    const head = `POST /hooks/${guess} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n`;
    assertEquals(statusOf(await exchange(server.web, `${head}\r\n`)), 404, guess);
  }
  const { body } = await post(server.web, "0".repeat(43), "x");
  assert(!body.includes("ci"), body);
});

Deno.test("a body that is too large is refused by its length, before it comes; one without a length, too", async () => {
  await using server = startHooked();
  await using op = await operatorOf(server);
  const { token } = await addHook(op, { name: "ci" });
  const head = `POST /hooks/${token} HTTP/1.1\r\nHost: localhost\r\n`;
  for (
    const [headers, status] of [
      [`Content-Length: ${HOOK_BODY_BYTES_MAX + 1}\r\n`, 413],
      ["Content-Length: 999999999999999\r\n", 413],
      ["Content-Length: 9999999999999999999999\r\n", 400],
      ["Content-Length: -1\r\n", 400],
      ["Content-Length: 3\r\nContent-Length: 5\r\n", 400],
      ["Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 411],
      ["", 411],
    ] as const
  ) {
    assertEquals(statusOf(await exchange(server.web, `${head}${headers}\r\n`)), status, headers);
  }
  await using anna = await server.frames("Anna");
  await anna.expectNothing();
});

Deno.test("what a hook has begun to say when it is taken away is not said, however slowly it comes", async () => {
  await using server = startHooked();
  await using op = await operatorOf(server);
  const { token } = await addHook(op, { name: "ci" });
  const slow = await Deno.connect({ port: server.web });
  const head = `POST /hooks/${token} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\n`;
  await slow.write(utf8(`${head}too`));
  assertEquals((await post(server.web, token, "in time")).status, 200);
  await op.send({ type: "RemoveHook", hook: "ci", id: "remove" });
  assertEquals((await op.nextOf("Ack")).re, "remove");
  await slow.write(utf8("far"));
  await slow.closeWrite();
  assertEquals(statusOf(await new Response(slow.readable).text()), 404);
  await using anna = await server.frames("Anna");
  await anna.send({ type: "History" });
  const { messages } = await anna.nextOf("HistoryPage");
  assertEquals(messages.map(({ content }) => content), ["in time"]);
});

Deno.test("a body that never comes keeps nobody out, and ends with the server", async () => {
  await using server = startHooked();
  await using op = await operatorOf(server);
  const { token } = await addHook(op, { name: "ci" });
  const head = `POST /hooks/${token} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n`;
  const slow = await Promise.all(Array.from({ length: 40 }, async () => {
    const conn = await Deno.connect({ port: server.web });
    await conn.write(utf8(head));
    return conn;
  }));
  assertEquals((await post(server.web, token, "still heard")).status, 200);
  await within(server.server.close(), "The server's end");
  for (const conn of slow) conn.close();
});

Deno.test("a flood by a hook is refused as one by a user is, and is told when to try again", async () => {
  const limits = { messagesPerSecond: 1, messagesBurst: 3 };
  await using server = startHooked({ limits });
  await using op = await operatorOf(server);
  const { token } = await addHook(op, { name: "ci" });
  const statuses: number[] = [];
  for (let n = 0; n < 8; n++) {
    const { status, headers } = await post(server.web, token, `n ${n}`);
    statuses.push(status);
    if (status === 429) assert(Number(headers.get("retry-after")) >= 1);
  }
  assertEquals(statuses.filter((status) => status === 200).length, 3);
  assert(LIMITS_DEFAULT.messagesPerSecond > 0, "The usual server has such a limit");
});

Deno.test("a hook posts to no address of this machine, its networks, its links or a cloud's, however it is written", () => {
  const urls = [
    ...["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0", "10.1.2.3"],
    ...["169.254.169.254", "172.31.0.1", "192.168.0.1", "100.64.0.1", "198.18.0.1", "224.0.0.1"],
    ...["255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]"],
    ...["[64:ff9b::7f00:1]", "[fe80::1]", "[fd00:ec2::254]", "[ff02::1]", "[2002:7f00:1::]"],
    ...["[2001:0:7f00:1::]", "[::127.0.0.1]", "[fec0::1]", "168.63.129.16"],
  ];
  for (const host of urls) {
    const address = new URL(`http://${host}/`).hostname.replace(/^\[|\]$/g, "");
    assertEquals(mayReach(address, []), false, `${host} is ${address}`);
  }
  for (const address of ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"]) {
    assertEquals(mayReach(address, []), true, address);
  }
  const own = [rangeOf("10.0.0.0/8") ?? { base: 0n, bits: 128 }];
  assert(mayReach("10.1.2.3", own) && !mayReach("127.0.0.1", own) && !mayReach("db", own));
});

/** A way out that leads nowhere, and tells where it was to lead. */
function leading(
  answers: readonly (readonly string[])[],
  answer = "HTTP/1.1 204 No Content\r\n\r\n",
): Outside & { readonly connected: string[]; readonly sent: string[] } {
  const connected: string[] = [];
  const sent: string[] = [];
  let looks = 0;
  return {
    connected,
    sent,
    lookUp: () => Promise.resolve(answers[Math.min(looks++, answers.length - 1)] ?? []),
    connect: ({ hostname, port, name }) => {
      connected.push(`${hostname}:${port} ${name ?? ""}`.trim());
      let rest = utf8(answer);
      const line: Line = {
        read: (into) => {
          const part = rest.subarray(0, into.length);
          into.set(part);
          rest = rest.subarray(part.length);
          return Promise.resolve(part.length === 0 ? null : part.length);
        },
        write: (bytes) => {
          sent.push(new TextDecoder().decode(bytes));
          return Promise.resolve(bytes.length);
        },
        close: () => {},
      };
      return Promise.resolve(line);
    },
  };
}

const once = (outside: Outside, url: string) =>
  postTo({ url, headers: {}, body: utf8("{}") }, {
    outside,
    mayReach: (address) => mayReach(address, []),
    signal: new AbortController().signal,
  });

Deno.test("a name that leads elsewhere at the next look is looked up once, and reached where it was judged", async () => {
  const outside = leading([["93.184.216.34"], ["127.0.0.1"]]);
  assertEquals(await once(outside, "https://rebind.example/hook?a=b"), { kind: "taken" });
  assertEquals(outside.connected, ["93.184.216.34:443 rebind.example"]);
  assert(outside.sent[0]?.startsWith("POST /hook?a=b HTTP/1.1\r\nHost: rebind.example\r\n"));
  const later = await once(outside, "https://rebind.example/");
  assert(later.kind === "failed" && later.why.includes("127.0.0.1"));
  assertEquals(outside.connected.length, 1, "Nobody was connected to");
});

Deno.test("of a name with several addresses only one that may be reached is", async () => {
  const outside = leading([["10.0.0.1", "::1", "93.184.216.34"]]);
  await once(outside, "http://many.example:8080/");
  assertEquals(outside.connected, ["93.184.216.34:8080"]);
  const none = await once(leading([["10.0.0.1", "::1"]]), "http://many.example/");
  assertEquals(none.kind, "failed");
});

Deno.test("however often an answer says to go on, the one behind that counts", async () => {
  const hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  const again = `HTTP/1.1 100 Continue\r\n\r\n${hints}${hints}`;
  const address = [["93.184.216.34"]];
  const taken = leading(address, `${again}HTTP/1.1 204 No Content\r\n\r\n`);
  assertEquals(await once(taken, "http://ci.example/"), { kind: "taken" });
  const never = leading(address, again);
  assertEquals((await once(never, "http://ci.example/")).kind, "failed");
});

Deno.test("an answer that leads elsewhere is not followed, and one without an end is not read for ever", async () => {
  const redirect = "HTTP/1.1 307 Temporary\r\nLocation: http://169.254.169.254/\r\n\r\n";
  const outside = leading([["93.184.216.34"]], redirect);
  assertEquals((await once(outside, "http://a.example/")).kind, "failed");
  assertEquals(outside.connected.length, 1);
  for (const answer of [`HTTP/1.1 200 OK\r\nX: ${"x".repeat(1 << 20)}`, "", "SSH-2.0-x\r\n\r\n"]) {
    const posted = await once(leading([["93.184.216.34"]], answer), "http://a.example/");
    assertEquals(posted.kind, "failed", answer.slice(0, 20));
  }
  assertEquals(outcomeOf("HTTP/1.1 429 Slow\r\nRetry-After: 7\r\n"), {
    kind: "failed",
    why: "The answer is 429",
    waitMs: 7_000,
  });
});

Deno.test("nothing is posted to a private address by a server that was not told so", async () => {
  const reached: string[] = [];
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept().then((conn) => {
    reached.push("reached");
    conn.close();
  }, () => {});
  await using server = startHooked({ hooks: {} });
  await using op = await operatorOf(server);
  await using anna = await server.frames("Anna");
  await addHook(op, { name: "bot", url: `http://localhost:${listener.addr.port}/` });
  await anna.send({ type: "Broadcast", content: "secret", id: "1" });
  await anna.nextOf("Ack");
  const trouble = await eventually(async () => {
    await op.send({ type: "Hooks" });
    return (await op.nextOf("HookList")).hooks[0]?.trouble;
  }, "It could not post");
  assert(trouble.includes("not allowed"), trouble);
  assertEquals(reached, []);
  listener.close();
  await accepted;
});

Deno.test("no URL with a password in it, of another kind or of no name is taken", async () => {
  await using server = startHooked();
  await using op = await operatorOf(server);
  const urls = ["file:///etc/passwd", "ftp://a/", "http://u:p@a/", "gopher://a", "x", "//a", ""];
  for (const url of [...urls, `https://a/${"x".repeat(3_000)}`]) {
    await op.send({ type: "AddHook", name: "bot", room: "lobby", url, id: "1" });
    await op.nextError("invalid");
  }
});
