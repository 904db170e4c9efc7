/**
 * Makes the parts that all sessions of a server share, and joins them.
 *
 * @module
 */

import { AccountDesk } from "./accounts/desk.ts";
import { Chores, Headroom, type Loop, Permits } from "./budget/mod.ts";
import type { Connection } from "./link/connection.ts";
import { Revisions } from "./revisions.ts";
import { Conversation } from "./conversation.ts";
import {
  connectionsThatFit,
  openFilesIn,
  pipesThatFit,
  requestsThatFit,
} from "./admission/descriptors.ts";
import type { ServerEvent } from "./events.ts";
import { readRanges } from "./admission/admission_control.ts";
import { ToldSeldom } from "./told_seldom.ts";
import { Acknowledgements } from "./figures/acknowledgements.ts";
import { Marks } from "./figures/marks.ts";
import { countEvent } from "./figures/counters.ts";
import { Hasher } from "./accounts/hasher.ts";
import type { Instruments, Observed } from "./figures/instruments.ts";
import { Erasure } from "./erasing/erasure.ts";
import { FileDesk } from "./files/desk.ts";
import { Hall } from "./rooms/hall.ts";
import { Deliveries } from "./hooks/deliveries.ts";
import { mayReach } from "./hooks/destination.ts";
import { HookBook } from "./hooks/hook_book.ts";
import { realOutside } from "./hooks/outside.ts";
import { HookDesk } from "./hooks/hook_desk.ts";
import { InvitationDesk } from "./invitations/invitation_desk.ts";
import { Invitations } from "./invitations/invitations.ts";
import {
  INSPECTIONS_BURST,
  INSPECTIONS_PER_SECOND,
  type Limits,
  LIMITS_DEFAULT,
  MEMORY_STORE_SHARE,
  PAGE_BYTES_MAX,
  PAGES_AT_ONCE,
  type RenewableLimits,
  REQUESTS_BURST,
  REQUESTS_PER_SECOND,
} from "./limits.ts";
import { LastingTime } from "./lasting_time.ts";
import { memoryStore } from "./store/memory_store.ts";
import { memoryFor } from "./admission/memory_watch.ts";
import { News } from "./order/news.ts";
import { OrderBook } from "./order/order_book.ts";
import { OrderDesk } from "./order/order_desk.ts";
import { quotasOf, renew } from "./renewal.ts";
import { ReportPace } from "./order/report_pace.ts";
import { ServerBans } from "./order/server_bans.ts";
import { Quotas } from "./store/quotas.ts";
import { Replaced } from "./store/replaced.ts";
import type { ServeOptions } from "./serve_options.ts";
import { welcome } from "./session/welcome.ts";
import type { SessionParts } from "./session/session_parts.ts";
import { TraceDesk } from "./tracing/trace_desk.ts";
import { TraceTime } from "./tracing/trace_time.ts";
import { Tracing } from "./tracing/tracing.ts";
import { Throttles } from "./admission/throttle.ts";
import { TypingNotes } from "./rooms/typing.ts";
import { Unread } from "./unread/unread.ts";
import { Wakeups } from "./rooms/wakeups.ts";
import { sayableClock } from "./wall_time.ts";

/** What is there before them. */
export interface Ground {
  /** All connections, for whoever asks how the server stands. */
  readonly connections: Iterable<Connection>;
  readonly loop: Loop;
  /** See `Transport.machineMs`. */
  readonly machineMs: () => number | undefined;
}

