/**
 * Recordings: what is written is read, and what cannot be read is refused in one sentence.
 *
 * @module
 */

import fc from "fast-check";
import type { Observation } from "../../observe/observation.ts";
import { recordingHeader, recordingLine } from "../../observe/recording.ts";
import { RecordingError, RecordingReader } from "../../observe/recording_reader.ts";
import { emptySnapshot } from "../../observe/summary.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { observations } from "./arbitrary.ts";

const START = {
  kind: "start",
  ts: 1,
  at: 2,
  pids: [3],
  backend: "kprobe",
  probes: ["__sys_sendto"],
  blind: [],
} as const;
const IO = {
  kind: "io",
  ts: 5,
  pid: 3,
  tid: 3,
  op: "send",
  func: "__sys_sendto",
  bytes: 7,
  socket: 1,
  family: "inet",
} as const;

/** A reader that has read so many lines of a good recording. */
function readerAfter(...lines: readonly string[]): RecordingReader {
  const reader = new RecordingReader();
  for (const line of lines) reader.read(line);
  return reader;
}

function afterStart(): RecordingReader {
  return readerAfter(recordingHeader(), recordingLine(START));
}

function refusal(reader: RecordingReader, line: string): RecordingError {
  return assertThrows(() => reader.read(line), RecordingError);
}

Deno.test("what is recorded is read back, and each observation is one line", () => {
  fc.assert(fc.property(observations, (all) => {
    const reader = readerAfter(recordingHeader());
    const read = all.map((observation) => {
      const line = recordingLine(observation);
      assertEquals(line.indexOf("\n"), line.length - 1);
      return reader.read(line);
    });
    assertEquals(read, all);
  }));
});

Deno.test("the first line says what it is", () => {
  assertEquals(recordingHeader(), '{"kind":"recording","version":1}\n');
});

Deno.test("a histogram is written by the slots that counted", () => {
  const { delays, ...rest } = emptySnapshot(9);
  const slots = delays.slots.with(3, 2).with(31, 1);
  const line = recordingLine({ ...rest, delays: { count: 3, sumNs: 4, slots } });
  assertEquals(JSON.parse(line).delays, { count: 3, sumNs: 4, slots: { 3: 2, 31: 1 } });
});

Deno.test("fields that are not known are passed over, at every depth", () => {
  fc.assert(fc.property(observations, (all) => {
    const reader = new RecordingReader();
    reader.read('{"kind":"recording","version":1,"by":"somebody"}');
    // Of `functions` and `slots` the names are data.
    const grow = (value: unknown, name = ""): unknown =>
      Array.isArray(value)
        ? value.map((inner) => grow(inner))
        : typeof value === "object" && value !== null && name !== "functions" && name !== "slots"
        ? Object.fromEntries([
          ...Object.entries(value).map(([name, inner]) => [name, grow(inner, name)]),
          ["newer", { things: [1] }],
        ])
        : value;
    const read = all.map((observation) =>
      reader.read(JSON.stringify(grow(JSON.parse(recordingLine(observation)))))
    );
    assertEquals(read, all);
  }));
});

Deno.test("empty lines are passed over and counted", () => {
  const reader = new RecordingReader();
  for (const line of ["", recordingHeader(), "\n", recordingLine(START), "\r\n"]) reader.read(line);
  assertEquals(reader.line, 5);
  assertEquals(refusal(reader, "x").line, 6);
});

for (
  const text of ["hello", "{}", "[]", "null", '{"kind":"dump","version":1}', '{"kind":"record']
) {
  Deno.test(`a file that begins with ${text} is no recording`, () => {
    const { code, message } = refusal(new RecordingReader(), text);
    assertEquals(code, "not_a_recording");
    assertEquals(message, "This is no recording of an observation: line 1 does not say so");
  });
}

