/**
 * The second door with what stands behind it: where metrics come from, and what health is judged by.
 *
 * @module
 */

import type { Instruments, Observed } from "../figures/instruments.ts";
import type { SessionParts } from "../session/session_parts.ts";
import { Door, type DoorParts } from "./door.ts";
import { HealthCheck, readiness } from "./health.ts";
import { HookPort, type HookPortParts } from "./hook_port.ts";
import { HTTP_HANDSHAKE_MS_MAX, HTTP_HEAD_MS_MAX } from "./limits.ts";
import { Speaking, type SpeakingParts } from "../hooks/speaking.ts";
import { metricsText } from "./metrics.ts";
import { originOf, type Origins } from "./origin.ts";

/** What a door needs of a server. */
export interface Building {
  readonly parts: Pick<
    SessionParts,
    "world" | "limits" | "headroom" | "rates" | "wakeups" | "takesSecretsInTheClear"
  >;
  readonly instruments: Instruments;
  readonly observed: Observed;
  readonly closing: () => boolean;
  /** Whether TLS is spoken there. */
  readonly speaksTls: boolean;
  /** Connections now. */
  readonly connections: () => number;
  readonly host: DoorParts["host"];
  readonly admission: HookPortParts["admission"];
  readonly proxies: HookPortParts["proxies"];
  readonly metricsToken: string | undefined;
  readonly page: DoorParts["page"];
}

/**
 * Opens it.
 *
 * @param hostname The address that it is reached at.
 * @param origins Public addresses of it.
 */
export function openDoor(building: Building, hostname: string, origins: Origins): Door {
  const { parts, instruments, observed, closing, connections, host, page } = building;
  const { hall, conversation } = parts.world;
  // A plain relay has neither.
  const hooks = host === undefined ? undefined : hookPort(building);
  const { frameBytesMax } = parts.limits;
  const health = new HealthCheck({
    closing,
    full: () => connections() >= parts.limits.connectionsMax,
    storageFailed: () => conversation.storageFailed,
    pendingMs: () => conversation.pendingMs,
    tryStore: () => conversation.tryStore(hall.lobby),
    now: () => performance.now(),
  });
  const metrics = (): string => {
    const figures = instruments.figures(observed);
    return metricsText(figures, instruments.startMs / 1_000, instruments.verdict(figures));
  };
  const headMsMax = HTTP_HEAD_MS_MAX + (building.speaksTls ? HTTP_HANDSHAKE_MS_MAX : 0);
  const { metricsToken } = building;
  const door: DoorParts = {
    metrics,
    metricsToken,
    health: () => health.check(),
    ready: async () => readiness(await health.check(), connections(), parts.limits.connectionsMax),
    frameBytesMax,
    headroom: parts.headroom,
    headMsMax,
    requestsMax: parts.limits.requestsMax,
    host,
    hooks,
    page,
  };
  return new Door(door, hostname, origins);
}

function hookPort({ parts, instruments: { counters }, admission, proxies }: Building): HookPort {
  const { world: { hall, hooks: { book }, order, conversation, clock }, rates, wakeups } = parts;
  const { takesSecretsInTheClear } = parts;
  const comingOf: SpeakingParts["comingOf"] = (room) => order.comingOf(room);
  const speaking = new Speaking({
    ...{ book, hall, conversation, rates, wakeups, clock, counters, comingOf },
  });
  return new HookPort({ speaking, admission, proxies, takesSecretsInTheClear });
}

/** @throws {RangeError} When one is no origin. */
export function readOrigins(texts: readonly string[]): Origins {
  return new Set(texts.map((text) => {
    const origin = originOf(text);
    if (origin !== undefined) return origin;
    throw new RangeError(`'${text}' is no public address: it looks like https://chat.example`);
  }));
}
