/**
 * Reports: a message and what was said before it, put before the moderators and operators who are here, and on record.
 *
 * Where no moderator is here, those who have accounts are told when they come in; a room without such ones is the operators', and they
 * are told likewise.
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
import type { StorageError, Stored } from "../store/store_port.ts";
import { messageIn } from "../store/stored.ts";
import { auditStream, roomStream } from "../store/streams.ts";
import {
  type FoldedName,
  foldText,
  type NewMessage,
  type Reported,
  type ReportedMessage,
} from "../wire/mod.ts";
import { encodeReport } from "./audit.ts";
import {
  MARK_MS,
  REPORT_BYTES_MAX,
  REPORT_CONTEXT,
  REPORT_LOOKED_AT,
  REPORT_UNSURE_MS,
} from "./limits.ts";
import type { News, ReportNews } from "./news.ts";
import type { Order } from "./order.ts";
import { isOne, type Named, type Person } from "./person.ts";
import type { ReportPace } from "./report_pace.ts";
import type { ServerBans } from "./server_bans.ts";
import { refuseAct } from "./standing.ts";

/** What reporting needs. */
export interface ReportParts extends Pick<Archive, "store" | "reading" | "replaced"> {
  readonly hall: Hall;
  readonly news: News;
  readonly bans: Pick<ServerBans, "refuseSoon">;
  readonly quotas: Quotas;
  readonly reportPace: ReportPace;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Hears that the store did not keep something. */
  readonly onFailed: (error: StorageError) => void;
}

type Wanted = Extract<Effect, { do: "report" }>;

/**
 * Reports a message, and answers who did.
 *
 * @param comingOf How a room will be set when what is on its way is durable.
 */
export async function report(
  parts: ReportParts,
  comingOf: (room: Room) => Order,
  { member, wanted, id }: {
    readonly member: Member;
    readonly wanted: Wanted;
    readonly id: string | undefined;
  },
): Promise<void> {
  const { hall } = parts;
  const answer = (message: Parameters<Member["tell"]>[0]): void =>
    member.tell(id === undefined ? message : { ...message, re: id });
  const room = hall.room(wanted.room);
  if (room === undefined || member.outbox.ended) return;
  const wait = parts.reportPace.take(member, performance.now());
  if (wait > 0) {
    const msg = `You have reported a lot. Wait ${Math.ceil(wait / 1_000)} s.`;
    return answer({ ...errorMessage("rate_limited", msg), wait });
  }
  const found = await read(parts, member, room.stream, wanted.seq);
  // Who left or was put out meanwhile reports nothing more.
  if (!hall.isHere(member) || !member.isIn(room.key)) return answer(errorMessage("not_in_room"));
  // Nor who is being put out: what he says of it would be behind that.
  const out = parts.bans.refuseSoon(member) ??
    refuseAct(comingOf(room), room.name, member, "see", parts.clock());
  if (out !== undefined) return answer(errorMessage(out.code, out.msg));
  if ("unsure" in found) return answer(errorMessage("invalid", found.unsure));
  const messages = found;
  const last = messages.at(-1);
  if (last === undefined) {
    const msg = wanted.seq === undefined
      ? "Nobody else has said anything here of late."
      : "There is no such message.";
    return answer(errorMessage("not_found", msg));
  }
  const tooMuch = parts.quotas.take(member, undefined);
  if (tooMuch !== undefined) return answer(refusalOf(tooMuch));
  const elsewhere = moderatorsElsewhere(hall, room, member);
  const error = await record(parts, member, room, { last, why: wanted.why, elsewhere });
  if (error !== undefined) {
    parts.onFailed(error);
    return answer(refusalOf(error));
  }
  // Until the disk had it, words may have been taken back that are nobody's to read then.
  using meanwhile = parts.replaced.watch(room.stream);
  const now = await read(parts, member, room.stream, last.seq);
  const standing = "unsure" in now ? [] : meanwhile.allNow(now, reportedIn);
  const told: Reported = {
    type: "Reported",
    room: room.name,
    by: member.name,
    ...(wanted.why === undefined ? {} : { why: wanted.why }),
    messages: [...standing],
  };
  const heard = new Set([...moderatorsHere(hall, room), ...operatorsHere(hall)]);
  for (const { latest } of elsewhere) {
    const isTold = hall.isHere(latest) && moderates(hall, room.order, room.name, latest);
    if (isTold) heard.add(latest);
  }
  // Of what went for its age meanwhile nothing is left to be told.
  if (standing.length > 0) { for (const one of heard) one.tell(told); }
  if (id !== undefined) answer({ type: "Ack", room: room.name, seq: last.seq, at: parts.clock() });
  if (member.speech !== "text") return;
  // A line has no id, and whoever hears nothing reports it once more.
  const gone = (standing.at(-1)?.content ?? "") === "" ? ", but its words were taken back" : "";
  answer({ type: "Notice", msg: `It is before the moderators${gone}.` });
}

