/**
 * The answer to `Inspect`: the figures as numbers, and who is connected from where.
 *
 * @module
 */

import type { Endpoint } from "../link/connection.ts";
import { sayableTime } from "../wall_time.ts";
import {
  INSPECTED_BUSY_ROOMS_MAX,
  INSPECTED_CONNECTIONS_MAX,
  INSPECTED_ROOMS_MAX,
} from "./limits.ts";
import type {
  ConnectionFigures,
  Inspection,
  RoomFigures,
  ServerNumbers,
  Spread,
} from "../wire/mod.ts";
import { busiest, type RoomCounts } from "./busiest.ts";
import type { Mark } from "./marks.ts";
import type { Figures, Inspectable } from "./figures.ts";
import type { Distribution } from "./samples.ts";

/** What an inspection is made of. */
export interface Inspected {
  readonly figures: Figures;
  readonly connections: Iterable<Inspectable>;
  readonly rooms: Iterable<RoomCounts>;
  readonly marks: readonly Mark[];
  readonly pid: number;
  /** Milliseconds since 1970, of `performance.now()`'s zero. */
  readonly originMs: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Makes the message. */
export function inspectionOf(
  { figures, connections: open, rooms, marks, pid, originMs, at }: Inspected,
): Inspection {
  const connections: ConnectionFigures[] = [];
  let more = false;
  for (const one of open) {
    more = connections.length === INSPECTED_CONNECTIONS_MAX;
    if (more) break;
    connections.push(connectionOf(one, originMs));
  }
  return {
    type: "Inspection",
    pid,
    at,
    connections,
    more,
    rooms: busiest(rooms, INSPECTED_BUSY_ROOMS_MAX).map(roomOf),
    moreRooms: figures.rooms > INSPECTED_BUSY_ROOMS_MAX,
    ...(marks.length === 0 ? {} : { marks: [...marks] }),
    figures: numbersOf(figures),
  };
}

/** An address and a port, as tools of the kernel write them. */
export function showEndpoint({ hostname, port }: Endpoint): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

function connectionOf(connection: Inspectable, originMs: number): ConnectionFigures {
  const { link, remote, local, speech, user } = connection;
  const rooms = connection.roomNames();
  return {
    ...(user === undefined ? {} : { user }),
    remote: showEndpoint(remote),
    local: showEndpoint(local),
    since: sayableTime(originMs + link.openedMs),
    rooms: rooms.slice(0, INSPECTED_ROOMS_MAX),
    roomCount: rooms.length,
    speech,
    ...(link.isSecure ? { secure: true } : {}),
    lag: link.outbox.lag,
    queued: link.outbox.repliesBytes,
    bytesIn: link.bytesIn,
    bytesOut: link.outbox.bytesOut,
  };
}

function roomOf({ name, people, messages, deliveries, bytes }: RoomCounts): RoomFigures {
  return { name, users: people, messages, deliveries, bytes };
}

function numbersOf(figures: Figures): ServerNumbers {
  const { counters, memory, store, uptimeMs, users, rooms, connections, lag, lagMax } = figures;
  return {
    uptimeMs,
    users,
    connections,
    rooms,
    ...counters,
    lag,
    lagMax,
    lagBytesMax: figures.lagBytesMax,
    storeFailed: figures.storeFailed,
    storePendingMs: figures.storePendingMs,
    acknowledgements: [...figures.acks.slots],
    loopDelayMs: timesOf(figures.loopDelayMs),
    fanoutMs: timesOf(figures.fanoutMs),
    rssBytes: memory.rss,
    heapBytes: memory.heapUsed,
    ...(store === undefined ? {} : {
      store: {
        ...store,
        groupRecords: spreadOf(store.groupRecords),
        syncMs: timesOf(store.syncMs),
      },
    }),
  };
}

function timesOf(distribution: Distribution): Spread {
  return { ...spreadOf(distribution), slots: [...distribution.slots] };
}

function spreadOf({ count, p50, p99, max }: Distribution): Spread {
  return { count, p50, p99, max };
}
