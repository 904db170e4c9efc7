/**
 * Brings a member back into its rooms without a gap and without a double.
 *
 * ```text
 *   last seq seen ─── page ─── page ─── page ──► the newest ┐ in one turn of the event loop:
 *                     read from the store, sent             └ caught up? then follow the log from here
 * ```
 *
 * What cannot be read is told as `Lost`, in its place, so that a gap is never silent. What was seen and has been edited or
 * deleted since is told as such before that (`store/changes.ts`).
 *
 * While pages are read, people go on talking. The member follows the room's log only from the moment
 * at which it has been sent everything up to the newest message; checking that and starting to follow
 * happen without anything in between.
 *
 * Two hundred rooms are work before anything is read: their names are checked (`wanted_rooms.ts`), and they are entered, slice by slice. Each of
 * them hears of it, and whoever owes for that enters the next one when it is earned back.
 *
 * @module
 */

import { ANSWER_MS_PER_BYTE, LOOKED_AT_MS, type Permits, STORE_READ_MS } from "../budget/mod.ts";
import { framesOfBodies } from "../codec/encode.ts";
import type { Hall } from "../rooms/hall.ts";
import { CHANGES_ROUNDS_MAX } from "../limits.ts";
import { changedSeqs, tellChanged } from "../store/changes.ts";
import { judged, judgedOne } from "../store/history.ts";
import type { Replaced } from "../store/replaced.ts";
import { changeStream } from "../store/streams.ts";
import { quoted } from "../commands/refusals.ts";
import type { Member } from "../rooms/member.ts";
import { refusePlace } from "../rooms/places.ts";
import type { Room } from "../rooms/room.ts";
import { type Refusal, refuseAct } from "../order/standing.ts";
import type { MessageStore, Page, SeqRange, Stored } from "../store/store_port.ts";
import type { Wanted } from "./wanted_rooms.ts";
import { fold, HISTORY_LIMIT_MAX, LOBBY, type Login, type RoomName } from "../wire/mod.ts";

/** Where pages are read. */
export interface Pages {
  readonly store: MessageStore;
  /** Largest page of messages in bytes. */
  readonly pageBytesMax: number;
  /** Lets only a few pages be read at once. */
  readonly reading: Permits;
  /** What is replaced while they are. */
  readonly replaced: Replaced;
  /** Knows what time it is. */
  readonly hall: Pick<Hall, "nowMs">;
}

/** A room to come back to. */
export interface Return {
  readonly room: Room;
  /** Last seq seen; `undefined` when nothing is to be sent again. */
  readonly seen: number | undefined;
  /** Whether it is entered because it was asked for: then also by who was put out of it before. */
  readonly asked?: boolean;
}

/**
 * The rooms that a login leads to: the lobby, and those of `wanted` and of its account that can be; or those that it names, and
 * no others. All are held until `comeBack` has let the member in, so that none is forgotten for another one meanwhile.
 */
export function returnsOf(
  hall: Hall,
  store: MessageStore,
  member: Member,
  { epoch, rooms }: Pick<Login, "epoch" | "rooms">,
  { wanted, own }: {
    readonly wanted: Wanted;
    /** Rooms of its account. */
    readonly own: readonly RoomName[];
  },
): Return[] {
  const { lobby } = hall;
  const asked = rooms !== undefined;
  const returns = new Map<Room, number | undefined>();
  if (rooms === undefined && refuseSight(lobby, member, hall.nowMs) === undefined) {
    lobby.hold();
    if (wanted.length + own.length === 0) return [{ room: lobby, seen: undefined, asked }];
    returns.set(lobby, undefined);
  }
  // A client that knows no epochs is believed: its seqs are meant for this history.
  const sameHistory = epoch === undefined || epoch === store.epoch;
  for (const [name, seq] of [...wanted, ...own.map((name) => [name, undefined] as const)]) {
    const room = mayCome(hall, name, member, asked) ? hall.openRoom(name, member) : undefined;
    if (room === undefined) continue;
    const again = returns.has(room);
    const full = !again && refusePlace(member, returns.size) !== undefined;
    if (again || full) room.release();
    if (full) continue;
    if (seq === undefined) {
      // Nothing is sent again: it is told what it has not read.
      if (!again) returns.set(room, undefined);
      continue;
    }
    const known = sameHistory && seq <= store.head(room.stream);
    returns.set(room, known ? seq : 0);
  }
  return [...returns].map(([room, seen]) => ({ room, seen, asked }));
}

