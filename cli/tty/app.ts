/**
 * The loop that joins client, terminal and model. It decides nothing: events go into the model,
 * effects go out, and the screen follows, at most so many times a second.
 *
 * One frame at a time: while the terminal has not taken the last one, no other is drawn, and what
 * happens meanwhile is in the next. So a slow terminal slows down nothing but itself.
 *
 * @module
 */

import { ChatError, type Client, ClosedError } from "../../server/wire/mod.ts";
import { type AccountKeeping, performAccount } from "./account.ts";
import type { ChangeEffect, FileEffect, ReadEffect } from "./effects.ts";
import { type FileOptions, Files } from "./files.ts";
import type { Ignoring } from "./on_ignoring.ts";
import { requestOrder } from "./order.ts";
import { FRAME_MS_MIN, TICK_MS } from "./limits.ts";
import type { Effect, Event, Model, TerminalEnd } from "./model.ts";
import { lastReadings } from "./on_reading.ts";
import { Reads } from "./reads.ts";
import { paint, type Painted } from "./paint.ts";
import { draw } from "./screen.ts";
import type { OpenTerminal, Terminal, TerminalEvent } from "./terminal.ts";
import { update } from "./update.ts";

/** What an app is made of. */
export interface AppOptions {
  readonly client: Client;
  readonly openTerminal: OpenTerminal;
  /** Without it, no files come or go. */
  readonly files?: FileOptions;
  /** What this machine keeps of accounts; without it, nothing. */
  readonly keeping?: AccountKeeping;
  /** Where it is kept whom the reader ignores; without it, nowhere. */
  readonly ignoring?: Ignoring;
  /** The model to begin with, for a terminal of that size. */
  readonly start: (terminal: Terminal) => Model;
  readonly signal?: AbortSignal;
}

/** Runs until the user leaves, the client ends, or a signal comes. The client stays open. */
export async function runApp(
  { client, openTerminal, files, keeping, ignoring, start, signal }: AppOptions,
): Promise<TerminalEnd> {
  const app = new App(client, { files, keeping, ignoring });
  using terminal = openTerminal((event) => app.onTerminal(event));
  const aborted = () => app.dispatch({ kind: "signal", signal: "abort" });
  signal?.addEventListener("abort", aborted, { once: true });
  const ticks = setInterval(() => app.tick(), TICK_MS);
  try {
    app.begin(terminal, start(terminal));
    if (signal?.aborted) aborted();
    return await app.ended;
  } finally {
    clearInterval(ticks);
    signal?.removeEventListener("abort", aborted);
    await app.stop();
  }
}

/** What an app may have beside its client. */
interface AppParts {
  readonly files: FileOptions | undefined;
  readonly keeping: AccountKeeping | undefined;
  readonly ignoring: Ignoring | undefined;
}

class App {
  readonly #client: Client;
  readonly #end = Promise.withResolvers<TerminalEnd>();
  #terminal: Terminal | undefined;
  #model: Model | undefined;
  #painted: Painted | undefined;
  #frameTimer: ReturnType<typeof setTimeout> | undefined;
  #frameAt = -Infinity;
  /** The frame that the terminal is taking. */
  #writing: Promise<void> | undefined;
  #changed = false;
  #ring = false;
  readonly #files: Files | undefined;
  readonly #reads: Reads;
  readonly #keeping: AccountKeeping | undefined;
  readonly #ignoring: Ignoring | undefined;

  constructor(client: Client, { files, keeping, ignoring }: AppParts) {
    this.#ignoring = ignoring;
    this.#client = client;
    this.#reads = new Reads(client, (event) => this.dispatch(event));
    this.#keeping = keeping;
    if (files === undefined) return;
    this.#files = new Files(client, files, (event) => this.dispatch(event));
    this.#watch(this.#files.failed);
  }

  /** Settles when the model has ended, or fails when something here is broken. */
  get ended(): Promise<TerminalEnd> {
    return this.#end.promise;
  }

