/**
 * Coming back to as many rooms as one may be in: in slices, and completely.
 *
 * @module
 */

import { EARNINGS, Turns } from "../../../server/budget/mod.ts";
import { QUEUE_MS, SLICE_MS } from "../../../server/budget/limits.ts";
import { ROOMS_PER_USER_MAX } from "../../../server/limits.ts";
import { wantedRooms } from "../../../server/session/wanted_rooms.ts";
import { RESUME_ROOMS_MAX } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { HandLoop } from "../budget/by_hand.ts";

/** What is no new room's name: each is looked up among the old ones, which takes a while here. */
const OLD_NAME = "-";
const LOOK_MS = 0.2;

Deno.test("the names of a resume are read slice by slice, and others are served in between", async () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const account = turns.open(EARNINGS, 1);
  const hall = {
    nameKept: () => {
      loop.work(LOOK_MS);
      return undefined;
    },
  };
  const resume: Record<string, number> = { first: 1, last: 2 };
  for (let n = 0; n < RESUME_ROOMS_MAX - 2; n++) resume[`${OLD_NAME}${n}`] = n;
  const slices: number[] = [];
  let beganMs = loop.now();
  const read = account.serve(() => wantedRooms(hall, account, { resume }));
  slices.push(loop.now() - beganMs);
  const other = turns.open(EARNINGS, 1);
  let served = 0;
  while (!loop.idle) {
    void other.serve(() => void served++);
    beganMs = loop.now();
    loop.turn();
    slices.push(loop.now() - beganMs);
    for (let tick = 0; tick < 8; tick++) await Promise.resolve();
    loop.pass(1_000);
  }
  assertEquals(await read, [["first", 1], ["last", 2]]);
  const longest = Math.max(...slices);
  assert(
    longest <= QUEUE_MS + SLICE_MS + LOOK_MS,
    `${longest} ms of ${LOOK_MS * RESUME_ROOMS_MAX} at once`,
  );
  assert(
    slices.length >= 4 && served >= slices.length - 2,
    `${served} of ${slices.length} turns served somebody else`,
  );
});

Deno.test("a resume of 200 rooms brings what was missed in each once, and all that is said there afterwards", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  const rooms = Array.from({ length: ROOMS_PER_USER_MAX - 1 }, (_, n) => `r${n}`);
  const missed = rooms.filter((_, n) => n % 3 === 0);
  await using ben = await server.frames("Ben");
  await ben.send(...rooms.map((room) => ({ type: "Join", room })));
  const say = async (rooms: readonly string[], content: string) => {
    await ben.send(
      ...rooms.map((room) => ({ type: "Broadcast", room, content, id: `${content} ${room}` })),
    );
    for (let answered = 0; answered < rooms.length;) {
      if ((await ben.message()).type === "Ack") answered++;
    }
  };
  await say(missed, "missed");
  await using anna = await server.connect();
  const resume = Object.fromEntries(rooms.map((room) => [room, 0]));
  await anna.send({ type: "Login", username: "Anna", resume });
  assertEquals((await anna.next("Welcome")).rooms.length, ROOMS_PER_USER_MAX);
  const heard: string[] = [];
  const hear = async (count: number, content: string) => {
    while (heard.length < count) {
      const message = await anna.nextOf("NewMessage");
      if (message.content === content) heard.push(message.room);
    }
    return heard.splice(0).toSorted();
  };
  assertEquals(await hear(missed.length, "missed"), missed.toSorted());
  // She answers when she has come back: then she is in all of them.
  await anna.send({ type: "Ping", id: "p" });
  await anna.nextOf("Pong");
  await say(rooms, "afterwards");
  assertEquals(await hear(rooms.length, "afterwards"), rooms.toSorted());
});
