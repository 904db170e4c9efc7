/**
 * What operators do with hooks: made and taken away on record, durable before that is answered. A token or a secret is told once, to
 * whoever made the hook.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { randomToken } from "../../ground/mod.ts";
import { nameOf } from "../session/wanted_rooms.ts";
import { recorded, type RecordParts } from "../order/record_act.ts";
import { errorMessage } from "../perform.ts";
import { refusalOf } from "../repeats/repeats.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { KeptValues, Put, StorageError } from "../store/store_port.ts";
import {
  type ErrorCode,
  fold,
  foldText,
  type HookAdded,
  type HookEntry,
  newUserName,
  type ServerMessage,
  type UserName,
} from "../wire/mod.ts";
import type { Deliveries } from "./deliveries.ts";
import { hashOf, type Hook, type HookBook } from "./hook_book.ts";
import { HOOK_MATCH_CHARS_MAX, HOOKS_MAX } from "./limits.ts";
import { encodeHook, hookKey, type HookRecord, type Outgoing } from "./record.ts";
import { isOutgoingUrl } from "./url.ts";

/** What an operator asks for. */
export type HookEffect =
  | { readonly do: "hooks" }
  | {
    readonly do: "add hook";
    readonly name: string;
    readonly room: string;
    readonly url?: string;
    readonly match?: string;
  }
  | { readonly do: "remove hook"; readonly hook: string };

/** What it works on. */
export interface HookDeskParts extends RecordParts {
  readonly book: HookBook;
  readonly deliveries: Deliveries;
  readonly hall: Hall;
  /** Whether a name, or one that looks like it, is an account's. */
  readonly isAccount: (name: UserName) => boolean;
  /** Hears that the store did not keep something. */
  readonly onFailed: (error: StorageError) => void;
}

/** Operators come here. */
export class HookDesk {
  readonly book: HookBook;
  readonly deliveries: Deliveries;
  readonly #parts: HookDeskParts;

  constructor(parts: HookDeskParts) {
    this.#parts = parts;
    this.book = parts.book;
    this.deliveries = parts.deliveries;
  }

  /** Does it, and answers the message `id`. */
  perform(by: Member, effect: HookEffect, id: string | undefined): void {
    switch (effect.do) {
      case "hooks":
        return tell(by, {
          type: "HookList",
          hooks: this.book.all().map((hook) => this.#entryOf(hook)),
        }, id);
      case "add hook":
        return this.#add(by, effect, id);
      case "remove hook":
        return this.#remove(by, effect.hook, id);
      default:
        effect satisfies never;
    }
  }

  #add(by: Member, asked: Extract<HookEffect, { do: "add hook" }>, id: string | undefined): void {
    const made = this.#make(by, asked);
    if ("code" in made) return tell(by, errorMessage(made.code, made.msg), id);
    const { record, told } = made;
    const hook = this.book.claim(record);
    const beside = record.way === "out" ? [this.deliveries.beginning(record)] : [];
    this.#write(by, "hook", { name: record.name, value: encodeHook(record), beside }, (error) => {
      if (error !== undefined) {
        this.book.forget(hook);
        return this.#failed(by, error, id);
      }
      this.book.settle(hook);
      if (isOutgoing(hook)) this.deliveries.begin(hook);
      tell(by, { type: "HookAdded", hook: this.#entryOf(hook), ...told }, id);
    });
  }

  #make(
    by: Member,
    { name: text, room: place, url, match }: Extract<HookEffect, { do: "add hook" }>,
  ): { readonly record: HookRecord; readonly told: Pick<HookAdded, "token" | "secret"> } | Denial {
    const { hall, clock, isAccount } = this.#parts;
    const checked = newUserName(text);
    if (checked.kind === "bad_name") return { code: "bad_name", msg: checked.reason };
    const { name } = checked;
    const room = nameOf(hall, place);
    if (room === undefined || hall.roomLike(room) !== undefined) {
      return { code: "bad_name", msg: "A room cannot be called that." };
    }
    if (this.book.isFull) {
      return { code: "busy", msg: `This server has ${HOOKS_MAX} hooks already.` };
    }
    const other = this.book.holderOf(name)?.name;
    if (other !== undefined) {
      return { code: "name_taken", msg: `There is a hook '${other}' already.` };
    }
    if (isAccount(name) || hall.holderOf(name) !== undefined) {
      return { code: "name_taken", msg: `The name '${name}' is somebody's.` };
    }
    const common = { name, room, created: clock(), by: by.name };
    if (url === undefined) {
      if (match !== undefined) {
        return { code: "invalid", msg: "Only a hook with a URL has something to match." };
      }
      const token = randomToken();
      const record = {
        way: "in",
        ...common,
        hash: hashOf(token),
        identity: randomToken(),
      } as const;
      return { record, told: { token } };
    }
    if (!isOutgoingUrl(url)) {
      return { code: "invalid", msg: "A hook posts to a URL such as https://ci.example/chat." };
    }
    if (match !== undefined && (match === "" || match.length > HOOK_MATCH_CHARS_MAX)) {
      return {
        code: "invalid",
        msg: `What is matched has 1 to ${HOOK_MATCH_CHARS_MAX} characters.`,
      };
    }
    const secret = randomBytes(32).toString("base64");
    const record = {
      way: "out",
      ...common,
      url,
      secret,
      ...(match === undefined ? {} : { match }),
    } as const;
    return { record, told: { secret: `whsec_${secret}` } };
  }

  #remove(by: Member, text: string, id: string | undefined): void {
    const hook = this.book.get(foldText(text));
    if (hook === undefined) {
      return tell(by, errorMessage("not_found", "There is no such hook."), id);
    }
    const { name } = hook;
    const beside = isOutgoing(hook) ? [this.deliveries.ending(hook.record)] : [];
    const ended = this.book.ends(hook);
    this.#write(by, "unhook", { name, value: undefined, beside }, (error) => {
      ended(error);
      if (error !== undefined) return this.#failed(by, error, id);
      if (isOutgoing(hook)) this.deliveries.end(hook);
      if (id !== undefined) {
        by.tell({ type: "Ack", re: id, room: "", seq: 0, at: this.#parts.clock() });
      }
    });
  }

  #entryOf(hook: Hook): HookEntry {
    const { record, used } = hook;
    const { name, room, created, by } = record;
    const out = record.way === "in" ? {} : {
      url: record.url,
      ...(record.match === undefined ? {} : { match: record.match }),
      ...this.deliveries.stateOf(hook),
    };
    return { name, room, created, by, ...out, ...(used === undefined ? {} : { used }) };
  }

  #write(
    by: Member,
    act: "hook" | "unhook",
    { name, value, beside }: {
      readonly name: UserName;
      readonly value: Uint8Array | undefined;
      readonly beside: readonly Put[];
    },
    settled: (error?: StorageError) => void,
  ): void {
    by.owed.add();
    const write: KeptValues["write"] = recorded(this.#parts, by, { act, user: name, beside });
    write(hookKey(fold(name)), value, (error) => {
      by.owed.settle();
      settled(error);
    }, act === "unhook");
  }

  #failed(by: Member, error: StorageError, id: string | undefined): void {
    tell(by, refusalOf(error), id);
    this.#parts.onFailed(error);
  }
}

/** Why something is not done. */
interface Denial {
  readonly code: ErrorCode;
  readonly msg: string;
}

function isOutgoing(hook: Hook): hook is Hook<Outgoing> {
  return hook.record.way === "out";
}

function tell(by: Member, message: ServerMessage, id: string | undefined): void {
  by.tell(id === undefined ? message : { ...message, re: id });
}
