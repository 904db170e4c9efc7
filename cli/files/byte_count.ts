/**
 * Reads numbers of bytes as people type them: `2M`, `500k`, `1.5GiB`, `4096`, and `2MB/s` for a rate.
 *
 * `k`, `M`, `G` and `T` count in thousands, as the progress that is shown does; with an `i`, in 1024s.
 *
 * @module
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";

const COUNT = /^(?<number>\d+(?:\.\d+)?)(?:(?<unit>[kmgt])(?<binary>i)?)?b?$/i;
const POWERS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

/** A number of bytes, at least 1. */
export function byteCount(text: string): number {
  const bytes = read(text);
  if (bytes === undefined || bytes < 1) {
    throw new InvalidArgumentError("A size is a number of bytes, such as 500k, 2M or 1.5GiB.");
  }
  return bytes;
}

/** Bytes per second; 0 for no limit. */
export function byteRate(text: string): number {
  const bytes = read(text.replace(/\/s$/i, ""));
  if (bytes === undefined) {
    throw new InvalidArgumentError(
      "A rate is bytes per second, such as 500k or 2M; 0 is no limit.",
    );
  }
  return bytes;
}

function read(text: string): number | undefined {
  const groups = COUNT.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const power = POWERS[groups["unit"]?.toLowerCase() ?? ""] ?? 0;
  const base = groups["binary"] === undefined ? 1_000 : 1_024;
  const bytes = Math.round(Number(groups["number"]) * base ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
