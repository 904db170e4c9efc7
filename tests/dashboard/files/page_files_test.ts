/**
 * Files between people and pages, over real HTTP, a real WebSocket and a real server: what is carried, and what is
 * refused.
 *
 * @module
 */

import { PageFiles } from "../../../observe/dashboard/files/page_files.ts";
import type { FileState } from "../../../observe/dashboard/page_messages.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { type Someone, someone } from "../../cli/files/pair.ts";
import { place, sha256, sha256Of, someBytes } from "../../cli/files/place.ts";
import { startServer, within } from "../../harness.ts";
import { BarePage } from "../bare_page.ts";
import { setStage, type Stage } from "../stage.ts";

/** A file as a page heard of it. */
function file(page: BarePage, which: (file: FileState) => boolean, what: string) {
  return page.told((one) => one.type === "file" && which(one.file) ? one.file : undefined, what);
}

function ended(page: BarePage, n: number): Promise<FileState> {
  return file(page, (file) => file.n === n && file.end !== undefined, `the end of file ${n}`);
}

/** Takes an offered file. @returns The path to fetch. */
async function taken(page: BarePage, n: number, id = "take"): Promise<string> {
  page.send({ type: "take", id, n });
  const answer = await page.answer(id);
  assert(answer.kind === "path", JSON.stringify(answer));
  return answer.path;
}

/** Offers a file of a page. @returns Its number. */
async function offered(page: BarePage, bytes: Uint8Array, to: { room: string } | { to: string }) {
  page.send({
    type: "offer",
    id: "offer",
    name: "b.bin",
    size: bytes.length,
    sha256: sha256(bytes),
    ...to,
  });
  const answer = await page.answer("offer");
  assert(answer.kind === "offered", JSON.stringify(answer));
  return answer.n;
}

/** Posts what a page is asked for. @returns The status. */
async function posted(
  { origin }: Stage,
  { path, bytes }: { path: string; bytes: Uint8Array<ArrayBuffer> },
): Promise<number> {
  const answer = await fetch(`${origin}${path}`, {
    method: "POST",
    body: bytes,
    headers: { origin },
  });
  await answer.body?.cancel();
  return answer.status;
}

function wanted(page: BarePage, n: number, count = 1) {
  let seen = 0;
  return page.told(
    (one) => one.type === "send" && one.n === n && ++seen === count ? one : undefined,
    "being asked for the file",
  );
}

