/**
 * Reads options that are numbers of bytes, or of bytes per second: `2M`, `2MB/s`.
 *
 * @module
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { parseBytes } from "../../ground/mod.ts";

/** A number of bytes, at least 1. */
export function byteCount(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined || bytes < 1) {
    throw new InvalidArgumentError("A size is a number of bytes, such as 500k, 2M or 1.5GiB.");
  }
  return bytes;
}

/** Bytes per second; 0 for no limit. */
export function byteRate(text: string): number {
  const bytes = parseBytes(text.replace(/\/s$/i, ""));
  if (bytes === undefined) {
    throw new InvalidArgumentError(
      "A rate is bytes per second, such as 500k or 2M; 0 is no limit.",
    );
  }
  return bytes;
}