Deno.test("a newer version is refused with what to do", () => {
  const { code, message } = refusal(new RecordingReader(), '{"kind":"recording","version":2}');
  assertEquals(code, "newer");
  assertEquals(
    message,
    "Line 1 of the recording says that it has version 2 of the format, and this program reads up to version 1: " +
      "replay it with the program that recorded it, or a newer one",
  );
});

for (
  const [what, line, code, sentence] of [
    ["no JSON", '{"kind":"io"', "unreadable", "is damaged: it is no JSON"],
    ["no object", "[1]", "damaged", "is damaged: it is no object"],
    ["no kind", "{}", "damaged", "is damaged: 'kind' is no text"],
    [
      "a kind of the future",
      '{"kind":"weather"}',
      "newer",
      "is of the kind 'weather', which only a newer program knows",
    ],
    ["a second start", START, "damaged", "is damaged: it is a second start"],
    [
      "no bytes",
      { ...IO, bytes: undefined },
      "damaged",
      "is damaged: 'bytes' is no whole number from 0",
    ],
    [
      "half a byte",
      { ...IO, bytes: 0.5 },
      "damaged",
      "is damaged: 'bytes' is no whole number from 0",
    ],
    [
      "less than nothing",
      { ...IO, ts: -1 },
      "damaged",
      "is damaged: 'ts' is no whole number from 0",
    ],
    [
      "a strange operation",
      { ...IO, op: "steal" },
      "damaged",
      "is damaged: 'op' is none of send, recv",
    ],
    [
      "an escape sequence",
      { ...IO, remote: "\x1b[2J" },
      "damaged",
      "is damaged: 'remote' holds characters that do not print",
    ],
    [
      "a text that turns around",
      { ...IO, func: "a\u202eb" },
      "damaged",
      "is damaged: 'func' holds characters that do not print",
    ],
    [
      "half a snapshot",
      { kind: "snapshot", ts: 1, send: { calls: 1 } },
      "damaged",
      "is damaged: 'send.bytes' is no whole number from 0",
    ],
    [
      "a slot that there is not",
      { ...emptySnapshot(1), delays: { count: 1, sumNs: 1, slots: { 32: 1 } }, ...flows() },
      "damaged",
      "is damaged: a histogram has no slot '32'",
    ],
  ] as const
) {
  Deno.test(`a line is refused for ${what}`, () => {
    const text = typeof line === "string" ? line : JSON.stringify(line);
    const error = refusal(afterStart(), text);
    assertEquals([error.code, error.line], [code, 3]);
    assertEquals(error.message, `Line 3 of the recording ${sentence}`);
  });
}

function flows(): object {
  const flow = { calls: 0, bytes: 0, empty: 0, again: 0, errors: 0 };
  const durations = { count: 0, sumNs: 0, slots: {} };
  return { send: { ...flow, durations }, recv: { ...flow, durations } };
}

Deno.test("the start comes first and nothing comes after the end", () => {
  const early = refusal(readerAfter(recordingHeader()), recordingLine(IO));
  assertEquals(
    early.message,
    "Line 2 of the recording is damaged: it stands where the start should",
  );
  const end: Observation = { kind: "end", ts: 9, reason: "time", last: emptySnapshot(9) };
  const late = refusal(
    readerAfter(recordingHeader(), recordingLine(START), recordingLine(end)),
    recordingLine(IO),
  );
  assertEquals(late.message, "Line 4 of the recording is damaged: it comes after the end");
});

Deno.test("a line with any characters damaged is read or refused in one sentence", () => {
  const lines = fc.tuple(observations, fc.nat(), fc.string({ unit: "binary", maxLength: 3 }));
  fc.assert(fc.property(lines, ([all, place, text]) => {
    const reader = afterStart();
    const line = recordingLine(all.at(-1) ?? IO).trimEnd();
    const cut = place % line.length;
    try {
      reader.read(line.slice(0, cut) + text + line.slice(cut + text.length));
    } catch (error) {
      assert(error instanceof RecordingError, `Thrown was ${error}`);
      assert(/^Line 3 of the recording is /.test(error.message), error.message);
    }
  }));
});
