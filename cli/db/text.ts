/**
 * How figures and tables look to people.
 *
 * @module
 */

import Table from "cli-table3";
import prettyBytes from "pretty-bytes";

/** A number with commas: 1,234,567. */
export function showNumber(value: number): string {
  return value.toLocaleString("en-GB");
}

/** A number of things: "1 message", "2 messages". */
export function showCount(value: number, thing: string): string {
  return `${showNumber(value)} ${thing}${value === 1 ? "" : "s"}`;
}

/** Bytes in the units in which segments are measured: 64 MiB. */
export function showBytes(bytes: number): string {
  return prettyBytes(bytes, { binary: true });
}

/** A part of a whole: 12.5 %. */
export function showShare(part: number, whole: number): string {
  return whole === 0 ? "0 %" : `${Math.round(1_000 * part / whole) / 10} %`;
}

/** One column of a table. */
export interface Column {
  readonly head: string;
  /** Figures stand on the right. */
  readonly align?: "left" | "right";
}

/** A table without lines: columns two spaces apart, no spaces at the ends of rows. */
export function showTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const table = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align }) => align ?? "left"),
    // The library would draw lines and paint the head red.
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    chars: NO_LINES,
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().split("\n").map((line) => `${line.trimEnd()}\n`).join("");
}

const NO_LINES = {
  "top": "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  "bottom": "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  "left": "",
  "left-mid": "",
  "mid": "",
  "mid-mid": "",
  "right": "",
  "right-mid": "",
  "middle": "  ",
};
