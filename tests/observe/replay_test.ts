/**
 * Replays: the same observations again, cut short, stopped, and with their pauses.
 *
 * @module
 */

import fc from "fast-check";
import { REPLAY_GROUP_MAX, REPLAY_PAUSE_MS_MAX, SOCKETS_MAX } from "../../observe/limits.ts";
import type { Io, Observation, Observer, Snapshot } from "../../observe/observation.ts";
import { recordingHeader, recordingLine } from "../../observe/recording.ts";
import { RecordingError } from "../../observe/recording_reader.ts";
import { replay, type ReplayClock } from "../../observe/replay.ts";
import { emptySnapshot } from "../../observe/summary.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { turns, within } from "../within.ts";
import { observations } from "./arbitrary.ts";

const SECOND = 1e9;

const START: Observation = {
  kind: "start",
  ts: 10 * SECOND,
  at: 1_764_000_000_000,
  pids: [3],
  backend: "tracepoint",
  probes: ["sock_send_length"],
  blind: ["Nothing of note."],
};

function io(ts: number): Io {
  return {
    kind: "io",
    ts,
    pid: 3,
    tid: 3,
    op: "send",
    func: "sendto",
    bytes: 7,
    socket: 1,
    family: "inet",
  };
}

function snapshot(ts: number, received: number): Snapshot {
  const { send, recv, ...rest } = emptySnapshot(ts);
  return {
    ...rest,
    send: { ...send, calls: received, bytes: 7 * received },
    recv: { ...recv, bytes: 11 },
    produced: received + 1,
    received,
    lost: 1,
  };
}

const LAST = snapshot(12 * SECOND, 3);
const END: Observation = { kind: "end", ts: 12 * SECOND, reason: "time", last: LAST };
const WHOLE: readonly Observation[] = [
  START,
  io(10.1 * SECOND),
  snapshot(11 * SECOND, 1),
  io(11.1 * SECOND),
  io(11.101 * SECOND),
  END,
];

/** Lines as a file gives them; `closed` tells that nobody will ask for more. */
function linesOf(
  all: readonly Observation[],
  ...more: readonly string[]
): { lines: AsyncIterable<string>; given: () => number; closed: () => boolean } {
  let given = 0;
  let closed = false;
  async function* lines(): AsyncGenerator<string> {
    try {
      for (const line of [recordingHeader(), ...all.map(recordingLine), ...more]) {
        given++;
        yield await Promise.resolve(line);
      }
    } finally {
      closed = true;
    }
  }
  return { lines: lines(), given: () => given, closed: () => closed };
}

async function all(observer: Observer): Promise<readonly Observation[]> {
  return await within(Array.fromAsync(observer), "The replay's end");
}

Deno.test("a recording gives the observations that were recorded, one by one and in groups", async () => {
  await fc.assert(fc.asyncProperty(observations, async (recorded) => {
    await using one = await replay(linesOf(recorded).lines);
    assertEquals(one.start, recorded[0]);
    assertEquals(await all(one), recorded);
    await using grouped = await replay(linesOf(recorded).lines);
    const groups = await Array.fromAsync(grouped.batches());
    assert(groups.every((group) => group.length > 0), "No group is empty");
    assertEquals(groups.flat(), recorded);
  }));
});

Deno.test("a group has a bound", async () => {
  const many = [START, ...Array.from({ length: 600 }, (_, place) => io(place)), END];
  await using observer = await replay(linesOf(many).lines);
  const groups = await Array.fromAsync(observer.batches());
  assertEquals(groups.map(({ length }) => length), [REPLAY_GROUP_MAX, REPLAY_GROUP_MAX, 90]);
});

Deno.test("figures and summary are as of the last observation that was taken", async () => {
  await using observer = await replay(linesOf(WHOLE).lines);
  assertEquals(observer.snapshot(), emptySnapshot(10 * SECOND));
  assertEquals(observer.summary().durationMs, 0);
  const seen: unknown[] = [];
  for await (const { kind } of observer) {
    const { events, durationMs } = observer.summary();
    seen.push([kind, observer.snapshot().received, events, durationMs]);
  }
  assertEquals(seen, [
    ["start", 0, 0, 0],
    ["io", 0, 0, 100],
    ["snapshot", 1, 1, 1000],
    ["io", 1, 1, 1100],
    ["io", 1, 1, 1101],
    ["end", 3, 3, 2000],
  ]);
  assertEquals(observer.summary(), {
    backend: "tracepoint",
    events: 3,
    lost: 1,
    durationMs: 2000,
    bytesSent: 21,
    bytesReceived: 11,
  });
});

