/**
 * The two ways to ask a server for its figures: as an operator, and as any client.
 *
 * A server may be a hostile one, and what it reports is kept for a quarter of an hour: whose name is longer than any name can
 * be is left out.
 *
 * @module
 */

import { ChatError, type Client, type Inspection } from "../../server/wire/in_browser/mod.ts";
import { measuredOf } from "../../verdict/mod.ts";
import { ASK_MS, REPORTED_CHARS_MAX, SECOND_MS } from "./limits.ts";
import type { ServerState } from "./page_messages.ts";
import type { Inspector, RoomFact, ServerReport } from "./server_report.ts";

/** Asks what any client may ask. `why` says why it is no more than that. */
export function clientInspector(client: Client, why: string): Inspector {
  return {
    state: { kind: "limited", why },
    everyMs: ASK_MS,
    loggedIn: () => {},
    ask: () => askAsClient(client),
  };
}

/** Why no more is told to somebody who came as an operator. */
const REFUSED =
  "This server has another operator's token, or none: it tells what every client may ask.";

/** Asks for everything. Where the server refuses, it asks as a client until the next login. */
export function operatorInspector(client: Client): Inspector {
  let state: ServerState = { kind: "full" };
  let mayAsk = true;
  return {
    get state() {
      return state;
    },
    get everyMs() {
      return state.kind === "full" ? SECOND_MS : ASK_MS;
    },
    loggedIn() {
      mayAsk = true;
    },
    async ask() {
      if (!mayAsk) return await askAsClient(client);
      const at = Date.now();
      try {
        const inspection = await client.inspect();
        if (state.kind !== "full") state = { kind: "full" };
        return reportOf(inspection, at);
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
        mayAsk = false;
        const why = error.code === "auth_failed" ? REFUSED : error.message;
        if (state.kind !== "limited" || state.why !== why) state = { kind: "limited", why };
        return await askAsClient(client);
      }
    },
  };
}

async function askAsClient(client: Client): Promise<ServerReport> {
  const at = Date.now();
  const [{ users }, { rooms }] = await Promise.all([client.users(), client.rooms()]);
  return {
    at,
    users: users.length,
    rooms: rooms.filter(({ name }) => isShort(name)).map(({ name, users }) => ({ name, users })),
  };
}

/** What an inspection says. @param at When it was asked for, in milliseconds since 1970. */
export function reportOf(told: Inspection, at: number): ServerReport {
  const inspection = withShortNames(told);
  const { pid, figures, connections } = inspection;
  const { loopDelayMs, fanoutMs, store } = figures;
  const delivered = deliveredOf(inspection);
  const measured = measuredOf(inspection.figures);
  const behind = connections.find(({ lag }) => lag > 0 && lag === figures.lagMax);
  return {
    at,
    pid,
    users: figures.users,
    rooms: roomsOf(inspection),
    ...(delivered === undefined ? {} : { delivered }),
    ...(measured === undefined ? {} : { measured }),
    counted: {
      uptimeMs: figures.uptimeMs,
      cutOff: figures.slowConsumers,
      rateLimited: figures.rateLimited,
      loginsRefused: figures.loginsRefused,
      marks: inspection.marks ?? [],
    },
    connections: connections.map(({ user, remote, local, lag, bytesIn, bytesOut }) => ({
      ...(user === undefined ? {} : { name: user }),
      remote,
      local,
      lagBytes: lag,
      bytesIn,
      bytesOut,
    })),
    totals: {
      connections: Object.values(figures.connections).reduce((sum, count) => sum + count, 0),
      taken: figures.roomMessages + figures.whispers,
      delivered: figures.deliveries,
      loopDelayMs: loopDelayMs.p99,
      fanoutP50Ms: fanoutMs.p50,
      fanoutP99Ms: fanoutMs.p99,
      memoryBytes: figures.rssBytes,
      lagBytes: figures.lagMax,
      ...(behind === undefined ? {} : { behind: behind.user ?? behind.remote }),
      ...(store === undefined ? {} : {
        store: {
          appends: store.records,
          syncs: store.syncMs.count,
          syncP50Ms: store.syncMs.p50,
          syncP99Ms: store.syncMs.p99,
          liveBytes: store.liveBytes,
          deadBytes: store.deadBytes,
        },
      }),
    },
  };
}

function withShortNames(inspection: Inspection): Inspection {
  const { connections, rooms } = inspection;
  return {
    ...inspection,
    connections: connections.filter(({ user = "", remote, local }) =>
      [user, remote, local].every(isShort)
    ),
    ...(rooms === undefined ? {} : { rooms: rooms.filter(({ name }) => isShort(name)) }),
  };
}

function isShort(name: string): boolean {
  return name.length <= REPORTED_CHARS_MAX;
}

function roomsOf({ rooms, connections }: Inspection): RoomFact[] {
  return rooms?.map(({ name, users, messages, deliveries, bytes }) => ({
    name,
    users,
    delivered: { messages, copies: deliveries, bytes },
  })) ?? roomsOfConnections(connections);
}

/** A server of before it counted by room: who is where says which rooms there are. */
function roomsOfConnections(connections: Inspection["connections"]): RoomFact[] {
  const users = new Map<string, number>();
  for (const room of connections.flatMap(({ rooms }) => rooms).filter(isShort)) {
    users.set(room, (users.get(room) ?? 0) + 1);
  }
  return [...users].map(([name, users]) => ({ name, users }));
}

function deliveredOf({ rooms, moreRooms, figures }: Inspection): ServerReport["delivered"] {
  const { roomBytes, whisperBytes = 0, whisperDeliveries = 0 } = figures;
  if (rooms === undefined || roomBytes === undefined) return undefined;
  return {
    inRooms: {
      messages: figures.roomMessages,
      copies: figures.deliveries - whisperDeliveries,
      bytes: roomBytes,
    },
    whispered: { messages: figures.whispers, copies: whisperDeliveries, bytes: whisperBytes },
    allRooms: moreRooms !== true,
  };
}
