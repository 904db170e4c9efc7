/**
 * Whose bytes, and who is slow: the page's answers against known traffic.
 *
 * @module
 */

import { bytes } from "../../observe/dashboard/page/format.ts";
import type { Client } from "../../server/wire/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { frame, within } from "../harness.ts";
import { testWith } from "../skips.ts";
import { BarePage } from "./bare_page.ts";
import { flow, PretendObserver, snapshot, socket } from "./pretend_kernel.ts";
import { CHROMIUM, look, setStage } from "./stage.ts";

const NEEDS = [CHROMIUM];
/** Where each panel begins and how high it is, and how high the people's rows are. */
const PLACES = `[...document.querySelectorAll(".instruments .panel, #panel-people tbody tr")]
  .map((one) => one.id + " " + one.offsetTop + " " + one.offsetHeight)`;
/** Turns until a sleeper's lag is shown, at most: the kernel takes the first megabytes of what it does not read. */
const TURNS_MAX = 30;
const UNLIMITED = { messagesPerSecond: 0, lagBytesMax: 1 << 30 };

/** What axe finds that keeps somebody from reading the page. */
const AXE = `axe.run().then(({ violations }) =>
  violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id))`;

/** Bytes of the frames with so many messages of a room, as a member gets them. */
async function heardBytes(client: Client, room: string, messages: number): Promise<number> {
  let [sum, left] = [0, messages];
  for await (const event of client) {
    if (event.type !== "NewMessage" || event.room !== room) continue;
    sum += frame(event).length;
    if (--left === 0) break;
  }
  return sum;
}

testWith(
  NEEDS,
  "so many messages in rooms of so many members are exactly the page's bytes by room",
  async () => {
    await using stage = await setStage({ serve: { limits: UNLIMITED } });
    const anna = await stage.enter("Anna", ["Tea"]);
    const ben = await stage.enter("Ben", ["Tea"]);
    await using browser = await look(stage.dashboard.url);
    const { page, complaints } = browser;
    const rooms = page.getByRole("figure", { name: "Rooms", exact: true });
    await rooms.getByRole("row", { name: /lobby/ }).waitFor();
    const inTea = within(heardBytes(ben, "Tea", 29), "what is said over tea");
    for (let n = 0; n < 29; n++) await anna.say("x".repeat(701), { room: "Tea" });
    const tea = 2 * await inTea;
    const inLobby = within(heardBytes(ben, "lobby", 7), "what is said in the lobby");
    for (let n = 0; n < 7; n++) await anna.say("y".repeat(53));
    const lobby = 3 * await inLobby;
    await anna.whisper("Ben", "psst");

    const last = (name: RegExp) => rooms.getByRole("row", { name }).getByRole("cell").last();
    await last(/Tea/).getByText(bytes(tea), { exact: true }).waitFor();
    await last(/lobby/).getByText(bytes(lobby), { exact: true }).waitFor();
    await last(/whispers/).getByText(/^\d+ B$/).waitFor();
    assertEquals(await rooms.locator("figcaption .origin").textContent(), "●server");
    assertEquals(await rooms.getByRole("columnheader").allTextContents(), [
      "Room",
      "●server Messages",
      "●server Delivered",
      "●server Bytes",
      "●server Bytes, in all",
    ]);
    assertEquals(complaints, []);
    // The same to the byte: seconds add up to what was delivered.
    await using bare = await BarePage.open(stage);
    const seconds = await bare.told(
      (told) => told.type === "seconds" ? told.seconds : undefined,
      "the seconds until now",
    );
    const sums = (room: string | undefined) => {
      const rows = seconds.flatMap(({ rooms }) => rooms).filter(({ name }) => name === room);
      return {
        messages: rows.reduce((sum, { messages = NaN }) => sum + messages, 0),
        delivered: rows.reduce((sum, { delivered = NaN }) => sum + delivered, 0),
        bytes: rows.reduce((sum, { bytes = NaN }) => sum + bytes, 0),
      };
    };
    assertEquals(sums("Tea"), { messages: 29, delivered: 58, bytes: tea });
    assertEquals(sums("lobby"), { messages: 7, delivered: 21, bytes: lobby });
    const { messages, delivered } = sums(undefined);
    assertEquals([messages, delivered], [1, 1], "The whisper");
  },
);

testWith(NEEDS, "who reads nothing is named as the slow one, by a word", async () => {
  await using stage = await setStage({ serve: { limits: UNLIMITED } });
  const anna = await stage.enter("Anna");
  await using sleeper = await stage.server.connect({ reading: false });
  await sleeper.send({ type: "Login", username: "Sleeper" });
  await using browser = await look(stage.dashboard.url);
  const { page, complaints } = browser;
  const figure = page.getByRole("figure", { name: "Farthest behind" });
  await figure.getByText("nothing queued").waitFor();
  const people = page.getByRole("figure", { name: "Connections" });
  assertEquals(await people.getByText("slow", { exact: true }).count(), 0);
  const content = "z".repeat(8_000);
  const named = figure.getByText("wait for Sleeper");
  // Counted and not timed: each turn takes a second of the page's, and more on a busy machine.
  for (let turn = 0; turn < TURNS_MAX && await named.count() === 0; turn++) {
    await Promise.all(Array.from({ length: 300 }, () => anna.say(content)));
    // Not more before the page has been told: whoever lags too much is cut off.
    const shown = await page.locator(".time-now time").textContent() ?? "";
    await page.locator(".time-now time", { hasNotText: shown }).waitFor();
  }
  await named.waitFor();
  await figure.getByText("slow", { exact: true }).waitFor();
  const [, first] = await people.getByRole("row").all();
  assert(first !== undefined);
  assert(/^Sleeper\s*slow/.test(await first.getByRole("rowheader").textContent() ?? ""));
  await people.getByText("by user, 1 slow").waitFor();
  assertEquals(await people.getByText("slow", { exact: true }).count(), 1);
  await page.evaluate(await Deno.readTextFile(new URL(import.meta.resolve("axe-core/axe.min.js"))));
  assertEquals(await page.evaluate(AXE), []);
  assertEquals(complaints, []);
});

testWith(
  NEEDS,
  "who is slow while the kernel still takes all is not waited for by nobody",
  async () => {
    const observer = new PretendObserver(Date.now());
    await using stage = await setStage({ kernel: { kind: "watching", observer } });
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    const figure = page.getByRole("figure", { name: "Farthest behind" });
    const waiting = (unsent: number) =>
      socket({
        socket: 7,
        local: `127.0.0.1:${stage.server.port}`,
        remote: "127.0.0.1:9",
        send: flow(10, 64_000),
        tcp: { rttUs: 123, retransmits: 0, unsent, unacked: 0 },
      });
    await figure.getByText("nothing queued").waitFor();
    observer.tell(snapshot({ ts: 5e8, sockets: [waiting(0)] }));
    const row = page.getByRole("rowheader", { name: "127.0.0.1:9" });
    await row.waitFor();
    const places = (): Promise<string[]> => page.evaluate(PLACES);
    const before = await places();
    observer.tell(snapshot({
      ts: 1e9,
      sockets: [waiting(1_000_000)],
    }));
    await figure.getByText("in the kernel for 127.0.0.1:9 slow").waitFor();
    await page.getByRole("rowheader", { name: "127.0.0.1:9 slow" }).waitFor();
    // Nothing below has moved by it, and no row is higher.
    assertEquals(await places(), before);
  },
);
