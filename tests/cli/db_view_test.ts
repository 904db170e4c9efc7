/**
 * The pure parts of `chat db`: the map, the texts, points in time.
 *
 * @module
 */

import { bar, sharesOf } from "../../cli/db/map.ts";
import { planText } from "../../cli/db/compact.ts";
import { progressText } from "../../cli/db/progress.ts";
import { nameOf } from "../../cli/db/name_of.ts";
import { repairText } from "../../cli/db/repair_view.ts";
import { pairStream, roomStream } from "../../server/store/streams.ts";
import { type FoldedName, foldText } from "../../server/wire/mod.ts";
import { pointInTime } from "../../cli/db/since.ts";
import { type Facts, statJson, statText } from "../../cli/db/stat_view.ts";
import { verifyText } from "../../cli/db/verify_view.ts";
import type { Damage, SegmentInfo } from "../../db/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

const MIB = 1 << 20;
const segments: readonly SegmentInfo[] = [
  {
    file: "00000003.segment",
    bytes: 64 * MIB,
    firstLsn: 1,
    lastLsn: 99_000,
    records: 98_304,
    live: 98_304,
  },
  {
    file: "00000007.segment",
    bytes: 60 * MIB,
    firstLsn: 99_001,
    lastLsn: 190_000,
    records: 90_000,
    live: 60_000,
  },
  {
    file: "00000008.segment",
    bytes: 1_064,
    firstLsn: 190_001,
    lastLsn: 190_002,
    records: 0,
    live: 0,
  },
];
const damages: readonly Damage[] = [
  { file: "00000007.segment", offset: 4_096, bytes: 144, reason: "the checksum does not fit" },
  { file: "", offset: 0, bytes: 0, reason: "1 messages of stream 'room/\u001b[2J' are lost" },
];
const facts: Facts = {
  directory: "/var/lib/chat",
  stat: { streams: 12, messages: 158_204, keys: 100, lsn: 190_002, indexBytes: 3 * MIB, segments },
  rooms: 10,
  contents: {
    messages: 158_000,
    conversations: 9,
    authors: 200,
    changes: 1,
    audit: 3,
    accounts: 90,
  },
  oldestAt: 1_700_000_000_000,
  keeping: {},
  roomsDue: [],
  damages: undefined,
};

const folded = (name: string): FoldedName => foldText(name) as FoldedName;

Deno.test("statText() is what it was", () => {
  assertEquals(
    statText(facts),
    `store     /var/lib/chat, format 1
messages  158,000 in 9 conversations
beside    200 notes of who spoke, 1 note of changes, 3 records of order
rooms     10
accounts  90
keys      100
oldest    2023-11-14T22:13:20.000Z
keeps     all messages
last LSN  190,002
index     3 MiB of memory when open
size      124 MiB: 104 MiB live, 20 MiB dead (16.1 %)

segment               size  records    live  █ live  ░ dead
00000003.segment    64 MiB   98,304   100 %  ████████████████████████
00000007.segment    60 MiB   90,000  66.7 %  ████████████████░░░░░░░░
00000008.segment  1.04 KiB        0   100 %  ████████████████████████
`,
  );
});

Deno.test("statText() and statJson() say what the store is to keep", () => {
  const kept = { ...facts, keeping: { retainMs: 90 * 86_400_000, bytesMax: 248 * MIB } };
  assert(
    statText(kept).includes(
      "\nkeeps     messages of the last 90 days, in 248 MiB at most (50 % used)\n",
    ),
    statText(kept),
  );
  const { oldest_at, retain_ms, max_bytes } = JSON.parse(statJson(kept));
  assertEquals([oldest_at, retain_ms, max_bytes], [1_700_000_000_000, 7_776_000_000, 248 * MIB]);
});

Deno.test("statJson() counts as messages what was said, and beside it what tells of that", () => {
  const { messages, author_records, change_records, audit_records, users, records } = JSON.parse(
    statJson(facts),
  );
  assertEquals([messages, author_records, change_records, audit_records], [158_000, 200, 1, 3]);
  assertEquals([users, records], [90, 158_304]);
});

