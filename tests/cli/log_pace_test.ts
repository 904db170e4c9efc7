/**
 * How often a log tells that people come and go.
 *
 * @module
 */

import { paced } from "../../cli/log_pace.ts";
import { type LogEvent, logLine } from "../../cli/server_log.ts";
import { assert, assertEquals } from "../assert.ts";

const JOINED: LogEvent = { kind: "joined", user: "Anna", peer: "192.0.2.1:5" };
const CLOSING: LogEvent = { kind: "closing", users: 1 };

Deno.test("a crowd that comes at once is told, a flood is counted, and what is no coming is told always", () => {
  let now = 0;
  const told: LogEvent[] = [];
  const tell = paced((event) => told.push(event), () => now);
  for (let n = 0; n < 5_000; n++) tell(JOINED);
  assertEquals(told.length, 1_000);
  tell(CLOSING);
  assertEquals(told.slice(-2), [{ kind: "log_spared", lines: 4_000 }, CLOSING]);
  now += 1_000;
  for (let n = 0; n < 500; n++) tell(JOINED);
  assertEquals(told.length, 1_102);
  for (let n = 0; n < 10; n++) tell(CLOSING);
  assertEquals(told.length, 1_113, "Ten of them, and how many were left out");
});

Deno.test("the line that says how many are missing can be read by people and by machines", () => {
  const event: LogEvent = { kind: "log_spared", lines: 3 };
  const at = new Date(0);
  assertEquals(JSON.parse(logLine(event, "json", at, false)), {
    time: "1970-01-01T00:00:00.000Z",
    event: "log_spared",
    lines: 3,
  });
  assert(logLine(event, "text", at, false).includes("3 lines about who came and went"));
});
