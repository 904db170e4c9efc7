/**
 * The second door with what stands behind it: where metrics come from, and what health is judged by.
 *
 * @module
 */

import type { Instruments, Observed } from "../figures/instruments.ts";
import type { SessionParts } from "../session/session_parts.ts";
import { Door, type DoorParts } from "./door.ts";
import { HealthCheck } from "./health.ts";
import { HTTP_HANDSHAKE_MS_MAX, HTTP_HEAD_MS_MAX } from "./limits.ts";
import { metricsText } from "./metrics.ts";
import { originOf, type Origins } from "./origin.ts";

/** What a door needs of a server. */
export interface Building {
  readonly parts: Pick<SessionParts, "world" | "limits">;
  readonly instruments: Instruments;
  readonly observed: Observed;
  readonly closing: () => boolean;
  /** Whether TLS is spoken there. */
  readonly speaksTls: boolean;
  /** Connections now. */
  readonly connections: () => number;
  readonly openAccount: DoorParts["openAccount"];
  readonly host: DoorParts["host"];
}

/**
 * Opens it.
 *
 * @param hostname The address that it is reached at.
 * @param origins Public addresses of it.
 */
export function openDoor(building: Building, hostname: string, origins: Origins): Door {
  const { parts, instruments, observed, closing, connections, openAccount, host } = building;
  const { hall, conversation } = parts.world;
  const { frameBytesMax } = parts.limits;
  const health = new HealthCheck({
    closing,
    full: () => connections() >= parts.limits.connectionsMax,
    storageFailed: () => conversation.storageFailed,
    pendingMs: () => conversation.pendingMs,
    tryStore: () => conversation.tryStore(hall.lobby),
    now: () => performance.now(),
  });
  const metrics = (): string =>
    metricsText(instruments.figures(observed), instruments.startMs / 1_000);
  const headMsMax = HTTP_HEAD_MS_MAX + (building.speaksTls ? HTTP_HANDSHAKE_MS_MAX : 0);
  const door = { metrics, health, frameBytesMax, headMsMax, openAccount, host };
  return new Door(door, hostname, origins);
}

/** @throws {RangeError} When one is no origin. */
export function readOrigins(texts: readonly string[]): Origins {
  return new Set(texts.map((text) => {
    const origin = originOf(text);
    if (origin !== undefined) return origin;
    throw new RangeError(`'${text}' is no public address: it looks like https://chat.example`);
  }));
}