for (
  const [what, tail] of [
    ["between two lines", []],
    ["in the middle of a line", [recordingLine(END).slice(0, 40)]],
    ["in the middle of a line, and has empty ones", ["{", "\n", ""]],
  ] as const
) {
  Deno.test(`a recording that is cut ${what} ends with all that it told, and says so`, async () => {
    const whole = WHOLE.slice(0, -1);
    await using observer = await replay(linesOf(whole, ...tail).lines);
    const told = await all(observer);
    assertEquals(told.slice(0, -1), whole);
    const end = told.at(-1);
    assert(end?.kind === "end");
    assertEquals([end.ts, end.reason], [11.101 * SECOND, "cut"]);
    assertEquals(observer.snapshot(), end.last);
    // What the last snapshot has, and the two calls after it.
    assertEquals([end.last.send.calls, end.last.send.bytes, end.last.recv.bytes], [3, 21, 11]);
    assertEquals([end.last.produced, end.last.received, end.last.lost], [4, 3, 1]);
    assertEquals(end.last.sockets.map(({ socket, send }) => [socket, send.bytes]), [[1, 14]]);
  });
}

Deno.test("what is told up to a cut, calls alone, is what the observer had counted until then", async () => {
  const other = { ...io(10.2 * SECOND), op: "recv", func: "recvfrom", socket: 2 } as const;
  const calls: readonly Io[] = [
    { ...io(10.1 * SECOND), durationNs: 300, local: "127.0.0.1:1", remote: "127.0.0.1:2" },
    { ...other, bytes: 5, offset: 0, durationNs: 1_000, delayNs: 40_000 },
    { ...other, bytes: 0, errno: 104, durationNs: 500 },
  ];
  await using observer = await replay(linesOf([START, ...calls]).lines);
  const end = (await all(observer)).at(-1);
  assert(end?.kind === "end");
  const { send, recv, delays, functions, sockets, received } = end.last;
  assertEquals([received, functions], [3, { sendto: 1, recvfrom: 1 }]);
  assertEquals([send.calls, send.bytes, send.durations.sumNs], [1, 7, 300]);
  assertEquals([recv.calls, recv.bytes, recv.errors], [1, 5, 1]);
  assertEquals([recv.durations.count, recv.durations.sumNs], [2, 1_500]);
  assertEquals([delays.count, delays.sumNs, delays.slots[8]], [1, 40_000, 1]);
  assertEquals(sockets.map(({ socket, protocol, remote }) => [socket, protocol, remote]), [
    [1, 0, "127.0.0.1:2"],
    [2, 6, undefined],
  ]);
});

Deno.test("calls that the last figures have already are not counted twice", async () => {
  // Two were still in the ring when the figures were taken.
  const figures = { ...snapshot(11 * SECOND, 1), produced: 4 };
  const told = [START, io(10.1 * SECOND), figures, io(10.9 * SECOND), io(10.95 * SECOND)];
  await using observer = await replay(linesOf([...told, io(11.5 * SECOND)]).lines);
  const end = (await all(observer)).at(-1);
  assert(end?.kind === "end");
  assertEquals(end.last.send.calls, figures.send.calls + 1);
});

Deno.test("calls on more sockets than the kernel's table has are in the sums only", async () => {
  const calls = Array.from({ length: SOCKETS_MAX + 3 }, (_, socket) => ({
    ...io(10.1 * SECOND),
    socket,
  }));
  await using observer = await replay(linesOf([START, ...calls]).lines);
  const end = (await all(observer)).at(-1);
  assert(end?.kind === "end");
  assertEquals(end.last.sockets.length, SOCKETS_MAX);
  assertEquals([end.last.send.calls, end.last.socketsFull], [SOCKETS_MAX + 3, 3]);
});

