/**
 * Looks at the machine for `chat doctor`: one finding per thing that the chat needs or profits from.
 *
 * A finding is `ok`, `weak` (it works, but less well: the text says what to do) or `no` (it cannot work).
 *
 * @module
 */

import { statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  connectionsThatFit,
  type EpollFault,
  epollFault,
  tlsKinds,
  VANISHED_S,
} from "../server/mod.ts";
import { canWrite, keepAliveSeconds, openFilesMax } from "./ask_shell.ts";
import { configPath } from "./config_file.ts";
import { PORT_DEFAULT } from "./values.ts";

/** What was found about one thing. */
export interface Finding {
  readonly what: string;
  readonly state: "ok" | "weak" | "no";
  readonly text: string;
}

/**
 * Looks at everything.
 *
 * @param data Directory of the store.
 * @param fault What is wrong with the config file.
 */
export function examine(data: string, fault: string | undefined): Finding[] {
  const epoll = epollFault();
  return [
    runtime(),
    descriptors(),
    port(),
    sockets(epoll),
    encryption(),
    store(data),
    terminal(),
    locale(),
    keepAlive(epoll),
    config(fault),
  ];
}

function runtime(): Finding {
  const { deno } = Deno.version;
  const [major = 0, minor = 0] = deno.split(".").map(Number);
  const fits = major > 2 || (major === 2 && minor >= 9);
  return fits
    ? { what: "deno", state: "ok", text: deno }
    : { what: "deno", state: "no", text: `${deno} is too old: 2.9 or newer is needed` };
}

function descriptors(): Finding {
  const what = "connections";
  const fit = connectionsThatFit(openFilesMax());
  return fit >= 1_000
    ? { what, state: "ok", text: `a server holds ${fit}` }
    : { what, state: "weak", text: `a server holds only ${fit}: raise the limit with ulimit -n` };
}

function port(): Finding {
  const what = `port ${PORT_DEFAULT}`;
  try {
    Deno.listen({ hostname: "127.0.0.1", port: PORT_DEFAULT }).close();
    return { what, state: "ok", text: "free" };
  } catch {
    return {
      what,
      state: "weak",
      text: "in use (by a chat server?); chat serve --port takes another",
    };
  }
}

/** Which sockets a server has; the runtime's are there always. */
function sockets(fault: EpollFault | undefined): Finding {
  const what = "sockets";
  if (fault === undefined) return { what, state: "ok", text: "a server has its own, by epoll" };
  const text = `a server has the runtime's: those by epoll ${fault.why}`;
  return { what, state: fault.couldBe ? "weak" : "ok", text };
}

/** By whom a server would speak TLS; somebody can everywhere. */
function encryption(): Finding {
  const what = "TLS";
  if (tlsKinds()[0] === "openssl") return { what, state: "ok", text: "a server has it by OpenSSL" };
  const text = "a server has it by the runtime; by OpenSSL (libssl.so.3) it costs a third";
  return { what, state: Deno.build.os === "linux" ? "weak" : "ok", text };
}

/** A disk with less than this, in bytes, holds no store that is begun. */
const FREE_BYTES_MIN = 1 << 20;

/** Whether the store's directory, or the nearest one above it that exists, can be written. */
function store(directory: string): Finding {
  const what = "store";
  for (let path = resolve(directory);; path = dirname(path)) {
    try {
      const { isDirectory } = Deno.statSync(path);
      const why = !isDirectory || canWrite(path) === false
        ? `${path} cannot be written`
        : freeBytes(path) < FREE_BYTES_MIN
        ? `the disk of ${path} is full`
        : undefined;
      if (why === undefined) return { what, state: "ok", text: directory };
      return { what, state: "weak", text: `${why}: choose another with --data` };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound && path !== dirname(path)) continue;
      return {
        what,
        state: "weak",
        text: `${path} cannot be looked at: choose another with --data`,
      };
    }
  }
}

/** Bytes that are free where a path lies. */
function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function terminal(): Finding {
  const what = "terminal";
  if (!Deno.stdout.isTerminal()) {
    return { what, state: "weak", text: "none here: chat speaks plain lines" };
  }
  const name = Deno.env.get("TERM") ?? "";
  if (name === "" || name === "dumb") {
    return { what, state: "weak", text: `TERM is '${name}': chat speaks plain lines` };
  }
  const { columns, rows } = Deno.consoleSize();
  const small = columns < 20 || rows < 5;
  return small
    ? { what, state: "weak", text: `${columns}×${rows} is too small: 20×5 at least` }
    : { what, state: "ok", text: `${name}, ${columns}×${rows}` };
}

function locale(): Finding {
  const name = Deno.env.get("LC_ALL") || Deno.env.get("LC_CTYPE") || Deno.env.get("LANG") || "";
  return /utf-?8/i.test(name) ? { what: "locale", state: "ok", text: name } : {
    what: "locale",
    state: "weak",
    text: `'${name}' is no UTF-8: other scripts may look wrong`,
  };
}

/** A text client that vanished without a word is found by TCP's keep-alive: with the runtime's sockets at the system's pace. */
function keepAlive(fault: EpollFault | undefined): Finding {
  const what = "keep-alive";
  const seconds = fault === undefined ? VANISHED_S : keepAliveSeconds();
  if (seconds === undefined) {
    return { what, state: "weak", text: "it is not known when vanished text clients are noticed" };
  }
  return seconds <= 120
    ? { what, state: "ok", text: `vanished text clients are noticed after ${seconds} s` }
    : {
      what,
      state: "weak",
      text:
        `vanished text clients are noticed after ${seconds} s: sysctl net.ipv4.tcp_keepalive_time=60`,
    };
}

function config(fault: string | undefined): Finding {
  const path = configPath();
  if (fault !== undefined) return { what: "config", state: "no", text: fault };
  return readText(path) === undefined
    ? { what: "config", state: "ok", text: `none at ${path} (chat config prints an example)` }
    : { what: "config", state: "ok", text: path };
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch {
    return undefined;
  }
}
