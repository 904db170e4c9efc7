/**
 * Takes the pictures of the dashboard in `docs/`: a real server, people who talk, and the page in a real browser. As root, so
 * that the kernel is in them. Needs Debian's chromium.
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
const TALK_MS = 62_000;

const CONVERSATION: readonly (readonly [string, string])[] = [
  ["Anna", "Deploy is through. The graphs look calm."],
  ["Ben", "Fan-out was 2 ms before, now I see half of that."],
  ["Chidi", "Maria, can you look at the heat map around the spike?"],
  ["Dana", "That was my test: 400 messages at once."],
  ["Maria", "I see it, one column, everything below 100 µs."],
  ["Ben", "Then we leave it like this.\nI'll write it down for Monday."],
  ["Anna", "Good. Lunch?"],
];

/** Starts `chat ARGS` and gives its first line. */
async function start(args: readonly string[]): Promise<[Deno.ChildProcess, string]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...chat, ...args],
    cwd: root,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  reader.releaseLock();
  return [child, value.split("\n")[0] ?? ""];
}

async function talk(people: ReadonlyMap<string, Client>, end: AbortSignal): Promise<void> {
  for (let turn = 0; !end.aborted; turn++) {
    const [name = "", text = ""] = CONVERSATION[turn % CONVERSATION.length] ?? [];
    await people.get(name)?.say(text, turn % 3 === 2 ? { room: "ops" } : {});
    if (turn % 20 === 12) {
      const dana = people.get("Dana");
      await Promise.all(Array.from({ length: 400 }, (_, i) => dana?.say(`${i}`, { room: "load" })));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const data = await Deno.makeTempDir();
const [server, listening] = await start(["serve", "--port", "0", "--rate", "0", "--data", data]);
const where = listening.replace("listening on ", "");
const [dashboard, line] = await start([
  ...["dashboard", "-s", where, "--data", data, "--name", "Maria"],
  ...["--room", "ops", "--pid", String(server.pid)],
]);
const port = Number(where.split(":")[1]);
const people = new Map(
  ["Anna", "Ben", "Chidi", "Dana"].map((name) =>
    [name, connect({ port, name, rooms: ["ops", "load"] })] as const
  ),
);
const enough = new AbortController();
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  await Promise.all([...people.values()].map((client) => client.online()));
  const talking = talk(people, enough.signal);
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
    await page.getByText("Lunch?").last().waitFor();
    if (width < 400) await page.getByRole("button", { name: "Kernel" }).click();
    await page.locator(".heat canvas").waitFor();
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: `${root}docs/${name}.png` });
    await context.close();
  }
  enough.abort();
  await talking;
} finally {
  await browser.close();
  await Promise.all([...people.values()].map((client) => client.close()));
  for (const child of [dashboard, server]) {
    child.kill("SIGTERM");
    await child.status;
  }
  await Deno.remove(data, { recursive: true });
}