/** Makes them. */
export function wire(
  { store = memoryStore(), steady = () => loop.now(), ...options }: ServeOptions,
  instruments: Instruments,
  { connections, loop, machineMs }: Ground,
): SessionParts & {
  readonly observed: Observed;
  readonly chores: Chores;
  readonly renewLimits: (wanted: Partial<RenewableLimits>) => boolean;
} {
  const openFiles = openFilesMax();
  const limits: Limits = {
    ...LIMITS_DEFAULT,
    connectionsMax: connectionsThatFit(openFiles),
    pipesMax: pipesThatFit(openFiles),
    requestsMax: requestsThatFit(openFiles),
    memoryBytesMax: memoryFor(machineBytes()),
    ...options.limits,
  };
  store.keepWithin?.(limits.memoryBytesMax * MEMORY_STORE_SHARE);
  const clock = sayableClock(options.clock ?? Date.now);
  const { counters, fanout } = instruments;
  const acks = new Acknowledgements(loop);
  const marks = new Marks({ store, clock });
  const seldom = new ToldSeldom();
  const onEvent = (event: ServerEvent): void => {
    countEvent(counters, event);
    const told = seldom.tell(event, performance.now());
    if (told !== undefined) options.onEvent?.(told);
  };
  const wakeups = new Wakeups(loop);
  const chores = new Chores(loop);
  const lasting = new LastingTime(clock, steady);
  const lasts = { clock: () => lasting.now(), sure: () => lasting.sure() };
  const book = new OrderBook(store);
  const bans = new ServerBans(book, lasts.clock);
  const rates = {
    messages: new Throttles(limits.messagesPerSecond, limits.messagesBurst),
    requests: new Throttles(limits.messagesPerSecond && REQUESTS_PER_SECOND, REQUESTS_BURST),
  };
  const hookBook = new HookBook(store.values);
  const quotas = new Quotas(quotasOf(limits), () => loop.now());
  const archive = {
    store,
    pageBytesMax: Math.min(PAGE_BYTES_MAX, limits.frameBytesMax / 2),
    reading: new Permits(PAGES_AT_ONCE, (next) => loop.afterLook(next)),
    replaced: new Replaced(),
  };
  const hall = new Hall({
    chores,
    wakeups,
    rooms: store.before.rooms,
    remembered: (key) => store.room(key),
    clock: lasts.clock,
    orderOf: (key) => book.of(key),
    head: (stream) => store.head(stream),
    accountOf: (key) => accounts.person(key),
  });
  const unread = new Unread({
    values: store.values,
    head: (stream) => store.head(stream),
    first: (stream) => store.first(stream),
    isHere: (key) => hall.member(key) !== undefined,
    steady,
  });
  const news = new News({
    values: store.values,
    steady,
    isHere: (key) => hall.member(key)?.registered ?? false,
  });
  const allowed = readRanges(options.hooks?.to ?? []);
  const deliveries = new Deliveries({
    ...archive,
    counters: instruments.counters,
    book: hookBook,
    values: store.values,
    posts: options.hooks !== undefined && !options.anonymous,
    outside: realOutside(),
    mayReach: (address) => mayReach(address, allowed),
    clock,
    random: Math.random,
  });
  const time = new TraceTime({ now: () => loop.now(), machineMs, wall: clock });
  const tracing = new Tracing(time, connections);
  store.onWriting?.(() => tracing.given());
  const conversation = new Conversation({
    tracing,
    store,
    deliveries,
    clock,
    steady,
    onEvent,
    counters,
    fanout,
    acks,
    quotas,
    keepOwner: (room) => order.keepOwner(room),
    room: (key) => hall.room(key),
    member: (key) => hall.member(key),
    others: (key) => hall.othersOf(key),
    waits: (key, tag) => {
      const away = hall.away(key);
      return away !== undefined && away.tag === (tag ?? away.tag);
    },
    unread,
  });
  const files = new FileDesk({
    limits,
    now: () => performance.now(),
    devicesOf: ({ key }) => hall.membersOf(key),
    chores,
  });
  const revisions = new Revisions({
    store,
    reading: archive.reading,
    replaced: archive.replaced,
    hall,
    bans,
    quotas,
    clock,
    changeMsMax: () => limits.changeMsMax,
    refuseWord: (speaker, room) => order.speech.refuseWord(speaker, room),
    comingOf: (room) => order.comingOf(room),
    refuseSpeech: (speaker, room) => order.speech.refuse(speaker, room),
    onStored: (error) => conversation.stored(error),
  });
  const comingBy = new Invitations({ store, ...lasts });
  const erasure = new Erasure({
    store,
    read: (stream, range) => archive.reading.holding(() => store.read(stream, range)),
    rewrite: revisions.rewrite,
    clock,
    steady,
    pause: () => new Promise((resolve) => loop.afterLook(resolve)),
    tell: (room, gone) => hall.room(room)?.tell(gone),
    rooms: () => hall.rooms(),
    forgetTopic: (room, { tag }) => conversation.forgetTopic(room, tag),
    forget: (room, { tag, mark = "" }) => order.forget(room, { tag, mark }),
    unread,
    news,
    invitations: comingBy,
    tracing,
  });
  const accounts: AccountDesk = new AccountDesk({
    hall,
    store,
    news,
    erasure,
    mode: options.anonymous ? "off" : options.accounts ?? "open",
    clock,
    steady,
    hasher: new Hasher(options.passwordCost === undefined ? {} : { cost: options.passwordCost }),
    greet: (member, token) => {
      const returns = member.places.values();
      return welcome({ hall, store, accounts, unread }, member, {}, returns, { token });
    },
    onEvent,
    files,
    unread,
    isHook: (name) => hookBook.holderOf(name) !== undefined,
    bans,
  });
  const order = new OrderDesk({
    ...archive,
    hall,
    unread,
    files,
    news,
    book,
    bans,
    quotas,
    reportPace: new ReportPace(),
    ...lasts,
    onFailed: (error) => conversation.stored(error),
  });
  const hooks = new HookDesk({
    book: hookBook,
    deliveries,
    hall,
    store,
    news,
    clock,
    isAccount: (name) => accounts.accounts.ownerOf(name) !== undefined,
    onFailed: (error) => conversation.stored(error),
  });
  const invitations = new InvitationDesk({
    invitations: comingBy,
    hall,
    store,
    news,
    clock: lasts.clock,
    onFailed: (error) => conversation.stored(error),
  });
  const observed = {
    hall,
    store,
    acks,
    marks,
    storeFailed: () => conversation.storageFailed,
    lagBytesMax: () => limits.lagBytesMax,
    connections: () => connections,
    pid: Deno.pid,
    memory: () => Deno.memoryUsage(),
  };
  return {
    world: {
      ...archive,
      hall,
      conversation,
      order,
      revisions,
      erasure,
      files,
      accounts,
      hooks,
      invitations,
      unread,
      traces: new TraceDesk(tracing, store.durability !== "none"),
      typing: new TypingNotes({ speech: order.speech, steady, clock: lasts.clock }),
      clock,
      inspect: () => instruments.inspection(observed),
      marks,
    },
    wakeups,
    chores,
    limits,
    headroom: new Headroom(limits.memoryBytesMax),
    renewLimits: (wanted) => renew({ limits, quotas, ...rates }, wanted),
    rates: {
      ...rates,
      inspections: new Throttles(INSPECTIONS_PER_SECOND, INSPECTIONS_BURST),
    },
    counters,
    bans,
    operatorToken: options.operatorToken,
    takesSecretsInTheClear: options.insecurePasswords ?? false,
    onEvent,
    observed,
  };
}

/** The machine's memory in bytes; `undefined` where Deno does not let us look. Whoever starts a server with fewer tells it. */
function machineBytes(): number | undefined {
  try {
    return Deno.systemMemoryInfo().total;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return;
    throw error;
  }
}

/**
 * How many files this process may have open, from `/proc`; `undefined` where there is none, or where Deno
 * does not let us look: that takes every permission. Whoever starts a server with fewer tells it.
 */
function openFilesMax(): number | undefined {
  try {
    return openFilesIn(Deno.readTextFileSync("/proc/self/limits"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return;
    throw error;
  }
}
