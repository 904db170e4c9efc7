/**
 * What `chat db verify` says, as text for people and as JSON for programs. Pure.
 *
 * @module
 */

import type { Damage, SegmentInfo, VerifyReport } from "../../db/mod.ts";
import { safeText } from "../tty/safe.ts";
import { storeMap } from "./map.ts";
import { showBytes, showCount, showNumber, showTable } from "./text.ts";

/** The report as one JSON object. */
export function verifyJson(report: VerifyReport): string {
  const { segments, bytes, streams, messages, keys, damages } = report;
  return JSON.stringify({
    ok: damages.length === 0,
    records: messages + keys,
    damage: damages.map(({ file, offset, bytes, reason }) => ({ file, offset, bytes, reason })),
    segments,
    bytes,
    streams,
    messages,
    keys,
  });
}

/**
 * The report for people.
 *
 * @param segments The segments for the map, when the store can still be opened.
 */
export function verifyText(report: VerifyReport, segments: readonly SegmentInfo[]): string {
  const { damages } = report;
  const read = `${showCount(report.segments, "segment")} with ${showBytes(report.bytes)}`;
  const held = [
    showCount(report.messages, "message"),
    showCount(report.keys, "key"),
    showCount(report.streams, "stream"),
  ].join(", ");
  if (damages.length === 0) return `Checked ${read}: nothing is damaged.\nThere are ${held}.\n`;
  const map = segments.length === 0 ? "" : `\n${storeMap(segments, damages)}`;
  return `Checked ${read}: ${showCount(damages.length, "place")} damaged.\n` +
    `What can be read: ${held}.\n\n${damageTable(damages)}${map}`;
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
