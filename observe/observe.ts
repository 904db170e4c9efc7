/**
 * An observation: begin, tell, end.
 *
 * ```text
 *   observe(): options ─► libbpf ─► processes ─► programs attached ─► armed: now it counts
 *   each look: ring ─► io …, an interval is over ─► snapshot, ended? ─► disarm, detach, read the rest, end
 * ```
 *
 * The ring is read only when the consumer asks for more. A slow consumer therefore does not fill this process'
 * memory: the ring fills, the kernel refuses, and each refused event is counted and told as lost. A consumer that does not ask
 * for a while does not learn of the end of a process either, until it asks.
 *
 * At the end the programs stop counting and leave the kernel, then the ring is read until it has given what
 * the kernel says to have produced: so in the last figures `received + lost = produced`, exactly.
 *
 * @module
 */

import { Addresses } from "./address.ts";
import { attachFirst, type Chosen } from "./attach.ts";
import { Cgroups } from "./cgroups.ts";
import { decodeIo, type EventContext, functionNames } from "./event.ts";
import { Libbpf } from "./libbpf.ts";
import { DRAIN_MS_MAX, FOLLOW_WAIT_MS, LOOK_MS, SOCKETS_MAX } from "./limits.ts";
import { Lives } from "./lives.ts";
import { unpackObject } from "./object.ts";
import type {
  EndReason,
  Io,
  Observation,
  ObserveOptions,
  Observer,
  Snapshot,
  Start,
  Summary,
} from "./observation.ts";
import { settle, type Settled } from "./options.ts";
import { accountingFor, waysFor } from "./probes.ts";
import { ProcessNames } from "./process_names.ts";
import { Processes } from "./processes.ts";
import { RingReader } from "./ring.ts";
import { MappedRing } from "./ring_memory.ts";
import { RunTimeStatistics } from "./run_time.ts";
import { encodeSettings } from "./settings.ts";
import { Snapshots } from "./snapshots.ts";
import { SocketsTable } from "./sockets_table.ts";
import { summarise } from "./summary.ts";
import { decodeSync, SYNC_EVENT_BYTES } from "./sync_event.ts";
import { lookAround, ownPidNamespace } from "./surroundings.ts";
import { Epoll, monotonicNs, ownPid, readText } from "./system.ts";
import { noBtf, noPermission } from "./unavailable.ts";
import { UnixNames } from "./unix_names.ts";
import { Timer, type Waiting } from "./waiting.ts";
import { Watched } from "./watched.ts";
import { areSeveral } from "./whom.ts";

const NESTED = "Processes in pid namespaces inside of this one are not seen.";

/**
 * Begins to watch processes from the kernel. It counts from the moment in which the promise resolves.
 *
 * @param options Whom to watch, and how.
 * @returns The observation. Dispose it to take everything out of the kernel.
 * @throws {RangeError} When an option is out of its range.
 * @throws {ObserveUnavailable} When it cannot be here; the message says what to do.
 */
export async function observe(options: ObserveOptions): Promise<Observer> {
  const asked = settle(options);
  const { whom } = asked;
  const ways = accountingFor(whom, waysFor(asked));
  await using held = new AsyncDisposableStack();
  const library = held.use(Libbpf.open(asked.library));
  const named = whom.kind === "processes" ? whom.pids : [];
  const processes = held.use(new Processes(library, named));
  const cgroups = held.use(new Cgroups(library, whom.kind === "cgroup" ? whom.cgroups : []));
  const here = lookAround(library);
  if (here.capable === false) throw noPermission();
  if (!here.btf) throw noBtf();
  const namespace = ownPidNamespace(library);
  const chosen = attachFirst(library, asked.backend, ways, {
    object: await unpackObject(),
    ringBytes: asked.ringBytes,
    socketsMax: SOCKETS_MAX,
    settings: ({ entryRequired }) =>
      encodeSettings({
        whom,
        self: ownPid(),
        events: asked.events,
        wakeup: asked.lowLatency,
        entryRequired,
        ...namespace,
      }),
  }, here);
  held.use(chosen.object);
  const watched = new Watched(library, chosen.object, { whom, processes, cgroups });
  const seesLives = chosen.object.programs.includes("life_state");
  const addresses = new Addresses();
  const lives = seesLives
    ? held.use(new Lives(library, chosen.object, { addresses, pid: named[0] }))
    : undefined;
  const ring = held.use(new MappedRing(library, chosen.object.map("events"), asked.ringBytes));
  const waiting = held.use(
    asked.lowLatency
      ? new Epoll(
        library,
        [chosen.object.map("events"), ...(seesLives ? [chosen.object.map("conns")] : [])],
        processes.fds,
      )
      : new Timer(),
  );
  const statistics = held.use(
    new RunTimeStatistics(library, asked.intervalMs * 1e6, () => chosen.object.runs(() => false)),
  );
  const blind = namespace.nsInode === 0 ? chosen.blind : [...chosen.blind, NESTED];
  const parts = {
    library,
    processes,
    watched,
    chosen,
    addresses,
    lives,
    ring,
    waiting,
    statistics,
    blind,
  };
  const session = new Session(asked, parts);
  session.own(held.move());
  return session;
}

