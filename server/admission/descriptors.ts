/**
 * How many connections this process can hold: from its own limit of file descriptors, with a reserve.
 *
 * Deno does not survive running out of descriptors, so the server must stop before. Where the limit is
 * not known, the usual smallest one is assumed. Pure.
 *
 * @module
 */

import {
  CONNECTIONS_LIMIT,
  DESCRIPTORS_ASSUMED,
  DESCRIPTORS_OF_PIPES,
  DESCRIPTORS_OF_PIPES_SHARE,
  DESCRIPTORS_OF_RUNTIME,
  DESCRIPTORS_OF_STORE,
  DESCRIPTORS_OF_STORE_SHARE,
  PAGES_AT_ONCE,
  TURNED_AWAY_MAX,
} from "../limits.ts";
import { HTTP_REQUESTS_MAX, HTTP_REQUESTS_SHARE } from "../http/limits.ts";

/**
 * The number of connections that fit.
 *
 * @param openFilesMax How many files the process may have open; `undefined` when that is not known.
 * @returns At least 1.
 */
export function connectionsThatFit(openFilesMax: number = DESCRIPTORS_ASSUMED): number {
  return Math.max(1, Math.min(CONNECTIONS_LIMIT, openFilesMax - reserveOf(openFilesMax)));
}

/** The number of pipes that fit beside them. @param openFilesMax As above. */
export function pipesThatFit(openFilesMax: number = DESCRIPTORS_ASSUMED): number {
  const share = openFilesMax * DESCRIPTORS_OF_PIPES_SHARE;
  return Math.floor(Math.min(DESCRIPTORS_OF_PIPES, share) / 2);
}

/** The number of HTTP requests that fit beside them. @param openFilesMax As above. */
export function requestsThatFit(openFilesMax: number = DESCRIPTORS_ASSUMED): number {
  return Math.max(1, Math.min(HTTP_REQUESTS_MAX, Math.floor(openFilesMax * HTTP_REQUESTS_SHARE)));
}

/**
 * Descriptors that are no connection's, all used at once: what the store keeps open and what it opens for pages that are
 * being read, pipes, requests, whom to turn away, and the rest.
 */
function reserveOf(openFilesMax: number): number {
  const store = Math.floor(openFilesMax * DESCRIPTORS_OF_STORE_SHARE);
  return Math.min(DESCRIPTORS_OF_STORE, store) + PAGES_AT_ONCE + requestsThatFit(openFilesMax) +
    TURNED_AWAY_MAX + 2 * pipesThatFit(openFilesMax) +
    DESCRIPTORS_OF_RUNTIME;
}

/** The limit in the text of `/proc/self/limits`; `undefined` when there is none. */
export function openFilesIn(limits: string): number | undefined {
  const soft = limits.match(/^Max open files\s+(\d+)/m)?.[1];
  return soft === undefined ? undefined : Number(soft);
}
