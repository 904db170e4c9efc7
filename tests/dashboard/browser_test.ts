/**
 * The page in a real browser, as people meet it.
 *
 * @module
 */

import { bareDashboard } from "./bare_dashboard.ts";
import { assert, assertEquals } from "../assert.ts";
import { startServer } from "../harness.ts";
import { testWith } from "../skips.ts";
import { CHROMIUM, look, seriousFaults, setStage } from "./stage.ts";
import { flow, histogram, io, PretendObserver, snapshot, socket } from "./pretend_kernel.ts";

const NEEDS = [CHROMIUM];

/** Pixels by which the page is wider than its window. */
const WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
/** Waits until what was done is on the screen. */
const TWO_FRAMES = "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))";

testWith(
  NEEDS,
  "page and client talk both ways, and the token leaves the address bar",
  async () => {
    await using stage = await setStage({ name: "Maria" });
    const anna = await stage.enter("Anna");
    await using browser = await look(stage.dashboard.url);
    const { page, complaints } = browser;
    const log = page.getByRole("log");
    const input = page.getByLabel("Message", { exact: true });
    await input.waitFor();
    assertEquals(page.url(), `${stage.origin}/`);
    await anna.say("hello from the terminal");
    await log.getByText("hello from the terminal").waitFor();
    await input.fill("hello from the page");
    await input.press("Enter");
    for await (const event of anna) {
      if (event.type !== "NewMessage" || event.from !== "Maria") continue;
      assertEquals(event.content, "hello from the page");
      break;
    }
    await log.getByText("hello from the page").waitFor();
    assertEquals(await log.getByText("hello from the page").count(), 1);
    await anna.whisper("Maria", "only for you");
    await page.getByRole("button", { name: /Anna/ }).click();
    await log.getByText("only for you").waitFor();
    await input.fill("/w Anna and back");
    await input.press("Enter");
    for await (const event of anna) {
      if (event.type !== "PrivateMessage" || event.from !== "Maria") continue;
      assertEquals(event.content, "and back");
      break;
    }
    await page.reload();
    await log.getByText("hello from the page").waitFor();
    assertEquals(complaints, []);
  },
);

testWith(NEEDS, "without the token the page says what it needs, and shows nothing", async () => {
  await using stage = await setStage();
  const anna = await stage.enter("Anna");
  await anna.say("a secret");
  const none = "This page needs the link";
  const wrong = "The token in this link is wrong.";
  for (const [hash, why] of [["", none], ["#", none], ["#cut-off", wrong]] as const) {
    await using browser = await look(`${stage.origin}/${hash}`);
    await browser.page.getByText(why).waitFor();
    assert(!(await browser.page.content()).includes("secret"));
  }
});

testWith(NEEDS, "hostile names and messages are text, and nothing else", async () => {
  await using stage = await setStage();
  const mallory = await stage.enter("Mallory-javascript.alert");
  const texts = [
    "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>",
    "javascript:alert(1) https://evil.example/ &lt;b&gt; ${7*7} {{7*7}}",
    "\u202Eright to left override\u202C \u2066isolate",
    "a".repeat(8_000),
    "line\n".repeat(1_500),
    "Z̴͓̈a̷̛l̶̓g̶͗o̷ ".repeat(100),
    "__proto__ constructor \u0000 \u001b[2J",
  ];
  for (const text of texts) await mallory.say(text);
  await mallory.setTopic("<script>document.title='owned'</script>");
  await using browser = await look(stage.dashboard.url);
  const { page, complaints } = browser;
  await page.getByRole("log").getByText("__proto__").waitFor();
  const log = page.getByRole("log");
  assertEquals(await log.locator("img, script, b, iframe").count(), 0);
  // What is an address is a link to it, which tells nothing of this page; what would run is none.
  const links = await log.locator("a").evaluateAll((all) =>
    all.map((one) => [one.getAttribute("href"), one.getAttribute("rel")])
  );
  assertEquals(links, [["https://evil.example/", "noopener noreferrer nofollow"]]);
  assert((await log.textContent())?.includes("<img src=x"));
  assertEquals(await page.title(), "chat");
  const wide = await page.evaluate(WIDER);
  const high = await log.locator(".row").evaluateAll((rows) =>
    Math.max(...rows.map((row) => row.getBoundingClientRect().height))
  );
  assertEquals(wide, 0);
  assert(high < 600, `No message is ${high} pixels high`);
  assertEquals(complaints, []);
});

