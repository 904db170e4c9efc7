/**
 * The dashboard ends when it is told to, whatever browsers have left half done.
 *
 * @module
 */

import { bareDashboard } from "./bare_dashboard.ts";
import { connect as tcp, type Socket } from "node:net";
import { someone } from "../cli/files/pair.ts";
import { place, sha256, someBytes } from "../cli/files/place.ts";
import { startServer, within } from "../harness.ts";
import { connect } from "../../server/wire/mod.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { BarePage } from "./bare_page.ts";
import { setStage, type Stage } from "./stage.ts";

const BYTES = someBytes(20_000_000);

/** A connection that says something and from then on neither reads nor writes. */
async function stuck(stage: Stage, head: readonly string[], body?: Uint8Array): Promise<Socket> {
  const { hostname, port, host, origin } = new URL(stage.origin);
  const socket = tcp(Number(port), hostname);
  socket.on("error", () => {});
  const connected = Promise.withResolvers<void>();
  socket.once("connect", connected.resolve);
  await within(connected.promise, "a connection");
  socket.pause();
  socket.write([...head, `host: ${host}`, `origin: ${origin}`, "", ""].join("\r\n"));
  if (body !== undefined) socket.write(body);
  return socket;
}

async function ends(stage: Stage): Promise<void> {
  await within(Promise.resolve(stage.dashboard[Symbol.asyncDispose]()), "the dashboard's end");
}

Deno.test("it ends while a request is half there", async () => {
  await using stage = await setStage();
  const socket = await stuck(
    stage,
    ["POST /files/x HTTP/1.1", "content-length: 43"],
    BYTES.slice(0, 3),
  );
  // Answered after the stuck one was begun.
  await (await BarePage.open(stage))[Symbol.asyncDispose]();
  await ends(stage);
  socket.destroy();
});

Deno.test("it ends while a browser has stopped taking a file", async () => {
  await using stage = await setStage();
  using folder = place();
  await Deno.writeFile(`${folder.path}/a.bin`, BYTES);
  await using anna = await someone({ port: stage.server.port, name: "Anna" });
  anna.transfers.send(`${folder.path}/a.bin`, { user: "Reader" });
  const page = await BarePage.open(stage);
  const { n } = await page.told(
    (one) => one.type === "file" && one.file.phase === "offered" ? one.file : undefined,
    "the offer",
  );
  page.send({ type: "take", id: "take", n });
  const answer = await page.answer("take");
  const path = answer.kind === "path" ? answer.path : "";
  const socket = await stuck(stage, [`GET ${path} HTTP/1.1`]);
  await page.told((one) => one.type === "file" && one.file.done > 0 ? true : undefined, "bytes");
  await ends(stage);
  socket.destroy();
  await page[Symbol.asyncDispose]();
});

Deno.test("it ends while a browser has stopped sending a file", async () => {
  await using stage = await setStage();
  using folder = place();
  const { port } = stage.server;
  await using anna = await someone({ port, name: "Anna", directory: folder.path });
  const page = await BarePage.open(stage);
  const offer = { name: "b.bin", size: BYTES.length, sha256: sha256(BYTES), to: "Anna" };
  page.send({ type: "offer", id: "offer", ...offer });
  anna.transfers.accept((await anna.until("offered")).transfer.n);
  const { path } = await page.told((one) => one.type === "send" ? one : undefined, "being asked");
  const head = [
    `POST ${path} HTTP/1.1`,
    `content-length: ${BYTES.length}`,
  ];
  const socket = await stuck(stage, head, BYTES.subarray(0, 1_000_000));
  await page.told((one) => one.type === "file" && one.file.done > 0 ? true : undefined, "bytes");
  await ends(stage);
  socket.destroy();
  await page[Symbol.asyncDispose]();
});

Deno.test("a defect in what hears the chat is told where the dashboard is waited for, and not as a stray error", async () => {
  await using chat = startServer();
  const { port } = chat;
  const client = connect({ port, name: "Reader" });
  await within(client.online(), "the login");
  Object.defineProperty(client, Symbol.asyncIterator, {
    value: () => ({ next: () => Promise.reject(new Error("An event that is none.")) }),
  });
  await using dashboard = await bareDashboard(client, port);
  const error = await assertRejects(within(dashboard.finished, "the end"), Error);
  assertEquals(error.message, "An event that is none.");
});
