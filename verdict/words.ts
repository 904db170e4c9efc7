/**
 * Amounts in a sentence: as many digits as anybody compares.
 *
 * @module
 */

/** A time, in the unit in which it is short. */
export function msText(ms: number): string {
  if (ms >= 10_000) return `${Math.round(ms / 1_000)} s`;
  if (ms >= 1_000) return `${rounded(ms / 1_000)} s`;
  return ms < 0.1 ? "0.1 ms" : `${rounded(ms)} ms`;
}

/** An amount of bytes. */
export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${rounded(bytes / 1e9)} GB`;
  if (bytes >= 1e6) return `${rounded(bytes / 1e6)} MB`;
  return bytes >= 1e3 ? `${rounded(bytes / 1e3)} kB` : `${bytes} B`;
}

/** A part of a whole. */
export function shareText(share: number): string {
  return share < 0.01 && share > 0 ? "less than 1 %" : `${Math.round(share * 100)} %`;
}

function rounded(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}
