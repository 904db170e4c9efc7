/**
 * Reads the lines of a recording (`recording.ts`). They may come from anywhere, so nothing about
 * them is believed; fields that are not known are passed over.
 *
 * What cannot be read is refused with the number of its line. A line that is no JSON has a code of
 * its own: as the last one it only says that the recording was cut short.
 *
 * @module
 */

import { Fields } from "./fields.ts";
import { SLOTS } from "./histogram.ts";
import type {
  Backend,
  ByteAges,
  Cost,
  End,
  EndReason,
  Family,
  Flow,
  Histogram,
  Io,
  Observation,
  Operation,
  Snapshot,
  SocketFigures,
  Start,
  UnreadData,
} from "./observation.ts";
import { readConn, readConnFigures } from "./recorded_conn.ts";
import { RECORDING_VERSION } from "./recording.ts";
import type { Whom } from "./whom.ts";

/** Why a recording cannot be read. */
export type RecordingErrorCode =
  /** It is something else. */
  | "not_a_recording"
  /** A newer version of this program wrote it. */
  | "newer"
  /** A line is no JSON: damaged, or cut short. */
  | "unreadable"
  /** A line says what cannot be. */
  | "damaged"
  /** It ends before the observation begins. */
  | "empty";

/** A recording that cannot be read. */
export class RecordingError extends Error {
  /** The name of the class. */
  override readonly name: string = "RecordingError";
  /** The reason for programs. */
  readonly code: RecordingErrorCode;
  /** The number of the line, from 1. */
  readonly line: number;

  /**
   * Makes an error.
   *
   * @param code The reason for programs.
   * @param line The number of the line, from 1.
   * @param message The reason for people: a sentence without a full stop.
   */
  constructor(
    code: RecordingErrorCode,
    line: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.line = line;
  }
}

const OPERATIONS: readonly Operation[] = ["send", "recv"];
const BACKENDS: readonly Backend[] = ["kprobe", "fentry", "tracepoint"];
const FAMILIES: readonly Family[] = ["inet", "inet6", "unix", "other"];
const WHOM: readonly Whom["kind"][] = ["processes", "comm", "cgroup", "all"];
const REASONS: readonly EndReason[] = ["exited", "time", "stopped", "cut"];

/** Reads a recording line by line, and knows which line may come next. */
export class RecordingReader {
  #next: "header" | "start" | "more" | "nothing" = "header";
  #line = 0;

  /** The number of the last line that was read, from 1; 0 before. */
  get line(): number {
    return this.#line;
  }

  /**
   * Reads the next line.
   *
   * @param text The line; its end may be there or not.
   * @returns What it says; undefined for the first line, and for an empty one.
   * @throws {RecordingError} When it cannot be read.
   */
  read(text: string): Observation | undefined {
    this.#line++;
    if (text.trim() === "") return undefined;
    if (this.#next === "header") {
      this.#readHeader(text);
      return undefined;
    }
    try {
      return this.#readObservation(new Fields(parsed(text)));
    } catch (error) {
      if (error instanceof SyntaxError) {
        throw this.#error("unreadable", "is damaged: it is no JSON", error);
      }
      if (error instanceof TypeError) {
        throw this.#error("damaged", `is damaged: ${error.message}`, error);
      }
      throw error;
    }
  }

  #readHeader(text: string): void {
    let version: number;
    try {
      const header = new Fields(parsed(text));
      header.one("kind", ["recording"]);
      version = header.count("version");
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
      const message = `This is no recording of an observation: line ${this.#line} does not say so`;
      throw new RecordingError("not_a_recording", this.#line, message, { cause: error });
    }
    if (version > RECORDING_VERSION) {
      throw this.#error(
        "newer",
        `says that it has version ${version} of the format, and this program reads up to ` +
          `version ${RECORDING_VERSION}: replay it with the program that recorded it, ` +
          "or a newer one",
      );
    }
    this.#next = "start";
  }

  #readObservation(fields: Fields): Observation {
    const kind = fields.text("kind");
    const first = this.#next === "start";
    if (this.#next === "nothing") throw new TypeError("it comes after the end");
    if (first !== (kind === "start")) {
      throw new TypeError(first ? "it stands where the start should" : "it is a second start");
    }
    switch (kind) {
      case "start":
        this.#next = "more";
        return readStart(fields);
      case "io":
        return readIo(fields);
      case "conn":
        return readConn(fields, FAMILIES);
      case "snapshot":
        return readSnapshot(fields);
      case "end":
        this.#next = "nothing";
        return readEnd(fields);
      default:
        throw this.#error("newer", `is of the kind '${kind}', which only a newer program knows`);
    }
  }

  #error(code: RecordingErrorCode, what: string, cause?: unknown): RecordingError {
    const message = `Line ${this.#line} of the recording ${what}`;
    return new RecordingError(code, this.#line, message, cause === undefined ? {} : { cause });
  }
}

function parsed(text: string): unknown {
  return JSON.parse(text);
}

function readStart(fields: Fields): Start {
  return {
    kind: "start",
    ts: fields.count("ts"),
    at: fields.amount("at"),
    pids: fields.counts("pids"),
    ...fields.ifThere("whom", () => readWhom(fields.inner("whom"))),
    backend: fields.one("backend", BACKENDS),
    probes: fields.texts("probes"),
    blind: fields.texts("blind"),
    ...fields.ifThere("events", () => fields.flag("events")),
  };
}

