/**
 * What `chat db stat` says, as text for people and as JSON for programs.
 *
 * Pure: both are made of one `Facts`, so they cannot disagree.
 *
 * @module
 */

import { safeText } from "../tty/safe.ts";
import type { KeepingNoted } from "../../server/mod.ts";
import type { Damage, SegmentInfo, StoreStat } from "../../db/mod.ts";
import type { Contents } from "./contents.ts";
import prettyMilliseconds from "pretty-ms";
import { type Shares, sharesOf, storeMap } from "./map.ts";
import type { RoomDue } from "./due.ts";
import { showBytes, showCount, showNumber, showShare, showTable } from "./text.ts";

/** Version of the store's format. */
export const STORE_FORMAT = 1;

/** Rooms of which it is shown what is due; a program is told of all. */
const ROOMS_DUE_SHOWN = 50;

/** What is known of a store. */
export interface Facts {
  readonly directory: string;
  readonly stat: StoreStat;
  readonly rooms: number;
  readonly contents: Contents;
  /** When the oldest message was written, in ms since 1970. */
  readonly oldestAt: number | undefined;
  /** What the server that wrote it last was told to keep. */
  readonly keeping: KeepingNoted;
  /** Since when words of edited and deleted messages are due to be taken out of the files, in ms since 1970. */
  readonly erasingSince?: number | undefined;
  /** What is due to go in rooms that keep what is said there for a time of their own. */
  readonly roomsDue: readonly RoomDue[];
  /** What is damaged, if that was checked. */
  readonly damages: readonly Damage[] | undefined;
}

/** The facts as one JSON object. Live and dead bytes are estimates (`map.ts`). */
export function statJson(
  { directory, stat, rooms, contents, oldestAt, keeping, erasingSince, roomsDue, damages }: Facts,
): string {
  const { live, dead, damaged } = sumOf(stat.segments, damages);
  return JSON.stringify({
    format: STORE_FORMAT,
    directory,
    segments: stat.segments.map((segment) => segmentJson(segment, damages)),
    records: stat.messages + stat.keys,
    messages: contents.messages,
    author_records: contents.authors,
    change_records: contents.changes,
    audit_records: contents.audit,
    streams: stat.streams,
    keys: stat.keys,
    live_bytes: live,
    dead_bytes: dead,
    ...(damages === undefined ? {} : { damaged_bytes: damaged }),
    rooms,
    users: contents.accounts,
    ...(oldestAt === undefined ? {} : { oldest_at: oldestAt }),
    ...(keeping.retainMs === undefined ? {} : { retain_ms: keeping.retainMs }),
    ...(keeping.bytesMax === undefined ? {} : { max_bytes: keeping.bytesMax }),
    ...(erasingSince === undefined ? {} : { erasing_since: erasingSince }),
    ...(roomsDue.length === 0 ? {} : { rooms_due: roomsDue.map(dueJson) }),
    last_lsn: stat.lsn,
    index_bytes: stat.indexBytes,
  });
}

/** The facts for people, with the map. */
export function statText(
  { directory, stat, rooms, contents, oldestAt, keeping, erasingSince, roomsDue, damages }: Facts,
): string {
  const { live, dead, damaged } = sumOf(stat.segments, damages);
  const whole = live + dead + damaged;
  const hurt = damages === undefined ? "" : `, ${showBytes(damaged)} damaged`;
  const lines = [
    ["store", `${safeText(directory)}, format ${STORE_FORMAT}`],
    [
      "messages",
      `${showNumber(contents.messages)} in ${showCount(contents.conversations, "conversation")}`,
    ],
    ...besideText(contents),
    ["rooms", showNumber(rooms)],
    ["accounts", showNumber(contents.accounts)],
    ["keys", showNumber(stat.keys)],
    ["oldest", oldestAt === undefined ? "none" : new Date(oldestAt).toISOString()],
    ["keeps", keepsText(keeping, whole)],
    ...(erasingSince === undefined ? [] : [["erases", erasesText(erasingSince)]]),
    ["last LSN", showNumber(stat.lsn)],
    ["index", `${showBytes(stat.indexBytes)} of memory when open`],
    [
      "size",
      `${showBytes(whole)}: ${showBytes(live)} live, ${showBytes(dead)} dead (${
        showShare(dead, whole)
      })${hurt}`,
    ],
  ];
  const head = lines.map(([name = "", value = ""]) => `${name.padEnd(9)} ${value}\n`).join("");
  const due = roomsDue.length === 0 ? "" : `\n${dueTable(roomsDue)}`;
  const map = stat.segments.length === 0 ? "" : `\n${storeMap(stat.segments, damages)}`;
  return head + due + map;
}

function dueJson({ room, days, due, nextAt }: RoomDue): Record<string, string | number> {
  return { room, retain_days: days, due, ...(nextAt === undefined ? {} : { next_at: nextAt }) };
}

/** Rooms that keep what is said there for a time of their own: what is older, and when the next goes. */
function dueTable(rooms: readonly RoomDue[]): string {
  const rows = rooms.slice(0, ROOMS_DUE_SHOWN).map(({ room, days, due, nextAt }) => [
    safeText(room),
    showCount(days, "day"),
    showNumber(due),
    nextAt === undefined ? "-" : new Date(nextAt).toISOString(),
  ]);
  const table = showTable([
    { head: "room" },
    { head: "keeps", align: "right" },
    { head: "due now", align: "right" },
    { head: "next goes at" },
  ], rows);
  const more = rooms.length - rows.length;
  return more > 0 ? `${table}and ${showCount(more, "room")} more\n` : table;
}

/** What stands beside the messages, if anything does. */
function besideText({ authors, changes, audit }: Contents): string[][] {
  const parts = [
    [authors, "note", "of who spoke"],
    [changes, "note", "of changes"],
    [audit, "record", "of order"],
  ] as const;
  const told = parts.filter(([count]) => count > 0)
    .map(([count, what, of]) => `${showCount(count, what)} ${of}`);
  return told.length === 0 ? [] : [["beside", told.join(", ")]];
}

/** What is kept: `messages of the last 90 days, in 10 GB at most (43 % used)`. */
function keepsText({ retainMs, bytesMax }: KeepingNoted, bytes: number): string {
  const age = retainMs === undefined
    ? "all messages"
    : `messages of the last ${prettyMilliseconds(retainMs, { verbose: true })}`;
  const size = bytesMax === undefined
    ? ""
    : `, in ${showBytes(bytesMax)} at most (${showShare(bytes, bytesMax)} used)`;
  return age + size;
}

/** What is due: a server does it within some minutes, and `chat db compact` at once. */
function erasesText(since: number): string {
  return `words edited or deleted since ${new Date(since).toISOString()}, still in the files`;
}

function segmentJson(
  segment: SegmentInfo,
  damages: Facts["damages"],
): Record<string, string | number> {
  const { file, bytes, records, live, firstLsn, lastLsn } = segment;
  const shares = sharesOf(segment, damages);
  return {
    file,
    bytes,
    live_bytes: shares.live,
    dead_bytes: shares.dead,
    ...(damages === undefined ? {} : { damaged_bytes: shares.damaged }),
    records,
    live_records: live,
    first_lsn: firstLsn,
    last_lsn: lastLsn,
  };
}

function sumOf(segments: readonly SegmentInfo[], damages: Facts["damages"]): Shares {
  const all = segments.map((segment) => sharesOf(segment, damages));
  const sum = (of: keyof Shares): number => all.reduce((sum, shares) => sum + shares[of], 0);
  return { live: sum("live"), dead: sum("dead"), damaged: sum("damaged") };
}