/** Tells somebody who has come in what was reported meanwhile, in the words in which it stands now. */
export async function tellReports(
  parts: ReportParts,
  member: Member,
  reports: readonly ReportNews[],
  alive: () => boolean,
): Promise<void> {
  for (const { room, by, why, at, message } of reports) {
    // Who moderates no more is not told, nor is anybody of what is gone for its age.
    const isTold = (): boolean => {
      const order = parts.hall.order(room);
      return order !== undefined && moderates(parts.hall, order, room, member);
    };
    if (!isTold()) continue;
    const stream = roomStream(foldText(room));
    using meanwhile = parts.replaced.watch(stream);
    const found = await read(parts, member, stream, message);
    if (!alive()) return;
    if ("unsure" in found || found.length === 0 || !isTold()) continue;
    const messages = meanwhile.allNow(found, reportedIn);
    const reason = why === undefined ? {} : { why };
    member.tell({ type: "Reported", room, by, ...reason, messages: [...messages], at });
    // One at a time waits in memory, however long they are.
    await member.outbox.idle();
  }
}

/** The messages that are put before moderators, or why it is not clear which. */
type Meant = readonly ReportedMessage[] | { readonly unsure: string };

/** The message that is meant as the last one, and those before it; none when there is no such message. */
async function read(
  { store, reading, clock }: ReportParts,
  member: Member,
  stream: string,
  seq: number | undefined,
): Promise<Meant> {
  const { account } = member;
  const limit = seq === undefined ? REPORT_LOOKED_AT : REPORT_CONTEXT + 1;
  const range = { ...(seq === undefined ? {} : { before: seq + 1 }), limit };
  const page = await reading.holding(() =>
    store.read(stream, { ...range, bytesMax: REPORT_BYTES_MAX })
  );
  account.spend({ workMs: STORE_READ_MS + page.messages.length * LOOKED_AT_MS });
  return await account.serve(() => {
    const all = page.messages.flatMap((stored): NewMessage[] => {
      const message = messageIn(stored);
      return message?.type === "NewMessage" ? [message] : [];
    });
    if (seq === undefined) {
      const unsure = whyUnsure(all, member.key, clock());
      if (unsure !== undefined) return { unsure };
    }
    const end = seq === undefined
      ? all.findLastIndex(({ from }) => foldText(from) !== member.key)
      : all.findIndex((message) => message.seq === seq);
    return all.slice(Math.max(0, end - REPORT_CONTEXT), end + 1).map(reported);
  });
}

function reported({ seq, from, content, at }: NewMessage): ReportedMessage {
  return { seq, from, content, at };
}

function reportedIn(stored: Stored): ReportedMessage | undefined {
  const message = messageIn(stored);
  return message?.type === "NewMessage" ? reported(message) : undefined;
}

/**
 * Why it is not clear what is meant by what was said last: somebody took something back after somebody else had spoken, so it may
 * be the words that are gone. Rather nothing is reported than what an innocent said.
 */
