/**
 * What is counted while the server works: plain numbers that only grow, added to in passing.
 *
 * Nothing here is computed. Whoever asks (`figures.ts`) adds up the rest: what a connection has read and written
 * is counted by the connection itself, and comes here when it ends.
 *
 * @module
 */

import type { ServerEvent } from "../events.ts";

/** Counts since the start. */
export interface Counters {
  /** Messages in rooms that were kept and published. */
  roomMessages: number;
  /** Whispers that were kept. */
  whispers: number;
  /** Messages handed to members: one for each who gets it. */
  deliveries: number;
  /** Those of them that are whispers. */
  whisperDeliveries: number;
  /** Bytes of messages in rooms that were handed to members, as each of them is told: a frame, or lines. */
  roomBytes: number;
  /** The same of whispers. */
  whisperBytes: number;
  /** Messages and requests that came too fast: refused, or, from text clients, delayed. */
  rateLimited: number;
  /** Connections cut off because they read too slowly. */
  slowConsumers: number;
  /** Connections turned away because the server was full. */
  turnedAway: number;
  /** Connections that ended without having logged in, for a reason of the server's. */
  loginsRefused: number;
  /** Handshakes of TLS that were done. */
  handshakes: number;
  /** Handshakes of TLS that were begun and came to nothing. */
  handshakesFailed: number;
  /** What programs said by hooks. */
  hookMessages: number;
  /** Messages that were posted by hooks, and taken. */
  hookPosts: number;
  /** Tries to post one that were not taken: each is tried again, or the message is missed. */
  hookPostsFailed: number;
  /** Messages that hooks did not post: refused again and again, or too many waited. */
  hookMissed: number;
  /** Bytes read from connections that have ended. */
  bytesIn: number;
  /** Bytes that the kernel took for connections that have ended. */
  bytesOut: number;
}

/** Nothing has happened yet. */
export function noCounts(): Counters {
  return {
    roomMessages: 0,
    whispers: 0,
    deliveries: 0,
    whisperDeliveries: 0,
    roomBytes: 0,
    whisperBytes: 0,
    rateLimited: 0,
    slowConsumers: 0,
    turnedAway: 0,
    loginsRefused: 0,
    handshakes: 0,
    handshakesFailed: 0,
    hookMessages: 0,
    hookPosts: 0,
    hookPostsFailed: 0,
    hookMissed: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
}

/** Counts what happens seldom enough to be an event. */
export function countEvent(counters: Counters, event: ServerEvent): void {
  if (event.kind === "full") counters.turnedAway++;
  else if (event.kind === "left" || event.kind === "refused") {
    if (event.code === "slow_consumer") counters.slowConsumers++;
    else if (event.kind === "refused" && event.code !== undefined) {
      if (event.code !== "shutting_down") counters.loginsRefused++;
    }
  }
}
