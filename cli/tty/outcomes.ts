/**
 * What came of an effect, as the model hears it: a part of `Event` in `model.ts`.
 *
 * @module
 */

import type { HistoryPage, RoomEntry } from "../../server/wire/mod.ts";
import type { Direction } from "./complete.ts";
import type { PendingLine } from "./layout.ts";

/** What came of an effect. */
export type Outcome =
  | { readonly kind: "said"; readonly view: string; readonly id: string; readonly seq: number }
  | {
    readonly kind: "unsaid";
    readonly view: string;
    readonly pending: PendingLine;
    readonly sentence: string;
  }
  | {
    readonly kind: "entered";
    readonly room: string;
    /** The newest message there. */
    readonly seq: number;
    readonly show: boolean;
  }
  | { readonly kind: "left"; readonly room: string }
  | {
    readonly kind: "people";
    /** Absent: everybody online. */
    readonly room: string | undefined;
    readonly users: readonly string[];
    /** Those of them who are no guests. */
    readonly proved?: readonly string[];
    /** Whether the reader asked, or the model. */
    readonly show: boolean;
  }
  | { readonly kind: "rooms"; readonly rooms: readonly RoomEntry[]; readonly show: boolean }
  | {
    readonly kind: "page";
    readonly view: string;
    readonly page: HistoryPage;
    readonly show: boolean;
  }
  | {
    readonly kind: "noPage";
    readonly view: string;
    readonly sentence: string;
    readonly show: boolean;
  }
  /** What a typed path can become. */
  | {
    readonly kind: "paths";
    readonly typed: string;
    readonly paths: readonly string[];
    readonly direction: Direction;
  }
  /** A request was refused; `view` is where that is to be said. */
  | { readonly kind: "refused"; readonly view: string; readonly sentence: string }
  /** What was asked about a room. */
  | { readonly kind: "ordered"; readonly view: string; readonly sentences: readonly string[] }
  /** Something was done about the reader's account. */
  | {
    readonly kind: "accountDone";
    readonly sentences: readonly string[];
    /** Whether they have had it since just now. */
    readonly begins?: boolean;
  }
  /** The server keeps no positions for the reader. */
  | { readonly kind: "unkept" }
  /** Something was done that nobody asked for. */
  | { readonly kind: "done"; readonly sentence: string };