interface Parts {
  readonly library: Libbpf;
  readonly processes: Processes;
  readonly watched: Watched;
  readonly chosen: Chosen;
  readonly addresses: Addresses;
  /** Absent where connections' lives are not seen. */
  readonly lives: Lives | undefined;
  readonly ring: MappedRing;
  readonly waiting: Waiting;
  readonly statistics: RunTimeStatistics;
  readonly blind: readonly string[];
}

class Session implements Observer {
  readonly start: Start;
  readonly #asked: Settled;
  readonly #parts: Parts;
  #held: AsyncDisposableStack | undefined;
  readonly #reader: RingReader;
  readonly #snapshots: Snapshots;
  readonly #context: EventContext;
  readonly #names: UnixNames;
  /** Only where several processes are watched. */
  readonly #processNames: ProcessNames | undefined;
  readonly #onAbort = (): void => this.#parts.waiting.wake();
  #groups: AsyncGenerator<readonly Observation[], void> | undefined;
  #nextSnapshotNs: number;
  #received = 0;
  #disposing = false;
  /** The figures as of when nothing more can be read from the kernel. */
  #last: Snapshot | undefined;
  #released: Promise<void> | undefined;

  constructor(asked: Settled, parts: Parts) {
    this.#asked = asked;
    this.#parts = parts;
    const { library, chosen, ring, blind, addresses, lives } = parts;
    const { object, way, probes } = chosen;
    const functions = functionNames(probes);
    this.#context = { functions, addresses };
    this.#names = new UnixNames(() => readText(library, "/proc/net/unix"));
    this.#reader = new RingReader(ring);
    const table = new SocketsTable(library, object.map("sockets"), SOCKETS_MAX);
    const { whom, events } = asked;
    this.#processNames = areSeveral(whom)
      ? new ProcessNames((pid) => readText(library, `/proc/${pid}/comm`))
      : undefined;
    this.#snapshots = new Snapshots({
      object,
      table,
      addresses,
      functions,
      names: this.#names,
      processNames: this.#processNames,
      watched: parts.watched,
      lives,
    });
    object.adopt();
    object.arm();
    const ts = this.#now();
    const pids = whom.kind === "processes" ? whom.pids : [];
    const { backend } = way;
    this.start = { kind: "start", ts, at: Date.now(), pids, whom, backend, probes, blind, events };
    this.#nextSnapshotNs = ts + asked.intervalMs * 1e6;
    parts.statistics.start(ts);
  }

  /** Everything that it stands on is its own to dispose from now on. */
  own(held: AsyncDisposableStack): void {
    this.#held = held;
    this.#asked.signal?.addEventListener("abort", this.#onAbort);
    if (this.#asked.signal?.aborted) this.#onAbort();
  }

  batches(): AsyncIterable<readonly Observation[]> {
    return this.#iterate();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Observation, void> {
    for await (const group of this.#iterate()) yield* group;
  }

  snapshot(): Snapshot {
    return this.#last ?? this.#figures(false);
  }

  summary(): Summary {
    return summarise(this.start, this.snapshot());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposing = true;
    this.#parts.waiting.wake();
    await this.#groups?.return();
    await this.#release();
  }

  #iterate(): AsyncGenerator<readonly Observation[], void> {
    if (this.#groups !== undefined) {
      throw new TypeError("An observation can be iterated only once");
    }
    return this.#groups = this.#tell();
  }

  async *#tell(): AsyncGenerator<readonly Observation[], void> {
    try {
      yield [this.start];
      for (;;) {
        const group: Observation[] = [];
        const isEmpty = this.#read(group) === 0;
        const now = this.#now();
        this.#parts.statistics.tick(now);
        const reason = this.#reason(now);
        if (reason !== undefined) {
          yield* this.#finish(group, reason);
          return;
        }
        if (now >= this.#nextSnapshotNs) {
          group.push(...this.#overflow(now), this.#intervalIsOver(now));
        }
        if (group.length > 0) yield group;
        else if (isEmpty) await this.#wait(now);
        if (this.#disposing) return;
      }
    } finally {
      await this.#release();
    }
  }

  /** Reads one batch. Returns how many bytes it had. */
  #read(group: Observation[]): number {
    const lives = this.#parts.lives?.read((conn) => group.push(conn)) ?? 0;
    const { onSync } = this.#asked;
    const calls = this.#reader.read((view, at, length) => {
      this.#received++;
      if (length === SYNC_EVENT_BYTES) return onSync?.(decodeSync(view, at));
      group.push(this.#named(decodeIo(view, at, this.#context)));
    });
    // Each ring is in order, but not both together.
    if (lives > 0 && calls > 0) group.sort((one, other) => one.ts - other.ts);
    return lives + calls;
  }

  #named(io: Io): Io {
    const comm = this.#processNames?.of(io.pid, io.ts);
    const named = comm === undefined ? io : { ...io, comm };
    return io.family === "unix" ? this.#names.named(named, io.ts) : named;
  }

  #reason(now: number): EndReason | undefined {
    if (this.#asked.signal?.aborted) return "stopped";
    if (now >= this.start.ts + this.#asked.durationMs * 1e6) return "time";
    // Others than named processes may still come.
    if (this.#asked.whom.kind !== "processes") return undefined;
    return this.#parts.processes.haveEnded() ? "exited" : undefined;
  }

  /** Overflows are only looked for, so they are told by the interval. */
  #overflow(now: number): readonly Observation[] {
    if (!this.#asked.events) return [];
    return [this.#parts.lives?.overflow(now)].filter((one) => one !== undefined);
  }

  #intervalIsOver(now: number): Snapshot {
    const intervalNs = this.#asked.intervalMs * 1e6;
    const snapshot = this.#figures(true);
    // After a consumer that took long the next interval is a whole one.
    const next = this.#nextSnapshotNs + intervalNs;
    this.#nextSnapshotNs = next > now ? next : now + intervalNs;
    this.#parts.statistics.start(now);
    return snapshot;
  }

  async #wait(now: number): Promise<void> {
    const end = this.start.ts + this.#asked.durationMs * 1e6;
    const due = (Math.min(this.#nextSnapshotNs, end) - now) / 1e6;
    const most = this.#asked.lowLatency ? FOLLOW_WAIT_MS : LOOK_MS;
    await this.#parts.waiting.wait(Math.max(1, Math.ceil(Math.min(most, due))));
  }

  async *#finish(
    group: Observation[],
    reason: EndReason,
  ): AsyncGenerator<readonly Observation[], void> {
    const { object } = this.#parts.chosen;
    group.push(...this.#overflow(this.#now()));
    object.disarm();
    this.#parts.statistics.stop(this.#now());
    this.#snapshots.beforeDetaching();
    object.detach();
    const until = this.#now() + DRAIN_MS_MAX * 1e6;
    for (;;) {
      if (group.length > 0) yield group;
      group = [];
      if (this.#read(group) > 0) continue;
      // A call that was being counted on another processor may still put its event into the ring.
      const { produced, received, lost } = this.#figures(false);
      const isRead = received + lost === produced && this.#parts.lives?.isRead() !== false;
      if (isRead || this.#now() > until) break;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const last = this.#figures(false);
    this.#last = last;
    yield [{ kind: "end", ts: last.ts, reason, last }];
  }

  #figures(clean: boolean): Snapshot {
    const now = this.#now();
    const cost = this.#parts.statistics.measured(now);
    return this.#snapshots.take(now, this.#received, cost, clean);
  }

  #now(): number {
    return monotonicNs(this.#parts.library);
  }

  /** Takes everything out of the kernel. */
  #release(): Promise<void> {
    this.#released ??= (async () => {
      this.#asked.signal?.removeEventListener("abort", this.#onAbort);
      try {
        this.#last ??= this.#figures(false);
      } finally {
        await this.#held?.disposeAsync();
      }
    })();
    return this.#released;
  }
}