function readWhom(fields: Fields): Whom {
  const kind = fields.one("kind", WHOM);
  switch (kind) {
    case "processes":
      return { kind, pids: fields.counts("pids"), children: fields.flag("children") };
    case "comm":
      return { kind, comm: fields.text("comm") };
    case "cgroup":
      return { kind, cgroups: fields.texts("cgroups") };
    case "all":
      return { kind };
    default:
      return kind satisfies never;
  }
}

/**
 * By assignment and not by spreading: a recording has millions of these, and it takes half the
 * time.
 */
function readIo(fields: Fields): Io {
  const io: { -readonly [Field in keyof Io]: Io[Field] } = {
    kind: "io",
    ts: fields.count("ts"),
    pid: fields.count("pid"),
    tid: fields.count("tid"),
    op: fields.one("op", OPERATIONS),
    func: fields.text("func"),
    bytes: fields.count("bytes"),
    socket: fields.count("socket"),
    family: fields.one("family", FAMILIES),
  };
  if (fields.has("comm")) io.comm = fields.text("comm");
  if (fields.has("errno")) io.errno = fields.count("errno");
  if (fields.has("requested")) io.requested = fields.count("requested");
  if (fields.has("fd")) io.fd = fields.integer("fd");
  if (fields.has("durationNs")) io.durationNs = fields.count("durationNs");
  if (fields.has("delayNs")) io.delayNs = fields.count("delayNs");
  if (fields.has("offset")) io.offset = fields.count("offset");
  if (fields.has("local")) io.local = fields.text("local");
  if (fields.has("remote")) io.remote = fields.text("remote");
  return io;
}

function readAddresses(fields: Fields): { local?: string; remote?: string } {
  return {
    ...fields.ifThere("local", () => fields.text("local")),
    ...fields.ifThere("remote", () => fields.text("remote")),
  };
}

function readSnapshot(fields: Fields): Snapshot {
  return {
    kind: "snapshot",
    ts: fields.count("ts"),
    send: readFlow(fields.inner("send")),
    recv: readFlow(fields.inner("recv")),
    delays: readHistogram(fields.inner("delays")),
    ...readWaiting(fields),
    functions: fields.inner("functions").allCounts(),
    sockets: fields.inners("sockets").map(readSocket),
    produced: fields.count("produced"),
    received: fields.count("received"),
    lost: fields.count("lost"),
    socketsFull: fields.count("socketsFull"),
    ...fields.ifThere("connections", () => readConnFigures(fields.inner("connections"))),
    ...fields.ifThere("leftOut", () => fields.count("leftOut")),
    ...fields.ifThere("strays", () => fields.count("strays")),
    ...fields.ifThere("cost", () => readCost(fields.inner("cost"))),
  };
}

function readEnd(fields: Fields): End {
  const last = fields.inner("last");
  return {
    kind: "end",
    ts: fields.count("ts"),
    reason: fields.one("reason", REASONS),
    last: readSnapshot(last),
  };
}

function readCost(fields: Fields): Cost {
  return {
    runs: fields.count("runs"),
    ns: fields.count("ns"),
    ...fields.ifThere("measuredNs", () => fields.count("measuredNs")),
  };
}

function readSocket(fields: Fields): SocketFigures {
  return {
    socket: fields.count("socket"),
    inode: fields.count("inode"),
    pid: fields.count("pid"),
    ...fields.ifThere("comm", () => fields.text("comm")),
    family: fields.one("family", FAMILIES),
    protocol: fields.count("protocol"),
    ...readAddresses(fields),
    send: readFlow(fields.inner("send")),
    recv: readFlow(fields.inner("recv")),
    delays: readHistogram(fields.inner("delays")),
    ...readWaiting(fields),
    firstTs: fields.count("firstTs"),
    lastTs: fields.count("lastTs"),
    closed: fields.flag("closed"),
    ...fields.ifThere("tcp", () => readTcp(fields.inner("tcp"))),
  };
}

function readWaiting(fields: Fields): { ages?: ByteAges; unread?: UnreadData } {
  return {
    ...fields.ifThere("ages", () => readAges(fields.inner("ages"))),
    ...fields.ifThere("unread", () => readUnread(fields.inner("unread"))),
  };
}

function readAges(fields: Fields): ByteAges {
  return { bytes: fields.count("bytes"), byteUs: fields.count("byteUs") };
}

function readUnread(fields: Fields): UnreadData {
  return {
    ...fields.ifThere("ageNs", () => fields.count("ageNs")),
    ...fields.ifThere("bytes", () => fields.count("bytes")),
  };
}

function readTcp(fields: Fields): NonNullable<SocketFigures["tcp"]> {
  return {
    rttUs: fields.count("rttUs"),
    retransmits: fields.count("retransmits"),
    unsent: fields.count("unsent"),
    unacked: fields.count("unacked"),
  };
}

function readFlow(fields: Fields): Flow {
  return {
    calls: fields.count("calls"),
    bytes: fields.count("bytes"),
    empty: fields.count("empty"),
    again: fields.count("again"),
    errors: fields.count("errors"),
    durations: readHistogram(fields.inner("durations")),
  };
}

function readHistogram(fields: Fields): Histogram {
  const counted = fields.inner("slots").allCounts();
  const slots = new Array<number>(SLOTS).fill(0);
  for (const [name, count] of Object.entries(counted)) {
    const slot = Number(name);
    if (!(Number.isInteger(slot) && slot >= 0 && slot < SLOTS)) {
      throw new TypeError(`a histogram has no slot '${name}'`);
    }
    slots[slot] = count;
  }
  return { count: fields.count("count"), sumNs: fields.count("sumNs"), slots };
}
