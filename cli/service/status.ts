/**
 * How the service stands, as systemd tells it. Pure.
 *
 * @module
 */

import prettyBytes from "pretty-bytes";

/** What is asked of each unit. */
export const ASKED = [
  "Id",
  "LoadState",
  "ActiveState",
  "SubState",
  "MainPID",
  "MemoryCurrent",
  "NRestarts",
  "StatusText",
  "ActiveEnterTimestamp",
  "NextElapseUSecRealtime",
  "Result",
] as const;

/** What is known of one unit. */
export type UnitState = Readonly<Partial<Record<typeof ASKED[number], string>>>;

/** Reads what `systemctl show` prints of several units: blocks of `Name=value`. */
export function readUnits(text: string): readonly UnitState[] {
  return text.split(/\n\s*\n/).filter((block) => block.trim() !== "").map((block) =>
    Object.fromEntries(
      block.split("\n").map((line) => {
        const at = line.indexOf("=");
        return [line.slice(0, at).trim(), line.slice(at + 1)];
      }),
    )
  );
}

/** Whether the server runs. */
export function isRunning(units: readonly UnitState[]): boolean {
  return units.some(({ Id, ActiveState }) => Id === "chat.service" && ActiveState === "active");
}

/** A line for each unit. */
export function statusText(units: readonly UnitState[]): string {
  return units.map((unit) => `${(unit.Id ?? "").padEnd(20)} ${stateOf(unit)}\n`).join("");
}

function stateOf(unit: UnitState): string {
  if (unit.LoadState === "not-found") return "not installed";
  const { ActiveState = "", SubState = "", Result } = unit;
  const memory = Number(unit.MemoryCurrent);
  return [
    `${ActiveState} (${SubState})`,
    ...said(unit.ActiveEnterTimestamp, (time) => ActiveState === "active" ? `since ${time}` : ""),
    ...said(unit.MainPID, (pid) => pid === "0" ? "" : `process ${pid}`),
    ...(Number.isSafeInteger(memory) && memory > 0 ? [`${prettyBytes(memory)} of memory`] : []),
    ...said(unit.NRestarts, (times) => times === "0" ? "" : `started again ${times} times`),
    ...said(unit.StatusText, (text) => text),
    ...said(unit.NextElapseUSecRealtime, (time) => `next ${time}`),
    ...said(Result, (result) => result === "success" ? "" : `last result: ${result}`),
  ].filter((part) => part !== "").join(", ");
}

function said(value: string | undefined, text: (value: string) => string): string[] {
  return value ? [text(value)] : [];
}
