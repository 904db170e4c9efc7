/**
 * The figures as text for Prometheus (exposition format 0.0.4).
 *
 * Names by its conventions: `chat_` before, the base unit behind (seconds, bytes), `_total` for what only grows.
 * No label holds a name of a user or a room, nor anything that somebody said. Pure.
 *
 * @module
 */

import type { Figures } from "../figures/figures.ts";
import type { Bucketed } from "../figures/buckets.ts";
import type { Verdict } from "../../verdict/mod.ts";
import { VERSION } from "../wire/mod.ts";

/** The media type of the answer. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** One line: what is behind the name, and the value. */
type Value = readonly [behind: string, value: number];
type Kind = "counter" | "gauge" | "histogram";

/** The states of a verdict as numbers: an alert is on what is above 0. */
const STATES = { good: 0, slow: 1, failing: 2 } as const;

/** Writes all metrics. */
export function metricsText(figures: Figures, startSeconds: number, found: Verdict): string {
  const { counters, connections, memory, store } = figures;
  return [
    family("chat_info", "gauge", "The server's version.", [[`{version="${VERSION}"}`, 1]]),
    gauge("start_time_seconds", "When the server started, in seconds since 1970.", startSeconds),
    gauge("uptime_seconds", "How long the server has been running.", figures.uptimeMs / 1_000),
    gauge("users_online", "Users who are logged in.", figures.users),
    family(
      "chat_connections",
      "gauge",
      "Open connections by the way in which they speak.",
      Object.entries(connections).map(([speech, count]) =>
        [`{speech="${speech}"}`, count] as const
      ),
    ),
    gauge("rooms", "Rooms.", figures.rooms),
    family("chat_messages_total", "counter", "Messages that were kept.", [
      ['{kind="room"}', counters.roomMessages],
      ['{kind="whisper"}', counters.whispers],
    ]),
    total(
      "deliveries",
      "Messages handed to members, one for each who gets it.",
      counters.deliveries,
    ),
    family(
      "chat_delivered_bytes_total",
      "counter",
      "Bytes of the messages handed to members, as each of them is told.",
      [
        ['{kind="room"}', counters.roomBytes],
        ['{kind="whisper"}', counters.whisperBytes],
      ],
    ),
    total("received_bytes", "Bytes read from clients.", counters.bytesIn),
    total("sent_bytes", "Bytes that clients' sockets have taken.", counters.bytesOut),
    gauge("lag_bytes", "Bytes that wait for all members together.", figures.lag),
    gauge("lag_max_bytes", "Bytes that wait for the member farthest behind.", figures.lagMax),
    total("slow_consumers", "Connections cut off for reading too slowly.", counters.slowConsumers),
    total(
      "connections_refused",
      "Connections turned away: full, or too many from one address.",
      counters.turnedAway,
    ),
    total("logins_refused", "Connections ended before they logged in.", counters.loginsRefused),
    family("chat_tls_handshakes_total", "counter", "Handshakes of TLS by how they ended.", [
      ['{outcome="done"}', counters.handshakes],
      ['{outcome="failed"}', counters.handshakesFailed],
    ]),
    total("hook_messages", "What programs said by hooks.", counters.hookMessages),
    family("chat_hook_posts_total", "counter", "Tries of hooks to post by how they ended.", [
      ['{outcome="taken"}', counters.hookPosts],
      ['{outcome="failed"}', counters.hookPostsFailed],
    ]),
    total("hook_missed", "Messages that hooks gave up to post.", counters.hookMissed),
    total("rate_limited", "Messages and requests that came too fast.", counters.rateLimited),
    seconds("event_loop_delay", "How late the event loop was.", figures.loopDelayMs),
    seconds("fanout", "From a message to the last member's socket; sampled.", figures.fanoutMs),
    seconds(
      "acknowledgement",
      "From the read of what was said until the socket had taken the answer.",
      figures.acks.whole,
    ),
    family(
      "chat_acknowledgement_part_seconds",
      "histogram",
      "The same by what it was waited for: the event loop, the disk, and the socket that takes the answer.",
      Object.entries(figures.acks.parts).flatMap(([part, times]) =>
        buckets(times, 1_000, `part="${part}"`)
      ),
    ),
    gauge(
      "verdict_state",
      "How the server stands by the last second: 0 good, 1 slow, 2 failing.",
      STATES[found.state],
    ),
    family("chat_verdict_info", "gauge", "The same in words, and whose fault it is.", [
      [`{state="${found.state}",cause="${found.cause ?? "none"}"}`, 1],
    ]),
    gauge(
      "lag_limit_bytes",
      "Bytes that may wait for a member before it is cut off.",
      figures.lagBytesMax,
    ),
    gauge("resident_memory_bytes", "Resident memory of the process.", memory.rss),
    gauge("heap_bytes", "Memory of JavaScript objects.", memory.heapUsed),
    ...(store === undefined ? [] : [
      total("store_records", "Records that became durable.", store.records),
      family(
        "chat_store_group_records",
        "histogram",
        "Records that were written together.",
        buckets(store.groupRecords, 1),
      ),
      seconds("store_sync", "How long the disk took for a sync.", store.syncMs),
      gauge("store_live_bytes", "Bytes of what still counts, an estimate.", store.liveBytes),
      gauge("store_dead_bytes", "Bytes that compaction would free.", store.deadBytes),
      gauge("store_segments", "Files that messages are in.", store.segments),
    ]),
  ].join("");
}

function gauge(name: string, help: string, value: number): string {
  return family(`chat_${name}`, "gauge", help, [["", value]]);
}

function total(name: string, help: string, value: number): string {
  return family(`chat_${name}_total`, "counter", help, [["", value]]);
}

function seconds(name: string, help: string, ms: Bucketed): string {
  return family(`chat_${name}_seconds`, "histogram", help, buckets(ms, 1_000));
}

function family(name: string, kind: Kind, help: string, values: readonly Value[]): string {
  const lines = values.map(([behind, value]) => `${name}${behind} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join("")}`;
}

/**
 * @param unit How many of the distribution's unit are one of the metric's.
 * @param label One more label.
 */
function buckets({ bounds, atMost, count, sum }: Bucketed, unit: number, label = ""): Value[] {
  const [first, alone] = label === "" ? ["", ""] : [`${label},`, `{${label}}`];
  return [
    ...bounds.map((bound, at): Value => [`_bucket{${first}le="${bound / unit}"}`, atMost[at] ?? 0]),
    [`_bucket{${first}le="+Inf"}`, count],
    [`_sum${alone}`, sum / unit],
    [`_count${alone}`, count],
  ];
}
