/**
 * `chat db repair`: what is left of a damaged store, as a whole store in a new directory.
 *
 * The damaged one is only read. What was lost is said, message by message.
 *
 * @module
 */

import { type Lost, type RepairReport, repairStore } from "../../db/mod.ts";
import { keepOnly } from "../privileges.ts";
import { print } from "../streams.ts";
import { safeText } from "../tty/mod.ts";
import { confirmOnTerminal } from "./confirm.ts";
import { explained } from "./refusal.ts";
import { showCount, showNumber, showTable } from "./text.ts";
import { damageTable } from "./verify_view.ts";
import { makeWhole } from "./whole.ts";

/** How to repair. */
export interface RepairFlags {
  readonly into: string;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Saves what is left of a store. */
export async function repair(directory: string, flags: RepairFlags): Promise<void> {
  const { into, yes, json } = flags;
  keepOnly("read", "write");
  confirmOnTerminal(
    `Saving what is left of ${directory} into ${into}; ${directory} stays as it is. Go on?`,
    yes,
  );
  const report = await explained(
    into,
    () => makeWhole(into, (part) => explained(directory, () => repairStore(directory, part))),
  );
  print(json ? repairJson(report, into) : repairText(report, into));
}

function repairJson({ messages, keys, lost, damages }: RepairReport, into: string): string {
  return `${JSON.stringify({ directory: into, messages, keys, lost, damage: damages })}\n`;
}

/** What was saved and what was lost, for people. */
export function repairText(report: RepairReport, into: string): string {
  const { messages, keys, lost, damages } = report;
  const saved = `Saved ${showCount(messages, "message")} and ${
    showCount(keys, "key")
  } into ${into}.\n`;
  if (damages.length === 0 && lost.length === 0) return `${saved}Nothing was damaged or lost.\n`;
  const count = lost.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const what = count === 0
    ? "No message is known to be lost; older versions may show where newer ones were damaged.\n"
    : `Lost for certain: ${showCount(count, "message")}.\n\n${lostTable(lost)}`;
  return `${saved}${what}\n${damageTable(damages)}`;
}

function lostTable(lost: readonly Lost[]): string {
  return showTable(
    [{ head: "lost from stream" }, { head: "from", align: "right" }, {
      head: "to",
      align: "right",
    }],
    lost.map(({ stream, from, to }) => [safeText(stream), showNumber(from), showNumber(to)]),
  );
}
