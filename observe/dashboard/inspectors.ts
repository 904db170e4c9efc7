/**
 * The two ways to ask a server for its figures: as an operator, and as any client.
 *
 * @module
 */

import { ChatError, type Client, type Inspection } from "../../server/wire/mod.ts";
import { ASK_MS, SECOND_MS } from "./limits.ts";
import type { ServerState } from "./page_messages.ts";
import type { Inspector, RoomFact, ServerReport } from "./server_report.ts";

/** Asks what any client may ask. `why` says why it is no more than that. */
export function clientInspector(client: Client, why: string): Inspector {
  return {
    state: { kind: "limited", why },
    everyMs: ASK_MS,
    ask: () => askAsClient(client),
  };
}

/** Asks for everything. Where the server refuses, it asks as a client from then on. */
export function operatorInspector(client: Client): Inspector {
  let state: ServerState = { kind: "full" };
  return {
    get state() {
      return state;
    },
    get everyMs() {
      return state.kind === "full" ? SECOND_MS : ASK_MS;
    },
    async ask() {
      if (state.kind === "limited") return await askAsClient(client);
      const at = Date.now();
      try {
        return reportOf(await client.inspect(), at);
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
        state = { kind: "limited", why: error.message };
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
    rooms: rooms.map(({ name, users }) => ({ name, users })),
  };
}

/** What an inspection says. @param at When it was asked for, in milliseconds since 1970. */
export function reportOf({ figures, connections }: Inspection, at: number): ServerReport {
  const { loopDelayMs, fanoutMs, store } = figures;
  return {
    at,
    users: figures.users,
    rooms: roomsOf(connections),
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

function roomsOf(connections: Inspection["connections"]): RoomFact[] {
  const users = new Map<string, number>();
  for (const room of connections.flatMap(({ rooms }) => rooms)) {
    users.set(room, (users.get(room) ?? 0) + 1);
  }
  return [...users].map(([name, users]) => ({ name, users }));
}
