/**
 * What `chat db verify` says, as text for people and as JSON for programs. Pure.
 *
 * @module
 */

import type { Damage, SegmentInfo, VerifyReport } from "../../db/mod.ts";
import type { Contents } from "./contents.ts";
import { safeText } from "../tty/safe.ts";
import { storeMap } from "./map.ts";
import { showBytes, showCount, showNumber, showTable } from "./text.ts";

/** The report as one JSON object. */
export function verifyJson(report: VerifyReport): string {
  const { segments, bytes, streams, messages, keys, dead, leftBehind, damages } = report;
  return JSON.stringify({
    ok: damages.length === 0,
    records: messages + keys,
    damage: damages.map(({ file, offset, bytes, reason }) => ({ file, offset, bytes, reason })),
    segments,
    bytes,
    streams,
    messages,
    keys,
    dead_bodies: dead,
    left_behind: leftBehind,
  });
}

/** What is seen of a store that can still be opened. */
export interface Seen {
  /** For the map. */
  readonly segments: readonly SegmentInfo[];
  /** What of its records is a message; the store itself counts all alike. */
  readonly contents?: Contents;
}

/** The report for people. */
export function verifyText(report: VerifyReport, { segments, contents }: Seen): string {
  const { damages } = report;
  const read = `${showCount(report.segments, "segment")} with ${showBytes(report.bytes)}`;
  const held = [
    contents === undefined
      ? showCount(report.messages, "record")
      : showCount(contents.messages, "message"),
    showCount(report.keys, "key"),
    showCount(report.streams, "stream"),
  ].join(", ");
  if (damages.length === 0) {
    return `Checked ${read}: nothing is damaged.\nThere are ${held}.\n${deadText(report)}`;
  }
  const map = segments.length === 0 ? "" : `\n${storeMap(segments, damages)}`;
  return `Checked ${read}: ${showCount(damages.length, "place")} damaged.\n` +
    `What can be read: ${held}.\n\n${damageTable(damages)}${map}`;
}

/** What is still in the files of that which nobody is shown any more. */
function deadText({ dead, leftBehind }: VerifyReport): string {
  if (dead + leftBehind === 0) {
    return "Of what was edited or deleted no text is left in these files.\n";
  }
  const bodies = dead === 0
    ? []
    : [`${showCount(dead, "text")} of messages that were edited or deleted`];
  const rests = leftBehind === 0
    ? []
    : [`what a kill left behind the end of ${showCount(leftBehind, "segment")}`];
  return `Still in the files until they are compacted: ${[...bodies, ...rests].join(", and ")}.\n`;
}

/** Where a store is damaged, and what is wrong there. */
export function damageTable(damages: readonly Damage[]): string {
  return showTable(
    [
      { head: "file" },
      { head: "at byte", align: "right" },
      { head: "bytes", align: "right" },
      { head: "what is wrong" },
    ],
    damages.map(({ file, offset, bytes, reason }) => [
      file === "" ? "-" : safeText(file),
      file === "" ? "-" : showNumber(offset),
      bytes === 0 ? "-" : showNumber(bytes),
      safeText(reason),
    ]),
  );
}
