/**
 * The client's bounded queue of events, under both of its policies.
 *
 * @module
 */

import { Inbox } from "../../../server/wire/inbox.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { within } from "../../harness.ts";

async function all<T>(inbox: Inbox<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of inbox) events.push(event);
  return events;
}

/** Whether a promise is settled by the time that everything that can run has run. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => done = true);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  return done;
}

Deno.test("push() loses the oldest events when nobody iterates", async () => {
  const inbox = new Inbox<number>(3);
  for (let n = 1; n <= 5; n++) inbox.push(n);
  inbox.end();
  assertEquals(await all(inbox), [3, 4, 5]);
});

Deno.test("room() does not wait when nobody iterates", async () => {
  const inbox = new Inbox<number>(1);
  for (let n = 0; n < 5; n++) inbox.push(n);
  await within(inbox.room(), "room()", 1_000);
});

Deno.test("push() loses nothing while somebody iterates, and room() waits for the reader", async () => {
  const inbox = new Inbox<number>(4);
  const reader = inbox[Symbol.asyncIterator]();
  const first = reader.next();
  inbox.push(0);
  assertEquals(await first, { done: false, value: 0 });
  for (let n = 1; n <= 6; n++) inbox.push(n);
  const room = inbox.room();
  assertEquals(await settled(room), false);
  for (let n = 1; n <= 6; n++) assertEquals((await reader.next()).value, n);
  await within(room, "room() after the reader has caught up", 1_000);
  await reader.return?.();
});

Deno.test("room() stops waiting when the reader leaves", async () => {
  const inbox = new Inbox<number>(1);
  inbox.push(1);
  const reader = inbox[Symbol.asyncIterator]();
  await reader.next();
  for (let n = 0; n < 3; n++) inbox.push(n);
  const room = inbox.room();
  assertEquals(await settled(room), false);
  await reader.return?.();
  await within(room, "room() after the reader has left", 1_000);
});

Deno.test("room() stops waiting at the end", async () => {
  const inbox = new Inbox<number>(1);
  inbox.push(1);
  const reader = inbox[Symbol.asyncIterator]();
  await reader.next();
  for (let n = 0; n < 3; n++) inbox.push(n);
  const room = inbox.room();
  inbox.end();
  await within(room, "room() after the end", 1_000);
  await reader.return?.();
});

Deno.test("end() lets the iteration finish with what waits, and drops what comes later", async () => {
  const inbox = new Inbox<string>();
  inbox.push("before");
  inbox.end();
  inbox.push("after");
  assertEquals(await all(inbox), ["before"]);
});

Deno.test("iterating wakes for each event and for the end", async () => {
  const inbox = new Inbox<number>();
  const reading = all(inbox);
  for (let n = 0; n < 3; n++) {
    inbox.push(n);
    await Promise.resolve();
  }
  inbox.end();
  assertEquals(await within(reading, "The end", 1_000), [0, 1, 2]);
});

Deno.test("iterating twice at a time throws; one after the other does not", async () => {
  const inbox = new Inbox<number>();
  inbox.push(1);
  const first = inbox[Symbol.asyncIterator]();
  await first.next();
  await assertRejects(inbox[Symbol.asyncIterator]().next(), Error);
  await first.return?.();
  inbox.push(2);
  inbox.end();
  assertEquals(await all(inbox), [2]);
});

Deno.test("push() and iterating keep the order over tens of thousands of events", async () => {
  const inbox = new Inbox<number>(100_000);
  const expected: number[] = [];
  for (let n = 0; n < 30_000; n++) {
    inbox.push(n);
    expected.push(n);
  }
  inbox.end();
  assertEquals(await all(inbox), expected);
});
