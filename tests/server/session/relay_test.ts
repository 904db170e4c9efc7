/**
 * The relay's lines on their way out, over a socket that the test plays by hand.
 *
 * @module
 */

import { noCounts } from "../../../server/figures/counters.ts";
import { LIMITS_DEFAULT } from "../../../server/limits.ts";
import { Link } from "../../../server/link/link.ts";
import { Relay } from "../../../server/session/relay.ts";
import { Wakeups } from "../../../server/rooms/wakeups.ts";
import { assertEquals } from "../../assert.ts";
import { utf8, within } from "../../harness.ts";
import { HandLoop } from "../budget/by_hand.ts";
import { handWire } from "../hand_wire.ts";

const LF = utf8("\n");

Deno.test("publish() keeps a line and its end together, wherever a chunk of the log ends", async () => {
  let written = "";
  let answered = false;
  const wire = handWire((bytes) => {
    written += new TextDecoder().decode(bytes);
    // An answer that comes while a write is under way goes before what the log still holds.
    if (!answered) link.outbox.queue(utf8("[answer]\n"));
    answered = true;
    return bytes.length;
  });
  const link: Link = new Link(wire, 1 << 20);
  const limits = { ...LIMITS_DEFAULT, memoryBytesMax: 1 << 30, connectionsMax: 1 };
  const relay = new Relay({
    wakeups: new Wakeups(new HandLoop()),
    limits,
    counters: noCounts(),
    onEvent: () => {},
  });
  relay.enter(link);
  // The first chunks of a log have 4 and 8 KiB: this line fills the second, and its end does not fit.
  for (const line of ["x".repeat(4_095), "y".repeat(8_192), "z"]) relay.publish(utf8(line), LF);
  await within(link.outbox.idle(), "All lines");
  link.close();
  const lines = written.split("\n").map((line) => line.replace(/(.)\1+/g, "$1"));
  assertEquals(lines.toSorted(), ["", "[answer]", "x", "y", "z"]);
});
