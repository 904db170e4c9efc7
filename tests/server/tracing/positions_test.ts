/**
 * The way of a message is told as it was: at the bytes that clients counted themselves, in the order of its steps.
 *
 * @module
 */

import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { assert, assertEquals } from "../../assert.ts";
import { frame, utf8 } from "../../harness.ts";
import { folder, startOn } from "../durable/place.ts";
import { startWeb, WebClient } from "../http/web.ts";
import { CountingClient, inOrder, liesThere, marking, operatorToken, wayOf } from "./counting.ts";

Deno.test("frames and lines lie where their sender and each receiver counted them, byte for byte", async () => {
  using place = folder();
  await using server = await startOn(place.path, { serve: { operatorToken } });
  await using anna = await CountingClient.join(server, "Anna");
  await using ben = await CountingClient.join(server, "Ben");
  await using tom = await CountingClient.join(server, "Tom", "lines");
  await using op = await marking(server, "lobby");
  // In one piece, of which the server reads what it likes; and one in several.
  const words = ["one", "ĝis 🙂", "x".repeat(5_000), "four"];
  const frames = words.map((content, at) => frame({ type: "Broadcast", content, id: `id-${at}` }));
  const sent = await anna.send(...frames);
  const late = frame({ type: "Broadcast", content: "five" });
  const [head] = await anna.send(late.subarray(0, 9));
  await anna.finds('"re":"id-3"');
  const [rest] = await anna.send(late.subarray(9));
  sent.push({ from: head?.from ?? -1, to: rest?.to ?? -1 });
  await anna.finds('"content":"five"');
  const [line] = await tom.send(utf8("six\r\n"));
  for (const [at, from] of [...sent, line].entries()) {
    const seq = at + 1;
    const report = await wayOf(op, { room: "lobby", seq });
    assertEquals([report.room, report.seq], ["lobby", seq]);
    assertEquals(report.from.stream, from);
    assertEquals([report.from.speech, report.from.why], [seq === 6 ? "text" : "frames", undefined]);
    inOrder(report);
    for (const [name, client] of [["Anna", anna], ["Ben", ben]] as const) {
      liesThere(
        report,
        name,
        await client.finds(`"type":"NewMessage","room":"lobby","seq":${seq},`),
      );
    }
    const toTom = report.receivers.find(({ user }) => user === "Tom");
    assertEquals(toTom === undefined, seq === 6, "who speaks text does not hear himself");
    if (seq < 6) {
      const line = `Anna: ${[...words, "five"][at]}\n`;
      liesThere(report, "Tom", await tom.finds(line));
    }
    if (seq < 5) {
      const ack = await anna.finds(`"re":"id-${at}"`);
      const stream = report.answered?.stream;
      assert(stream !== undefined && stream.from < ack.to && stream.to >= ack.to);
      assert((report.answered?.at ?? 0) >= (report.published ?? Infinity));
    } else assertEquals(report.answered, undefined);
    assertEquals(report.unknown, []);
    assertEquals(report.left, 0);
  }
  const last = await wayOf(op, { last: true });
  assertEquals(last.seq, 6);
  const text = JSON.stringify(last);
  assert(!text.includes("six"), "nothing of what is said");
});

Deno.test("of a WebSocket all times are told, and why its bytes are not", async () => {
  await using server = startWeb({ operatorToken });
  await using wes = await WebClient.join(server.web, "Wes");
  await using anna = await CountingClient.join(server, "Anna");
  await using op = await marking(server);
  await wes.send({ type: "Broadcast", content: "hello", id: "1" });
  await wes.nextOf("Ack");
  const report = await wayOf(op, { last: true });
  inOrder(report);
  assertEquals([report.from.speech, report.from.stream], ["websocket", undefined]);
  assert(report.from.why?.includes("WebSocket"));
  const to = report.receivers.find(({ user }) => user === "Wes");
  assertEquals([to?.stream, to?.writes[0]?.stream, to?.writes[0]?.log], [
    undefined,
    undefined,
    report.log,
  ]);
  assert(to?.why?.includes("WebSocket"));
  liesThere(report, "Anna", await anna.finds('"type":"NewMessage"'));
  assert(report.unknown.some((one) => one.includes("memory")));
});

Deno.test("of TLS all times are told, and that the message lies within a record", async () => {
  const tls = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });
  using place = folder();
  await using server = await startOn(place.path, { serve: { operatorToken, tls } });
  const conn = await Deno.connectTls({
    hostname: "localhost",
    port: server.port,
    caCerts: [tls.cert],
  });
  await using tess = await CountingClient.over(conn, "Tess");
  await using anna = await CountingClient.join(server, "Anna");
  await using op = await marking(server);
  await tess.send(frame({ type: "Broadcast", content: "hello", id: "1" }));
  await tess.finds('"re":"1"');
  const report = await wayOf(op, { room: "LOBBY", seq: 1 });
  inOrder(report);
  assertEquals([report.from.speech, report.from.secure, report.from.stream], [
    "frames",
    true,
    undefined,
  ]);
  assert(report.from.why?.includes("within a TLS record"));
  const to = report.receivers.find(({ user }) => user === "Tess");
  assertEquals([to?.secure, to?.stream, to?.writes.length], [true, undefined, 1]);
  liesThere(report, "Anna", await anna.finds('"type":"NewMessage"'));
  assert(report.answered !== undefined && report.answered.stream === undefined);
});
