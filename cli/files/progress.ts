/**
 * How far a transfer is, as text: `report.pdf  42 %  12.3 MB/s  0:07 left`.
 *
 * @module
 */

import prettyBytes from "pretty-bytes";
import {
  doneOf,
  percent,
  type Progress,
  rateOf,
  secondsLeft,
} from "../../server/wire/transfers/mod.ts";
import { nameText } from "./name_text.ts";

/** Name, percent, rate and the time that is left; safe to print. */
export function progressLine(name: string, progress: Progress, now: number): string {
  const done = doneOf(progress);
  const left = done === progress.size ? undefined : secondsLeft(progress, now);
  return [
    nameText(name),
    `${percent(done, progress.size)} %`,
    `${prettyBytes(Math.round(rateOf(progress, now)))}/s`,
    ...left === undefined ? [] : [`${clockText(left)} left`],
  ].join("  ");
}

/** What is said when a transfer goes on where it broke off. */
export function resumingLine(name: string, offset: number, size: number): string {
  return `${nameText(name)}: resuming at ${percent(offset, size)} %`;
}

/** `0:07`, `12:34`, `1:02:03`. */
export function clockText(seconds: number): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const tail = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}
