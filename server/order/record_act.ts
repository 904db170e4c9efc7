/**
 * Writes what an operator does with an account, or a hook, together with the record of it, and with what the account is to hear of it when it
 * comes in: all of it or nothing, as with rooms (`order_desk.ts`).
 *
 * @module
 */

import type { Member } from "../rooms/member.ts";
import { payerOf } from "../store/quotas.ts";
import type { KeptValues, MessageStore, Put } from "../store/store_port.ts";
import { auditStream } from "../store/streams.ts";
import { encodeAct } from "./audit.ts";
import type { News, Reader } from "./news.ts";

/** What operators do with accounts. */
export type AccountAct = "op" | "deop" | "account" | "password" | "remove" | "erase";
/** What they do with hooks and invitations: `user` is the name of one. */
export type HookAct = "hook" | "unhook" | "invitation" | "revoke";

/** What recording needs. */
export interface RecordParts {
  readonly store: Pick<MessageStore, "append">;
  readonly news: News;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Writes a value of an account on record. @param absent The account, if it is away and is to hear of it. */
export function recorded(
  { store, news, clock }: RecordParts,
  by: Member,
  { act, user, absent, beside = [], behind = -1 }: {
    readonly act: AccountAct | HookAct;
    readonly user: string;
    readonly absent?: Reader | undefined;
    /** What is to be written with it. */
    readonly beside?: readonly Put[];
    /** A time than which it is later, in ms since 1970. */
    readonly behind?: number;
  },
): KeptValues["write"] {
  return (key, value, settled, goesOn, more = []) => {
    const at = Math.max(clock(), behind + 1);
    const told = absent && (act === "op" || act === "deop")
      ? news.put(absent, { act, by: by.name, at })
      : undefined;
    const puts: Put[] = [{ key, value }, ...more, ...beside, ...(told === undefined ? [] : [told])];
    store.append({
      stream: auditStream(),
      at,
      payer: payerOf(by),
      encode: (seq) => encodeAct({ act, user }, by, { seq, at }),
      puts,
      goesOn: goesOn ?? false,
      settled: (error) => {
        told?.arrived(error);
        settled(error);
      },
    });
  };
}
