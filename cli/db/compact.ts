/**
 * `chat db compact`: frees the space of what is dead, and erases what was deleted.
 *
 * Nothing that can be read today is destroyed, so a script need not say `--yes`; a person is asked, because
 * what was deleted can then no longer be dug out of the files.
 *
 * @module
 */

import { type CompactReport, openReadOnly, openStore, type SegmentInfo } from "../../db/mod.ts";
import { ERASING_KEY } from "../../server/mod.ts";
import { keepOnly } from "../privileges.ts";
import { refuseForeign } from "../store_owner.ts";
import { print, printError } from "../streams.ts";
import { confirmOnTerminal } from "./confirm.ts";
import { sharesOf } from "./map.ts";
import { explained, troubleText } from "./refusal.ts";
import { safeText } from "../tty/safe.ts";
import { showBytes, showCount } from "./text.ts";

/** How to compact. */
export interface CompactFlags {
  readonly yes: boolean;
  readonly json: boolean;
}

/** Compacts a store that nobody else writes. */
export async function compact(directory: string, { yes, json }: CompactFlags): Promise<void> {
  await refuseForeign(directory);
  keepOnly("read", "write");
  await explained(directory, async () => {
    // Where there is no store this refuses; opening for writing would make one.
    (await openReadOnly(directory))[Symbol.dispose]();
    await using store = await openStore(directory, { autoCompact: false, onTrouble: tell });
    const plan = planText(directory, store.stat().segments);
    confirmOnTerminal(`${plan} Go on?`, yes);
    const report = await store.compact({ reach: "all" });
    // Nothing is due any more of what a server would have had to erase.
    if (store.getNow(ERASING_KEY) !== undefined) await store.delete(ERASING_KEY).done;
    await store.close();
    print(json ? compactJson(report) : compactText(report));
  });
}

/** What fails without rejecting a write makes the next opening slower, no more. */
function tell(error: unknown): void {
  printError(`${troubleText(error)}\n`);
}

/** What compacting will do. */
export function planText(directory: string, segments: readonly SegmentInfo[]): string {
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const dead = segments.reduce((sum, segment) => sum + sharesOf(segment).dead, 0);
  return `Compacting ${safeText(directory)}: ${showCount(segments.length, "segment")}, ${
    showBytes(bytes)
  }, of which about ${showBytes(dead)} are dead; what was deleted is then gone for good.`;
}

function compactText({ runs, bytesBefore, bytesAfter }: CompactReport): string {
  if (runs === 0) return "There was nothing to compact.\n";
  return `Compacted: ${showBytes(bytesBefore)} before, ${showBytes(bytesAfter)} now.\n`;
}

function compactJson({ runs, bytesBefore, bytesAfter }: CompactReport): string {
  return `${JSON.stringify({ runs, bytes_before: bytesBefore, bytes_after: bytesAfter })}\n`;
}
