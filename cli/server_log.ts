/**
 * A server's events as log lines: for people with a time and colour, or as JSON for machines.
 *
 * Pure. Text that came from a peer (only its name) was checked by the server and holds no control
 * characters; what people say and passwords never get here.
 *
 * @module
 */

import prettyMilliseconds from "pretty-ms";
import type { ServerEvent } from "../server/mod.ts";
import { troubleText } from "./db/refusal.ts";
import type { ProfileEvent } from "./profile/profiling.ts";
import type { ReloadEvent } from "./reload.ts";
import type { CertificateEvent } from "./tls/certificate_files.ts";
import type { UnencryptedEvent } from "./tls/serve_options.ts";
import { safeText } from "./tty/safe.ts";

export { paced } from "./log_pace.ts";

/** What a log tells: what happens in a server, its profiles, and what the log itself could not tell. */
export type LogEvent =
  | ServerEvent
  | ProfileEvent
  | CertificateEvent
  | UnencryptedEvent
  | ReloadEvent
  | { readonly kind: "log_lost"; readonly lines: number }
  /** So many lines about who came and went were left out: see `log_pace.ts`. */
  | { readonly kind: "log_spared"; readonly lines: number };

/** In which form log lines are written. */
export type LogForm = "text" | "json";

/** From which weight on events are told. */
export type LogLevel = "info" | "warning" | "error";

/** Whether an event is told at a level: what failed always is, at `warning` what is worth a look, too. */
export function isWorth(event: LogEvent, level: LogLevel): boolean {
  if (level === "info") return true;
  const [tone] = describe(event);
  return tone === RED || (level === "warning" && tone === YELLOW);
}

/** One event as a line, or `undefined` when it is of no interest to people. */
export function logLine(event: LogEvent, form: LogForm, at: Date, colour: boolean): string {
  return form === "json" ? jsonLine(event, at) : textLine(event, at, colour);
}

function jsonLine({ kind, ...fields }: LogEvent, at: Date): string {
  const plain = Object.fromEntries(
    Object.entries(fields).map((
      [key, value],
    ) => [key, value instanceof Error ? value.message : value]),
  );
  return JSON.stringify({ time: at.toISOString(), event: kind, ...plain }) + "\n";
}

function textLine(event: LogEvent, at: Date, colour: boolean): string {
  const time = timeOf(at);
  const [tone, text] = describe(event);
  return colour ? `\x1b[2m${time}\x1b[22m \x1b[${tone}m${text}\x1b[0m\n` : `${time} ${text}\n`;
}

/** The second that was told last, and its text: thousands may come in within one. */
let toldSecond = NaN, toldTime = "";

function timeOf(at: Date): string {
  const second = Math.floor(at.getTime() / 1_000);
  if (second === toldSecond) return toldTime;
  toldSecond = second;
  return toldTime = at.toTimeString().slice(0, 8);
}

const SOCKETS = { runtime: "the runtime's sockets", epoll: "sockets by epoll" } as const;

const TLS = { runtime: "the runtime", openssl: "OpenSSL" } as const;

const CALM = "0", GREEN = "32", YELLOW = "33", RED = "31";

