/**
 * What the model wants to be done outside about what was said, order, files and the reader's account: parts of `Effect` in `model.ts`.
 *
 * @module
 */

import type { ReadPlace } from "../../server/wire/mod.ts";
import type { Peer } from "../../server/wire/transfers/mod.ts";
import type { OrderAsk } from "../../talk/mod.ts";
import type { Direction } from "./complete.ts";

/** What should be done about something that was said. */
export interface ChangeEffect {
  readonly kind: "change";
  /** Where a refusal is told. */
  readonly view: string;
  readonly of: { readonly room: string } | { readonly with: string };
  readonly seq: number;
  readonly change:
    | { readonly what: "edit"; readonly content: string }
    | { readonly what: "delete" }
    | { readonly what: "react"; readonly emoji: string; readonly on: boolean };
}

/** Tells the server how far the reader's account has read. */
export interface ReadEffect {
  readonly kind: "read";
  readonly of: ReadPlace;
  readonly seq: number;
}

/** What should be done about order in a room. */
export interface OrderEffect {
  readonly kind: "order";
  /** Where the answer is told. */
  readonly view: string;
  readonly room: string;
  readonly ask: OrderAsk | {
    readonly type: "Report";
    readonly seq: number;
    readonly why?: string;
  };
}

/** What should be done about files. */
export type FileEffect =
  | { readonly kind: "sendFile"; readonly to: Peer; readonly path: string }
  | {
    readonly kind: "fileAnswer";
    readonly answer: "accept" | "decline" | "cancel";
    readonly n: number;
  }
  | { readonly kind: "paths"; readonly typed: string; readonly direction: Direction };

/** What should be done about the reader's account. */
export type AccountEffect =
  | { readonly kind: "register"; readonly password: string }
  | { readonly kind: "password"; readonly old: string; readonly password: string }
  | { readonly kind: "devices" }
  | { readonly kind: "revoke"; readonly device: string };
