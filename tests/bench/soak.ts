/**
 * The soak: does a server that is used for long keep its memory and its descriptors?
 *
 * ```text
 *   empty ─► people come ─► warm ─────── talk, break, come back, leave, others come ───────► all leave ─► empty?
 *                                └─ memory: the line through the least of each window ─┘
 * ```
 *
 * What it stores grows, and is allowed for: some bytes for each message in the index and in the table of those that were
 * said lately. Descriptors must be as many at the end, when all have left, as before anybody came.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { wait } from "../../ground/mod.ts";
import { compilePrograms } from "./compile.ts";
import { note, print } from "./output.ts";
import { type RunningServer, servers, startServer } from "./servers.ts";
import { leasts, rise, type Sample } from "./soak/flatness.ts";
import { type Deeds, peopleUntilTheEnd } from "./soak/people.ts";
import { Road } from "./soak/road.ts";

const HELP = `Usage: deno task bench soak [options]
  --minutes N    for how long (10)
  --members N    how many are there at once (100)
  --rooms N      in how many rooms (20)
  --breaks N     connections that break each second (2)
  --server NAME  which server, of those of 'deno task bench fanout' (chat-durable)`;

/** How often it is looked at, in ms. */
const LOOK_MS = 1_000;
/** Of so many seconds only the least memory counts. */
const WINDOW_S = 15;
/** What may be added to the memory, as a share of it. */
const RISE_SHARE_MAX = 0.05;
/** What each message may add: its place in the index, and in the table of what was said lately. */
const MESSAGE_BYTES = 100;
/** How long the server is given to close what was left, in ms. */
const SETTLE_MS = 20_000;

/** Runs the benchmark. @returns The exit code: 1 when something has grown. */
export async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", short: "h", default: false },
      minutes: { type: "string", default: "10" },
      members: { type: "string", default: "100" },
      rooms: { type: "string", default: "20" },
      breaks: { type: "string", default: "2" },
      server: { type: "string", default: "chat-durable" },
    },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const spec = servers.find(({ name }) => name === values.server);
  if (spec === undefined) throw new Error(`There is no server '${values.server}'`);
  await using programs = await compilePrograms(signal);
  if (programs === undefined) {
    note("Skipped: there is no C compiler here (cc or gcc).");
    return 0;
  }
  await using server = await startServer(spec, programs, signal);
  const before = await look(server, 0);
  const deeds: Deeds = { said: 0, heard: 0, came: 0, strangers: 0 };
  const stop = new AbortController();
  const over = AbortSignal.any([signal, stop.signal]);
  const samples: Sample[] = [];
  {
    await using road = new Road(server.port);
    const crowd = {
      port: server.port,
      roadPort: road.port,
      members: Number(values.members),
      rooms: Number(values.rooms),
      signal: over,
    };
    const people = peopleUntilTheEnd(crowd, deeds);
    const breaking = breakNowAndThen(road, Number(values.breaks), over);
    const watching = watch(server, samples, { road, deeds, signal: over });
    // Whoever fails ends the soak.
    const failed = Promise.all([people, breaking, watching]);
    await Promise.race([failed, wait(Number(values.minutes) * 60_000, over)]);
    stop.abort();
    await failed;
  }
  signal.throwIfAborted();
  return judge({ before, samples, after: await settled(server, before), deeds });
}

async function breakNowAndThen(road: Road, perSecond: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && perSecond > 0) {
    await wait(Math.random() * 2_000 / perSecond, signal);
    road.breakOne((count) => Math.floor(Math.random() * count));
  }
}

async function watch(
  server: RunningServer,
  samples: Sample[],
  { road, deeds, signal }: { road: Road; deeds: Deeds; signal: AbortSignal },
): Promise<void> {
  const startMs = performance.now();
  let told = 0;
  while (!signal.aborted) {
    await wait(LOOK_MS, signal);
    const sample = await look(server, (performance.now() - startMs) / 1_000);
    samples.push(sample);
    if (sample.at < (told + 1) * WINDOW_S) continue;
    told++;
    const least = leasts(samples, WINDOW_S).at(-2) ?? sample;
    note(
      `${sample.at.toFixed(0).padStart(5)} s  ${mib(least.residentKiB)} MiB` +
        `  ${least.descriptors} descriptors  ${deeds.said} said, ${deeds.heard} heard,` +
        ` ${deeds.came} came, ${deeds.strangers} strangers, ${road.cut} breaks`,
    );
  }
}

/** What it is like when it had time to close what was left. */
async function settled(server: RunningServer, before: Sample): Promise<Sample> {
  const endMs = performance.now() + SETTLE_MS;
  for (;;) {
    const sample = await look(server, 0);
    if (sample.descriptors <= before.descriptors || performance.now() > endMs) return sample;
    await wait(LOOK_MS);
  }
}

async function look(server: RunningServer, at: number): Promise<Sample> {
  let descriptors = 0;
  for await (const _ of Deno.readDir(`/proc/${server.pid}/fd`)) descriptors++;
  const { residentKiB } = await server.memory();
  return { at, residentKiB, descriptors };
}

interface Course {
  readonly before: Sample;
  readonly samples: readonly Sample[];
  readonly after: Sample;
  readonly deeds: Deeds;
}

function judge({ before, samples, after, deeds }: Course): number {
  const least = leasts(samples, WINDOW_S);
  const grown = rise(least, ({ residentKiB }) => residentKiB);
  const level = Math.max(...least.map(({ residentKiB }) => residentKiB));
  const allowed = level * RISE_SHARE_MAX + deeds.said * MESSAGE_BYTES / 1_024;
  const memoryFlat = grown <= allowed;
  // Some are opened when they are first needed, and stay: as many as fingers, and not more with time.
  const left = after.descriptors - before.descriptors;
  const descriptorsFlat = left <= KEPT_DESCRIPTORS_MAX;
  print(
    `memory: ${mib(before.residentKiB)} MiB empty, ${
      mib(level)
    } MiB at most behind a collection, ` +
      `${mib(after.residentKiB)} MiB when all had left`,
  );
  print(
    `  the line through it rises by ${mib(grown)} MiB, ${mib(allowed)} MiB are allowed: ${
      memoryFlat ? "flat" : "GROWS"
    }`,
  );
  print(
    `descriptors: ${before.descriptors} empty, ${
      Math.max(...samples.map(({ descriptors }) => descriptors))
    } at most, ${after.descriptors} when all had left: ${descriptorsFlat ? "flat" : "GROW"}`,
  );
  print(
    `${deeds.said} messages said, ${deeds.heard} heard, ${deeds.came} members and ` +
      `${deeds.strangers} strangers came`,
  );
  return memoryFlat && descriptorsFlat ? 0 : 1;
}

/** Files that a server opens on its way and keeps: its store's next segment, and what its threads sleep on. */
const KEPT_DESCRIPTORS_MAX = 8;

function mib(kib: number): string {
  return (kib / 1_024).toFixed(1);
}