function describe(event: LogEvent): readonly [tone: string, text: string] {
  switch (event.kind) {
    case "listening": {
      const { hostname, port, transport, insteadBecause: why, tls } = event;
      const by = tls === undefined ? "" : `, TLS by ${TLS[tls]}`;
      const where = `listening on ${hostname}, port ${port}, with ${SOCKETS[transport]}${by}`;
      return [GREEN, why === undefined ? where : `${where}: those by epoll ${why}`];
    }
    case "http_listening": {
      const where = `http on ${event.hostname}, port ${event.port}`;
      if (!event.open) return [GREEN, where];
      return [YELLOW, `${where}: other machines can read the metrics and come in`];
    }
    case "joined":
      return [CALM, `${event.user} came in from ${event.peer}`];
    case "left":
      if (event.replaced) return [CALM, `${event.user} had come back over another connection`];
      return event.code === undefined
        ? [CALM, `${event.user} left`]
        : [YELLOW, `${event.user} was disconnected: ${event.code}`];
    case "refused":
      return [
        CALM,
        `${event.peer} left without logging in${because(event.code)}${lately(event.times)}`,
      ];
    case "full": {
      const why = `all ${event.connections} places are taken`;
      return [YELLOW, `${event.peer} was turned away: ${why}${lately(event.times)}`];
    }
    case "crowded": {
      const why = event.why === "too_many" ? "there are too many" : "they come too fast";
      const others = lately(event.connections);
      return [YELLOW, `${event.peer} was turned away: ${why} from that address${others}`];
    }
    case "guessed":
      return [RED, `${event.peer} showed a wrong operator token${lately(event.guesses)}`];
    case "misproved":
      return [YELLOW, `a wrong password was tried for ${event.user}${lately(event.times)}`];
    case "renamed":
      return [CALM, `${event.user} is ${event.name} now: the name has become an account's`];
    case "storage_failed":
      return [RED, `messages cannot be stored: ${event.error.message}`];
    case "storage_trouble":
      return [YELLOW, `trouble in the store: ${troubleText(event.error)}`];
    case "forgotten":
      return [CALM, forgotten(event)];
    case "clock_ahead":
      return [YELLOW, clockAhead(event.aheadMs)];
    case "failed":
      return [RED, `defect while serving ${event.peer}: ${messageOf(event.error)}`];
    case "closing":
      return [CALM, `shutting down, ${event.users} connected`];
    case "closed":
      return [CALM, "closed"];
    case "profiling":
      return [
        CALM,
        `profiling for ${seconds(event.seconds)} at most, into ${safeText(event.file)}`,
      ];
    case "profiled":
      return [GREEN, `profiled for ${seconds(event.seconds)}: ${safeText(event.file)}`];
    case "not_profiled":
      return [YELLOW, `no profile is taken: ${safeText(event.why)}`];
    case "certificate_renewed": {
      const { fingerprint, ends } = event;
      return [GREEN, `a new certificate is shown, until ${ends.slice(0, 10)}: ${fingerprint}`];
    }
    case "certificate_kept":
      return [YELLOW, `the certificate stays as it is: ${safeText(event.why)}`];
    case "reloaded":
      return [event.restart.length > 0 ? YELLOW : GREEN, reloadedText(event)];
    case "not_reloaded":
      return [YELLOW, `nothing is changed: ${safeText(event.why)}`];
    case "unencrypted": {
      const passwords = event.insecurePasswords ? "passwords too" : "and no passwords are taken";
      const why =
        `other machines come in without TLS, where others can read what they say, ${passwords}`;
      return [YELLOW, `${why}: chat cert makes a certificate for --tls-cert`];
    }
    case "log_lost":
      return [YELLOW, lost(event.lines)];
    case "log_spared":
      return [YELLOW, `${event.lines} lines about who came and went are left out: too many came`];
    default:
      return event satisfies never;
  }
}

function reloadedText({ changed, restart }: Extract<ReloadEvent, { kind: "reloaded" }>): string {
  const done = changed.length === 0 ? "nothing is another" : `changed: ${changed.join(", ")}`;
  return restart.length === 0
    ? `read again, ${done}`
    : `read again, ${done}; only a restart changes ${restart.join(", ")}`;
}

function seconds(count: number): string {
  return count === 1 ? "1 second" : `${count} seconds`;
}

function forgotten({ messages, why }: Extract<ServerEvent, { kind: "forgotten" }>): string {
  const count = messages === 1 ? "1 message was" : `${messages} messages were`;
  return why === "age"
    ? `${count} older than is kept, and deleted`
    : `${count} the oldest, and deleted to keep the store to its size`;
}

/** Whether nobody read, the disk was slow, or too many came at once is not known here. */
function lost(lines: number): string {
  return lines === 1
    ? "1 line of this log is missing: it came faster than it could be written"
    : `${lines} lines of this log are missing: they came faster than they could be written`;
}

function clockAhead(ms: number | undefined): string {
  const why = ms === undefined
    ? "it is not known whether the clock is right"
    : `the clock is ${
      prettyMilliseconds(ms, { compact: true })
    } ahead of what it was and the time since`;
  return `${why}: what is too old only by that is kept until the clock has stayed so for 6 hours`;
}

/** That a line stands for others, too. */
function lately(times: number): string {
  return times === 1 ? "" : ` (${times} times lately)`;
}

function because(code: string | undefined): string {
  return code === undefined ? "" : `: ${code}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