Deno.test("statText() shows damage when it was looked for, were it one byte", () => {
  const map = statText({ ...facts, damages }).split("\n").slice(-4);
  assertEquals(map, [
    "00000003.segment    64 MiB   98,304   100 %  ████████████████████████",
    "00000007.segment    60 MiB   90,000  66.7 %  ███████████████░░░░░░░░×",
    "00000008.segment  1.04 KiB        0   100 %  ████████████████████████",
    "",
  ]);
});

Deno.test("statText() says what is due to be erased", () => {
  const text = statText({ ...facts, erasingSince: Date.UTC(2026, 0, 2) });
  assert(
    text.includes(
      "\nerases    words edited or deleted since 2026-01-02T00:00:00.000Z, still in the files\n",
    ),
    text,
  );
  assert(!statText(facts).includes("erases"));
});

Deno.test("statText() of an empty store has no map", () => {
  const stat = { streams: 0, messages: 0, keys: 0, lsn: 0, indexBytes: 0, segments: [] };
  const text = statText({ ...facts, stat });
  assertEquals(text.split("\n").at(-2), "size      0 B: 0 B live, 0 B dead (0 %)");
});

Deno.test("verifyText() is what it was, and names from the store cannot steer a terminal", () => {
  const counts = { segments: 3, bytes: 124 * MIB, streams: 12, messages: 158_203, keys: 100 };
  const report = { ...counts, dead: 0, leftBehind: 0 };
  assertEquals(
    verifyText({ ...report, damages: [] }, { segments, contents: facts.contents }),
    "Checked 3 segments with 124 MiB: nothing is damaged.\n" +
      "There are 158,000 messages, 100 keys, 12 streams.\n" +
      "Of what was edited or deleted no text is left in these files.\n",
  );
  assertEquals(
    verifyText({ ...report, dead: 2, leftBehind: 1, damages: [] }, { segments: [] }).split("\n").at(
      -2,
    ),
    "Still in the files until they are compacted: 2 texts of messages that were edited or deleted, " +
      "and what a kill left behind the end of 1 segment.",
  );
  assertEquals(
    verifyText({ ...report, damages }, { segments }),
    `Checked 3 segments with 124 MiB: 2 places damaged.
What can be read: 158,203 records, 100 keys, 12 streams.

file              at byte  bytes  what is wrong
00000007.segment    4,096    144  the checksum does not fit
-                       -      -  1 messages of stream 'room/␛[2J' are lost

segment               size  records    live  █ live  ░ dead  × damaged
00000003.segment    64 MiB   98,304   100 %  ████████████████████████
00000007.segment    60 MiB   90,000  66.7 %  ███████████████░░░░░░░░×
00000008.segment  1.04 KiB        0   100 %  ████████████████████████
`,
  );
});

Deno.test("repairText() says what is lost, stretch by stretch", () => {
  const lost = [
    { stream: "room/lobby", from: 9, to: 12 },
    { stream: "pair/alice/bob", from: 1, to: 1 },
  ];
  const report = {
    messages: 14,
    keys: 3,
    lost,
    lostMost: 5,
    lostKeys: ["user/al\u001b"],
    maybe: { records: 2, unknown: ["what stood in 00000009.segment"] },
    doubtful: { records: 3, messages: [{ stream: "room/\u001b[2Jx", from: 7, to: 9 }] },
    renamed: [{ stream: "recovered-stream-4", from: "nothing" as const }],
    rivalCount: 1,
    rivals: [{
      saved: { what: "message 3 of 'room/lobby'", file: "00000003.segment", offset: 64 },
      left: { what: "a value of key 'k\u001b'", file: "00000002.segment", offset: 1_064 },
    }],
    damages: damages.slice(0, 1),
    closed: ["hid", "\u001bx"],
  };
  assertEquals(
    repairText(report, "./saved"),
    `Saved 14 messages and 3 keys into ./saved.
Lost for certain: 5 messages and 1 key.
May be lost beside that: 2 records at most, of which nothing tells what they were: the newest messages of a room, edits, deletions or keys. Older versions may show in their place.
May never have been acknowledged: 3 records at the end of the log, behind a gap. They are saved where they take the place of nothing else.
Unknown: what stood in 00000009.segment.
The name of a stream is lost; its messages are in 'recovered-stream-4' now.

lost from stream  from  to
room/lobby           9  12
pair/alice/bob       1   1

lost key
user/al␛

doubtful in stream  from  to
room/␛[2Jx             7   9
Closed, since they may have been for the invited alone: 'hid', '␛x'. Whoever owns one, or an operator, opens it by /room open.

1 pair of records contradict each other: files of a store and of a copy of it, which both went on, are mixed here. Keep the old directory until you know which are right.
saved                      from                         not saved            which stands in
message 3 of 'room/lobby'  00000003.segment at byte 64  a value of key 'k␛'  00000002.segment at byte 1,064

file              at byte  bytes  what is wrong
00000007.segment    4,096    144  the checksum does not fit
`,
  );
});