  begin(terminal: Terminal, model: Model): void {
    this.#terminal = terminal;
    this.#model = model;
    this.#soon();
    this.#watch(this.#listen());
  }

  onTerminal(event: TerminalEvent): void {
    switch (event.kind) {
      case "key":
      case "resize":
      case "signal":
        return this.dispatch(event);
      case "resumed":
        this.#painted = undefined;
        return this.dispatch({ kind: "resize", size: event.size });
      default:
        event satisfies never;
    }
  }

  tick(): void {
    this.dispatch({ kind: "tick", roundTripMs: this.#client.roundTripMs });
  }

  dispatch(event: Event): void {
    if (this.#model === undefined || this.#model.end !== undefined) return;
    const { model, effects } = update(this.#model, event, Date.now());
    this.#model = model;
    for (const effect of effects) this.#perform(effect);
    if (model.end !== undefined) {
      for (const effect of lastReadings(model)) this.#perform(effect);
      return this.#end.resolve(model.end);
    }
    this.#soon();
  }

  /** Draws no more, and waits for the frame that is under way. */
  async stop(): Promise<void> {
    clearTimeout(this.#frameTimer);
    this.#terminal = undefined;
    await this.#writing;
    await this.#files?.[Symbol.asyncDispose]();
    await this.#reads.settled();
  }

  async #listen(): Promise<void> {
    for await (const event of this.#client) {
      this.dispatch({ kind: "client", event });
      this.#files?.hear(event);
    }
    const status = { kind: "closed" } as const;
    this.dispatch({ kind: "client", event: { type: "Status", status } });
  }

  // ── Effects ────────────────────────────────────────────────────────────────────────────────────

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "ring":
        this.#ring = true;
        return;
      case "redraw":
        this.#painted = undefined;
        return;
      case "suspend":
        this.#watch(this.#suspend());
        return;
      case "sendFile":
      case "fileAnswer":
      case "paths":
        if (this.#files !== undefined) this.#watch(this.#files.perform(effect));
        return;
      case "read":
        this.#watch(this.#reads.tell(effect));
        return;
      case "typing":
        this.#client.tellTyping(effect.room);
        return;
      case "ignore":
        this.#watch(this.#ignore(effect));
        return;
      default:
        this.#watch(this.#ask(effect));
    }
  }

  async #ignore({ name, on }: Extract<Effect, { kind: "ignore" }>): Promise<void> {
    try {
      await this.#ignoring?.keep(name, on);
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      this.dispatch({ kind: "refused", view: "", sentence });
    }
  }

  async #suspend(): Promise<void> {
    // The frame under way must not be written into the shell's screen.
    await this.#writing;
    if (await this.#terminal?.suspend() !== false) return;
    const sentence = "This process may not stop itself: it lacks the permission to run.";
    this.dispatch({ kind: "refused", view: "", sentence });
  }

  async #ask(effect: Request): Promise<void> {
    try {
      this.dispatch(await request(this.#client, this.#keeping, effect));
    } catch (error) {
      if (!(error instanceof ChatError || error instanceof ClosedError)) throw error;
      this.dispatch(failure(effect, error.message));
    }
  }

  /** A failure that nobody expected ends the app, with the terminal restored. */
  #watch(work: Promise<void>): void {
    work.catch((error) => this.#end.reject(error));
  }

  // ── Frames ─────────────────────────────────────────────────────────────────────────────────────

  #soon(): void {
    this.#changed = true;
    if (this.#frameTimer !== undefined || this.#writing !== undefined) return;
    const wait = Math.max(0, this.#frameAt + FRAME_MS_MIN - performance.now());
    this.#frameTimer = setTimeout(() => {
      this.#frameTimer = undefined;
      this.#frame();
    }, wait);
  }

  #frame(): void {
    const terminal = this.#terminal;
    const model = this.#model;
    if (terminal === undefined || model === undefined) return;
    this.#changed = false;
    this.#frameAt = performance.now();
    const { size } = model;
    const frame = paint(this.#painted, draw(model), { size, palette: terminal.palette });
    this.#painted = frame.painted;
    const bytes = frame.bytes + (this.#ring ? "\x07" : "");
    this.#ring = false;
    if (bytes === "") return;
    this.#writing = terminal.write(bytes).finally(() => {
      this.#writing = undefined;
      if (this.#changed) this.#soon();
    });
    this.#watch(this.#writing);
  }
}

/** An effect that the client has to do. */
type Request = Exclude<
  Effect,
  FileEffect | ReadEffect | { kind: "ignore" | "ring" | "redraw" | "suspend" | "typing" }
>;

/** Asks the client, and tells what came of it. */
async function request(
  client: Client,
  keeping: AccountKeeping | undefined,
  effect: Request,
): Promise<Event> {
  switch (effect.kind) {
    case "say": {
      const { view, to, pending: { id, content, reply } } = effect;
      const how = { id, ...(reply === undefined ? {} : { reply: reply.seq }) };
      const { seq } = "room" in to
        ? await client.say(content, { room: to.room, ...how })
        : await client.whisper(to.user, content, how);
      return { kind: "said", view, id, seq };
    }
    case "change":
      return await requestChange(client, effect);
    case "order":
      return await requestOrder(client, effect);
    case "join": {
      const { room, seq } = await client.join(effect.room);
      return { kind: "entered", room, seq, show: effect.show };
    }
    case "leave":
      await client.leave(effect.room);
      return { kind: "left", room: effect.room };
    case "topic":
      await client.setTopic(effect.text, { room: effect.room });
      // Everybody in the room is told, so there is nothing to add here.
      return { kind: "tick", roundTripMs: client.roundTripMs };
    case "people": {
      const { room, show } = effect;
      const { users, accounts = [] } = await client.users(room);
      return { kind: "people", room, users, proved: accounts, show };
    }
    case "rooms": {
      const { rooms } = await client.rooms();
      return { kind: "rooms", rooms, show: effect.show };
    }
    case "page": {
      const { view, of, before, limit, show } = effect;
      const bound = before === undefined ? {} : { before };
      const page = await client.history({ ...of, ...bound, limit });
      return { kind: "page", view, page, show };
    }
    case "register":
    case "password":
    case "devices":
    case "revoke":
      return await performAccount(client, keeping, effect);
    case "ping":
      return { kind: "tick", roundTripMs: await client.ping() };
    default:
      return effect satisfies never;
  }
}

/** In a room everybody is told, the reader too; of a whisper, the answer says it. */
async function requestChange(
  client: Client,
  { of, seq, change }: ChangeEffect,
): Promise<Event> {
  const answer = change.what === "edit"
    ? await client.changes.edit({ ...of, seq }, change.content)
    : change.what === "delete"
    ? await client.changes.delete({ ...of, seq })
    : await client.changes.react({ ..."room" in of ? of : {}, seq }, change.emoji, change.on);
  if (answer.type !== "Ack") return { kind: "client", event: answer };
  return { kind: "tick", roundTripMs: client.roundTripMs };
}

/** What it means that a request failed. */
function failure(effect: Request, sentence: string): Event {
  switch (effect.kind) {
    case "say":
      return { kind: "unsaid", view: effect.view, pending: effect.pending, sentence };
    case "page":
      return { kind: "noPage", view: effect.view, sentence, show: effect.show };
    case "ping":
      return { kind: "tick", roundTripMs: undefined };
    case "change":
    case "order":
      return { kind: "refused", view: effect.view, sentence };
    case "join":
    case "leave":
    case "topic":
    case "people":
    case "rooms":
    case "register":
    case "password":
    case "devices":
    case "revoke":
      return { kind: "refused", view: "", sentence };
    default:
      return effect satisfies never;
  }
}
