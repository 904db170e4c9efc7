/**
 * A message is followed from end to end: real server, real clients, and the kernel where it may be watched. What is held up on purpose is
 * found.
 *
 * @module
 */

import { assert, assertEquals } from "../../../assert.ts";
import { testAsRoot } from "../../../skips.ts";
import { fault } from "../../../server/durable/strace.ts";
import { type MessageJson, Stage } from "./followed.ts";

const MS = 1e6;
/** How long something is held up, in ms: far longer than all else takes here, also on a busy machine. */
const HELD_MS = 600;

function sum(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** What holds for every message: its steps add up, to the nanosecond that each is rounded to. */
function addsUp(message: MessageJson): void {
  const took = (steps: MessageJson["steps"]) => sum(steps.map(({ took_ns }) => took_ns));
  for (const { steps, total_ns, waits_for, user } of message.receivers) {
    if (waits_for !== null) continue;
    const whole = took(message.steps) + took(steps);
    assert(
      Math.abs(whole - total_ns) <= message.steps.length + steps.length,
      `${user}: ${whole}, ${total_ns}`,
    );
  }
  assert(Math.abs(sum(Object.values(message.parts_ns)) - message.total_ns) <= 6);
}

/** Lets that much time pass for somebody who is stopped, after something has happened. */
async function held(
  signal: (name: Deno.Signal) => void,
  happens: () => Promise<unknown>,
): Promise<void> {
  signal("SIGSTOP");
  await happens();
  const { promise, resolve } = Promise.withResolvers<void>();
  // What is measured is this time itself.
  setTimeout(resolve, HELD_MS);
  await promise;
  signal("SIGCONT");
}

function isBlamed(message: MessageJson, part: string): void {
  addsUp(message);
  assertEquals(message.worst, part, JSON.stringify(message));
  const blamed = (message.parts_ns[part] ?? 0) / MS;
  // On a busy machine it takes its time until what is held up begins to wait.
  assert(blamed > HELD_MS / 2, `${blamed} ms of ${HELD_MS}`);
}

Deno.test("without the kernel, a message is followed by the server's own marks, and that is said", async () => {
  await using stage = await Stage.begin();
  await using anna = await stage.client("anna");
  await using _ben = await stage.client("ben");
  // Where nobody tells which process the server is, none is watched.
  const message = await stage.follow(async () => await (await anna.say("hello")).said, {
    PATH: "/nonexistent",
  });
  addsUp(message);
  assertEquals([message.user, message.receivers.map(({ user }) => user).sort()], ["anna", [
    "anna",
    "ben",
  ]]);
  assertEquals(message.steps.map(({ to }) => to), ["accepted", "given", "durable", "published"]);
  assertEquals(message.unknown.map(({ users }) => users), [[]]);
  assert(message.unknown[0]?.why.includes("not watched"), JSON.stringify(message.unknown));
});

testAsRoot(
  ["ss"],
  "a message is followed from its sender's kernel to the disk to each receiver's",
  async () => {
    await using stage = await Stage.begin();
    await using anna = await stage.client("anna");
    await using _ben = await stage.client("ben");
    const message = await stage.follow(async () => await (await anna.say("hello")).said);
    addsUp(message);
    assertEquals(message.unknown, []);
    assertEquals(message.steps[0]?.from, "sent");
    const steps = message.steps.map(({ to }) => to);
    for (
      const moment of [
        "received",
        "read",
        "accepted",
        "given",
        "syncing",
        "synced",
        "durable",
        "published",
      ]
    ) {
      assert(steps.includes(moment), `${moment} in ${steps}`);
    }
    for (const { user, steps } of message.receivers) {
      const moments = steps.map(({ to }) => to);
      assert(moments.includes("delivered") && moments.at(-1) === "taken", `${user}: ${moments}`);
    }
  },
);

testAsRoot(["ss"], "a receiver whose program is held up is blamed", async () => {
  await using stage = await Stage.begin();
  await using anna = await stage.client("anna");
  await using ben = await stage.client("ben");
  const message = await stage.follow(() =>
    held(ben.signal, async () => await (await anna.say("hello")).said)
  );
  isBlamed(message, "receiver");
  const [last] = message.receivers.toSorted((one, other) => other.total_ns - one.total_ns);
  assertEquals(last?.user, "ben");
});

testAsRoot(
  ["ss"],
  "a server that is held up leaves the message in its kernel, and that is blamed",
  async () => {
    await using stage = await Stage.begin();
    await using anna = await stage.client("anna");
    const message = await stage.follow(() =>
      held((name) => stage.signal(name), () => anna.say("hello"))
    );
    isBlamed(message, "kernel");
  },
);

testAsRoot(["ss", "strace"], "a slow disk is blamed", async () => {
  await using stage = await Stage.begin();
  await using anna = await stage.client("anna");
  await using slow = await fault(stage.pid, `fdatasync:delay_enter=${HELD_MS * 1_000}`);
  const message = await stage.follow(async () => await (await anna.say("hello")).said);
  await slow.end();
  isBlamed(message, "disk");
});

testAsRoot(
  ["ss", "strace"],
  "a sync that is done, and of which the program hears late, is not blamed on the disk",
  async () => {
    await using stage = await Stage.begin();
    await using anna = await stage.client("anna");
    await using late = await fault(stage.pid, `fdatasync:delay_exit=${HELD_MS * 1_000}`);
    const message = await stage.follow(async () => await (await anna.say("hello")).said);
    await late.end();
    isBlamed(message, "loop");
  },
);