Deno.test("a recording that is cut at any character gives a beginning of what it told, and an end", async () => {
  const text = recordingHeader() + WHOLE.map(recordingLine).join("");
  const first = text.indexOf("\n", text.indexOf("\n") + 1);
  for (let cut = first; cut < text.length; cut++) {
    const lines = text.slice(0, cut).split("\n");
    await using observer = await replay(ReadableStream.from(lines));
    const told = await all(observer);
    const before = told.slice(0, -1);
    assertEquals(before, WHOLE.slice(0, before.length));
    const end = told.at(-1);
    assert(end?.kind === "end");
    assertEquals(end.reason, cut === text.length - 1 ? "time" : "cut");
  }
});

Deno.test("damage before the end is an error with its line, after all that came before", async () => {
  const { lines, closed } = linesOf(WHOLE.slice(0, 2), "{", recordingLine(END));
  await using observer = await replay(lines);
  const seen: Observation[] = [];
  const reading = (async () => {
    for await (const observation of observer) seen.push(observation);
  })();
  const { line, message } = await assertRejects(reading, RecordingError);
  assertEquals([line, message], [4, "Line 4 of the recording is damaged: it is no JSON"]);
  assertEquals(closed(), true);
});

Deno.test("what has no start cannot be replayed, and its lines are closed", async () => {
  const cases = [
    [linesOf([]), "The recording ends after line 1, before the observation begins"],
    [linesOf([], '{"kind":"sta'), "The recording ends after line 2, before the observation begins"],
    [linesOf([], "{}"), "Line 2 of the recording is damaged: 'kind' is no text"],
  ] as const;
  for (const [{ lines, closed }, sentence] of cases) {
    assertEquals((await assertRejects(replay(lines), RecordingError)).message, sentence);
    assertEquals(closed(), true);
  }
  const nothing = await assertRejects(replay(ReadableStream.from<string>([])), RecordingError);
  assertEquals(nothing.message, "This is no recording of an observation: it is empty");
});

Deno.test("an abort ends the replay with what was told so far", async () => {
  const { lines, closed } = linesOf(WHOLE);
  const abort = new AbortController();
  await using observer = await replay(lines, { signal: abort.signal });
  abort.abort();
  const end = { kind: "end", ts: 10 * SECOND, reason: "stopped", last: emptySnapshot(10 * SECOND) };
  assertEquals(await all(observer), [START, end]);
  assertEquals(closed(), true);
});

Deno.test("an observation is iterated only once", async () => {
  await using observer = await replay(linesOf(WHOLE).lines);
  observer.batches();
  assertThrows(() => observer[Symbol.asyncIterator](), TypeError);
  assertThrows(() => observer.batches(), TypeError);
});

