/**
 * Reading what is on record: pages of a room's audit for who keeps order there, and of the server's for its operators.
 *
 * @module
 */

import { LOOKED_AT_MS, STORE_READ_MS } from "../budget/mod.ts";
import type { Effect } from "../commands/types.ts";
import { errorMessage } from "../perform.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { Archive } from "../store/history.ts";
import { auditStream } from "../store/streams.ts";
import { type AuditEntry, type ErrorMessage, fold, type RoomName } from "../wire/mod.ts";
import { auditIn } from "./audit.ts";
import { refuseAct } from "./standing.ts";

/** What is needed to read it. */
export interface AuditPageParts extends Pick<Archive, "store" | "reading" | "pageBytesMax"> {
  readonly hall: Pick<Hall, "order" | "nowMs">;
}

/** Answers with a page of an audit. */
export async function answerAuditPage(
  { hall, store, reading, pageBytesMax }: AuditPageParts,
  member: Member,
  { room, wanted }: Extract<Effect, { do: "audit" }>,
  id: string | undefined,
): Promise<void> {
  if (member.outbox.ended) return;
  const stream = auditStream(room && fold(room));
  const range = { ...wanted, bytesMax: pageBytesMax };
  const { messages, more } = await reading.holding(() => store.read(stream, range));
  member.account.spend({ workMs: STORE_READ_MS + messages.length * LOOKED_AT_MS });
  const re = id === undefined ? {} : { re: id };
  await member.account.serve(() => {
    const late = refuseNow(hall, member, room);
    if (late !== undefined) return member.tell({ ...late, ...re });
    const records: AuditEntry[] = messages.flatMap((one) => auditIn(one, member.operator) ?? []);
    const place = room === undefined ? {} : { room };
    member.tell({ type: "AuditPage", ...place, records, more, ...re });
  });
}

/** Why a page is not somebody's any more: much may be decided while it is read. */
function refuseNow(
  hall: AuditPageParts["hall"],
  { latest: who }: Member,
  room: RoomName | undefined,
): ErrorMessage | undefined {
  if (room === undefined) return who.operator ? undefined : errorMessage("forbidden");
  const order = hall.order(room);
  if (order === undefined) return errorMessage("not_found");
  const refusal = refuseAct(order, room, who, "audit", hall.nowMs);
  return refusal && errorMessage(refusal.code, refusal.msg);
}
