/**
 * What a page may ask for.
 *
 * @module
 */

import fc from "fast-check";
import { readRequest } from "../../observe/dashboard/requests.ts";
import { assertEquals } from "../assert.ts";

const GOOD = [
  { type: "say", id: "1", room: "lobby", content: "hello" },
  { type: "whisper", id: "1", to: "Bob", content: "\u0000".repeat(8_192) },
  { type: "join", id: "1", room: "x" },
  { type: "leave", id: "1", room: "x" },
  { type: "topic", id: "1", room: "x", topic: "" },
  { type: "history", id: "1", with: "Bob", before: 7, limit: 500 },
  { type: "people", id: "1" },
  { type: "rooms", id: "1" },
  { type: "offer", id: "1", room: "lobby", name: "\u202Ex/../y", size: 0 },
  { type: "offer", id: "1", to: "Bob", name: "x", size: 2 ** 53 - 1, sha256: "0f".repeat(32) },
  { type: "say", id: "1", room: "lobby", content: "hello", reply: 7 },
  { type: "edit", id: "1", room: "lobby", seq: 7, content: "hello!" },
  { type: "delete", id: "1", with: "Bob", seq: 7 },
  { type: "react", id: "1", room: "lobby", seq: 7, emoji: "👍", on: false },
  { type: "order", id: "1", room: "x", ask: { type: "Room" } },
  { type: "order", id: "1", room: "x", ask: { type: "Room", access: "invite", slow: 0 } },
  { type: "order", id: "1", room: "x", ask: { type: "Ban", user: "Bob", seconds: 60, why: "x" } },
  { type: "report", id: "1", room: "x", seq: 7, why: "rude" },
  { type: "typing", id: "1", room: "x" },
  { type: "order", id: "1", room: "x", ask: { type: "Room", typing: false } },
  { type: "take", id: "1", n: 1 },
  { type: "decline", id: "1", n: 7 },
  { type: "stop", id: "1", n: 7 },
  { type: "calls", id: "1", measure: "delay", from: 0.5, to: 1, ge: 0, lt: 1e9 },
];

Deno.test("every request of the page is understood", () => {
  for (const request of GOOD) {
    assertEquals(readRequest(JSON.stringify(request)), { kind: "request", request });
  }
});

Deno.test("whatever else comes is refused, and nothing throws", () => {
  const bad: unknown[] = [
    "",
    "{",
    "null",
    "[]",
    "7",
    '{"type":7}',
    '{"type":"Login","id":"1"}',
    '{"type":"rooms"}',
    '{"type":"rooms","id":""}',
    `{"type":"rooms","id":"${"x".repeat(65)}"}`,
    '{"type":"rooms","id":"1","more":1}',
    '{"type":"say","id":"1","room":"lobby","content":""}',
    `{"type":"say","id":"1","room":"lobby","content":"${"x".repeat(8_193)}"}`,
    '{"type":"history","id":"1","limit":501}',
    '{"type":"history","id":"1","limit":1.5}',
    '{"type":"calls","id":"1","measure":"all","from":0,"to":1,"ge":0,"lt":1}',
    '{"type":"calls","id":"1","measure":"send","from":-1,"to":1,"ge":0,"lt":1}',
    '{"type":"offer","id":"1","room":"lobby","name":"","size":1}',
    `{"type":"offer","id":"1","room":"lobby","name":"${"x".repeat(256)}","size":1}`,
    '{"type":"offer","id":"1","room":"lobby","name":"x","size":-1}',
    '{"type":"offer","id":"1","room":"lobby","name":"x","size":1e16}',
    '{"type":"offer","id":"1","room":"lobby","name":"x","size":1,"sha256":"0F"}',
    '{"type":"edit","id":"1","room":"lobby","seq":1,"content":""}',
    '{"type":"react","id":"1","room":"lobby","seq":1,"emoji":"","on":true}',
    '{"type":"order","id":"1","room":"x","ask":{"type":"Ban","user":"Bob","server":true}}',
    '{"type":"order","id":"1","room":"x","ask":{"type":"Login","user":"Bob"}}',
    '{"type":"order","id":"1","room":"x","ask":{"type":"Room","slow":3601}}',
    '{"type":"typing","id":"1"}',
    '{"type":"typing","id":"1","room":"x","on":true}',
    '{"type":"order","id":"1","room":"x","ask":{"type":"Room","typing":"on"}}',
    '{"type":"take","id":"1","n":0}',
    '{"type":"take","id":"1","n":"1"}',
    '{"type":"__proto__","id":"1"}',
    `"${"x".repeat(70_000)}"`,
    new ArrayBuffer(8),
    undefined,
  ];
  for (const data of bad) {
    assertEquals(readRequest(data).kind, "invalid", String(data).slice(0, 80));
  }
  fc.assert(fc.property(fc.json(), (text) => {
    assertEquals(readRequest(text).kind, "invalid");
  }));
});
