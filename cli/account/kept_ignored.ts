/**
 * Whom somebody ignores, kept on this machine: one small file for each server.
 *
 * ```text
 *   $XDG_STATE_HOME/chat/ignored/    else below ~/.local/state; for their owner alone
 *     127.0.0.1:8080                 one name a line
 * ```
 *
 * The file is read again before it is written, so that of two terminals neither undoes what the other one did.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { foldText, userName } from "../../server/wire/names/mod.ts";
import { IGNORED_MAX } from "../../talk/mod.ts";
import { codeOf, lookAt, replaceFile } from "../files/disk.ts";
import { Failure } from "../failure.ts";
import { type Address, showAddress } from "../values.ts";
import { stateDirectory } from "./kept_devices.ts";

/** Largest file in bytes that is read: what as many names take, and a reserve. */
const FILE_BYTES_MAX: number = 256 * IGNORED_MAX;

/** Whom one ignores on one server. */
export class KeptIgnored {
  readonly #directory: string;
  readonly #path: string;
  #last: Promise<unknown> = Promise.resolve();

  /** @param state The directory of what programs of this user keep: to be asked for while the environment may be read. */
  constructor(server: Address, state: string = stateDirectory()) {
    this.#directory = `${state}/chat/ignored`;
    const place = encodeURIComponent(showAddress(server).toLowerCase()).replaceAll("%3A", ":");
    this.#path = `${this.#directory}/${place}`;
  }

  /** The names. A file that cannot be read holds none. */
  async names(): Promise<readonly string[]> {
    try {
      const seen = await lookAt(this.#path);
      if (seen === undefined || !seen.isFile() || seen.size > FILE_BYTES_MAX) return [];
      return namesIn(await readFile(this.#path, "utf8"));
    } catch (error) {
      if (codeOf(error) === undefined && !(error instanceof Deno.errors.NotCapable)) throw error;
      return [];
    }
  }

  /** Keeps that somebody is ignored, or is not any more. @throws {Failure} When it cannot be kept. */
  async keep(name: string, on: boolean): Promise<void> {
    const change = this.#last.then(() => this.#write(name, on));
    this.#last = change.catch(() => {});
    try {
      await change;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Failure(`It holds until you leave: it cannot be kept. ${why}`);
    }
  }

  async #write(name: string, on: boolean): Promise<void> {
    const key = foldText(name);
    const others = (await this.names()).filter((known) => foldText(known) !== key);
    const names = on ? [...others, name].slice(-IGNORED_MAX) : others;
    await Deno.mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await replaceFile(this.#path, names.map((known) => `${known}\n`).join(""));
  }
}

/** The names in such a file; what can be none is left out. Pure. */
export function namesIn(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const checked = userName(line.trim());
    return checked.kind === "name" ? [checked.name] : [];
  }).slice(-IGNORED_MAX);
}