Deno.test("nameOf() tells the stream of what the server stores, and nothing of anything else", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const told = (value: unknown) => nameOf(bytes(JSON.stringify(value)));
  assertEquals(
    told({ type: "NewMessage", room: "Straße", from: "a" }),
    roomStream(folded("Straße")),
  );
  for (const [from, to] of [["Bob", "alice"], ["alice", "Bob"]]) {
    const pair = pairStream(folded("alice"), folded("Bob"));
    assertEquals(told({ type: "PrivateMessage", from, to }), pair);
  }
  for (const value of [null, 7, "x", [], {}, { type: "NewMessage" }, { type: "PrivateMessage" }]) {
    assertEquals(told(value), undefined);
  }
  for (const body of [Uint8Array.of(255), bytes("{"), bytes("")]) {
    assertEquals(nameOf(body), undefined);
  }
});

Deno.test("planText() says what compacting will do", () => {
  assertEquals(
    planText("/var/lib/chat", segments),
    "Compacting /var/lib/chat: 3 segments, 124 MiB, of which about 20 MiB are dead; " +
      "what was deleted is then gone for good.",
  );
});

Deno.test("bar() has its length whatever the shares, and a cell for all that is there", () => {
  const sizes = [0, 1, 2, 499, 500, 1_000_000];
  for (const live of sizes) {
    for (const dead of sizes) {
      for (const damaged of sizes.filter((damaged) => live + dead + damaged > 0)) {
        const drawn = bar({ live, dead, damaged }, 8);
        assertEquals([...drawn].length, 8, drawn);
        const shown = { live: /█/.test(drawn), dead: /░/.test(drawn), damaged: /×/.test(drawn) };
        assertEquals(shown, { live: live > 0, dead: dead > 0, damaged: damaged > 0 });
      }
    }
  }
});

Deno.test("sharesOf() divides all bytes of a segment, whatever is damaged", () => {
  for (const segment of segments) {
    for (const bytes of [0, 1, 500, 2 ** 31]) {
      const hurt = [{ file: segment.file, offset: 0, bytes, reason: "" }];
      const { live, dead, damaged } = sharesOf(segment, hurt);
      assertEquals(live + dead + damaged, segment.bytes);
      assertEquals([live >= 0, dead >= 0, damaged > 0], [true, true, true]);
    }
  }
});

Deno.test("progressText() shows the share, and after a while the time that is left", () => {
  assertEquals(progressText("Checking", 0, 0), `Checking ${"░".repeat(30)} 0 %`);
  assertEquals(
    progressText("Checking", 0.25, 10_000),
    `Checking ${"█".repeat(7)}${"░".repeat(23)} 25 %, 30s left`,
  );
  assertEquals(progressText("Checking", 1, 90_000), `Checking ${"█".repeat(30)} 100 %, 0ms left`);
});

Deno.test("pointInTime() reads dates, times and ages", () => {
  const now = Date.UTC(2026, 10, 24, 12);
  assertEquals(pointInTime("2026-11-24T10:00Z", now), now - 7_200_000);
  assertEquals(pointInTime("2026-11-24T12:00:00.5+02:00", now), now - 7_199_500);
  assertEquals(pointInTime("2026-11-24", now), new Date(2026, 10, 24).getTime());
  assertEquals(pointInTime("2026-11-24T08:30", now), new Date(2026, 10, 24, 8, 30).getTime());
  assertEquals(pointInTime("90s", now), now - 90_000);
  assertEquals(pointInTime("7d", now), now - 7 * 86_400_000);
  assertEquals(pointInTime("999999999d", now), 0);
  for (const text of ["", "yesterday", "12", "1w", "2026-13-01", "2026-1-1", "24.11.2026"]) {
    assertThrows(() => pointInTime(text, now), Error);
  }
});
