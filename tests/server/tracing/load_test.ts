/**
 * A thousand messages that are said at once are traced whole; of very many some are, and none when nobody asks any more.
 *
 * @module
 */

import type { ByteSpan, TraceReport } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { frame, startServer, utf8 } from "../../harness.ts";
import { ask, refused } from "../conformance/asking.ts";
import { folder, startOn } from "../durable/place.ts";
import { CountingClient, inOrder, liesThere, marking, operatorToken, wayOf } from "./counting.ts";
import { WAYS_MAX, WAYS_PER_SECOND } from "../../../server/tracing/limits.ts";

const SPEAKERS = 8, EACH = 125, LINES = 2;

Deno.test("a thousand messages of eight who talk at once are traced whole, to each of them, where it counted them", async () => {
  using place = folder();
  await using server = await startOn(place.path, { serve: { operatorToken } });
  await using stack = new AsyncDisposableStack();
  const clients: CountingClient[] = [];
  for (let one = 0; one < SPEAKERS; one++) {
    const way = one < LINES ? "lines" : "frames";
    clients.push(stack.use(await CountingClient.join(server, `User${one}`, way)));
  }
  await using op = await marking(server);
  const sent = await Promise.all(clients.map(async (client, one) => {
    const words = Array.from({ length: EACH }, (_, at) => `words-${one}-${at}.${"y".repeat(at)}`);
    const bytes = words.map((content) =>
      one < LINES
        ? utf8(`${content}\n`)
        : frame({ type: "Broadcast", content, id: content.slice(0, 30) })
    );
    // In pieces, so that others are heard in between.
    const spans: ByteSpan[] = [];
    for (let at = 0; at < EACH; at += 25) {
      spans.push(...await client.send(...bytes.slice(at, at + 25)));
    }
    return new Map(words.map((content, at) => [content, spans[at]]));
  }));
  const reader = clients.at(-1);
  assert(reader !== undefined);
  // Not the answer to its own: that comes beside the room, and may come before it.
  await reader.finds(`"type":"NewMessage","room":"lobby","seq":${SPEAKERS * EACH},`);
  const said = new Map(reader.came.flatMap(({ text }) => {
    const message = JSON.parse(text.slice(text.indexOf('{"')));
    return message.type === "NewMessage" ? [[message.seq as number, message]] : [];
  }));
  const tookNs: number[] = [];
  for (let seq = 1; seq <= SPEAKERS * EACH; seq++) {
    const { from, content } = said.get(seq);
    const speaker = Number(from.slice(4));
    const report = await wayOf(op, { room: "lobby", seq });
    inOrder(report);
    assertEquals([report.from.user, report.from.stream], [from, sent[speaker]?.get(content)]);
    // The operator hears it, too; who speaks lines does not hear himself.
    assertEquals(report.receivers.length, SPEAKERS + 1 - (speaker < LINES ? 1 : 0));
    assertEquals([report.left, report.unknown], [0, []]);
    for (const [one, client] of clients.entries()) {
      if (one < LINES && one === speaker) continue;
      const words = one < LINES
        ? `${from}: ${content}\n`
        : `"type":"NewMessage","room":"lobby","seq":${seq},`;
      liesThere(report, `User${one}`, await client.finds(words));
    }
    tookNs.push(tookOf(report));
  }
  const slowest = await wayOf(op, { slowest: true });
  assertEquals(tookOf(slowest), Math.max(...tookNs));
});

function tookOf({ read = 0, receivers }: TraceReport): number {
  const ends = receivers.map(({ writes }) => writes.at(-1)?.at ?? 0);
  return Math.max(...ends) - read;
}

Deno.test("of more messages than can be marked some are, and none is kept when nobody asks any more", async () => {
  const beganMs = performance.now();
  await using server = startServer({ operatorToken, limits: { messagesPerSecond: 0 } });
  await using anna = await CountingClient.join(server, "Anna");
  await using op = await marking(server, "lobby");
  await using other = await marking(server, undefined, "Op2");
  const [count, early] = [5_000, 2_000];
  const said = Array.from(
    { length: count },
    (_, at) => frame({ type: "Broadcast", content: `${at}` }),
  );
  // As many as may be said at once are marked, however long it takes. On a busy machine later ones push them out again.
  await anna.send(...said.slice(0, early));
  await anna.finds(`"seq":${early},`);
  await wayOf(op, { seq: 1 });
  await wayOf(op, { seq: early });
  await anna.send(...said.slice(early));
  await anna.finds(`"seq":${count},`);
  const { kept, forgotten } = await ask(op, { type: "Trace", on: true });
  const seconds = (performance.now() - beganMs) / 1_000;
  assert(Number(kept) >= WAYS_PER_SECOND && Number(kept) <= WAYS_MAX, `${kept}`);
  const marked = Number(kept) + Number(forgotten);
  assert(marked <= WAYS_PER_SECOND * (1 + seconds), `${marked} in ${seconds} s`);
  const off = await ask(op, { type: "Trace", on: false });
  assertEquals([off["on"], off["kept"]], [false, kept], "the other one asks still");
  await other.close();
  await server.event("left", ({ user }) => user === "Op2");
  await refused(op, { type: "Trace", seq: 1 }, "not_found");
  await anna.send(frame({ type: "Broadcast", content: "unmarked", id: "u" }));
  await anna.finds('"re":"u"');
  await refused(op, { type: "Trace", last: true }, "not_found");
  assertEquals((await ask(op, { type: "Trace", on: false }))["kept"], 0);
});
