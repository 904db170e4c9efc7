/**
 * `chat dashboard` as a program: what it prints, how it ends, and that it sees a server in another process.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { chat, command, startChat } from "../cli/program.ts";
import { within } from "../harness.ts";
import { testAsRoot, testWith } from "../skips.ts";
import { serveHere, urlOf } from "./place.ts";
import { startDisplay, WINDOW_NEEDS } from "./display.ts";
import { CHROMIUM, look } from "./stage.ts";

const PRLIMIT = "/usr/bin/prlimit";
/** Few enough that a test can use them up, more than a dashboard needs to start. */
const DESCRIPTORS = 200;

testWith(
  [CHROMIUM],
  "chat dashboard shows a server in another process, and its users",
  async () => {
    await using place = await serveHere();
    await using dashboard = startChat(["dashboard", "-s", place.where, "-n", "Maria"], place.env);
    await using browser = await look(await urlOf(dashboard));
    const { page } = browser;
    const input = page.getByLabel("Message", { exact: true });
    await input.fill("hello");
    await input.press("Enter");
    const sent = await chat(["send", "-s", place.where, "-n", "Anna", "good morning"], place);
    assertEquals(sent.code, 0, sent.err);
    await page.getByRole("log").getByText("good morning").waitFor();
    await page.getByText("Stored").waitFor();
    const row = page.getByRole("figure", { name: "Connections" }).getByRole("row", {
      name: /Maria/,
    });
    await row.waitFor();
    await page.getByText(`sudo chat observe --pid ${place.pid} --socket`).waitFor();
    // Started as Maria: whoever copies it is she again.
    await page.getByText(
      `chat dashboard -s ${place.where} -n Maria --data ${
        place.env["CHAT_DATA"]
      } --observer-socket`,
    ).waitFor();
  },
);

testAsRoot([CHROMIUM], "as root, the page shows the kernel's own figures, by name", async () => {
  await using place = await serveHere();
  const args = ["dashboard", "-s", place.where, "-n", "Maria", "--pid", String(place.pid)];
  await using dashboard = startChat(args, place.env);
  await using browser = await look(await urlOf(dashboard), { height: 1_600 });
  const { page } = browser;
  const input = page.getByLabel("Message", { exact: true });
  await input.waitFor();
  await page.getByText(`process ${place.pid} by`).waitFor();
  await page.getByText("0 events lost").waitFor();
  for (let i = 0; i < 5; i++) {
    await input.fill(`message ${i}`);
    await input.press("Enter");
  }
  const figure = (name: string) => page.getByRole("figure", { name, exact: true });
  await figure("Network I/O latency").getByText(/^p99 of \d+ calls/).waitFor();
  await figure("Connections").getByRole("row", { name: /^Maria \(you\)/ }).waitFor();
  // The last thing that comes and moves what is below it.
  await figure("On disk").waitFor();
  // Almost the whole map is selected: its calls are listed with the name of their user.
  await page.locator(".heat .u-over").hover();
  const box = await page.locator(".heat .u-over").boundingBox();
  assert(box !== null);
  await page.mouse.move(box.x + 15, box.y + 15);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 15, box.y + box.height - 15, { steps: 9 });
  await page.mouse.up();
  const calls = page.getByRole("region", { name: "Selected calls" });
  await calls.getByRole("cell", { name: "Maria", exact: true }).first().waitFor();
});

Deno.test("chat dashboard ends with exit 0 when it is told to, and lets go of its name", async () => {
  await using place = await serveHere();
  for (let round = 0; round < 2; round++) {
    await using dashboard = startChat(["dashboard", "-s", place.where, "-n", "Maria"], place.env);
    await urlOf(dashboard);
    dashboard.child.kill("SIGTERM");
    assertEquals((await within(dashboard.child.status, "the end")).code, 0);
  }
});

Deno.test("a second dashboard is no problem, and a port in use is one sentence", async () => {
  await using place = await serveHere();
  await using first = startChat(["dashboard", "-s", place.where], place.env);
  await using second = startChat(["dashboard", "-s", place.where], place.env);
  const url = new URL(await urlOf(first));
  assert((await urlOf(second)) !== url.href);
  const args = ["dashboard", "-s", place.where, "--listen", url.host];
  const { code, err } = await chat(args, { env: place.env });
  assertEquals([code, err], [1, `chat: Cannot listen on ${url.host}: the port is in use.\n`]);
});

Deno.test("what is mistyped gets one sentence", async () => {
  await using place = await serveHere();
  const file = import.meta.filename ?? "";
  const mistakes: readonly (readonly [string[], number, string])[] = [
    [
      ["--listen", "no.such.host.invalid:0"],
      1,
      "Cannot listen on no.such.host.invalid:0: this machine has no such address.",
    ],
    [["--observer-socket", file], 1, `No observer tells anything at ${file}: it is no socket.`],
  ];
  for (const [args, exit, sentence] of mistakes) {
    const { code, err } = await chat(["dashboard", "-s", place.where, ...args], place);
    assertEquals([code, err], [exit, `chat: ${sentence}\n`]);
  }
  // A directory that cannot be holds no token: then there is no operator, and everything else works.
  const env = { ...place.env, CHAT_DATA: `${file}/below` };
  await using dashboard = startChat(["dashboard", "-s", place.where], env);
  await urlOf(dashboard);
});

