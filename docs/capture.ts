/**
 * Takes the README's pictures, in a real terminal. Nothing is drawn by hand.
 *
 * ```text
 * deno run -A docs/capture.ts docs/three-clients.svg   a server must run on port 8080, and chat be on the PATH
 * deno run -A docs/capture.ts docs/files.svg           the same
 * sudo deno run -A docs/capture.ts docs/observe.svg    starts a server of its own, with people in it
 * ```
 *
 * For the first, a tmux with three panes runs inside of another tmux, which sees the whole window as one screen, borders
 * and colours included. The screen is written as SVG, and as text to standard output.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };
import { connect } from "../mod.ts";
import { type ScreenSize, svg, text } from "./svg.ts";

const CLIENTS: ScreenSize = { columns: 112, rows: 22 };
const FILES: ScreenSize = { columns: 112, rows: 15 };
const OBSERVER: ScreenSize = { columns: 112, rows: 24 };

const root = new URL("..", import.meta.url).pathname;
/** Deno with the permissions of `deno task chat`. */
const CHAT: readonly string[] = [Deno.execPath(), ...manifest.tasks.chat.split(" ").slice(1)];

const sizeArguments = ({ columns, rows }: ScreenSize) => ["-x", `${columns}`, "-y", `${rows}`];

async function tmux(socket: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("tmux", {
    args: ["-L", socket, "-f", "/dev/null", ...args],
    cwd: root,
    // Nothing of whoever takes the picture, their NO_COLOR for instance.
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: Deno.env.get("HOME") ?? "",
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
    },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

const type = (pane: string, text: string) =>
  tmux("inner", "send-keys", "-t", `chat.${pane}`, text, "Enter");

/** Waits until the screen shows something. */
async function shows(pattern: RegExp): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (pattern.test(await tmux("outer", "capture-pane", "-p"))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The screen never showed ${pattern}`);
}

async function threeClients(): Promise<string> {
  const size = sizeArguments(CLIENTS);
  const shell = "PS1='$ ' bash --norc --noprofile";
  await tmux("inner", "new-session", "-d", "-s", "chat", ...size, shell);
  await tmux("inner", "set", "-g", "status", "off");
  await tmux("inner", "set", "-g", "default-terminal", "tmux-256color");
  await tmux("inner", "split-window", "-h", "-l", "46", shell);
  await tmux("inner", "split-window", "-v", "-l", "9", shell);
  await tmux("outer", "new-session", "-d", ...size, "tmux -L inner attach -t chat");
  await shows(/\$/);
  await type("0", "clear; chat --name Anna");
  await shows(/lobby · 1 here/);
  await type("1", "clear; nc localhost 8080");
  await type("1", "Bob");
  await shows(/Bob joined/);
  await type("0", "Hi Bob! What are you talking with?");
  await shows(/Anna: Hi Bob!/);
  await type("1", "netcat :-)");
  await shows(/Bob netcat/);
  await type("2", "clear; uptime -p | chat send --name cron");
  await shows(/cron up/);
  await type("2", "chat send --name cron --to Bob 'disk is 91 % full'");
  await shows(/Private from cron/);
  await type("1", "/list");
  await shows(/Users online/);
  await type("0", "李雷 sends 👍 and ❤️");
  await shows(/Anna: 李雷/);
  return await tmux("outer", "capture-pane", "-e", "-p");
}

/** A film for Anna, from a script of Ben's. */
async function fileOnItsWay(): Promise<string> {
  const size = sizeArguments(FILES);
  const shell = "PS1='$ ' bash --norc --noprofile";
  const folder = await Deno.makeTempDir({ prefix: "chat-capture-" });
  try {
    await Deno.writeFile(`${folder}/holiday.mp4`, new Uint8Array(180_000_000));
    await tmux("inner", "new-session", "-d", "-s", "chat", "-c", folder, ...size, shell);
    await tmux("inner", "set", "-g", "status", "off");
    await tmux("inner", "set", "-g", "default-terminal", "tmux-256color");
    await tmux("inner", "split-window", "-v", "-l", "5", "-c", folder, shell);
    await tmux("outer", "new-session", "-d", ...size, "tmux -L inner attach -t chat");
    await shows(/\$/);
    await type("0", `clear; chat --name Anna --downloads ${folder}/Downloads`);
    await shows(/lobby · 1 here/);
    await type("1", "clear; chat send --name Ben --file holiday.mp4 --to Anna --limit-rate 12M");
    await shows(/Ben offers holiday\.mp4/);
    await type("0", "/accept");
    await shows(/Ben takes|Anna takes/);
    await type("0", "It goes on while we talk.");
    await shows(/Anna It goes on/);
    await shows(/↓ [34]\d %/);
    return await tmux("outer", "capture-pane", "-e", "-p");
  } finally {
    await tmux("inner", "kill-server").catch(() => {});
    await Deno.remove(folder, { recursive: true });
  }
}

// ── The observer ─────────────────────────────────────────────────────────────────────────────────

/** How many people talk, and every how many milliseconds each of them. */
const TALKERS: readonly number[] = [35, 90, 150, 400, 900, 1_500];
/** How long the observer watches: some intervals, so that there is something to see. */
const WATCH_MS = 7_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function observer(): Promise<string> {
  const [deno = "", ...flags] = CHAT;
  const server = new Deno.Command(deno, {
    args: [...flags, "serve", "--port", "0", "--durability", "none", "--rate", "0"],
    cwd: root,
    // Whether there is a newer Deno would be one of the connections.
    env: { DENO_NO_UPDATE_CHECK: "1" },
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const over = new AbortController();
  try {
    const lines = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const port = Number(/:(\d+)\n/.exec((await lines.read()).value ?? "")?.[1]);
    lines.releaseLock();
    const talking = TALKERS.map((ms, index) => talk(port, index, ms, over.signal));
    const command = [...CHAT, "observe", "--pid", `${server.pid}`, "--durations"].join(" ");
    await tmux("outer", "new-session", "-d", ...sizeArguments(OBSERVER), command);
    await shows(/calls\/s/);
    await pause(WATCH_MS);
    // With the spaces at the ends of rows: two of them are bars from edge to edge.
    const screen = await tmux("outer", "capture-pane", "-e", "-p", "-N");
    over.abort();
    await Promise.all(talking);
    return screen;
  } finally {
    over.abort();
    server.kill("SIGTERM");
    await server.status;
  }
}

/** Somebody who says something now and then, and now and then something long. */
async function talk(port: number, index: number, ms: number, over: AbortSignal): Promise<void> {
  await using client = connect({ port, name: `guest-${index}`, rooms: [] });
  for (let line = 0; !over.aborted; line++) {
    await client.say(line % 7 === 0 ? "blah ".repeat(200) : `message ${line} of guest ${index}`);
    await pause(ms);
  }
}

// ── The picture ──────────────────────────────────────────────────────────────────────────────────

const [target] = Deno.args;
if (target === undefined) throw new Error("Usage: deno run -A docs/capture.ts FILE.svg");
const [scene, size] = target.endsWith("observe.svg")
  ? [observer, OBSERVER] as const
  : target.endsWith("files.svg")
  ? [fileOnItsWay, FILES] as const
  : [threeClients, CLIENTS] as const;
try {
  const screen = await scene();
  await Deno.writeTextFile(target, svg(screen, size));
  await Deno.stdout.write(new TextEncoder().encode(text(screen)));
} finally {
  for (const socket of ["inner", "outer"]) await tmux(socket, "kill-server").catch(() => {});
}
