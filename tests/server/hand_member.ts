/**
 * Members without a connection: their wire takes everything at once, and nobody reads it.
 *
 * @module
 */

import type { Proved } from "../../server/accounts/accounts.ts";
import { Addresses } from "../../server/addresses/addresses.ts";
import { readRanges } from "../../server/admission/admission_control.ts";
import { type Account, FREE } from "../../server/budget/mod.ts";
import { LIMITS_DEFAULT } from "../../server/limits.ts";
import { Outbox } from "../../server/link/outbox.ts";
import { Member } from "../../server/rooms/member.ts";
import type { Wakeups } from "../../server/rooms/wakeups.ts";
import { userName } from "../../server/wire/mod.ts";
import { assert } from "../assert.ts";

const EXEMPT = new Addresses(LIMITS_DEFAULT, readRanges(["127.0.0.1"]));

/** What a member is, where a test cares. */
export interface HandMember {
  readonly wakeups: Wakeups;
  /** Who pays; default: nobody. */
  readonly account?: Account;
  /** Default: those that exempt this one's address. */
  readonly addresses?: Addresses;
  /** What it has proved; default: nothing, it is a guest. */
  readonly proved?: Proved;
  /** Hears what goes out. */
  readonly onSent?: (bytes: Uint8Array) => void;
  /** How many bytes of a write its wire takes; default: all. */
  readonly take?: (bytes: Uint8Array) => number;
  /** Whether it asked to be told who types. */
  readonly hearsTyping?: boolean;
}

/** A member of that name, in no room. */
export function handMember(
  text: string,
  { wakeups, account = FREE, addresses = EXEMPT, proved, hearsTyping, ...wire }: HandMember,
): Member {
  const name = userName(text);
  const admittance = addresses.admit("127.0.0.1", 0);
  assert(name.kind === "name" && admittance.kind === "in");
  const trySend = (bytes: Uint8Array): number => {
    wire.onSent?.(bytes);
    return wire.take?.(bytes) ?? bytes.length;
  };
  return new Member({
    name: name.name,
    speech: "frames",
    operator: false,
    proved,
    session: text,
    address: admittance.address,
    hostname: "127.0.0.1",
    outbox: new Outbox({ trySend }, 1 << 20),
    account,
    wakeups,
    hearsTyping,
    host: {
      encode: () => undefined,
      dismiss: () => {},
      become: () => false,
      isBusy: () => true,
      open: () => {
        throw new Error("No files here");
      },
    },
  });
}