/** Whether somebody may come into a room; into one that never was, too. */
function mayCome(hall: Hall, name: RoomName, member: Member, asked: boolean): boolean {
  const order = hall.order(name);
  return order === undefined ||
    refuseReturn({ order, name }, member, asked, hall.nowMs) === undefined;
}

/** Why somebody does not come back to a room: as `refuseSight`, or since he was put out of it and has to ask for it. The lobby is everybody's who comes. */
function refuseReturn(
  room: Pick<Room, "order" | "name">,
  member: Member,
  asked: boolean,
  nowMs: number,
): Refusal | undefined {
  const refusal = refuseSight(room, member, nowMs);
  const { order, name } = room;
  if (refusal !== undefined || asked || !order.leavesOut(member) || fold(name) === LOBBY) {
    return refusal;
  }
  const msg = `You were put out of the room '${quoted(name)}': enter it again yourself.`;
  return { code: "banned", msg };
}

/** Why somebody may not come into a room. */
export function refuseSight(
  { order, name }: Pick<Room, "order" | "name">,
  member: Member,
  nowMs: number,
): Refusal | undefined {
  return refuseAct(order, name, member, "see", nowMs);
}

/**
 * Sends what was missed in each room, then lets the member in: as whom it is then, since a guest may be given another name
 * meanwhile.
 *
 * @param alive Whether the member is still there; checked after every wait.
 * @returns A promise only if there is something to wait for. Who comes for the first time waits for nothing.
 */
export function comeBack(
  pages: Pages,
  member: Member,
  returns: readonly Return[],
  alive: () => boolean,
): Promise<void> | undefined {
  const [only] = returns;
  if (returns.length !== 1 || only?.seen !== undefined || !alive()) {
    return comeBackInTurns(pages, member, returns, alive);
  }
  only?.room.enter(member);
  only?.room.release();
  return undefined;
}

async function comeBackInTurns(
  pages: Pages,
  member: Member,
  returns: readonly Return[],
  alive: () => boolean,
): Promise<void> {
  const { store, hall } = pages;
  const held = new Set(returns.map(({ room }) => room));
  const enter = ({ room, asked = false }: Return): void => {
    // Much may be decided while it reads what it missed.
    const now = member.latest;
    const refusal = refuseReturn(room, now, asked, hall.nowMs);
    if (refusal === undefined) room.enter(now);
    else now.tell({ type: "Error", ...refusal });
    held.delete(room);
    room.release();
  };
  let next = 0;
  /** Enters rooms in which nothing was missed. @returns One in which something was; `undefined` when it must wait. */
  const enterSlice = (): Return | undefined => {
    while (next < returns.length && alive()) {
      const one = returns[next++] as Return;
      if (one.seen !== undefined && hasMissed(store, one.room, one.seen)) return one;
      enter(one);
      if (member.account.sliceSpent || member.account.owedMs > 0) return undefined;
    }
    return undefined;
  };
  try {
    let behind = enterSlice();
    while (alive() && (behind !== undefined || next < returns.length)) {
      if (behind?.seen !== undefined) {
        const { room, seen, asked = false } = behind;
        const still = () =>
          alive() && refuseReturn(room, member.latest, asked, hall.nowMs) === undefined;
        // Words may be changed while others are sent, so each is looked for again until there is neither; but where many
        // change them without a pause that has an end, too, and the history tells of the rest.
        let told: number | undefined;
        let upTo = seen;
        for (let rounds = 0; still() && rounds < CHANGES_ROUNDS_MAX; rounds++) {
          told = await tellChanges(pages, member, { room, seen: upTo, since: told, alive: still });
          upTo = await catchUp(pages, member, { room, seen: upTo, alive: still });
          // Looked at here, with nothing in between: what is said and changed from now on it hears in the room.
          const hasAll = upTo >= store.head(room.stream);
          if (hasAll && store.head(changeStream(room.key)) === told) break;
        }
        while (still() && upTo < store.head(room.stream)) {
          upTo = await catchUp(pages, member, { room, seen: upTo, alive: still });
        }
        if (!alive()) return;
        enter(behind);
      }
      behind = next < returns.length ? await member.account.serve(enterSlice) : undefined;
    }
  } finally {
    for (const room of held) room.release();
  }
}

