/**
 * Whom the reader of all pages ignores: what they do is told to no page, and what they say is left to each, which knows that something is
 * there. Deletions are told whoever does them: what was taken back is to be seen by nobody.
 *
 * @module
 */

import type { ClientEvent } from "../../server/wire/in_browser/mod.ts";
import { foldText } from "../../server/wire/names/mod.ts";
import { IGNORED_MAX, isHidden } from "../../talk/mod.ts";
import type { Answer, ChatEvent } from "./page_messages.ts";

/** Where it is kept whom somebody ignores. */
export interface IgnoreKeeping {
  /** Whom they ignored when it was read. */
  readonly ignored: readonly string[];
  /** Keeps that they do, or do not any more. @throws When it cannot be kept. */
  ignore(name: string, on: boolean): Promise<void>;
}

/** Those who are ignored. */
export class Ignored {
  readonly #keeping: IgnoreKeeping | undefined;
  readonly #names: Map<string, string>;

  constructor(keeping: IgnoreKeeping | undefined) {
    this.#keeping = keeping;
    this.#names = new Map((keeping?.ignored ?? []).map((name) => [foldText(name), name]));
  }

  /** Their names. */
  get names(): readonly string[] {
    return [...this.#names.values()];
  }

  /** Whether somebody is. */
  has(name: string): boolean {
    return this.#names.has(foldText(name));
  }

  /** Whether pages are to be told nothing of it. */
  hides(event: ClientEvent): boolean {
    switch (event.type) {
      case "NewMessage":
      case "PrivateMessage":
      case "UserJoined":
      case "UserLeft":
        return false;
      case "MessageEdited":
        return this.has(event.by);
      default:
        return isHidden(event, this.#names);
    }
  }

  /** The same as pages are told of it: that somebody who is ignored came or went is known and not told. */
  quieted(event: ChatEvent): ChatEvent {
    if (event.kind !== "people") return event;
    const names = [...event.joined, ...event.left];
    return names.length > 0 && names.every((name) => this.has(name))
      ? { ...event, quiet: true }
      : event;
  }

  /** From now on somebody is ignored, or is not any more. */
  async set(name: string, on: boolean, changed: () => void): Promise<Answer> {
    const key = foldText(name);
    if (on && this.#names.size >= IGNORED_MAX && !this.#names.has(key)) {
      const sentence = `You ignore ${IGNORED_MAX} names: no more can be kept.`;
      return { kind: "refused", sentence };
    }
    if (on) this.#names.set(key, name);
    else this.#names.delete(key);
    changed();
    try {
      await this.#keeping?.ignore(name, on);
      return { kind: "done" };
    } catch (error) {
      return { kind: "told", sentence: error instanceof Error ? error.message : String(error) };
    }
  }
}