testWith(
  NEEDS,
  "the conversation scrolls back to its first message, and does not move meanwhile",
  async () => {
    await using stage = await setStage({ serve: { limits: { messagesPerSecond: 0 } } });
    const anna = await stage.enter("Anna");
    await Promise.all(Array.from({ length: 450 }, (_, i) => anna.say(`message number ${i + 1}.`)));
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    const log = page.getByRole("log");
    await log.getByText("message number 450.").waitFor();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    for (
      let turn = 0;
      turn < 60 && await log.getByText("message number 1.", { exact: true }).count() === 0;
      turn++
    ) {
      await log.evaluate((element) => void (element.scrollTop = 0));
      await page.evaluate(TWO_FRAMES);
    }
    await log.getByText("message number 1.", { exact: true }).waitFor();
    const rows = await log.locator(".row").count();
    assert(rows <= 260, `${rows} rows are in the document`);
    await log.evaluate((element) => void (element.scrollTop = 200));
    const before = await log.evaluate((element) => element.scrollTop);
    await anna.say("something new");
    await page.getByRole("button", { name: "1 new below" }).waitFor();
    assertEquals(await log.evaluate((element) => element.scrollTop), before);
    await page.getByRole("button", { name: "1 new below" }).click();
    await log.getByText("something new").waitFor();
  },
);

testWith(NEEDS, "after the server's restart the page goes on by itself", async () => {
  const first = startServer({ operatorToken: "a token for this stage only" });
  const { port } = first;
  const { connect } = await import("../../server/wire/mod.ts");
  const client = connect({ port, name: "Maria", operator: "a token for this stage only" });
  await using dashboard = await bareDashboard(client, port);
  await using browser = await look(dashboard.url);
  const { page } = browser;
  const input = page.getByLabel("Message", { exact: true });
  const log = page.getByRole("log");
  await input.fill("before");
  await input.press("Enter");
  await log.getByText("before").waitFor();
  // What the server has not acknowledged would be said again to the next one.
  await page.locator(".pending").waitFor({ state: "detached" });
  await first[Symbol.asyncDispose]();
  await page.getByText("Trying again").waitFor();
  await input.fill("while it is away");
  await input.press("Enter");
  await log.getByText("while it is away").waitFor();
  await using second = startServer({ port, operatorToken: "a token for this stage only" });
  await log.getByText("The server began anew").waitFor({ timeout: 20_000 });
  const bare = await second.frames("Anna");
  await bare.send({ type: "History", id: "h" });
  for (;;) {
    const message = await bare.message();
    if (message.type !== "HistoryPage") continue;
    assertEquals(message.messages.map(({ content }) => content), ["while it is away"]);
    break;
  }
  await page.locator(".pending").waitFor({ state: "detached" });
  await bare.close();
});

testWith(NEEDS, "figures show known traffic, and every one has a name and a value", async () => {
  const observer = new PretendObserver(Date.now());
  await using stage = await setStage({ kernel: { kind: "watching", observer } });
  await stage.enter("Anna");
  await using browser = await look(stage.dashboard.url);
  const { page, complaints } = browser;
  const value = (name: string) => page.getByRole("figure", { name, exact: true }).locator(".value");
  await value("Users online").getByText("2", { exact: true }).waitFor();
  await value("Messages per second").getByText(/^\d+$/).waitFor();
  const durations = [...Array(990).fill(20_000), ...Array(10).fill(5_000_000)];
  observer.tell(
    ...durations.slice(-10).map((ns, i) => io({ ts: i, durationNs: ns, bytes: 100, socket: 7 })),
    snapshot({
      ts: 1e9,
      send: flow(1_000, 64_000, histogram(durations)),
      lost: 3,
      unread: { ageNs: 2.03e9, bytes: 512 },
      sockets: [socket({
        socket: 7,
        local: `127.0.0.1:${stage.server.port}`,
        remote: "127.0.0.1:9",
        send: flow(1_000, 64_000),
        tcp: { rttUs: 123, retransmits: 0, unsent: 4_096, unacked: 0 },
        unread: { ageNs: 2.03e9 },
      })],
    }),
  );
  await page.getByText("3 events lost").waitFor();
  await page.getByText("p99 of 1,000 calls in the last 10 s, p50 ≤ 32.8 µs").waitFor();
  await value("Network I/O latency").getByText("≤ 32.8 µs").waitFor();
  const row = page.getByRole("figure", { name: "Connections" }).getByRole("row", {
    name: /127.0.0.1:9/,
  });
  assert((await row.textContent())?.includes("64 kB"));
  assert((await row.textContent())?.includes("123 µs"));
  assert((await row.textContent())?.includes("2.03 s"));
  await value("Oldest unread").getByText("2.03 s").waitFor();
  await page.getByText("512 B wait").waitFor();
  assertEquals(complaints, []);
});

