/**
 * What telling who types costs: counted in what is queued, and never behind anybody who reads slowly.
 *
 * @module
 */

import { Order } from "../../../server/order/order.ts";
import { TYPING_MEMBERS_MAX } from "../../../server/limits.ts";
import { typing } from "../../../server/commands/typing.ts";
import type { Effect, HallView } from "../../../server/commands/types.ts";
import { Room } from "../../../server/rooms/room.ts";
import type { Member } from "../../../server/rooms/member.ts";
import { TypingNotes } from "../../../server/rooms/typing.ts";
import { Wakeups } from "../../../server/rooms/wakeups.ts";
import { roomName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandLoop } from "../budget/by_hand.ts";
import { handMember } from "../hand_member.ts";

/** A room of so many who asked to be told, beside the one who types. */
function scene(count: number, order = new Order({ typing: true })) {
  const checked = roomName("tea");
  assert(checked.kind === "name");
  const loop = new HandLoop();
  const wakeups = new Wakeups(loop);
  const room = new Room(checked.name, wakeups, { onIdle: () => {}, onTouched: () => {} });
  room.order = order;
  const speaker = handMember("Anna", { wakeups });
  const watching = Array.from({ length: count }, (_, index) => {
    const place: { blocked: boolean; sent: number } = { blocked: false, sent: 0 };
    const member = handMember(`Ben${index}`, {
      wakeups,
      hearsTyping: true,
      take: ({ length }) => {
        if (place.blocked) return 0;
        place.sent++;
        return length;
      },
    });
    return Object.assign(place, { member });
  });
  for (const member of [speaker, ...watching.map(({ member }) => member)]) room.enter(member);
  loop.turn();
  let nowMs = 0;
  const notes = new TypingNotes({
    speech: { refuseTyping: () => undefined },
    steady: () => nowMs += 10_000,
    clock: Date.now,
  });
  return { loop, room, speaker, watching, notes };
}

function queuedOf(members: readonly { readonly member: Member }[]): number {
  return members.reduce((sum, { member }) => sum + member.outbox.queued, 0);
}

Deno.test("a note is one frame for each who asked for it, and none is written into the room's log", () => {
  const { loop, room, speaker, watching, notes } = scene(20);
  const before = [queuedOf(watching), room.logBytes, speaker.outbox.queued];
  assertEquals(notes.tell(speaker, room), undefined);
  loop.turn();
  const bytes = queuedOf(watching) - (before[0] ?? 0);
  assertEquals(bytes % watching.length, 0);
  assert(bytes > 0 && bytes / watching.length < 100, `${bytes}`);
  assertEquals([room.logBytes, speaker.outbox.queued], [before[1], before[2]]);
  assertEquals([room.messages, room.deliveries, room.bytes], [0, 0, 0]);
});

Deno.test("who has not taken what went out before is not told, and hears nothing of it later", () => {
  const { loop, room, speaker, watching, notes } = scene(2);
  const [slow, quick] = watching;
  assert(slow !== undefined && quick !== undefined);
  slow.blocked = true;
  room.tellAll({ type: "Topic", room: "tea", topic: "leaves", by: "Anna" });
  loop.turn();
  assert(slow.member.outbox.busy);
  const before = [slow.member.outbox.queued, quick.member.outbox.queued];
  for (let i = 0; i < 50; i++) assertEquals(notes.tell(speaker, room), undefined);
  loop.turn();
  assertEquals(slow.member.outbox.queued, before[0]);
  assert(quick.member.outbox.queued > (before[1] ?? 0));
  assertEquals(slow.member.outbox.lag, 0);
});

Deno.test("who gets a file over the connection is not told either", () => {
  const { loop, room, speaker, watching, notes } = scene(1);
  const [receiver] = watching;
  assert(receiver !== undefined);
  receiver.member.outbox.hold(new Uint8Array(1));
  loop.turn();
  const before = receiver.member.outbox.queued;
  assertEquals(notes.tell(speaker, room), undefined);
  assertEquals(receiver.member.outbox.queued, before);
  receiver.member.outbox.end();
});

Deno.test("a crowd is told nothing, however many of it would be", () => {
  const { room, speaker, watching, notes } = scene(TYPING_MEMBERS_MAX);
  const before = queuedOf(watching);
  assertEquals(notes.tell(speaker, room)?.code, "busy");
  assertEquals(queuedOf(watching), before);
  const [one] = watching;
  assert(one !== undefined);
  room.exit(one.member);
  const left = watching.slice(1);
  const quiet = queuedOf(left);
  assertEquals(notes.tell(speaker, room), undefined);
  assert(queuedOf(left) > quiet);
  room.close();
});

Deno.test("a room that does not want it is not even gone through: nothing comes of a note", () => {
  const { room, speaker } = scene(0, new Order());
  const hall = { order: () => room.order } as unknown as HallView;
  const effects = (id?: string): readonly Effect[] =>
    typing(speaker, hall, { type: "Typing", room: "tea", ...(id === undefined ? {} : { id }) });
  assertEquals(effects(), []);
  assertEquals(effects("1").map((effect) => effect.do), ["refuse"]);
  room.order = new Order({ typing: true });
  assertEquals(effects(), [{ do: "typing", room: room.key }]);
});
