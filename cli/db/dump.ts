/**
 * `chat db dump`: all messages and keys as lines of JSON, also beside a running server.
 *
 * What is damaged gets a line that says so, and the rest still comes; the exit code tells at the end.
 *
 * It is the operator's whole copy, from which the same server can be made again: so accounts are in it, with the hashes of their
 * passwords, and that is said. What is given to others is dumped without them.
 *
 * Beside a server whose compaction takes files away that are still to be read, the store is looked at again and the dump
 * goes on where it was: each stream and each key is there once, as it was when its turn came, and nothing that was said since the first look.
 *
 * @module
 */

import {
  DamageError,
  dump as messagesOf,
  FLOORS_KEY,
  openReadOnly,
  type ReadOnlyStore,
  type ReadStore,
  StoreError,
  type StreamInfo,
} from "../../db/mod.ts";
import {
  ACCOUNT_KEYS,
  AUDIT_STREAMS,
  AUTHOR_STREAMS,
  ERASE_KEYS,
  HOOK_KEYS,
  INVITATION_KEYS,
  invitationIn,
  NEWS_KEYS,
  ORDER_KEYS,
  POSTED_KEYS,
  READ_KEYS,
  ROOM_STREAMS,
} from "../../server/mod.ts";
import { foldText, roomName } from "../../server/wire/mod.ts";
import { EXIT, Failure } from "../failure.ts";
import { keepOnly } from "../privileges.ts";
import { print, printError } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { DUMP_VERSION, type DumpLine, encodeLine } from "./lines.ts";
import { explained } from "./refusal.ts";
import { showCount } from "./text.ts";

/** Characters that are gathered before they are written: few calls, and little in memory. */
const CHUNK_CHARS = 1 << 16;

/** What to dump. */
export interface DumpFlags {
  readonly room?: string | undefined;
  readonly since?: number | undefined;
  /** Only what moderators and operators did. */
  readonly audit?: boolean | undefined;
  /** Whether accounts, hooks and invitations are left out, and how far accounts have read: who gets the dump then learns no hash of a password. */
  readonly withoutAccounts?: boolean | undefined;
}

/** Prints a store. @throws {Failure} When something in it is damaged, after all the rest. */
export async function dump(directory: string, flags: DumpFlags): Promise<void> {
  keepOnly("read");
  await explained(directory, async () => {
    const open = () => openReadOnly(directory);
    const { lost, accounts } = await printLines(lastingLines(open, flags));
    if (accounts > 0) {
      printError(
        `This dump holds the password hashes of ${showCount(accounts, "account")}: ` +
          "keep it for yourself alone, or leave them out with --without-accounts.\n",
      );
    }
    if (lost > 0) {
      throw new Failure(
        `${showCount(lost, "record")} of the store in ${safeText(directory)} cannot be read; ` +
          "'chat db verify' shows the damage, 'chat db repair' saves the rest into a new directory.",
        EXIT.damage,
      );
    }
  });
}

/** Prints a whole dump: first line, content and last line. */
async function printLines(
  content: AsyncIterable<DumpLine>,
): Promise<{ readonly lost: number; readonly accounts: number }> {
  let chunk = encodeLine({ kind: "dump", version: DUMP_VERSION });
  let lines = 1;
  let lost = 0;
  let accounts = 0;
  for await (const line of content) {
    lines++;
    if (line.kind === "lost" || line.kind === "lost_key") lost++;
    if (line.kind === "key" && line.key.startsWith(ACCOUNT_KEYS)) accounts++;
    chunk += encodeLine(line);
    if (chunk.length >= CHUNK_CHARS) {
      print(chunk);
      chunk = "";
    }
  }
  print(chunk + encodeLine({ kind: "end", lines: lines + 1 }));
  return { lost, accounts };
}

/** Times that a store is looked at again without a single line in between, before the dump gives up. */
const LOOKS_MAX = 20;

/** The lines of what a store holds, over as many looks at it as that takes. @throws {StoreError} `busy`. */
export async function* lastingLines(
  open: () => Promise<ReadOnlyStore>,
  flags: DumpFlags = {},
): AsyncGenerator<DumpLine> {
  const done: Done = { streams: new Set(), keys: new Set(), stream: undefined, seq: 0 };
  for (let looks = 1;; looks++) {
    try {
      using store = await open();
      for await (const line of dumpLines(store, flags, done)) {
        looks = 1;
        yield line;
      }
      return;
    } catch (error) {
      const moved = error instanceof StoreError && error.code === "busy";
      if (!moved || looks === LOOKS_MAX) throw error;
    }
  }
}

/** How far a dump has come. */
interface Done {
  readonly streams: Set<string>;
  readonly keys: Set<string>;
  /** The stream that was begun last, and the seq of it that came last. */
  stream: string | undefined;
  seq: number;
  /** The last seq of each stream at the first look: what came later may stand beside what came then, and say whose it is. */
  lasts?: ReadonlyMap<string, number>;
}

