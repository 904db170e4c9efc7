/**
 * Style as a test: what ARCHITECTURE.md says of the house is read from the sources and held against it.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };
import { VERSION } from "../server/wire/version.ts";
import { assert, assertEquals } from "./assert.ts";

/**
 * Which room may import which. A room is a folder, and is entered by its doors; an arrow to a `mod.ts` is one to that door
 * alone.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "ground": [],
  "verdict": [],
  "server/wire": ["ground"],
  "db": ["ground"],
  "observe": ["ground"],
  "talk": ["ground", "server/wire/names/mod.ts"],
  "server/budget": ["ground"],
  "server/transport": ["ground"],
  "server": ["ground", "server/wire", "server/budget", "server/transport", "db", "verdict"],
  "observe/dashboard": ["ground", "observe", "server/wire", "talk", "verdict"],
  "load": ["ground", "server/wire", "server/transport"],
  "cli": [
    "ground",
    "load",
    "server",
    "server/wire",
    "db",
    "observe",
    "observe/dashboard",
    "talk",
    "verdict",
  ],
  ".": ["server", "server/wire", "observe"],
};
/** Doors beside each room's own `mod.ts`: parts of the wire, what an observer tells, and what it costs and loses, for those who need no more of it. */
const DOORS: ReadonlySet<string> = new Set([
  "observe/cost.ts",
  "observe/losses.ts",
  "observe/observation.ts",
  "observe/trace/mod.ts",
  "server/wire/in_browser/mod.ts",
  "server/wire/names/mod.ts",
  "server/wire/transfers/mod.ts",
]);
/** From the longest path to the shortest, so that the first that fits is the innermost. */
const ROOMS = Object.keys(ARROWS).sort((one, other) => other.length - one.length);

/**
 * Files in which the world comes in: only these may call `Deno`, import what does, or start a thread. Each is short enough
 * to be believed.
 */
const SHELLS: ReadonlySet<string> = new Set([
  "load/crew_thread.ts",
  "load/threads.ts",
  "load/trivial_server.ts",
  "load/web_socket.ts",
  "cli/account/ask_secret.ts",
  "cli/account/kept_devices.ts",
  "cli/account/kept_ignored.ts",
  "cli/account/own_server.ts",
  "cli/account/password.ts",
  "cli/account/proof.ts",
  "cli/account/users.ts",
  "cli/ask_shell.ts",
  "cli/bench/progress_line.ts",
  "cli/bench/report.ts",
  "cli/bench/server_process.ts",
  "cli/commands/connect.ts",
  "cli/commands/send.ts",
  "cli/commands/serve.ts",
  "cli/config_file.ts",
  "cli/dashboard/keeper.ts",
  "cli/data_dir.ts",
  "cli/db/backup_series.ts",
  "cli/db/import.ts",
  "cli/db/progress.ts",
  "cli/db/whole.ts",
  "cli/examine.ts",
  "cli/examine_server.ts",
  "cli/file_report.ts",
  "cli/files/directory.ts",
  "cli/files/disk.ts",
  "cli/files/downloads.ts",
  "cli/files/paths.ts",
  "cli/files/source.ts",
  "cli/link.ts",
  "cli/man_files.ts",
  "cli/observe/acting.ts",
  "cli/observe/dialler.ts",
  "cli/observe/dialler_thread.ts",
  "cli/observe/listen.ts",
  "cli/observe/own_cpu.ts",
  "cli/observe/prometheus.ts",
  "cli/observe/recording_file.ts",
  "cli/observe/socket_file.ts",
  "cli/observe/source.ts",
  "cli/operator_token.ts",
  "cli/pack/build.ts",
  "cli/privileges.ts",
  "cli/profile/profile_file.ts",
  "cli/program.ts",
  "cli/run.ts",
  "cli/service/notify.ts",
  "cli/service/system.ts",
  "cli/signals.ts",
  "cli/store_owner.ts",
  "cli/streams.ts",
  "cli/tls/certificate_files.ts",
  "cli/tls/known_servers.ts",
  "cli/tty/job.ts",
  "cli/tty/terminal.ts",
  "db/disk.ts",
  "db/disk_calls.ts",
  "db/disk_lock.ts",
  "docs/capture.ts",
  "docs/dashboard.ts",
  "docs/flame/main.ts",
  "observe/bpf/build.ts",
  "observe/dashboard/assets.ts",
  "observe/dashboard/build.ts",
  "observe/dashboard/page_server.ts",
  "observe/dashboard/window.ts",
  "observe/dashboard/window_thread.ts",
  "observe/libbpf.ts",
  "observe/object.ts",
  "observe/system.ts",
  "server/event_loop.ts",
  "server/hooks/outside.ts",
  "server/transport/bell.ts",
  "server/transport/choose.ts",
  "server/transport/dialler.ts",
  "server/transport/epoll.ts",
  "server/transport/libc.ts",
  "server/transport/runtime.ts",
  "server/transport/tls/libssl.ts",
  "server/transport/tls/runtime_engine.ts",
  "server/transport/tls/runtime_tls_wire.ts",
  "server/wire/connection.ts",
  "server/wire/in_browser/web_socket_bytes.ts",
  "server/wire/in_browser/web_socket_line.ts",
  "server/wire/names/compile.ts",
  "server/wire/tls_dial.ts",
  "server/wiring.ts",
]);

