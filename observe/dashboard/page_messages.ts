/**
 * What the dashboard's process and its page say to each other: JSON, one object per WebSocket message.
 *
 * The page imports this file for its types only, so nothing of it reaches the browser. What a page sends is
 * checked by `requests.ts`; what it is told it believes, since it comes from where the page itself came from.
 *
 * @module
 */

import type { Chain } from "../trace/mod.ts";
import type { ChatEvent, ChatLine } from "./page_chat.ts";
import type { Second } from "./page_figures.ts";

export type { Asked, Measure } from "./page_asked.ts";
export type { ChatChange, ChatEvent, ChatLine, Reacted } from "./page_chat.ts";
export type {
  KernelSecond,
  MarkSecond,
  PersonSecond,
  RoomSecond,
  Second,
  ServerSecond,
} from "./page_figures.ts";

/** Where a figure comes from: it was measured in the kernel, counted by the server, or concluded from others. */
export type Origin = "kernel" | "server" | "estimate";

/** How the connection to the chat server stands. */
export type LinkState =
  | { readonly kind: "connecting" }
  | { readonly kind: "online" }
  | { readonly kind: "offline"; readonly reason: string; readonly retryInMs: number }
  | { readonly kind: "closed"; readonly reason: string };

/** How the kernel is watched. */
export type KernelState =
  | {
    readonly kind: "watching";
    readonly pids: readonly number[];
    readonly backend: string;
    /** What cannot be seen here, each as a sentence. */
    readonly blind: readonly string[];
    /** Whether single calls are told, or figures only; absent when the observer does not say. */
    readonly calls?: boolean;
    /** What is not as it should be, as a sentence: the server is another process. */
    readonly notice?: string;
  }
  /** Not, not yet or not any more. */
  | {
    readonly kind: "absent";
    /** Sentences. The remedy says whether the figures come by themselves. */
    readonly why: string;
    readonly remedy: string;
    /** What to type for it, one command each. */
    readonly commands?: readonly string[];
  };

/** What somebody is in a room; each may do what those before may. */
export type Rank = "nobody" | "invited" | "moderator" | "owner" | "operator";

/** What the reader's account has not read, in one of `room` and `with`. */
export interface UnreadPlace {
  readonly room?: string;
  readonly with?: string;
  /** The newest number there, and the last one that was read. */
  readonly head: number;
  readonly read: number;
  readonly unread: number;
  /** Something there names the reader, or is for them alone. */
  readonly mentioned?: boolean;
}

/** Whose the reader's name is: its own account's, or nobody's as of a guest. */
export type AccountState = "own" | "guest";

/** How much the server tells of itself. */
export type ServerState =
  | { readonly kind: "full" }
  /** Only what any client can ask for; `why` is a sentence. */
  | { readonly kind: "limited"; readonly why: string };

/** A file that somebody offers, or one's own, as it stands now. Texts in it come from others. */
export interface FileState {
  /** By which pages name it; never used twice. */
  readonly n: number;
  /** The `n` of the offer that it goes on for, with one who was cut off in a room; else its own. */
  readonly root: number;
  readonly way: "in" | "out";
  /** When it was offered, in milliseconds since 1970. */
  readonly at: number;
  /** To whom: to a room, or between the reader and a user. */
  readonly room?: string;
  readonly with?: string;
  readonly from: string;
  readonly name: string;
  /** Bytes in all, those that are through, and through in a second of late. */
  readonly size: number;
  readonly done: number;
  readonly rate: number;
  readonly phase:
    /** The reader has to say yes or no. */
    | "offered"
    /** Others go first. */
    | "queued"
    | "reading"
    /** The other side is asked, or the server. */
    | "asking"
    | "moving"
    /** All bytes are through; the receiver's word is missing. */
    | "sent"
    /** Broke off; goes on by itself when both sides are back. */
    | "away"
    | "ended";
  readonly end?: {
    readonly kind: "done" | "have" | "declined" | "split" | "cancelled" | "failed";
    /** Who has it, or why it failed. */
    readonly text?: string;
  };
}

/** One call in an area of the heat map. */
export interface Call {
  /** Its end, in milliseconds since 1970. */
  readonly at: number;
  readonly op: "send" | "recv";
  readonly func: string;
  readonly name: string;
  readonly bytes: number;
  readonly ns: number;
}