Deno.test("whoever leaves early, and whoever disposes twice, closes the lines", async () => {
  const left = linesOf(WHOLE);
  await using observer = await replay(left.lines);
  for await (const { kind } of observer) {
    if (kind === "io") break;
  }
  assertEquals(left.closed(), true);

  const unread = linesOf(WHOLE);
  const other = await replay(unread.lines);
  await other[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  assertEquals([unread.given(), unread.closed()], [2, true]);
  assertEquals(await all(other), []);
});

/** A clock that jumps to where somebody waits for. */
class JumpingClock implements ReplayClock {
  readonly waits: number[] = [];
  #now = 500;

  now(): number {
    return this.#now;
  }

  wait(ms: number): Promise<void> {
    this.waits.push(Math.round(ms));
    this.#now += ms;
    return Promise.resolve();
  }
}

Deno.test("at the recorded pace there are the pauses that there were, and groups between them", async () => {
  const clock = new JumpingClock();
  await using observer = await replay(linesOf(WHOLE).lines, { pace: "recorded", clock });
  const groups = await Array.fromAsync(observer.batches());
  assertEquals(groups.map((group) => group.map(({ kind }) => kind)), [
    ["start"],
    ["io"],
    ["snapshot"],
    ["io", "io"],
    ["end"],
  ]);
  assertEquals(clock.waits, [100, 900, 100, 900]);
});

Deno.test("a pause is never longer than the limit, and the rest keeps its distances", async () => {
  const clock = new JumpingClock();
  const far = 4e18;
  const recorded = [START, io(far), io(far + SECOND), { ...END, ts: far + SECOND }];
  await using observer = await replay(linesOf(recorded).lines, { pace: "recorded", clock });
  assertEquals(await all(observer), recorded);
  assertEquals(clock.waits, [REPLAY_PAUSE_MS_MAX, 1000]);
});

/** With a pause that is longer than a test may take. */
const LONG: readonly Observation[] = [START, { ...END, ts: 60 * SECOND }];

Deno.test("the real clock waits, and an abort ends a pause", async () => {
  const brief = [START, io(10 * SECOND + 30e6), { ...END, ts: 10 * SECOND + 31e6 }];
  await using paced = await replay(linesOf(brief).lines, { pace: "recorded" });
  const begin = performance.now();
  assertEquals(await all(paced), brief);
  assert(performance.now() - begin >= 29);

  const abort = new AbortController();
  await using observer = await replay(linesOf(LONG).lines, {
    pace: "recorded",
    signal: abort.signal,
  });
  const groups = observer.batches()[Symbol.asyncIterator]();
  assertEquals((await groups.next()).value, [START]);
  const paused = groups.next();
  abort.abort();
  const [end] = (await within(paused, "The end of the pause")).value ?? [];
  assert(end?.kind === "end");
  assertEquals(end.reason, "stopped");
  await groups.return?.();
});

Deno.test("a dispose ends a pause, and the iteration without another word", async () => {
  const observer = await replay(linesOf(LONG).lines, { pace: "recorded" });
  const groups = observer.batches()[Symbol.asyncIterator]();
  await groups.next();
  const paused = groups.next();
  await within(Promise.resolve(observer[Symbol.asyncDispose]()), "The dispose");
  assertEquals((await within(paused, "The end of the pause")).done, true);
});

/** Lines that come when the test says so, and hang between. */
function live(): { lines: AsyncIterable<string>; tell: (...all: Observation[]) => void } {
  const waiting: string[] = [recordingHeader()];
  let more = Promise.withResolvers<void>();
  async function* lines(): AsyncGenerator<string, void> {
    for (;;) {
      const line = waiting.shift();
      if (line !== undefined) yield line;
      else await more.promise;
    }
  }
  const tell = (...all: Observation[]) => {
    waiting.push(...all.map(recordingLine));
    more.resolve();
    more = Promise.withResolvers();
  };
  return { lines: lines(), tell };
}

Deno.test("what is there is handed out, though the lines go on", async () => {
  const { lines, tell } = live();
  tell(START, io(11 * SECOND));
  await using observer = await replay(lines);
  const groups = observer.batches()[Symbol.asyncIterator]();
  const next = async () => (await within(groups.next(), "A group")).value;
  assertEquals(await next(), [START, io(11 * SECOND)]);
  const later = next();
  tell(io(12 * SECOND), io(13 * SECOND));
  assertEquals(await later, [io(12 * SECOND), io(13 * SECOND)]);
  tell(snapshot(14 * SECOND, 4));
  assertEquals(await next(), [snapshot(14 * SECOND, 4)]);
});

Deno.test("an abort ends a wait for a line that never comes", async () => {
  const { lines, tell } = live();
  tell(START);
  const abort = new AbortController();
  await using observer = await replay(lines, { signal: abort.signal });
  const told = all(observer);
  abort.abort();
  assertEquals((await told).map(({ kind }) => kind), ["start", "end"]);
});

Deno.test("an abort ends the wait for a start, and a dispose does not hang with the lines", async () => {
  const abort = new AbortController();
  const beginning = replay(live().lines, { signal: abort.signal });
  abort.abort(new RangeError("enough"));
  await assertRejects(within(beginning, "The refusal"), RangeError);

  const { lines, tell } = live();
  tell(START);
  const observer = await replay(lines);
  const groups = observer.batches()[Symbol.asyncIterator]();
  await groups.next();
  const hanging = groups.next();
  await within(Promise.resolve(observer[Symbol.asyncDispose]()), "The dispose");
  assertEquals((await within(hanging, "The end of the wait")).done, true);
});

Deno.test("damage that comes while a group is handed out is told with the next", async () => {
  const { lines, tell } = live();
  tell(START);
  await using observer = await replay(lines);
  const groups = observer.batches()[Symbol.asyncIterator]();
  assertEquals((await groups.next()).value, [START]);
  tell(START);
  // The line has come and has been refused before anybody asks.
  await turns();
  await assertRejects(within(groups.next(), "The error"), RecordingError);
});