/** Files that are started or are doors to the outside, and so need no importer. */
const ENTRIES: ReadonlySet<string> = new Set([
  "mod.ts",
  "load/crew_thread.ts",
  "load/trivial_server_thread.ts",
  "cli/main.ts",
  "cli/link.ts",
  "cli/commands/ban.ts",
  "cli/commands/bench.ts",
  "cli/commands/cert.ts",
  "cli/commands/config.ts",
  "cli/commands/connect.ts",
  "cli/commands/dashboard.ts",
  "cli/commands/db.ts",
  "cli/commands/doctor.ts",
  "cli/commands/hook.ts",
  "cli/commands/invite.ts",
  "cli/commands/login.ts",
  "cli/commands/logout.ts",
  "cli/commands/man.ts",
  "cli/commands/mark.ts",
  "cli/commands/observe.ts",
  "cli/commands/receive.ts",
  "cli/commands/send.ts",
  "cli/commands/serve.ts",
  "cli/commands/service.ts",
  "cli/commands/top.ts",
  "cli/commands/user.ts",
  "cli/dashboard/keeper_thread.ts",
  "cli/observe/dialler_thread.ts",
  "cli/pack/build.ts",
  "docs/capture.ts",
  "docs/dashboard.ts",
  "docs/flame/main.ts",
  "observe/bpf/build.ts",
  "observe/dashboard/build.ts",
  "observe/dashboard/page/main.tsx",
  "observe/dashboard/page/visitor/main.tsx",
  "observe/dashboard/page/visitor/sw.ts",
  "observe/dashboard/window_thread.ts",
  "server/wire/names/compile.ts",
  "tests/attack/main.ts",
  "tests/run.ts",
  "tests/bench/main.ts",
  "tests/bench/room_log.ts",
  "tests/db/golden_make.ts",
]);

/** The only files that may open a library of C: what they call is beyond any permission. */
const LIBRARIES: ReadonlySet<string> = new Set([
  "cli/service/notify.ts",
  "cli/signals.ts",
  "observe/dashboard/window.ts",
  "observe/dashboard/window_thread.ts",
  "observe/libbpf.ts",
  "server/transport/libc.ts",
  "server/transport/tls/libssl.ts",
]);

/** Above this many lines a file holds a second idea. */
const LINES_MAX = 400;

const root = new URL("..", import.meta.url);

/** A use of `Deno` that is neither an error's class nor only a type; or the same by another name. */
const WORLD =
  /\bDeno\.(?!errors\b)[a-z]|\bnew Deno\.|\bDeno\.[A-Z]\w*\.|\bnew (?:Worker|WebSocket)\(|\bfetch\(/;
/** Modules that reach the world. Their types and constants do not. */
const WORLDLY_MODULE =
  /^import (?!type\b)(?!\{ constants \}).* from "node:(?:child_process|dgram|fs|fs\/promises|http|https|net|os|process|sqlite|tls|worker_threads)";/m;

interface Source {
  readonly path: string;
  readonly text: string;
  /** The text without comments and strings' insides are kept: good enough for our own code. */
  readonly code: string;
  /** Paths of ours that it imports, from the root. */
  readonly imports: readonly string[];
}

function* paths(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(folder, root))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory && !/^(\.|node_modules|coverage|golden)/.test(entry.name)) {
      yield* paths(`${path}/`);
    } else if (/\.tsx?$/.test(entry.name)) yield path.replace(/^\.\//, "");
  }
}

function read(path: string): Source {
  const text = Deno.readTextFileSync(new URL(path, root));
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
  const specifiers = [...code.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, to = ""]) =>
    to
  );
  const imports = specifiers.map((to) => new URL(to, new URL(path, "file:///")).pathname.slice(1));
  return { path, text, code, imports };
}