/** What comes of a request. */
export type Answer =
  | { readonly kind: "done" }
  /** It was stored, as number `seq` of its room or conversation. */
  | {
    readonly kind: "said";
    readonly seq: number;
    readonly at: number;
    readonly room?: string;
    readonly to?: string;
  }
  | { readonly kind: "joined"; readonly room: string }
  /** Who is there, and which of them have accounts. */
  | {
    readonly kind: "people";
    readonly people: readonly string[];
    readonly accounts: readonly string[];
  }
  | {
    readonly kind: "rooms";
    readonly rooms: readonly {
      readonly name: string;
      readonly users: number;
      readonly topic?: string;
    }[];
  }
  | { readonly kind: "page"; readonly lines: readonly ChatLine[]; readonly more: boolean }
  | {
    readonly kind: "calls";
    /** The slowest. */
    readonly calls: readonly Call[];
    /** How many are known, and bytes in all. */
    readonly count: number;
    readonly bytes: number;
    /** All calls are kept since this moment, and of those before it the slowest of each second and slot. */
    readonly since: number;
    /** Since when those are. */
    readonly slowestSince: number;
  }
  | { readonly kind: "way"; readonly chain: Chain }
  /** The file is offered, as number `n`. */
  | { readonly kind: "offered"; readonly n: number }
  /** From where the browser saves the file: once, and soon. */
  | { readonly kind: "path"; readonly path: string }
  | {
    readonly kind: "devices";
    readonly devices: readonly {
      readonly id: string;
      readonly name: string;
      /** Milliseconds since 1970. */
      readonly lastSeen: number;
      /** It is this one. */
      readonly here?: boolean;
    }[];
  }
  /** What the reader is in a room, and who keeps order there. */
  | { readonly kind: "rank"; readonly rank: Rank; readonly moderators: readonly string[] }
  /** It was done, and what that means. */
  | { readonly kind: "told"; readonly sentence: string }
  | { readonly kind: "refused"; readonly sentence: string };

/** How the chat stands, for a page that opens. */
export interface ChatStanding {
  readonly me: string;
  /** HOST:PORT of the chat server. */
  readonly where: string;
  readonly link: LinkState;
  /** Left out where there are no accounts. */
  readonly account?: AccountState;
  readonly rooms: readonly string[];
  /** Users with whom whispers were exchanged since the start. */
  readonly partners: readonly string[];
  /** Of an account; left out for guests. */
  readonly unread?: readonly UnreadPlace[];
  /** Whom the reader ignores. */
  readonly ignored: readonly string[];
}

/** What the process says to a page. */
export type Told =
  /** Nobody is logged in yet: the password of an account is asked for. */
  | {
    readonly type: "door";
    readonly name: string;
    /** HOST:PORT of the chat server. */
    readonly where: string;
    /** Why, as a sentence. */
    readonly why: string;
  }
  | (
    & {
      readonly type: "hello";
      readonly kernel: KernelState;
      readonly server: ServerState;
      /** When the dashboard was started. */
      readonly since: number;
    }
    & ChatStanding
  )
  /** The same on the server's own page, which has a chat and files at first, and no figures. */
  | ({ readonly type: "here" } & ChatStanding)
  /** The state of the link, and after a login who and where one is. */
  | {
    readonly type: "link";
    readonly link: LinkState;
    readonly me?: string;
    readonly account?: AccountState;
    readonly rooms?: readonly string[];
    /** After a login of an account: everything else is read. */
    readonly unread?: readonly UnreadPlace[];
    /** Seqs count anew: what was said before is not known to the server. */
    readonly anew?: true;
  }
  | { readonly type: "kernel"; readonly kernel: KernelState }
  | { readonly type: "server"; readonly server: ServerState }
  /** Whom the reader ignores from now on. */
  | { readonly type: "ignored"; readonly names: readonly string[] }
  | { readonly type: "chat"; readonly events: readonly ChatEvent[] }
  /** This page was too slow: chat events were left out, and the history has them. */
  | { readonly type: "skipped" }
  | { readonly type: "file"; readonly file: FileState }
  /** Somebody wants file `n`, or a further part of it: post it from byte `offset` on to `path`. */
  | {
    readonly type: "send";
    readonly n: number;
    readonly path: string;
    readonly offset: number;
  }
  | { readonly type: "seconds"; readonly seconds: readonly Second[] }
  | { readonly type: "answer"; readonly re: string; readonly answer: Answer };
