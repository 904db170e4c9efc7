/**
 * How long senders wait is split where it is waited, with a real server; and by hand, that each answer is counted once.
 *
 * @module
 */

import { Acknowledgements } from "../../../server/figures/acknowledgements.ts";
import { Outbox } from "../../../server/link/outbox.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";
import { HandDisk } from "../durable/hand_disk.ts";
import { folder, startOn } from "../durable/place.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
/** Longer than anything here takes by itself, in ms. */
const HELD_MS = 300;

/** A loop whose clock and turns the test moves. */
function handLoop() {
  const ends: (() => void)[] = [];
  const loop = { ms: 0, now: () => loop.ms, atEnd: (run: () => void) => void ends.push(run) };
  return Object.assign(loop, {
    endTurn: () => {
      for (const run of ends.splice(0)) run();
    },
  });
}

const countOf = (slots: readonly { readonly count: number }[]) =>
  slots.reduce((sum, { count }) => sum + count, 0);

Deno.test("the time until the socket has taken the answer has its parts, and ends when all of it is taken", () => {
  const loop = handLoop();
  const acks = new Acknowledgements(loop);
  const outbox = new Outbox({ trySend: () => 0 }, 1 << 20);
  const arrival = { readMs: 0, takenMs: 2 };
  loop.ms = 12;
  for (let n = 0; n < 3; n++) {
    outbox.queue(utf8("answer"));
    acks.kept(outbox, arrival, true);
  }
  loop.endTurn();
  outbox.wake();
  loop.ms = 20;
  assertEquals(acks.figures().slots, [], "The socket takes nothing");
  // What is answered while a write is under way is not out with that.
  outbox.queue(utf8("later"));
  acks.kept(outbox, { readMs: 15, takenMs: 15 }, true);
  loop.endTurn();
  loop.ms = 42;
  outbox.onWritable(18);
  assertEquals(acks.figures().slots, [{ le: 42.5, count: 3, loop: 6, disk: 30, answer: 90 }]);
  loop.ms = 65;
  outbox.onWritable(5);
  const { slots, whole, parts } = acks.figures();
  assertEquals(slots[1], { le: 50, count: 1, loop: 0, disk: 5, answer: 45 });
  assertEquals([whole.count, whole.sum], [4, 126 + 50]);
  assertEquals([parts.loop.sum, parts.disk.sum, parts.answer.sum], [6, 35, 135]);
});

Deno.test("who is not answered has it as soon as it is told, and an answer to who is gone is no time at all", () => {
  const loop = handLoop();
  const acks = new Acknowledgements(loop);
  const outbox = new Outbox({ trySend: () => 0 }, 1 << 20);
  loop.ms = 5;
  acks.kept(outbox, { readMs: 1, takenMs: 2 }, false);
  assertEquals(acks.figures().slots, [{ le: 4, count: 1, loop: 1, disk: 3, answer: 0 }]);
  outbox.queue(utf8("answer"));
  acks.kept(outbox, { readMs: 1, takenMs: 2 }, true);
  outbox.wake();
  outbox.end();
  loop.endTurn();
  assertEquals(countOf(acks.figures().slots), 1);
});

Deno.test("with a real server, what waits for the disk is the disk's, and each message is counted once", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, {
    storage: disk.storage,
    serve: { operatorToken: TOKEN },
  });
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Op", operator: TOKEN });
  await op.nextOf("Welcome");
  await using alice = await server.frames("Alice");
  await using tom = await server.text("Tom");
  for (let n = 0; n < 10; n++) {
    await alice.send({ type: "Broadcast", content: `quick ${n}`, id: `q${n}` });
    await alice.nextOf("Ack");
  }
  await tom.write("from text\n");
  while ((await alice.nextOf("NewMessage")).content !== "from text");
  const sync = disk.hold("held");
  await alice.send({ type: "Broadcast", content: "held", id: "h" });
  await sync.arrived();
  await new Promise((resolve) => setTimeout(resolve, HELD_MS));
  await op.send({ type: "Inspect" });
  const before = (await op.nextOf("Inspection")).figures;
  assert((before.storePendingMs ?? 0) >= HELD_MS / 2, `${before.storePendingMs} ms are owed`);
  sync.release();
  await alice.nextOf("Ack");
  await op.send({ type: "Inspect" });
  const { acknowledgements: slots = [] } = (await op.nextOf("Inspection")).figures;
  assertEquals(countOf(slots), 12);
  const slowest = slots.at(-1);
  assert(slowest !== undefined && slowest.count === 1, JSON.stringify(slots));
  assert(slowest.disk >= HELD_MS, `${slowest.disk} ms`);
  assert(slowest.disk > 0.9 * (slowest.loop + slowest.disk + slowest.answer));
});
