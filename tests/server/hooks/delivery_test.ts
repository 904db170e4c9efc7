/**
 * One hook at work: what it posts of what is there, how much may wait, and how long it waits between two tries.
 *
 * @module
 */

import { Permits } from "../../../server/budget/mod.ts";
import { noCounts } from "../../../server/figures/counters.ts";
import { Delivery, waitMs } from "../../../server/hooks/delivery.ts";
import type { Hook } from "../../../server/hooks/hook_book.ts";
import {
  HOOK_RETRY_FIRST_MS,
  HOOK_RETRY_LONGEST_MS,
  HOOK_WAITING_MAX,
} from "../../../server/hooks/limits.ts";
import type { Outside } from "../../../server/hooks/outside.ts";
import type { Outgoing } from "../../../server/hooks/record.ts";
import type { Page, Range } from "../../../server/store/store_port.ts";
import type { RoomName, UserName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8, within } from "../../harness.ts";

const RECORD: Outgoing = {
  way: "out",
  name: "bot" as UserName,
  room: "lobby" as RoomName,
  created: 0,
  by: "Root",
  url: "http://192.0.2.1/",
  secret: "A".repeat(43) + "=",
};

function stored(seq: number) {
  const message = { type: "NewMessage", room: "lobby", seq, from: "Anna", content: "x", at: 1 };
  return { seq, body: utf8(JSON.stringify(message)) };
}

/** A hook over pages, and the seqs that were posted. */
function working(head: number, page: (range: Range) => Page, at = 0, headNow = () => head) {
  const posted: number[] = [];
  const done = Promise.withResolvers<void>();
  const outside: Outside = {
    lookUp: () => Promise.resolve(["192.0.2.1"]),
    connect: () => {
      let answer = utf8("HTTP/1.1 200 OK\r\n\r\n");
      return Promise.resolve({
        read(into) {
          into.set(answer);
          const { length } = answer;
          answer = answer.subarray(length);
          return Promise.resolve(length === 0 ? null : length);
        },
        write(bytes) {
          const text = new TextDecoder().decode(bytes);
          if (text.startsWith("{")) posted.push(JSON.parse(text).seq);
          if (posted.at(-1) === head) done.resolve();
          return Promise.resolve(bytes.length);
        },
        close() {},
      });
    },
  };
  const hook: Hook<Outgoing> = { name: RECORD.name, record: RECORD };
  const delivery = new Delivery(hook, at, {
    outside,
    mayReach: () => true,
    store: { epoch: "e", head: headNow, read: (_, range) => Promise.try(page, range) },
    reading: new Permits(1),
    posting: new Permits(1),
    pageBytesMax: 1 << 20,
    clock: () => 1_700_000_000_000,
    counters: noCounts(),
    random: () => 0,
  });
  return { delivery, posted, done: done.promise };
}

const whole = (head: number) => ({ after = 0, limit }: Range): Page => {
  const count = Math.min(limit, head - after);
  const messages = Array.from({ length: count }, (_, index) => stored(after + 1 + index));
  return { messages, more: after + count < head };
};

Deno.test("of more than may wait the oldest go, and are counted", async () => {
  const head = HOOK_WAITING_MAX + 500;
  const { delivery, posted, done } = working(head, whole(head));
  delivery.wake();
  await done;
  await delivery.close();
  assertEquals([posted.length, posted[0], posted.at(-1)], [HOOK_WAITING_MAX, 501, head]);
  assertEquals(delivery.missed, 500);
});

Deno.test("what cannot be read any more is passed over, and what comes behind it is posted", async () => {
  const { delivery, posted, done } = working(9, ({ after = 0 }) => {
    if (after < 3) return { messages: [], more: true, next: 3 };
    if (after < 6) {
      return { messages: [stored(4)], more: true, lost: [{ from: 5, to: 6 }], next: 6 };
    }
    return { messages: [stored(7), stored(9)], more: false };
  });
  delivery.wake();
  await done;
  await delivery.close();
  assertEquals(posted, [4, 7, 9]);
  const empty = working(9, () => ({ messages: [], more: true }));
  empty.delivery.wake();
  await empty.delivery.close();
  assertEquals(empty.posted, []);
});

Deno.test("a hook whose messages could not be read reads them again, also while nobody says anything", async () => {
  let tries = 0;
  const page = whole(2);
  const { delivery, posted, done } = working(2, (range) => {
    if (++tries < 3) throw new Error("The disk does not read");
    return page(range);
  });
  delivery.wake();
  await within(done, "Both are posted");
  await delivery.close();
  assertEquals(posted, [1, 2]);
});

Deno.test("what is said in the moment in which a hook has done all that there was is posted, too", async () => {
  let head = 1;
  const hook: { work?: ReturnType<typeof working> } = {};
  const headNow = () => {
    if (hook.work?.posted.length === 1 && head === 1) {
      queueMicrotask(() => {
        head = 2;
        hook.work?.delivery.wake();
      });
    }
    return head;
  };
  const { delivery, posted, done } = hook.work = working(
    2,
    (range) => whole(head)(range),
    0,
    headNow,
  );
  delivery.wake();
  await within(done, "Both are posted");
  await delivery.close();
  assertEquals(posted, [1, 2]);
});

Deno.test("a cursor behind the end of its stream, of a history that was cut off, is at its end", () => {
  const { delivery } = working(3, whole(3), 10);
  assertEquals([delivery.at, delivery.waiting], [3, 0]);
});

Deno.test("each wait is twice as long as the one before it, and none longer than the longest", () => {
  const waits = Array.from({ length: 40 }, (_, index) => waitMs(index + 1, 1));
  assertEquals(waits.slice(0, 3), [1, 2, 4].map((times) => times * HOOK_RETRY_FIRST_MS));
  assert(waits.every((ms) => ms <= HOOK_RETRY_LONGEST_MS));
  assertEquals(waits.at(-1), HOOK_RETRY_LONGEST_MS);
  assertEquals(waitMs(1, 0), HOOK_RETRY_FIRST_MS / 2);
});