/** A sender with a file on a disk. */
async function sender(
  stage: Stage,
  bytes: Uint8Array,
  name = "a.bin",
): Promise<Someone & { n: number }> {
  const folder = place();
  await Deno.writeFile(`${folder.path}/${name}`, bytes);
  const anna = await someone({ port: stage.server.port, name: "Anna" });
  const n = anna.transfers.send(`${folder.path}/${name}`, { user: "Reader" });
  return {
    ...anna,
    n,
    async [Symbol.asyncDispose]() {
      await anna[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

Deno.test("an offered file goes through to the browser, and its sender hears that it is there", async () => {
  await using stage = await setStage();
  const bytes = someBytes(3_000_000);
  await using anna = await sender(stage, bytes, "größe.bin");
  await using page = await BarePage.open(stage);
  const offer = await file(page, ({ phase }) => phase === "offered", "the offer");
  assertEquals([offer.way, offer.from, offer.with, offer.name, offer.size], [
    "in",
    "Anna",
    "Anna",
    "größe.bin",
    3_000_000,
  ]);
  const path = await taken(page, offer.n);
  const answer = await fetch(`${stage.origin}${path}`);
  assertEquals(answer.status, 200);
  assertEquals(answer.headers.get("content-length"), "3000000");
  assertEquals(answer.headers.get("content-type"), "application/octet-stream");
  assertEquals(answer.headers.get("x-content-type-options"), "nosniff");
  assertEquals(
    answer.headers.get("content-disposition"),
    `attachment; filename="gr__e.bin"; filename*=UTF-8''gr%C3%B6%C3%9Fe.bin`,
  );
  assertEquals(sha256(await within(answer.bytes(), "the file")), sha256(bytes));
  assertEquals((await ended(page, offer.n)).end, { kind: "done" });
  assertEquals((await anna.until("ended")).end, { kind: "done", text: "Reader" });
});

Deno.test("a path is good once, and only from the own page", async () => {
  await using stage = await setStage();
  await using anna = await sender(stage, someBytes(1_000));
  await using page = await BarePage.open(stage);
  const { n } = await file(page, ({ phase }) => phase === "offered", "the offer");
  const path = await taken(page, n);
  const { origin } = stage;
  const wrong: Record<string, string>[] = [
    { origin: "http://evil.example" },
    { origin: "http://127.0.0.1:9" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of wrong) {
    const answer = await fetch(`${origin}${path}`, { headers });
    assertEquals([answer.status, await answer.text()], [
      403,
      "Other sites may not exchange files.\n",
    ]);
  }
  // Whoever has the token, and not the path, has no file.
  const guess = await fetch(`${origin}/files/${"x".repeat(43)}`, {
    headers: { authorization: `Bearer ${stage.token}` },
  });
  await guess.body?.cancel();
  assertEquals(guess.status, 404);
  const good = await fetch(`${origin}${path}`);
  assertEquals((await within(good.bytes(), "the file")).length, 1_000);
  const used = await fetch(`${origin}${path}`);
  assertEquals([used.status, await used.text()], [
    404,
    "This path was used, or is too old: ask for the file again.\n",
  ]);
  page.send({ type: "take", id: "again", n });
  assertEquals(await page.answer("again"), {
    kind: "refused",
    sentence: "This file is not offered any more.",
  });
  await anna.until("ended");
});

Deno.test("a browser that stops ends the file for its sender, and so does a page that closes", async () => {
  await using stage = await setStage();
  for (const how of ["stop", "close"] as const) {
    await using anna = await sender(stage, someBytes(40_000_000));
    await using page = await BarePage.open(stage);
    const { n } = await file(page, ({ phase }) => phase === "offered", "the offer");
    const path = await taken(page, n);
    const answer = await fetch(`${stage.origin}${path}`);
    const reader = answer.body?.getReader();
    await reader?.read();
    if (how === "stop") await reader?.cancel();
    else await page[Symbol.asyncDispose]();
    const { end } = await anna.until("ended");
    assertEquals(end.kind, "failed");
    if (how === "close") await assertRejects(readAll(reader), Error);
  }
});

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<void> {
  while (!(await within(Promise.resolve(reader?.read()), "the break"))?.done);
}

Deno.test("after a break of the chat a download goes on in the same answer", async () => {
  await using stage = await setStage();
  const bytes = someBytes(40_000_000, 7);
  await using anna = await sender(stage, bytes);
  await using page = await BarePage.open(stage);
  const { n } = await file(page, ({ phase }) => phase === "offered", "the offer");
  const path = await taken(page, n);
  const answer = await fetch(`${stage.origin}${path}`);
  const reader = answer.body?.getReader();
  assert(reader !== undefined);
  const first = await reader.read();
  const got: Uint8Array<ArrayBuffer>[] = [first.value ?? new Uint8Array()];
  await stage.server[Symbol.asyncDispose]();
  await using _second = startServer({
    port: stage.server.port,
    operatorToken: "a token for this stage only",
  });
  for (;;) {
    const part = await within(reader.read(), "the rest", 20_000);
    if (part.done) break;
    got.push(part.value);
  }
  assertEquals(sha256(await new Blob(got).bytes()), sha256(bytes));
  assertEquals((await ended(page, n)).end, { kind: "done" });
  assertEquals((await anna.until("ended")).end.kind, "done");
});

Deno.test("a page's file is posted when somebody accepts it, and arrives whole", async () => {
  await using stage = await setStage();
  using folder = place();
  const bytes = someBytes(2_000_000);
  await using anna = await someone({
    port: stage.server.port,
    name: "Anna",
    directory: folder.path,
  });
  await using page = await BarePage.open(stage);
  for (const to of [{ to: "Anna" }, { room: "lobby" }]) {
    const n = await offered(page, bytes, to);
    if ("room" in to) {
      // She has it from the first time, and says so: nothing is asked of the page, and nothing of her.
      assertEquals((await ended(page, n)).end, { kind: "have" });
      break;
    }
    const { transfer } = await anna.until("offered");
    assertEquals([transfer.peer, transfer.room], ["Reader", undefined]);
    anna.transfers.accept(transfer.n);
    const { path, offset } = await wanted(page, n);
    assertEquals(offset, 0);
    assertEquals(await posted(stage, { path, bytes }), 204);
    assertEquals(await posted(stage, { path, bytes }), 404);
    assertEquals((await ended(page, n)).end, { kind: "done", text: "Anna" });
    assertEquals(sha256Of(`${folder.path}/b.bin`), sha256(bytes));
    page.forget("offer");
  }
});

Deno.test("a file that is not what was announced is not sent, and its receiver hears of it", async () => {
  await using stage = await setStage();
  using folder = place();
  const bytes = someBytes(500_000);
  await using anna = await someone({
    port: stage.server.port,
    name: "Anna",
    directory: folder.path,
    takes: true,
  });
  await using page = await BarePage.open(stage);
  const n = await offered(page, bytes, { to: "Anna" });
  const { path } = await wanted(page, n);
  assertEquals(await posted(stage, { path, bytes: bytes.slice(1) }), 409);
  assertEquals((await ended(page, n)).end, {
    kind: "failed",
    text: "The page could not send the file: it is gone, or has changed.",
  });
  assertEquals((await anna.until("ended")).end.kind, "failed");
});

Deno.test("a page that closes takes its offers back, and no others", async () => {
  await using stage = await setStage();
  await using anna = await someone({ port: stage.server.port, name: "Anna" });
  await using staying = await BarePage.open(stage);
  await offered(staying, someBytes(10), { to: "Anna" });
  const kept = await anna.until("offered");
  const page = await BarePage.open(stage);
  const n = await offered(page, someBytes(20), { to: "Anna" });
  const { transfer } = await anna.until("offered", (news) => news !== kept);
  await page[Symbol.asyncDispose]();
  const { transfer: { n: over }, end } = await anna.until("ended");
  assertEquals([over, end], [transfer.n, {
    kind: "failed",
    reason: "Reader took the offer back.",
    untaken: true,
  }]);
  assertEquals((await ended(staying, n)).end, { kind: "cancelled" });
  assertEquals(anna.transfers.list().filter(({ phase }) => phase === "offered").length, 1);
});

Deno.test("declined, withdrawn, to nobody, too many: each ends with its sentence", async () => {
  await using stage = await setStage();
  await using page = await BarePage.open(stage);
  {
    await using anna = await sender(stage, someBytes(10));
    const { n } = await file(page, ({ phase }) => phase === "offered", "the offer");
    page.send({ type: "decline", id: "no", n });
    assertEquals(await page.answer("no"), { kind: "done" });
    assertEquals((await anna.until("ended")).end, { kind: "declined" });
    page.send({ type: "stop", id: "stop", n });
    assertEquals((await page.answer("stop")).kind, "refused");
  }
  {
    await using anna = await sender(stage, someBytes(10), "again.bin");
    const { n } = await file(page, ({ name }) => name === "again.bin", "the offer");
    anna.transfers.cancel(anna.n);
    assertEquals((await ended(page, n)).end, { kind: "failed", text: "Anna took the offer back." });
  }
  const n = await offered(page, someBytes(10), { to: "Nobody" });
  assertEquals((await ended(page, n)).end, { kind: "failed", text: "User 'Nobody' not found." });
  const ben = await stage.enter("Ben");
  assertEquals(ben.name, "Ben");
  for (let i = 0; i < 9; i++) {
    page.send({ type: "offer", id: `o${i}`, to: "Ben", name: `${i}`, size: 1 });
  }
  assertEquals((await page.answer("o7")).kind, "offered");
  const ninth = await page.answer("o8");
  assertEquals(ninth, {
    kind: "refused",
    sentence: "8 of this page's offers are open. Take one back first.",
  });
  for (const where of [{}, { room: "lobby", to: "Ben" }]) {
    page.forget("both");
    page.send({ type: "offer", id: "both", name: "x", size: 1, ...where });
    assertEquals((await page.answer("both")).kind, "refused");
  }
});

Deno.test("an offer with more text than any has is not kept", async () => {
  await using stage = await setStage();
  const anna = await stage.enter("Anna");
  const { port } = stage.server;
  await using desk = new PageFiles({ client: anna, server: { port }, changed: () => {} });
  const offer = { type: "FileOffer", from: "Ben", filename: "a.bin", size: 1, offer: "1" } as const;
  const long = "x".repeat(1_000_000);
  desk.hear({ ...offer, filename: long });
  desk.hear({ ...offer, from: long });
  desk.hear({ ...offer, sha256: long });
  desk.hear(offer);
  assert(desk.take({ tell: () => {} }, 1).kind === "path");
  assertEquals(desk.take({ tell: () => {} }, 2).kind, "refused");
});
