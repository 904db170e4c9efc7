/**
 * Who is let go when memory is short: whoever costs most.
 *
 * ```text
 *   what all share ─ ids, offers, the logs' own chunks ┐
 *   what each holds ─ unread answers, half frames      ├─► more than the budget? the dearest go until 9/10 of it fit
 *   what each keeps alive of a log by lagging behind   ┘
 * ```
 *
 * A log is held by all who have not read it, so it counts once, with the slowest. What all share no departure frees: so
 * a part of the budget is the connections' own, and while they keep within it nobody goes, whatever is shared. Pure.
 *
 * @module
 */

/** What is kept of a log because somebody lags behind it. */
export interface Lag {
  /** The log; compared by identity. */
  readonly log: object;
  readonly bytes: number;
}

/** Somebody who costs memory. */
export interface Payer {
  /** Bytes that are held for this one alone. */
  readonly ownBytes: number;
  readonly lags: readonly Lag[];
}

/** When somebody must go, others may grow a little before the next one has to: the share that is left filled. */
const FILLED_AFTERWARDS = 0.9;

/** The share of the budget that connections may take together, however much all share: some 8,000 idle ones of 256 MiB. */
const CONNECTIONS_SHARE = 0.25;

/** What all of it costs in bytes, each log counted once. */
export function bytesOf(payers: Iterable<Payer>, sharedBytes: number): number {
  let bytes = sharedBytes;
  const slowest = new Map<object, number>();
  for (const { ownBytes, lags } of payers) {
    bytes += ownBytes;
    for (const { log, bytes } of lags) slowest.set(log, Math.max(bytes, slowest.get(log) ?? 0));
  }
  for (const lag of slowest.values()) bytes += lag;
  return bytes;
}

/**
 * Those who must go so that the others fit into `bytesMax`, or into the connections' own part of it; the dearest first.
 * Nobody while all fit.
 */
export function dearest<P extends Payer>(
  payers: readonly P[],
  sharedBytes: number,
  bytesMax: number,
): P[] {
  let bytes = bytesOf(payers, sharedBytes);
  const ownMax = bytesMax * CONNECTIONS_SHARE;
  if (bytes <= Math.max(bytesMax, sharedBytes + ownMax)) return [];
  const target = Math.max(
    bytesMax * FILLED_AFTERWARDS,
    sharedBytes + ownMax * FILLED_AFTERWARDS,
  );
  const costOf = ({ ownBytes, lags }: P): number =>
    lags.reduce((sum, lag) => sum + lag.bytes, ownBytes);
  const byCost = payers.map((payer) => ({ payer, cost: costOf(payer) }))
    .sort((one, other) => other.cost - one.cost);
  /** The lags of each log, the longest last. */
  const waiting = new Map<object, { readonly payer: P; readonly bytes: number }[]>();
  for (const { payer } of byCost) {
    for (const { log, bytes } of payer.lags) {
      const behind = waiting.get(log) ?? [];
      behind.push({ payer, bytes });
      waiting.set(log, behind);
    }
  }
  for (const behind of waiting.values()) behind.sort((one, other) => one.bytes - other.bytes);
  const gone = new Set<P>();
  for (const { payer } of byCost) {
    if (bytes <= target) break;
    gone.add(payer);
    bytes -= payer.ownBytes;
    for (const { log } of payer.lags) bytes -= freedOf(waiting.get(log) ?? [], gone);
  }
  return [...gone];
}

/** What of a log is not held any more, now that some are gone. Those who are gone are taken off its end. */
function freedOf<P>(
  behind: { readonly payer: P; readonly bytes: number }[],
  gone: ReadonlySet<P>,
): number {
  const before = behind.at(-1)?.bytes ?? 0;
  for (let last = behind.at(-1); last !== undefined && gone.has(last.payer); last = behind.at(-1)) {
    behind.pop();
  }
  return before - (behind.at(-1)?.bytes ?? 0);
}
