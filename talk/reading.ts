/**
 * How far somebody has read in one room or one conversation, and what is new there; the same rules on every screen.
 *
 * ```text
 *   seqs     1 … 40 │ 41 … 45 │ 46 … 50 │
 *                   read      seen      head
 *        told to the server   on this   the newest
 *                             screen
 * ```
 *
 * - `read` is where the account stands, as far as this device knows. `seen` is what this device has shown. What lies between
 *   them is to be told to the server (`toTell`), once in a while: the newest position says it all.
 * - `unread` counts what others said that nobody of the account has seen. A welcome counts what was said while one was away;
 *   what comes of that again, because it was missed, is not counted twice (`counted`).
 * - `mark` is the seq below which a line says that what follows is new. It stays while its reader looks at it.
 *
 * Guests have no account that reads: of them, nothing is ever to be told, and everything else is as with others.
 *
 * @module
 */

/** Stands in the line above the first message that its reader has not seen. */
export const NEW_SINCE = "new since you left";

/** How far somebody has read in one place. */
export interface Reading {
  /** The newest seq that may be unread. */
  readonly head: number;
  /** The last one that this device has shown. */
  readonly seen: number;
  /** The last one that the server knows to be read. */
  readonly read: number;
  /** How many messages of others are new. */
  readonly unread: number;
  /** How many of them are meant for the reader. */
  readonly mentions: number;
  /** Up to this seq, `unread` holds them all, though they may still come. */
  readonly counted: number;
  /** What is behind this seq is new to the reader; `undefined` where nothing is. */
  readonly mark: number | undefined;
}

/** Where nothing was ever said. */
export const NOTHING_NEW: Reading = {
  head: 0,
  seen: 0,
  read: 0,
  unread: 0,
  mentions: 0,
  counted: 0,
  mark: undefined,
};

/** What a welcome says of one place: an entry of `Welcome.unread`. */
export interface Awaiting {
  readonly head: number;
  readonly read: number;
  readonly unread: number;
  readonly mentioned?: boolean;
}

/** How a message comes. */
export interface Coming {
  readonly seq: number;
  /** Whether the reader said it, here or on another device. */
  readonly mine: boolean;
  /** Whether the reader looks at it. */
  readonly here: boolean;
  /** Whether it names the reader, or is for them alone. */
  readonly urgent: boolean;
  /** Whether it is from somebody whom they do not want to read. */
  readonly hidden?: boolean;
}

/**
 * An account has come in, again or for the first time.
 *
 * @param waits What the welcome says of this place; without it, all up to `head` is read.
 * @param head The newest seq there, where that is known.
 */
export function cameIn(
  reading: Reading,
  waits: Awaiting | undefined,
  head: number = reading.head,
): Reading {
  if (waits === undefined) {
    const seen = Math.max(reading.seen, head);
    const mark = reading.unread === 0 ? reading.mark : undefined;
    return { head: seen, seen, read: seen, counted: seen, unread: 0, mentions: 0, mark };
  }
  // The server may have been ended before it wrote what it was told.
  const known = Math.max(waits.read, reading.seen);
  const unread = Math.max(0, Math.min(waits.unread, waits.head - known));
  const named = waits.mentioned === true && unread > 0 ? 1 : 0;
  const before = known === reading.seen ? reading.mentions : 0;
  return {
    head: waits.head,
    seen: reading.seen,
    read: waits.read,
    unread,
    mentions: Math.min(unread, Math.max(before, named)),
    counted: waits.head,
    mark: unread === 0 ? undefined : known,
  };
}

/** The name of a reader becomes an account, which counts as having read all there is. What they have not looked at is new to them as before. */
export function becameAccount(reading: Reading): Reading {
  return { ...reading, read: Math.max(reading.read, reading.head) };
}

/** One has entered a room whose newest message is `seq`: what was said before is not new. */
export function enteredAt(reading: Reading, seq: number): Reading {
  return cameIn(reading, undefined, Math.max(seq, reading.head));
}

/** A message has come. */
export function came(reading: Reading, { seq, mine, here, urgent, hidden }: Coming): Reading {
  const head = Math.max(reading.head, seq);
  // Who speaks has read, and the server knows it.
  if (mine) return { ...readTo({ ...reading, head }, seq), seen: Math.max(reading.seen, seq) };
  // Another device may have read it before it came here.
  if (here || hidden === true || seq <= reading.read) return { ...reading, head };
  const isCounted = seq <= reading.counted;
  return {
    ...reading,
    head,
    unread: reading.unread + (isCounted ? 0 : 1),
    mentions: reading.mentions + (urgent && !isCounted ? 1 : 0),
    mark: reading.mark ?? seq - 1,
  };
}

/** All up to `seq` is on the screen of this device. */
export function sawTo(reading: Reading, seq: number): Reading {
  const seen = Math.max(reading.seen, seq);
  // What a welcome has counted may still be to come.
  const unread = Math.min(reading.unread, Math.max(0, reading.head - seen));
  if (seen === reading.seen && unread === reading.unread) return reading;
  return { ...reading, seen, unread, mentions: Math.min(reading.mentions, unread) };
}

/** Another device of the account has read up to `seq`, or the reader spoke there. */
export function readTo(reading: Reading, seq: number): Reading {
  if (seq <= reading.read) return reading;
  const left = Math.max(0, reading.head - Math.max(seq, reading.seen));
  const unread = Math.min(reading.unread, left);
  const mentions = Math.min(reading.mentions, unread);
  // Who looks at the mark keeps it: nothing is unread there.
  const mark = reading.unread === 0
    ? reading.mark
    : unread === 0
    ? undefined
    : Math.max(reading.mark ?? 0, seq);
  return { ...reading, read: seq, unread, mentions, mark };
}

/** The reader has answered, or goes elsewhere: the mark goes, where all that is below it was seen. */
export function unmarked(reading: Reading): Reading {
  const { mark, unread } = reading;
  return mark === undefined || unread > 0 ? reading : { ...reading, mark: undefined };
}

/** How far the server is to be told that the account has read; `undefined` when it knows. */
export function toTell({ head, seen, read }: Reading): number | undefined {
  const seq = Math.min(seen, head);
  return seq > read ? seq : undefined;
}

/** What is said of a room in which something is new. */
export function newInRoom(
  { room, unread, mentioned }: Awaiting & { readonly room: string },
): string {
  const messages = unread === 1 ? "1 message is" : `${unread} messages are`;
  const named = mentioned === true ? ", and you are named there" : "";
  return `In ${room} ${messages} ${NEW_SINCE}${named}.`;
}

/** What is said to who whispers to somebody that has an account and is away. */
export function waitsText(name: string): string {
  return `${name} is away, and gets this with the next login.`;
}
