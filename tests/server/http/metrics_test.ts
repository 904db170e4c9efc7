/**
 * The metrics against known traffic: what was sent is what is counted, to the byte.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { frame, within } from "../../harness.ts";
import { testWith } from "../../skips.ts";
import { HandDisk } from "../durable/hand_disk.ts";
import { folder, startOn } from "../durable/place.ts";
import { eventually } from "../durable/place.ts";
import { get, metrics, startWeb, WebClient } from "./web.ts";

Deno.test("messages, deliveries and bytes are exactly those that were sent", async () => {
  await using server = startWeb({ limits: { messagesPerSecond: 0 } });
  await using anna = await server.frames("Anna");
  await using bob = await server.frames("Bob");
  await anna.next("UserJoined");
  await using carl = await server.text("Carl");
  await anna.next("UserJoined");
  await bob.next("UserJoined");
  await using wendy = await WebClient.join(server.web, "Wendy");
  for (const other of [anna, bob]) await other.next("UserJoined");
  await carl.expectLines("[Server] Wendy has joined.");
  const before = await metrics(server.web);
  assertEquals(before["chat_users_online"], 4);
  assertEquals(before['chat_connections{speech="frames"}'], 2);
  assertEquals(before['chat_connections{speech="text"}'], 1);
  assertEquals(before['chat_connections{speech="websocket"}'], 1);
  assertEquals(before["chat_rooms"], 1);

  const count = 37;
  const message = { type: "Broadcast", content: "psst: a secret", id: "x" };
  let sent = 0;
  for (let n = 0; n < count; n++) {
    const one = { ...message, id: `${n}` };
    sent += frame(one).length;
    await anna.send(one);
  }
  await carl.write("from text\n");
  sent += 10;
  await bob.send({ type: "Whisper", to: "Wendy", content: "psst" });
  sent += frame({ type: "Whisper", to: "Wendy", content: "psst" }).length;
  let received = 0;
  for (let said = 0; said < count + 1;) {
    const body = await bob.body();
    received += 4 + body.length;
    if (new TextDecoder().decode(body).includes('"NewMessage"')) said++;
  }
  for (let said = 0; said < count + 1;) {
    if ((await anna.message()).type === "NewMessage") said++;
  }
  await wendy.nextOf("PrivateMessage");
  for (let line = 0; line < count; line++) await carl.line();
  await anna.expectNothing();
  // Two pings of 4 + 31 bytes.
  const after = await metrics(server.web);
  const grown = (name: string) => (after[name] ?? NaN) - (before[name] ?? NaN);
  assertEquals(grown('chat_messages_total{kind="room"}'), count + 1);
  assertEquals(grown('chat_messages_total{kind="whisper"}'), 1);
  // Who speaks text does not get its own line back.
  assertEquals(grown("chat_deliveries_total"), count * 4 + 3 + 1);
  const pings = ["barrier-1", "barrier-2"].map((id) => frame({ type: "Ping", id }).length);
  assertEquals(grown("chat_received_bytes_total"), sent + pings.reduce((a, b) => a + b));
  assert(grown("chat_sent_bytes_total") > 3 * received - 2_000, "Three have got as much");
  assertEquals(after["chat_lag_bytes"], 0);
  // Also who is not answered has said something.
  assertEquals(grown("chat_acknowledgement_seconds_count"), count + 2);
  for (const part of ["loop", "disk", "answer"]) {
    assertEquals(grown(`chat_acknowledgement_part_seconds_count{part="${part}"}`), count + 2);
  }
});

Deno.test("the verdict blames a store that refuses what it is given, and nothing when all is well", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage, serve: { http: {} } });
  const web = server.server.http?.port ?? 0;
  await using anna = await server.frames("Anna");
  const good = await metrics(web);
  assertEquals(good["chat_verdict_state"], 0);
  assertEquals(good['chat_verdict_info{state="good",cause="none"}'], 1);
  assertEquals(good["chat_lag_limit_bytes"], 8 << 20);
  disk.broken = true;
  await anna.send({ type: "Broadcast", content: "lost", id: "1" });
  await anna.nextError("unknown");
  const bad = await metrics(web);
  assertEquals(bad["chat_verdict_state"], 2);
  assertEquals(bad['chat_verdict_info{state="failing",cause="disk"}'], 1);
});

Deno.test("a reader that does not read is slow, long before it is cut off, and good when it has gone", async () => {
  await using server = startWeb({ limits: { messagesPerSecond: 0 } });
  await using anna = await server.frames("Anna");
  // It logs in, and never reads.
  const sloth = await Deno.connect({ port: server.port });
  await sloth.write(new TextEncoder().encode("Sloth\n"));
  await anna.nextOf("UserJoined");
  const content = "x".repeat(8_000);
  const lag = async () => (await metrics(server.web))["chat_lag_max_bytes"] ?? NaN;
  for (let n = 0; await lag() < 200_000; n++) {
    await anna.send({ type: "Broadcast", content, id: `${n}` });
    await anna.nextOf("Ack");
  }
  const state = (which: string) =>
    eventually(
      async () => (await metrics(server.web))[`chat_verdict_info{${which}}`],
      `The verdict is ${which}`,
    );
  await state('state="slow",cause="receiver"');
  assert(await lag() < 1 << 20);
  sloth.close();
  await state('state="good",cause="none"');
});

Deno.test("bytes of connections that have ended are still counted, and users go", async () => {
  await using server = startWeb();
  const login = { type: "Login", username: "Anna" };
  const anna = await server.frames("Anna");
  await anna.close();
  await server.event("left");
  const gone = await eventually(async () => {
    const now = await metrics(server.web);
    return now['chat_connections{speech="unknown"}'] === 0 &&
        now['chat_connections{speech="frames"}'] === 0
      ? now
      : undefined;
  }, "The connection's end");
  assertEquals(gone["chat_received_bytes_total"], frame(login).length);
  assert((gone["chat_sent_bytes_total"] ?? 0) > 100, "The welcome");
  assertEquals(gone["chat_users_online"], 0);
});

Deno.test("refusals are counted by their kind: full, not logged in, too fast", async () => {
  await using server = startWeb({
    limits: { connectionsMax: 2, messagesPerSecond: 0.01, messagesBurst: 3 },
  });
  await using anna = await server.frames("Anna");
  await anna.send(...Array.from({ length: 5 }, () => ({ type: "Broadcast", content: "x" })));
  await anna.nextOf("Error");
  await anna.nextOf("Error");
  await using impostor = await server.connect();
  await impostor.send({ type: "Login", username: "anna" });
  await impostor.nextError("name_taken");
  await using third = await server.connect();
  await server.event("full");
  const now = await metrics(server.web);
  assertEquals(now["chat_rate_limited_total"], 2);
  assertEquals(now["chat_logins_refused_total"], 1);
  assertEquals(now["chat_connections_refused_total"], 1);
  assertEquals(now["chat_slow_consumers_total"], 0);
  await third.close();
});

Deno.test("no metric holds a name or anything that was said", async () => {
  await using server = startWeb();
  await using anna = await server.frames("Guacamole");
  await anna.send({ type: "Join", room: "Sevilla", id: "1" });
  await anna.nextOf("Ack");
  await anna.send({ type: "Broadcast", room: "Sevilla", content: "marmalade", id: "2" });
  await anna.nextOf("Ack");
  const { body } = await get(server.web, "/metrics");
  assert(/chat_rooms 2\n/.test(body), body);
  assert(!/guacamole|sevilla|marmalade/i.test(body), body);
});

Deno.test("the event loop's delay and the way to all members are measured while the server works", async () => {
  await using server = startWeb({ limits: { messagesPerSecond: 0 } });
  await using anna = await server.frames("Anna");
  await using bob = await server.text("Bob");
  const told = await within(
    eventually(async () => {
      await anna.send({ type: "Broadcast", content: "x", id: crypto.randomUUID() });
      await anna.nextOf("Ack");
      await bob.line();
      const now = await metrics(server.web);
      const both = Math.min(
        now["chat_fanout_seconds_count"] ?? 0,
        now["chat_event_loop_delay_seconds_count"] ?? 0,
      );
      return both >= 3 ? now : undefined;
    }, "Three samples"),
    "Three samples",
  );
  const sum = told["chat_fanout_seconds_sum"] ?? NaN;
  assert(sum > 0 && sum < 5, `${sum} s for some messages on this machine`);
  assertEquals(told['chat_fanout_seconds_bucket{le="+Inf"}'], told["chat_fanout_seconds_count"]);
});

Deno.test("a store tells its records, groups, syncs and bytes", async () => {
  using place = folder();
  await using server = await startOn(place.path, { serve: { http: {} } });
  const web = server.server.http?.port ?? 0;
  await using anna = await server.frames("Anna");
  const before = await metrics(web);
  for (let n = 0; n < 5; n++) {
    await anna.send({ type: "Broadcast", content: "x".repeat(1_000), id: `${n}` });
    await anna.nextOf("Ack");
  }
  const after = await metrics(web);
  const grown = (name: string) => (after[name] ?? NaN) - (before[name] ?? NaN);
  // The lobby's name and its stream, and who Anna is, are remembered beside the messages.
  assert(grown("chat_store_records_total") >= 5, `${grown("chat_store_records_total")}`);
  assert(grown("chat_store_records_total") <= 9, `${grown("chat_store_records_total")}`);
  assertEquals(after["chat_store_group_records_sum"], after["chat_store_records_total"]);
  assert(grown("chat_store_sync_seconds_count") >= 5, "Each waited for the disk");
  assert(grown("chat_store_live_bytes") > 5_000, `${grown("chat_store_live_bytes")}`);
  assertEquals(after["chat_store_segments"], 1);
});

testWith(["promtool"], "promtool finds nothing to say about the metrics", async () => {
  using place = folder();
  await using server = await startOn(place.path, { serve: { http: {} } });
  await using anna = await server.frames("Anna");
  await anna.send({ type: "Broadcast", content: "x", id: "1" });
  await anna.nextOf("Ack");
  const { body } = await get(server.server.http?.port ?? 0, "/metrics");
  const child = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(body));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assertEquals([code, said], [0, ""]);
});

Deno.test("the dashboard for Grafana asks only for metrics that there are", async () => {
  using place = folder();
  await using server = await startOn(place.path, { serve: { http: {} } });
  const { body } = await get(server.server.http?.port ?? 0, "/metrics");
  const there = new Set([...body.matchAll(/^(chat_\w+)/gm)].map(([, name = ""]) => name));
  const text = await Deno.readTextFile(new URL("../../../docs/grafana.json", import.meta.url));
  const { panels } = JSON.parse(text) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  const asked = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  assert(asked.length >= 10, "There is something to see");
  const names = asked.flatMap((expr) => expr.match(/chat_\w+/g) ?? []);
  assertEquals(names.filter((name) => !there.has(name)), []);
});

Deno.test("with a token, metrics are for those who show it, and for nobody who guesses", async () => {
  const metricsToken = "0123456789abcdef";
  await using server = startWeb({ http: { metricsToken } });
  const ask = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const answer = await fetch(`http://127.0.0.1:${server.web}/metrics`, { headers });
    const body = await answer.text();
    return [answer.status, body.includes("chat_"), answer.headers.get("www-authenticate")];
  };
  assertEquals(await ask(`Bearer ${metricsToken}`), [200, true, null]);
  assertEquals(await ask(`bearer ${metricsToken}`), [200, true, null]);
  const wrong = [undefined, metricsToken, "Bearer ", `Bearer ${metricsToken}0`, "Basic x"];
  for (const one of [...wrong, `Bearer ${metricsToken.slice(1)}`, `Bearer x ${metricsToken}`]) {
    assertEquals(await ask(one), [401, false, "Bearer"], one);
  }
  assertEquals((await get(server.web, "/healthz")).status, 200);
});

Deno.test("a token for metrics that could be guessed is refused at the start", () => {
  assertThrows(() => startWeb({ http: { metricsToken: "short" } }), RangeError);
});
