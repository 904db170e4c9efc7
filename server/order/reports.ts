/**
 * Reports: a message and what was said before it, put before the moderators who are here, and on record for those who are not.
 *
 * The record names the message and holds none of its words: what is taken back is gone from it, too.
 *
 * @module
 */

import { LOOKED_AT_MS, STORE_READ_MS } from "../budget/mod.ts";
import type { Effect } from "../commands/types.ts";
import { errorMessage } from "../perform.ts";
import { refusalOf } from "../repeats/repeats.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { Room } from "../rooms/room.ts";
import type { Archive } from "../store/history.ts";
import { payerOf, type Quotas } from "../store/quotas.ts";
import type { StorageError } from "../store/store_port.ts";
import { messageIn } from "../store/stored.ts";
import { auditStream } from "../store/streams.ts";
import { fold, foldText, type Reported, type ReportedMessage, type UserName } from "../wire/mod.ts";
import { encodeReport } from "./audit.ts";
import { REPORT_BYTES_MAX, REPORT_CONTEXT, REPORT_LOOKED_AT } from "./limits.ts";
import { refuseAct } from "./standing.ts";

/** What reporting needs. */
export interface ReportParts extends Pick<Archive, "store" | "reading"> {
  readonly hall: Hall;
  readonly quotas: Quotas;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Hears that the store did not keep something. */
  readonly onFailed: (error: StorageError) => void;
}

type Wanted = Extract<Effect, { do: "report" }>;

/** Reports a message, and answers who did. */
export async function report(
  parts: ReportParts,
  member: Member,
  wanted: Wanted,
  id: string | undefined,
): Promise<void> {
  const { hall } = parts;
  const answer = (message: Parameters<Member["tell"]>[0]): void =>
    member.tell(id === undefined ? message : { ...message, re: id });
  const room = hall.room(wanted.room);
  if (room === undefined || member.outbox.ended) return;
  const messages = await read(parts, member, room, wanted.seq);
  const last = messages.at(-1);
  // Who left or was put out meanwhile reports nothing more.
  if (!member.isIn(room.key)) return answer(errorMessage("not_in_room"));
  if (last === undefined) return answer(errorMessage("not_found", "There is no such message."));
  const tooMuch = parts.quotas.take(member, undefined);
  if (tooMuch !== undefined) return answer(refusalOf(tooMuch));
  const error = await record(parts, member, room, { last, why: wanted.why });
  if (error !== undefined) {
    parts.onFailed(error);
    return answer(refusalOf(error));
  }
  const told: Reported = {
    type: "Reported",
    room: room.name,
    by: member.name,
    ...(wanted.why === undefined ? {} : { why: wanted.why }),
    messages: [...messages],
  };
  for (const one of moderatorsOf(hall, room)) one.tell(told);
  if (id !== undefined) answer({ type: "Ack", room: room.name, seq: last.seq, at: parts.clock() });
}

/** The message that is meant as the last one, and those before it; none when there is no such message. */
async function read(
  { store, reading }: ReportParts,
  member: Member,
  room: Room,
  seq: number | undefined,
): Promise<readonly ReportedMessage[]> {
  const { account } = member;
  const limit = seq === undefined ? REPORT_LOOKED_AT : REPORT_CONTEXT + 1;
  const range = { ...(seq === undefined ? {} : { before: seq + 1 }), limit };
  const page = await reading.holding(() =>
    store.read(room.stream, { ...range, bytesMax: REPORT_BYTES_MAX })
  );
  account.spend({ workMs: STORE_READ_MS + page.messages.length * LOOKED_AT_MS });
  return await account.serve(() => {
    const all = page.messages.flatMap((stored): ReportedMessage[] => {
      const message = messageIn(stored);
      if (message?.type !== "NewMessage") return [];
      const { seq, from, content, at } = message;
      return [{ seq, from, content, at }];
    });
    const end = seq === undefined
      ? all.findLastIndex(({ from }) => foldText(from) !== member.key)
      : all.findIndex((message) => message.seq === seq);
    return all.slice(Math.max(0, end - REPORT_CONTEXT), end + 1);
  });
}

function record(
  { store, quotas, clock }: ReportParts,
  member: Member,
  room: Room,
  { last, why }: { readonly last: ReportedMessage; readonly why: string | undefined },
): Promise<StorageError | undefined> {
  const at = clock();
  member.owed.add();
  return new Promise((resolve) =>
    store.append({
      stream: auditStream(room.key),
      at,
      payer: payerOf(member),
      encode: (seq) => {
        const body = encodeReport(
          { user: last.from, message: last.seq, why },
          member,
          { room: room.name, seq, at },
        );
        quotas.spend(member, body.length);
        return body;
      },
      settled: (error) => {
        member.owed.settle();
        resolve(error);
      },
    })
  );
}

/** Those who moderate a room, are here, wherever, and are not put out of that room just now; and all operators. */
function* moderatorsOf(hall: Hall, room: Room): Iterable<Member> {
  const { order } = room;
  const named = order.owner === undefined ? order.moderators : [order.owner, ...order.moderators];
  const told = new Set<Member>();
  for (const { name } of named) {
    for (const member of hall.membersOf(fold(name as UserName))) {
      // To judge is what moderators may: who is kept out of the room may not for so long.
      if (refuseAct(order, room.name, member, "judge", hall.nowMs) === undefined) told.add(member);
    }
  }
  for (const member of hall.members()) if (member.operator) told.add(member);
  yield* told;
}