/** Whether something in a room was said or changed that somebody may have missed who saw all up to `seen`. */
function hasMissed(store: MessageStore, room: Room, seen: number): boolean {
  return seen < store.head(room.stream) || (seen > 0 && store.head(changeStream(room.key)) > 0);
}

/**
 * Tells what of the messages up to `seen` was changed since.
 *
 * @param since So many changes are told already.
 * @returns How many are there now.
 */
async function tellChanges(
  { store, reading, replaced, pageBytesMax }: Pages,
  member: Member,
  { room, seen, since, alive }: {
    readonly room: Room;
    readonly seen: number;
    readonly since: number | undefined;
    readonly alive: () => boolean;
  },
): Promise<number> {
  const { account } = member;
  const head = store.head(changeStream(room.key));
  if (seen === 0 || head === (since ?? 0)) return head;
  const read: MessageStore["read"] = async (stream, range) => {
    await account.serve(() => undefined);
    const page = await reading.holding(() => store.read(stream, range));
    account.spend({ workMs: STORE_READ_MS + page.messages.length * LOOKED_AT_MS });
    return page;
  };
  const seqs = await changedSeqs(read, room.key, { seen, since });
  using meanwhile = replaced.watch(room.stream);
  await tellChanged(read, room.stream, seqs, meanwhile, {
    account,
    // Much may be decided while it is read.
    tell: (change) => {
      if (alive()) member.tell(change);
    },
    // One page at a time waits in memory, however many rooms were changed.
    ready: async () => {
      await member.outbox.relief(pageBytesMax);
      return alive();
    },
  });
  return head;
}

/** @returns The last that was sent, or that cannot be: as far as the newest, unless it is not to be sent any more. */
async function catchUp(
  { store, pageBytesMax, reading, replaced }: Pages,
  member: Member,
  { room: { stream, name }, seen, alive }: {
    readonly room: Room;
    readonly seen: number;
    readonly alive: () => boolean;
  },
): Promise<number> {
  const { account, outbox } = member;
  let last = seen;
  for (let head = store.head(stream); alive() && last < head; head = store.head(stream)) {
    const after = last;
    const range = { after, limit: HISTORY_LIMIT_MAX, bytesMax: pageBytesMax };
    // In its turn, as everything that a connection causes: whoever comes back again and again waits.
    await account.serve(() => undefined);
    using meanwhile = replaced.watch(stream);
    const page: Page = await reading.holding(() => store.read(stream, range));
    const { messages, lost = [], next } = page;
    account.spend({ workMs: STORE_READ_MS + messages.length * LOOKED_AT_MS });
    const good = await judged(messages, member);
    await account.serve(() => {
      // Who was put out meanwhile reads nothing more there.
      if (!alive()) return;
      const still = meanwhile.allNow(good, (stored) => judgedOne(stored, member));
      for (const piece of inTurn(still, lost)) {
        if (piece.kind === "lost") {
          member.tell({ type: "Lost", room: name, from: piece.from, to: piece.to });
          continue;
        }
        const bytes = framesOfBodies(piece.bodies);
        member.tellBytes(bytes);
        account.spend({ workMs: bytes.length * ANSWER_MS_PER_BYTE });
      }
    });
    // Where nothing is left to be read, all up to there is gone.
    last = next ?? messages.at(-1)?.seq ?? lost.at(-1)?.to ?? head;
    // One page at a time waits in memory, however much was missed.
    await outbox.idle();
  }
  return last;
}

/** What comes one after the other: messages that can be shown, and gaps. */
type Piece =
  | { readonly kind: "messages"; readonly bodies: readonly Uint8Array[] }
  | { readonly kind: "lost"; readonly from: number; readonly to: number };

function inTurn(messages: readonly Stored[], lost: readonly SeqRange[]): Piece[] {
  const pieces: Piece[] = [];
  const take = (before: number, after: number): void => {
    const between = messages.filter(({ seq }) => seq > after && seq < before);
    if (between.length > 0) {
      pieces.push({ kind: "messages", bodies: between.map(({ body }) => body) });
    }
  };
  let after = 0;
  for (const { from, to } of lost) {
    take(from, after);
    pieces.push({ kind: "lost", from, to });
    after = to;
  }
  take(Infinity, after);
  return pieces;
}
