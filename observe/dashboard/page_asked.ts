/**
 * What a page may ask for (`page_messages.ts`). Each kind has its schema in `requests.ts`, and a type that does not agree with it
 * does not compile.
 *
 * @module
 */

import type { OrderAsk } from "../../talk/mod.ts";

/** Which of the three latencies. */
export type Measure = "send" | "recv" | "delay";

/** What a page asks for. `id` comes back as `re`. */
export type Asked =
  | {
    readonly type: "say";
    readonly id: string;
    readonly room: string;
    readonly content: string;
    readonly reply?: number;
  }
  | {
    readonly type: "whisper";
    readonly id: string;
    readonly to: string;
    readonly content: string;
    readonly reply?: number;
  }
  /** Gives something that was said, in one of `room` and `with`, other words; takes it back. */
  | {
    readonly type: "edit";
    readonly id: string;
    readonly room?: string;
    readonly with?: string;
    readonly seq: number;
    readonly content: string;
  }
  | {
    readonly type: "delete";
    readonly id: string;
    readonly room?: string;
    readonly with?: string;
    readonly seq: number;
  }
  | {
    readonly type: "react";
    readonly id: string;
    readonly room: string;
    readonly seq: number;
    readonly emoji: string;
    readonly on: boolean;
  }
  /** Keeps order in a room; puts a message before its moderators. */
  | {
    readonly type: "order";
    readonly id: string;
    readonly room: string;
    readonly ask: OrderAsk;
  }
  /** What the reader is in a room. */
  | { readonly type: "rank"; readonly id: string; readonly room: string }
  | {
    readonly type: "report";
    readonly id: string;
    readonly room: string;
    readonly seq: number;
    readonly why?: string;
  }
  /** The reader has seen all up to there, in one of `room` and `with`. */
  | {
    readonly type: "read";
    readonly id: string;
    readonly room?: string;
    readonly with?: string;
    readonly seq: number;
  }
  /** The reader types something for a room. */
  | { readonly type: "typing"; readonly id: string; readonly room: string }
  /** Hides what somebody says and does, or shows it again. */
  | { readonly type: "ignore"; readonly id: string; readonly name: string; readonly on: boolean }
  | { readonly type: "join"; readonly id: string; readonly room: string }
  | { readonly type: "leave"; readonly id: string; readonly room: string }
  | { readonly type: "topic"; readonly id: string; readonly room: string; readonly topic: string }
  | {
    readonly type: "history";
    readonly id: string;
    readonly room?: string;
    readonly with?: string;
    readonly before?: number;
    readonly limit: number;
  }
  /** Who is in a room, or online at all. */
  | { readonly type: "people"; readonly id: string; readonly room?: string }
  | { readonly type: "rooms"; readonly id: string }
  /** Comes in with the password of the account that the process asks for. */
  | { readonly type: "login"; readonly id: string; readonly password: string }
  /** Makes the reader's name an account; gives it another password; lists its devices; logs one out. */
  | { readonly type: "register"; readonly id: string; readonly password: string }
  | {
    readonly type: "password";
    readonly id: string;
    readonly old: string;
    readonly password: string;
  }
  | { readonly type: "devices"; readonly id: string }
  | { readonly type: "revoke"; readonly id: string; readonly device: string }
  /** Offers a file of the page, to one of `room` and `to`. */
  | {
    readonly type: "offer";
    readonly id: string;
    readonly room?: string;
    readonly to?: string;
    readonly name: string;
    readonly size: number;
    /** Of the whole file, in hexadecimal. */
    readonly sha256?: string;
  }
  /** Takes, declines or stops file `n`. */
  | { readonly type: "take"; readonly id: string; readonly n: number }
  | { readonly type: "decline"; readonly id: string; readonly n: number }
  | { readonly type: "stop"; readonly id: string; readonly n: number }
  /** The way of a message through the server, and the kernel where it is watched. */
  | { readonly type: "way"; readonly id: string; readonly room: string; readonly seq: number }
  | {
    readonly type: "calls";
    readonly id: string;
    readonly measure: Measure;
    /** Milliseconds since 1970. */
    readonly from: number;
    readonly to: number;
    /** Nanoseconds, `ge ≤ duration < lt`. */
    readonly ge: number;
    readonly lt: number;
  };