function whyUnsure(
  messages: readonly NewMessage[],
  reporter: FoldedName,
  nowMs: number,
): string | undefined {
  const others = messages.filter(({ from }) => foldText(from) !== reporter);
  const last = others.at(-1);
  // What a moderator deleted was before one already.
  const gone = others.findLast(({ deleted, edited = 0, by, from }) =>
    deleted === true && by === undefined && edited > (last?.at ?? 0) &&
    nowMs - edited < REPORT_UNSURE_MS && from !== last?.from
  );
  if (last === undefined || gone === undefined) return undefined;
  const { from } = gone;
  return `${from} took a message back after ${last.from} spoke, so it is not clear what you mean. ` +
    `Report again in ${REPORT_UNSURE_MS / 1_000} s to report what ${last.from} said.`;
}

function record(
  { store, quotas, clock, hall, news }: ReportParts,
  member: Member,
  room: Room,
  { last, why, elsewhere }: {
    readonly last: ReportedMessage;
    readonly why: string | undefined;
    readonly elsewhere: readonly Member[];
  },
): Promise<StorageError | undefined> {
  const at = clock();
  const reason = why === undefined ? {} : { why };
  const item = { act: "report", room: room.name, by: member.name, at, message: last.seq } as const;
  const absent = absentModerators(hall, room.order);
  const isHeard = !moderatorsHere(hall, room).next().done ||
    elsewhere.some((one) => moderates(hall, room.order, room.name, one));
  const toAll = !isHeard && absent.length === 0 &&
    operatorsHere(hall).every(({ registered }) => !registered);
  const puts = isHeard ? [] : absent.map((one) => news.put(one, { ...item, ...reason }));
  if (toAll) puts.push(news.putForOperators({ ...item, ...reason }));
  for (const { value } of puts) quotas.spend(member, value?.length ?? 0);
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
      puts,
      settled: (error) => {
        member.owed.settle();
        for (const { arrived } of puts) arrived(error);
        resolve(error);
      },
    })
  );
}

/** Those who moderate a room, by what is remembered of them. */
function appointed({ owner, moderators }: Order): readonly Named[] {
  return owner === undefined ? moderators : [owner, ...moderators];
}

/** Those of them who are here under the name that is remembered, wherever, and are not put out of that room just now. */
function* moderatorsHere(hall: Hall, { order, name }: Room): Generator<Member, void, void> {
  for (const one of appointed(order)) {
    for (const member of hall.membersOf(foldText(one.name))) {
      if (moderates(hall, order, name, member)) yield member;
    }
  }
}

/** Guests among them who are here under another name: they are found by their marks, for which who reports pays. */
function moderatorsElsewhere(hall: Hall, { order }: Room, reporter: Member): readonly Member[] {
  const isAway = (one: Named) => !hall.membersOf(foldText(one.name)).some((it) => isOne(one, it));
  const marks = new Set(appointed(order).filter(isAway).flatMap(({ mark }) => mark ?? []));
  if (marks.size === 0) return [];
  const members = [...hall.members()];
  reporter.account.spend({ workMs: members.length * MARK_MS });
  return members.filter(({ mark }) => marks.has(mark));
}

/** To judge is what moderators may: who is kept out of the room may not for so long. */
function moderates(hall: Hall, order: Order, room: string, member: Member): boolean {
  return refuseAct(order, room, member, "judge", hall.nowMs) === undefined;
}

/** The accounts of them that are away. */
function absentModerators(hall: Hall, order: Order): readonly Person[] {
  return appointed(order).flatMap((one) => {
    const person = hall.away(one.name);
    return person !== undefined && isOne(one, person) ? [person] : [];
  });
}

/** All operators who are here. */
function* operatorsHere(hall: Hall): Generator<Member, void, void> {
  for (const member of hall.members()) if (member.operator) yield member;
}