testWith(
  NEEDS,
  "hovering over one chart marks the moment in all, and in the conversation",
  async () => {
    await using stage = await setStage();
    const anna = await stage.enter("Anna");
    await anna.say("first");
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    await page.getByRole("log").getByText("first").waitFor();
    const seen = page.getByRole("figure", { name: "Users online" }).locator(".u-over");
    await page.waitForFunction("document.querySelector('.u-cursor-x') !== null");
    const box = await seen.boundingBox();
    assert(box !== null);
    await page.mouse.move(box.x + box.width - 2, box.y + 10);
    await page.locator(".row.at-moment").getByText("first").waitFor();
    const places: string[] = await page.evaluate(
      "[...document.querySelectorAll('.plot .u-cursor-x')].map(({ style }) => style.transform)",
    );
    assert(places.length > 5 && places.every((place) => !place.includes("-10px")), places.join());
    // At once, and not with the next second.
    await page.mouse.move(box.x + box.width - 60, box.y + 10);
    const moved: string[] = await page.evaluate(`(async () => {
      for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
      return [...document.querySelectorAll('.plot .u-cursor-x')].map(({ style }) => style.transform);
    })()`);
    assert(moved.every((place, at) => place !== places[at]), `${places.join()} ${moved.join()}`);
    await page.mouse.move(5, 5);
    await page.locator(".at-moment").waitFor({ state: "detached" });
    await page.getByRole("log").getByText("first").hover();
    await page.getByText(/^mark .*ago$/).waitFor();
  },
);

testWith(NEEDS, "without a kernel the page says why, and has everything else", async () => {
  await using stage = await setStage();
  await using browser = await look(stage.dashboard.url);
  const { page } = browser;
  await page.getByText("No process is watched.").waitFor();
  for (
    const name of ["Users online", "Messages per second", "Network I/O latency", "Connections"]
  ) {
    await page.getByRole("figure", { name, exact: true }).waitFor();
  }
  await page.getByRole("figure", { name: "Connections" }).getByRole("row", { name: /Reader/ })
    .waitFor();
});

testWith(
  NEEDS,
  "on a phone nothing is wider than the screen, and every panel can be reached",
  async () => {
    await using stage = await setStage();
    await using browser = await look(stage.dashboard.url, { width: 360, height: 640, touch: true });
    const { page } = browser;
    const figure = page.getByRole("figure", { name: "Users online" });
    await page.getByLabel("Message", { exact: true }).waitFor();
    for (const name of ["Server", "Kernel", "Chat"]) {
      await page.getByRole("button", { name, exact: true }).click();
      assertEquals(await figure.isVisible(), name === "Server");
      assertEquals(await page.evaluate(WIDER), 0, name);
    }
  },
);

testWith(
  NEEDS,
  "with the keyboard alone one talks, changes the room, pauses and looks back",
  async () => {
    await using stage = await setStage({ rooms: ["kitchen"] });
    const anna = await stage.enter("Anna", ["kitchen"]);
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    const { keyboard } = page;
    await page.getByLabel("Message", { exact: true }).waitFor();
    await page.getByRole("button", { name: "kitchen" }).waitFor();
    await keyboard.type("hello");
    await keyboard.press("Enter");
    await page.getByRole("log").getByText("hello").waitFor();
    await keyboard.press("Alt+ArrowDown");
    await page.getByRole("log", { name: "Conversation in kitchen" }).waitFor();
    await keyboard.type("An");
    await keyboard.press("Tab");
    await keyboard.type("supper?");
    await keyboard.press("Enter");
    for await (const event of anna) {
      if (event.type !== "NewMessage" || event.room !== "kitchen") continue;
      assertEquals(event.content, "Anna: supper?");
      break;
    }
    await keyboard.press("ArrowUp");
    assertEquals(await page.getByLabel("Message", { exact: true }).inputValue(), "Anna: supper?");
    const pause = page.getByRole("button", { name: "Pause" });
    for (let presses = 0; presses < 40; presses++) {
      if (await pause.evaluate((element) => element.matches(":focus"))) break;
      await keyboard.press("Tab");
    }
    await keyboard.press("Space");
    await page.getByRole("button", { name: "Go live" }).waitFor();
    await page.getByRole("img", { name: /^Chart: users online/ }).focus();
    await keyboard.press("ArrowLeft");
    await page.getByText(/s ago/).first().waitFor();
    await keyboard.press("Escape");
    await pause.waitFor();
  },
);

testWith(
  NEEDS,
  "axe finds nothing serious, in light and in dark, wide and on a phone",
  async () => {
    const observer = new PretendObserver(Date.now());
    await using stage = await setStage({ kernel: { kind: "watching", observer } });
    const anna = await stage.enter("Anna");
    await anna.say("Reader, look");
    observer.tell(snapshot({ ts: 1e9, send: flow(5, 5, histogram([1e3, 1e4, 1e5])), lost: 1 }));
    for (const scheme of ["light", "dark"] as const) {
      for (const width of [1_440, 360]) {
        await using browser = await look(stage.dashboard.url, { scheme, width });
        const { page } = browser;
        await page.getByRole("log").getByText("Reader, look").waitFor();
        if (width === 360) await page.getByRole("button", { name: "Kernel", exact: true }).click();
        await page.getByText("1 event lost").waitFor();
        assertEquals(await seriousFaults(page), [], `${scheme} ${width}`);
      }
    }
  },
);