/**
 * The lines of what a store holds. A part of it is without keys: they are not a room's or a time's. But a room for the invited is that
 * wherever its words are brought, and so that comes before them.
 *
 * @param done What has come already, and is left out; it is kept up.
 */
export async function* dumpLines(
  store: ReadStore,
  flags: DumpFlags = {},
  done: Done = { streams: new Set(), keys: new Set(), stream: undefined, seq: 0 },
): AsyncGenerator<DumpLine> {
  const { room, since, audit = false, withoutAccounts = false } = flags;
  const streams = audit
    ? auditsIn(store, room)
    : room === undefined
    ? authorsFirst(store.streams())
    : [streamOf(store, room)];
  const isPart = room !== undefined || since !== undefined;
  // Before any word: wherever a dump is cut off, or its import, what is there by then of a closed room is closed.
  for (const { name } of streams) yield* invitationOf(store, name, isPart || audit, done);
  done.lasts ??= new Map(streams.map(({ name, last }) => [name, last]));
  for (const { name: stream } of streams) {
    const last = done.lasts.get(stream);
    if (last === undefined || done.streams.has(stream)) continue;
    if (done.stream !== stream) [done.stream, done.seq] = [stream, 0];
    const options = { stream, after: done.seq, ...(since === undefined ? {} : { since }) };
    for await (const item of messagesOf(store, options)) {
      if (item.kind === "key") continue;
      if (item.seq > last) break;
      done.seq = item.seq;
      if (item.kind === "message") yield item;
      else yield { kind: "lost", stream, seq: item.seq, reason: item.damage.reason };
    }
    done.streams.add(stream);
    yield { kind: "stream", stream, next: last + 1 };
  }
  if (audit || isPart) return;
  // The store has no order of its own; a sorted one makes two dumps comparable.
  for (const key of [...store.keys()].sort()) {
    if (done.keys.has(key) || (withoutAccounts && isOfAccount(key))) continue;
    const line = await keyLine(store, key);
    done.keys.add(key);
    yield line;
  }
  const floors = await keyLine(store, FLOORS_KEY);
  if (floors.kind !== "key" || floors.body.length > 0) yield floors;
}

/** That a room is for the invited, if a stream is that of one or of what was done there: in a part no more than that, else all that is kept of its order. */
async function* invitationOf(
  store: ReadStore,
  stream: string,
  isPart: boolean,
  done: Done,
): AsyncGenerator<DumpLine> {
  const kind = [ROOM_STREAMS, AUDIT_STREAMS].find((kind) => stream.startsWith(kind));
  if (kind === undefined || stream === AUDIT_STREAMS) return;
  const key = ORDER_KEYS + stream.slice(kind.length);
  if (done.keys.has(key)) return;
  const line = await keyLine(store, key);
  const isSet = line.kind === "key" && line.body.length > 0;
  const invitation = isSet ? invitationIn(line.body) : undefined;
  if (line.kind !== "lost_key" && invitation === undefined) return;
  done.keys.add(key);
  yield invitation === undefined || !isPart ? line : { kind: "key", key, body: invitation };
}

function isOfAccount(key: string): boolean {
  const theirs = [ACCOUNT_KEYS, READ_KEYS, NEWS_KEYS, ERASE_KEYS];
  // These hold secrets as well.
  const others = [HOOK_KEYS, POSTED_KEYS, INVITATION_KEYS];
  return [...theirs, ...others].some((keys) => key.startsWith(keys));
}

async function keyLine(store: ReadStore, key: string): Promise<DumpLine> {
  try {
    // It cannot have gone: a store that is open for reading only does not change.
    const body = await store.get(key) ?? new Uint8Array();
    return { kind: "key", key, body };
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    return { kind: "lost_key", key, reason: error.damages[0]?.reason ?? error.message };
  }
}

/** An import knows by what came before the words whether it is to be told whose they are. */
function authorsFirst(streams: Iterable<StreamInfo>): StreamInfo[] {
  const rank = ({ name }: StreamInfo) => name.startsWith(AUTHOR_STREAMS) ? 0 : 1;
  return [...streams].sort((one, other) => rank(one) - rank(other));
}

/** Where it stands what moderators did: of a room, or all of them and the whole server. */
function auditsIn(store: ReadStore, room: string | undefined): StreamInfo[] {
  const named = room === undefined ? undefined : `audit/${foldText(room.replace(/^#/, ""))}`;
  return [...store.streams()].filter(({ name }) =>
    named === undefined ? name.startsWith("audit/") : name === named
  );
}

function streamOf(store: ReadStore, room: string): StreamInfo {
  const text = room.replace(/^#/, "");
  // What a name may be has changed before: what is in the store can be read under its old one, too.
  const known = store.stream(`room/${foldText(text)}`);
  if (known !== undefined) return known;
  const checked = roomName(text);
  if (checked.kind === "bad_name") throw new Failure(checked.reason, EXIT.usage);
  throw new Failure(`Nothing was ever said in a room '${checked.name}'.`);
}