testWith([PRLIMIT], "without file descriptors it ends, and says why", async () => {
  await using place = await serveHere();
  const child = command(["dashboard", "-s", place.where], place.env).spawn();
  await child.stdin.close();
  const said = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await within(said.read(), "the link");
  const port = Number(new URL(value.replace("dashboard at ", "")).port);
  const args = ["--pid", String(child.pid), `--nofile=${DESCRIPTORS}`];
  await new Deno.Command(PRLIMIT, { args }).output();
  const knocks = await Promise.allSettled(
    Array.from({ length: 2 * DESCRIPTORS }, () => Deno.connect({ port })),
  );
  const err = await within(new Response(child.stderr).text(), "the last words");
  for (const knock of knocks) if (knock.status === "fulfilled") knock.value.close();
  assertEquals((await child.status).code, 1);
  assert(/^chat: The page cannot be served any more: Too many open files.*\.$/m.test(err), err);
  await said.cancel();
});

for (const [host, other] of [["127.0.0.1", "::1"], ["::1", "127.0.0.1"]] as const) {
  Deno.test(`the token of a server on ${host} is not shown to what else is localhost`, async () => {
    await using place = await serveHere(host);
    const port = Number(place.where.slice(place.where.lastIndexOf(":") + 1));
    using somebody = listenIfFree({ hostname: other, port });
    const heard: string[] = [];
    const listening = somebody === undefined ? undefined : hearAll(somebody, heard);
    await using dashboard = startChat(["dashboard", "-s", `localhost:${port}`], place.env);
    await urlOf(dashboard);
    somebody?.close();
    await listening;
    assertEquals(heard, []);
  });
}

/** Listens, unless that address has that port already. */
function listenIfFree(options: Deno.TcpListenOptions): Deno.TcpListener | undefined {
  try {
    return Deno.listen(options);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return undefined;
  }
}

/** What comes to a listener, until that is closed. */
async function hearAll(listener: Deno.TcpListener, heard: string[]): Promise<void> {
  for await (const connection of listener) {
    using _ = connection;
    const bytes = new Uint8Array(1_000);
    const size = await connection.read(bytes);
    heard.push(new TextDecoder().decode(bytes.subarray(0, size ?? 0)));
  }
}

Deno.test("a stale operator's token is no obstacle", async () => {
  await using place = await serveHere();
  const env = { ...place.env, CHAT_OPERATOR_TOKEN: "the token of another server" };
  await using dashboard = startChat(["dashboard", "-s", place.where], env);
  await urlOf(dashboard);
});

Deno.test("without a display, --window says what it needs, with exit 77", async () => {
  await using place = await serveHere();
  const env = { ...place.env, DISPLAY: "", WAYLAND_DISPLAY: "" };
  const { code, err } = await chat(["dashboard", "-s", place.where, "--window"], { env });
  assertEquals(code, 77);
  assert(/^chat: (There is no display|A window needs GTK 4)/.test(err), err);
});

testWith(
  WINDOW_NEEDS,
  "--window opens one, ends with the program, and leaves the server's own data directory alone",
  async () => {
    await using place = await serveHere();
    await using display = await startDisplay();
    const home = await Deno.makeTempDir({ prefix: "chat-window-" });
    const env = { ...place.env, DISPLAY: display.name, XDG_DATA_HOME: home };
    await using dashboard = startChat(["dashboard", "-s", place.where, "--window"], env);
    // It is printed when the window is there.
    await urlOf(dashboard);
    dashboard.child.kill("SIGTERM");
    assertEquals((await within(dashboard.child.status, "the end", 20_000)).code, 0);
    const made = await Array.fromAsync(Deno.readDir(home), ({ name }) => name);
    assert(!made.includes("chat"), `Made: ${made}`);
    await Deno.remove(home, { recursive: true });
  },
);

/** Its exit code is 7; and 134, by `abort`, if the exit handlers from before the window are run. */
const PROGRAM = `
  import { openWindow } from "./observe/dashboard/window.ts";
  import { cString, EXIT_SYMBOLS, LIBC } from "./observe/dashboard/window_libraries.ts";
  const { on_exit, dlsym } = Deno.dlopen(LIBC, EXIT_SYMBOLS).symbols;
  on_exit(dlsym(null, cString("abort")), null);
  await (await openWindow("about:blank"))[Symbol.asyncDispose]();
  Deno.exit(7);
`;

testWith(WINDOW_NEEDS, "who had a window ends without the libraries' exit handlers", async () => {
  await using display = await startDisplay();
  const program = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--ext=ts", PROGRAM],
    cwd: new URL("../..", import.meta.url).pathname,
    env: { DISPLAY: display.name },
  });
  const { code, stderr } = await within(program.output(), "the end", 20_000);
  assertEquals(code, 7, new TextDecoder().decode(stderr));
});
