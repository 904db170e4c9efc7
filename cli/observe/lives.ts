/**
 * What happened to connections, as text: in one line each, and as sums. Pure.
 *
 * @module
 */

import { type Conn, type ConnFigures, errnoWords, type Start } from "../../observe/mod.ts";
import { safeText } from "../tty/safe.ts";
import { amount, bytes, time } from "./amounts.ts";

/** The sums in words, what did not occur left out; nothing where nothing happened. */
export function livesText(figures: ConnFigures): string {
  const parts: readonly (readonly [number, string])[] = [
    [figures.connects, "opened"],
    [figures.failed, "failed to open"],
    [figures.accepts, "accepted"],
    [figures.closes, "closed"],
    [figures.resetsSent, "broken off from here"],
    [figures.resetsReceived, "broken off by the other end"],
    [figures.overflows ?? 0, "turned away by full queues of this machine"],
    [figures.retransmits, figures.retransmits === 1 ? "segment sent again" : "segments sent again"],
    [figures.lost, "of this not told"],
  ];
  return parts.filter(([count]) => count > 0)
    .map(([count, what]) => `${amount(count)} ${what}`).join(", ");
}

/** One thing that happened, as a line beside those of calls. */
export function connLine(conn: Conn, start: Start): string {
  const words = [
    ((conn.ts - start.ts) / 1e9).toFixed(6).padStart(11),
    ...(conn.pid === undefined ? [] : [`${conn.pid}`, safeText(conn.comm ?? "")]),
    what(conn),
    ...(conn.lastedNs === undefined ? [] : [`${after(conn)} ${time(conn.lastedNs)}`]),
    ...(conn.errno === undefined ? [] : [errnoWords(conn.errno)]),
    ...(conn.local === undefined ? [] : [safeText(conn.local)]),
    ...(conn.remote === undefined ? [] : [`${arrow(conn)} ${safeText(conn.remote)}`]),
    ...(conn.what === "close"
      ? [`sent ${bytes(conn.sent ?? 0)}, received ${bytes(conn.received ?? 0)}`]
      : []),
  ];
  return `${words.join("  ")}\n`;
}

function what({ what, closedBy, count = 0 }: Conn): string {
  switch (what) {
    case "connect":
      return "opened";
    case "failed":
      return "failed to open";
    case "accept":
      return "accepted";
    case "close":
      return closedBy === "there" ? "closed by the other end" : "closed";
    case "retransmit":
      return "segment sent again";
    case "reset_sent":
      return "broken off from here";
    case "reset_received":
      return "broken off by the other end";
    case "overflow":
      return `${count} turned away by full queues of this machine`;
    default:
      return what satisfies never;
  }
}

function after({ what }: Conn): string {
  return what === "accept" ? "waited" : what === "close" ? "stood" : "in";
}

function arrow({ openedBy }: Conn): string {
  return openedBy === "here" ? "→" : openedBy === "there" ? "←" : "↔";
}
