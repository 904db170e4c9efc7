/**
 * A server reads its config file again while it runs.
 *
 * ```text
 *   SIGHUP ─► the file ─► wrong: told, and all stays as it is
 *                     └─► each option that neither a flag nor the environment gave: another value than before?
 *                           ├─ it can change:   limits, retention, log level ─► changed, told
 *                           └─ it cannot:       told, until it is as before, or the server is started again
 * ```
 *
 * SIGHUP ends no server: it is also what a terminal says when it is closed, and what `nohup` meant to keep away. One that comes while
 * the server starts is done when it has started. What comes while another one is being done is done once more afterwards.
 *
 * @module
 */

import type { Command, CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { configPlace, readAgain } from "./config_file.ts";
import { placeOf } from "./home_paths.ts";
import type { LimitFlags } from "./serve_limits.ts";
import type { LogLevel } from "./server_log.ts";
import { onHangup } from "./signals.ts";

/** What is told of it; the options as they are typed. */
export type ReloadEvent =
  | {
    readonly kind: "reloaded";
    readonly changed: readonly string[];
    readonly restart: readonly string[];
  }
  | { readonly kind: "not_reloaded"; readonly why: string };

/** Options that can become others. */
export interface ReloadFlags extends LimitFlags {
  readonly logLevel: LogLevel;
}

/** How a running server changes. */
export interface Changing<Flags> {
  /** Reads the certificate again. */
  readonly certificate: (() => Promise<void>) | undefined;
  /** Sets the limits. @throws {Failure} When they cannot be. */
  readonly limits: (flags: Flags) => void;
  /** Sets how old messages may become, in ms; not there where none are kept. */
  readonly retain: ((ms: number | undefined) => void) | undefined;
  readonly tell: (event: ReloadEvent) => void;
}

/** Which they are. */
const CHANGES: ReadonlySet<string> = new Set(
  [
    "rate",
    "maxConnections",
    "maxFile",
    "changeWithin",
    "userBytes",
    "userRooms",
    "userPairs",
    "addressBytes",
    "addressRooms",
    "addressPairs",
    "addressConnections",
    "addressConnects",
    "addressLogins",
    "addressRate",
    "addressRoomRate",
    "addressPlaces",
    "retain",
    "logLevel",
  ] as const satisfies readonly (keyof ReloadFlags)[],
);

/** Hears hangups, and reads the file at each. */
export class Reloading<Flags extends ReloadFlags> implements AsyncDisposable {
  /** As they are now. */
  flags: Flags;
  /** Whether there is a file, so that the permission to read it is needed. */
  readonly readsFile: boolean;
  readonly #command: CommandUnknownOpts;
  readonly #path: string;
  readonly #home: string | undefined;
  readonly #hearing: Disposable;
  #changing: Changing<Flags> | undefined;
  #isAsked = false;
  #reading: Promise<void> | undefined;

  private constructor(command: CommandUnknownOpts, flags: Flags) {
    this.#command = command;
    this.flags = flags;
    ({ path: this.#path, home: this.#home, isThere: this.readsFile } = configPlace());
    this.#hearing = onHangup(() => this.#ask());
  }

  /** Hears them from now on. */
  static async begin<Flags extends ReloadFlags>(
    command: Command,
    flags: Flags,
  ): Promise<Reloading<Flags>> {
    const reloading = new Reloading(command as CommandUnknownOpts, flags);
    // Now: later nothing can be loaded.
    await import("jsonc-parser");
    return reloading;
  }

  /** The server runs, and can be changed. */
  ready(changing: Changing<Flags>): void {
    this.#changing = changing;
    if (this.#isAsked) this.#ask();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hearing[Symbol.dispose]();
    this.#changing = undefined;
    await this.#reading;
  }

  #ask(): void {
    this.#isAsked = true;
    if (this.#changing !== undefined) {
      this.#reading ??= this.#readAll().finally(() => this.#reading = undefined);
    }
  }

  async #readAll(): Promise<void> {
    while (this.#isAsked && this.#changing !== undefined) {
      this.#isAsked = false;
      const { tell, certificate } = this.#changing;
      await this.#read(this.#changing).catch((error: Error) =>
        tell({ kind: "not_reloaded", why: error.message })
      );
      await certificate?.();
    }
  }

  async #read({ limits, retain, tell }: Changing<Flags>): Promise<void> {
    const read = await readAgain(this.#command, this.#path);
    const now: Record<string, unknown> = Object.fromEntries(Object.entries(this.flags));
    const isOther = (option: Option): boolean => {
      const attribute = option.attributeName();
      if (!read.has(attribute)) return false;
      const value = placeOf(option, read.get(attribute), this.#home);
      return JSON.stringify(value) !== JSON.stringify(now[attribute]);
    };
    const others = this.#command.options.filter(isOther);
    const changes = others.filter(canChange);
    const next = { ...now };
    for (const option of changes) {
      next[option.attributeName()] = read.get(option.attributeName());
    }
    const flags = next as unknown as Flags;
    limits(flags);
    if (flags.retain !== this.flags.retain) retain?.(flags.retain);
    this.flags = flags;
    const restart = others.filter((option) => !canChange(option));
    tell({ kind: "reloaded", changed: changes.map(nameOf), restart: restart.map(nameOf) });
  }
}

function canChange(option: Option): boolean {
  return CHANGES.has(option.attributeName());
}

function nameOf(option: Option): string {
  return option.long ?? option.flags;
}