function roomOf(path: string): string {
  return ROOMS.find((room) => room !== "." && path.startsWith(`${room}/`)) ?? ".";
}

const sources = [...paths("./")].map(read);
const product = sources.filter(({ path }) => !path.startsWith("tests/"));

Deno.test("imports between rooms go only where the arrows point, and through the door", () => {
  const wrong: string[] = [];
  for (const { path, imports } of product) {
    const from = roomOf(path);
    for (const to of imports.filter((to) => /\.tsx?$/.test(to) && roomOf(to) !== from)) {
      const arrows = ARROWS[from] ?? [];
      const isDoor = to === `${roomOf(to)}/mod.ts` || DOORS.has(to);
      if (!isDoor) wrong.push(`${path} → ${to}: not through the door`);
      else if (!arrows.includes(roomOf(to)) && !arrows.includes(to)) {
        wrong.push(`${path} → ${to}: no such arrow`);
      }
    }
  }
  assertEquals(wrong, []);
});

/** Whether a file reaches the world. A page runs in a browser, where another world is, and is no part of this. */
function reaches({ path, code }: Source): boolean {
  const inBrowser = path.startsWith("observe/dashboard/page/");
  return !inBrowser && (WORLD.test(code) || WORLDLY_MODULE.test(code));
}

Deno.test("only shells reach the world, and every shell does", () => {
  assertEquals(product.filter(reaches).map(({ path }) => path).sort(), [...SHELLS].sort());
});

Deno.test("only a few files open a library of C, two of them in the whole server", () => {
  const opening = product.filter(({ code }) => /\bdlopen\(/.test(code)).map(({ path }) => path);
  assertEquals(opening.sort(), [...LIBRARIES].sort());
});

Deno.test("what reaches the world is known by its code, and a type or an error is not it", () => {
  const source = (code: string) => ({ path: "x.ts", text: code, code, imports: [] });
  for (
    const code of [
      "Deno.exit(1)",
      'new Deno.Command("sh")',
      "Deno.UnsafePointer.of(bytes)",
      'import * as fs from "node:fs";',
      'import { constants, statfs } from "node:fs";',
      'new Worker("x.ts")',
    ]
  ) assert(reaches(source(code)), code);
  for (
    const code of [
      "error instanceof Deno.errors.NotFound",
      "let conn: Deno.TcpConn;",
      'import { constants } from "node:fs";',
      'import type { Stats } from "node:fs";',
      'import { createHash } from "node:crypto";',
    ]
  ) assert(!reaches(source(code)), code);
});

Deno.test("every file opens with its design", () => {
  const bare = sources.filter(({ text }) =>
    !/^(?:\/\/.*\n)*\/\*\*[\s\S]*?@module\s*\n \*\//.test(text)
  );
  assertEquals(bare.map(({ path }) => path), []);
});

Deno.test("nobody prints with console", () => {
  const printing = sources.filter(({ code }) => /\bconsole\./.test(code));
  assertEquals(printing.map(({ path }) => path), []);
});

Deno.test("every file of the product is imported by another of it, or is an entry", () => {
  const imported = new Set(product.flatMap(({ imports }) => imports));
  const lonely = product.map(({ path }) => path).filter((path) =>
    !imported.has(path) && !ENTRIES.has(path)
  );
  assertEquals(lonely, []);
});

Deno.test("every file of the tests is a test, is imported, or is an entry", () => {
  const imported = new Set(sources.flatMap(({ imports }) => imports));
  const lonely = sources.map(({ path }) => path).filter((path) =>
    // A child is started as a process by the test beside it.
    path.startsWith("tests/") && !imported.has(path) && !ENTRIES.has(path) &&
    !/_(test|child)\.ts$/.test(path)
  );
  assertEquals(lonely, []);
});

Deno.test(`no file of the product is longer than ${LINES_MAX} lines`, () => {
  const long = product.filter(({ text }) => text.split("\n").length > LINES_MAX);
  assertEquals(long.map(({ path }) => path), []);
});

Deno.test("nothing is left to do in a comment", () => {
  const marks = new RegExp(["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|"));
  // In what a compiler made, letters stand beside each other by chance.
  const written = sources.filter(({ path }) => path !== "observe/bpf/object.ts");
  assertEquals(written.filter(({ text }) => marks.test(text)).map(({ path }) => path), []);
});

Deno.test("VERSION is the version of deno.json", () => {
  assertEquals(VERSION, manifest.version);
});
