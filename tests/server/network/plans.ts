/**
 * What a run is made of: how each of two people gets to the server, what breaks on that way, and what they do meanwhile.
 *
 * @module
 */

import fc from "fast-check";
import type { Break } from "../../bad_network.ts";

/** How both speak with the server. */
export type Way = "frames" | "TLS" | "WebSocket";

/** A break of one connection. */
export interface Broken {
  /** Pieces until then. */
  readonly pieces: number;
  readonly how: Break;
  readonly passing: number;
}

/** The network of one of them. */
export interface Weather {
  /** Of its connections, one after the other; those behind them hold. */
  readonly broken: readonly Broken[];
  readonly pieceBytes: number | undefined;
  readonly delayMs: number | undefined;
  /** The piece of its first connection that is changed, where that is noticed. */
  readonly spoiled: number | undefined;
}

/** What one of them does. */
export interface Doing {
  readonly who: 0 | 1;
  readonly do: "say" | "edit" | "whisper";
  /** Which of its own messages is edited, as a share of them. */
  readonly pick: number;
  /** Whether it waits for the answer before it does anything else. */
  readonly waits: boolean;
}

/** A run. */
export interface Plan {
  readonly way: Way;
  readonly weather: readonly [Weather, Weather];
  readonly doings: readonly Doing[];
}

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const broken: fc.Arbitrary<Broken> = fc.record({
  // Few: in the handshake or the login; more: in what is said.
  pieces: fc.oneof(fc.nat(8), fc.nat(40)),
  how: fc.constantFrom<Break>("closed", "reset", "client told"),
  passing: fc.oneof(fc.constant(0), share),
});

/** How large pieces are, and how long each takes: a handshake of the smallest ones has a thousand. */
const paces = [[undefined], [undefined], [undefined, 3], [undefined, 0], [200, 1], [37], [
  3,
]] as const;

const weather: fc.Arbitrary<Weather> = fc.record({
  broken: fc.array(broken, { maxLength: 3 }),
  pace: fc.constantFrom(...paces),
  spoiled: fc.option(fc.nat(30), { nil: undefined }),
}).map(({ pace: [pieceBytes, delayMs], ...rest }) => ({ ...rest, pieceBytes, delayMs }));

const doing: fc.Arbitrary<Doing> = fc.record({
  who: fc.constantFrom<0 | 1>(0, 1),
  do: fc.constantFrom<Doing["do"]>("say", "say", "say", "edit", "whisper", "whisper"),
  pick: share,
  waits: fc.boolean(),
});

/** Any run. */
export const plan: fc.Arbitrary<Plan> = fc.record({
  way: fc.constantFrom<Way>("frames", "TLS", "WebSocket"),
  weather: fc.tuple(weather, weather),
  doings: fc.array(doing, { maxLength: 24, size: "max" }),
});
