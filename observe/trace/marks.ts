/**
 * What is known of one message before anything is joined: the server's marks, and what the kernel tells of syncs.
 *
 * The shape is that part of a server's report of a message which is joined, and needs no type of the wire: so the page, the terminal and
 * whoever has such a report from elsewhere can join it.
 *
 * All times are nanoseconds of one clock; what was not measured is absent. A range is from its first byte to behind its last, of one
 * direction of a connection whose first byte is 0.
 *
 * @module
 */

/** Bytes of one direction of a connection. */
export interface Range {
  /** The first of them. */
  readonly from: number;
  /** Behind the last of them. */
  readonly to: number;
}

/** An end of a connection that the message came or went over, as the server sees it. */
export interface MarkedEnd {
  /** Who is there. */
  readonly user: string;
  /** The server's address, `IP:PORT`. */
  readonly local?: string;
  /** The other end's. */
  readonly remote?: string;
  /** Where the message lies in what went over the connection in its direction. */
  readonly stream?: Range;
  /** Why that is not known, as a sentence. */
  readonly why?: string;
}

/** A call by which the kernel took a part of the message. */
export interface MarkedWrite {
  /** When it had taken it. */
  readonly at: number;
  /** The bytes of the connection that it took, if that is known. */
  readonly stream?: Range;
}

/** Somebody who gets the message. */
export interface MarkedReceiver extends MarkedEnd {
  /** The writes that carried it, in order; none yet where it still waits. */
  readonly writes: readonly MarkedWrite[];
  /** Whether all of it was taken. */
  readonly done: boolean;
}

/** One message as the server marked it. */
export interface MarkedMessage {
  /** The room. */
  readonly room: string;
  /** Its number there. */
  readonly seq: number;
  /** The clock of all times when this was told; `machine` is `CLOCK_MONOTONIC`. */
  readonly clock: { readonly kind: "machine" | "process"; readonly ns: number };
  /** Who said it, and how it came. */
  readonly from: MarkedEnd;
  /** When its last byte was read. */
  readonly read?: number;
  /** When its turn had come and it was taken. */
  readonly accepted: number;
  /** When the write and the sync of the group that it is in began. */
  readonly given?: number;
  /** When the server knew that it is kept. */
  readonly durable?: number;
  /** When it was in the room's log, for all to get. */
  readonly published?: number;
  /** The call that took the sender's acknowledgement. */
  readonly answered?: MarkedWrite;
  /** Who gets it. Of a large room only some. */
  readonly receivers: readonly MarkedReceiver[];
  /** How many more get it. */
  readonly left: number;
  /** What the server does not know of its way, as sentences. */
  readonly unknown: readonly string[];
}

/** A sync of a file, as the kernel saw it. */
export interface SyncCall {
  /** When it was done, in nanoseconds of `CLOCK_MONOTONIC`. */
  readonly ts: number;
  /** How long it took. */
  readonly durationNs: number;
}
