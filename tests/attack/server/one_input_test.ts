/**
 * One input that would hold the event loop: its cost must grow with its length and no faster.
 *
 * Each of these took from seconds to minutes where a pattern or a normalisation is quadratic, and takes about a
 * millisecond where it is not; the second that is allowed between them depends on no machine.
 *
 * @module
 */

import { parseHead } from "../../../server/http/head.ts";
import { handshakeFault } from "../../../server/http/handshake.ts";
import { parseLine } from "../../../server/text/parse.ts";
import { foldText, roomName, userName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";

const MS_MAX = 1_000;

/** What is marked with so many stacked marks takes a minute to be normalised. */
const MARKS = "a" + "\u0315\u0300".repeat(120_000);
/** Each of these letters becomes eighteen. */
const LIGATURES = "\ufdfa".repeat(340_000);

function quick<T>(work: () => T): T {
  const start = performance.now();
  const result = work();
  const took = performance.now() - start;
  assert(took < MS_MAX, `It took ${Math.round(took)} ms`);
  return result;
}

for (const [name, text] of [["stacked marks", MARKS], ["ligatures", LIGATURES]] as const) {
  Deno.test(`foldText() judges the length of ${name} before it normalises them`, () => {
    assertEquals(quick(() => foldText(text)).length, 0);
    assertEquals(quick(() => userName(text)).kind, "bad_name");
    assertEquals(quick(() => roomName(text)).kind, "bad_name");
  });
}

Deno.test("no name of a room or user in any command holds the loop", async () => {
  await using server = startServer();
  await using mal = await server.frames("Mal");
  const start = performance.now();
  const room = MARKS, to = MARKS;
  const asked = [
    { type: "Leave", room },
    { type: "Join", room },
    { type: "Topic", room, topic: "x" },
    { type: "Broadcast", room, content: "x" },
    { type: "Whisper", to, content: "x" },
    { type: "ListUsers", room },
    { type: "History", room },
    { type: "History", with: to },
    { type: "FileOffer", to, filename: "x", size: 1 },
    { type: "FileOffer", room, filename: "x", size: 1 },
  ];
  for (const message of asked) {
    await mal.send(message);
    assertEquals((await mal.next("Error")).type, "Error");
  }
  assert(performance.now() - start < MS_MAX * 5);
});

Deno.test("parseLine() reads a whisper of nothing but spaces in one pass", () => {
  const line = "/w x" + " ".repeat(300_000);
  assertEquals(quick(() => parseLine(line)).kind, "answer");
  assertEquals(quick(() => parseLine(line + "\0")).kind, "answer");
  const said = quick(() => parseLine(line + "hello " + " ".repeat(300_000)));
  assert(said.kind === "message" && said.message.type === "Whisper");
  assertEquals(said.message.to, "x");
  assert(said.message.content.startsWith("hello "));
});

Deno.test("parseHead() trims a header of nothing but blanks in one pass", () => {
  const head = (value: string) =>
    new TextEncoder().encode(`GET / HTTP/1.1\r\nHost: h\r\nA:${value}\r\n\r\n`);
  // A head is bounded; what is quadratic in it shows when it is read a thousand times.
  const blanks = head("x" + " ".repeat(8_100) + "x");
  quick(() => {
    for (let round = 0; round < 200; round++) assertEquals(parseHead(blanks).kind, "head");
  });
  const parsed = parseHead(head(" \t a b \t"));
  assert(parsed.kind === "head");
  assertEquals(parsed.head.headers.get("a"), "a b");
});

Deno.test("handshakeFault() cuts a list of nothing but spaces in one pass", () => {
  const headers = new Map([["upgrade", " ".repeat(300_000) + "x"], ["connection", "upgrade"]]);
  quick(() => handshakeFault({ method: "GET", path: "/ws", query: "", headers, bytes: 0 }));
});
