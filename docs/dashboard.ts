/**
 * Takes the pictures of the dashboard in `docs/`: a real server, people who talk, and the page in a real browser. As root, so
 * that the kernel is in them. Needs Debian's chromium, and for the window xvfb, imagemagick, libgtk-4-1 and
 * libwebkitgtk-6.0-4.
 *
 *   sudo deno run --allow-all docs/dashboard.ts
 *
 * @module
 */

import { chromium } from "playwright-core";
import manifest from "../deno.json" with { type: "json" };
import { type Client, connect } from "../mod.ts";

const root = new URL("..", import.meta.url).pathname;
const chat = manifest.tasks.chat.split(" ").slice(1);
/** How long people have talked before the pictures, in ms: the axis is a minute long. */
const TALK_MS = 64_000;
/** From one thing said to the next, in ms; and from one beat of the room #ops to the next. */
const PAUSE_MS = 2_600;
const BEAT_MS = 400;
/** How long a window is given to show a minute of what happens, in ms. */
const WINDOW_MS = 30_000;
/** Dana's test says so much at once, in this many characters each, and Nils, who is on a train, does not keep up. */
const BURST = 400;
const BURST_CHARS = 300;

const CONVERSATION: readonly (readonly [string, string])[] = [
  ["Anna", "Morning! The new build is out since nine."],
  ["Ben", "Seen it. Fan-out was 2 ms before, now I get less than half of that."],
  ["Chidi", "Same here. The heat map has become boring, which is what we wanted."],
  ["Dana", "Give me a minute to make it less boring."],
  ["Anna", "Please do, better now than on Friday."],
  ["Dana", "400 messages at once, into #load. Every ten seconds."],
  ["Ben", "There it is, one bright column each time."],
  ["Chidi", "And everything stays below 131 µs?"],
  ["Ben", "All but two calls. Select the column, it lists them by name."],
  ["Anna", "Who is it that lags?"],
  ["Chidi", "Nils. He is on the train, the bytes wait for him and nobody else."],
  ["Anna", "Good. So he costs us nothing?"],
  ["Ben", "He waits in his own queue. Look at the queue behind his name."],
  ["Dana", "I stop the test at noon.\nThe figures are in the wiki then."],
  ["Chidi", "Maria, can you look at the retransmits when you are back?"],
  ["Ben", "I have a flame graph of one burst, if somebody wants it."],
  ["Anna", "Yes please, here."],
  ["Anna", "Lunch at half past twelve?"],
  ["Chidi", "Yes."],
  ["Dana", "Count me in."],
];

/** Starts `chat ARGS` and gives its first line. */
async function start(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<[Deno.ChildProcess, string]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...chat, ...args],
    cwd: root,
    env,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  reader.releaseLock();
  return [child, value.split("\n")[0] ?? ""];
}

async function talk(people: ReadonlyMap<string, Client>, end: AbortSignal): Promise<void> {
  const dana = people.get("Dana");
  const text = "load ".repeat(BURST_CHARS / 5);
  for (let turn = 0; !end.aborted; turn++) {
    const [name = "", line = ""] = CONVERSATION[turn] ?? [];
    await people.get(name)?.say(line);
    if (line.endsWith("here.")) {
      await people.get("Ben")?.offerFile({ filename: "burst.svg", size: 48_213 }, {
        room: "lobby",
      });
    }
    if (turn % 4 === 3) {
      await Promise.all(Array.from({ length: BURST }, () => dana?.say(text, { room: "load" })));
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** The window's picture, on a display of its own. */
async function pictureWindow(args: readonly string[]): Promise<void> {
  const display = new Deno.Command("Xvfb", {
    args: ["-displayfd", "1", "-screen", "0", "1280x800x24"],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const numbers = display.stdout.pipeThrough(new TextDecoderStream()).values();
  let number = "";
  while (!number.endsWith("\n")) number += (await numbers.next()).value;
  const DISPLAY = `:${number.trim()}`;
  const [dashboard] = await start([...args, "--window"], { DISPLAY });
  await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
  const picture = [`-display`, DISPLAY, "-window", "root", `${root}docs/dashboard-window.png`];
  await new Deno.Command("import", { args: picture }).output();
  dashboard.kill("SIGTERM");
  await dashboard.status;
  display.kill();
  await display.status;
  await numbers.return?.();
}

/** A room in which something is said all the time. */
async function beat(client: Client | undefined, end: AbortSignal): Promise<void> {
  for (let turn = 1; !end.aborted; turn++) {
    await client?.say(`check ${turn}: ok`, { room: "ops" });
    await new Promise((resolve) => setTimeout(resolve, BEAT_MS));
  }
}

const data = await Deno.makeTempDir();
const [server, listening] = await start(["serve", "--port", "0", "--rate", "0", "--data", data]);
const where = listening.replace("listening on ", "");
const watching = ["dashboard", "-s", where, "--data", data, "--pid", String(server.pid)];
const [dashboard, line] = await start([...watching, "--name", "Maria", "--room", "ops"]);
const port = Number(where.split(":")[1]);
const people = new Map(
  ["Anna", "Ben", "Chidi", "Dana"].map((name) =>
    [name, connect({ port, name, rooms: ["ops", "load"] })] as const
  ),
);
const nils = await Deno.connect({ port });
await nils.write(new TextEncoder().encode("Nils\n/join load\n"));
const enough = new AbortController();
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  await Promise.all([...people.values()].map((client) => client.online()));
  const talking = Promise.all([
    talk(people, enough.signal),
    beat(people.get("Chidi"), enough.signal),
  ]);
  await new Promise((resolve) => setTimeout(resolve, TALK_MS));
  const pictures = [
    { name: "dashboard-light", width: 1_440, height: 900, colorScheme: "light" },
    { name: "dashboard-dark", width: 1_920, height: 1_080, colorScheme: "dark" },
    { name: "dashboard-phone", width: 360, height: 720, colorScheme: "light" },
  ] as const;
  for (const { name, width, height, colorScheme } of pictures) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      deviceScaleFactor: width < 400 ? 2 : 1,
    });
    const page = await context.newPage();
    await page.goto(line.replace("dashboard at ", ""));
    await page.getByText("Count me in.").waitFor();
    if (width < 400) await page.getByRole("button", { name: "Kernel" }).click();
    await page.locator(".heat canvas").waitFor();
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: `${root}docs/${name}.png` });
    await context.close();
  }
  await pictureWindow([...watching, "--name", "Elif"]);
  enough.abort();
  await talking;
} finally {
  await browser.close();
  nils.close();
  await Promise.all([...people.values()].map((client) => client.close()));
  for (const child of [dashboard, server]) {
    child.kill("SIGTERM");
    await child.status;
  }
  await Deno.remove(data, { recursive: true });
}
