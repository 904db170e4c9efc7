/**
 * What happens in the conversation, as pages are told of it (`page_messages.ts`). Texts in it come from strangers: a page shows
 * them as text and in no other way.
 *
 * @module
 */

/** Something that happened in the conversation. */
export type ChatEvent =
  | {
    readonly kind: "line";
    /** Where it was said: in a room, or in the whispers with a user. */
    readonly room?: string;
    readonly with?: string;
    readonly seq: number;
    readonly from: string;
    readonly content: string;
    /** Milliseconds since 1970. */
    readonly at: number;
    /** Under which it was said. */
    readonly id?: string;
    /** It names the reader. */
    readonly mention?: true;
    /** The name was proved: it is an account's. */
    readonly account?: true;
    /** A program said it, by a hook of that name. */
    readonly hook?: true;
    /** The number of the message to which it is a reply. */
    readonly reply?: number;
    /** It has other words than once, or, when it was deleted, none. */
    readonly change?: "edited" | "deleted";
    /** Who changed it, when that was somebody else. */
    readonly by?: string;
    readonly reactions?: readonly Reacted[];
    /** It is for an account that is away, and waits. */
    readonly waits?: true;
  }
  /** The reader's account has read up to there, on another device or another page. */
  | {
    readonly kind: "read";
    readonly room?: string;
    readonly with?: string;
    readonly seq: number;
  }
  /** A message has other words; without any, it was deleted. */
  | {
    readonly kind: "changed";
    readonly room?: string;
    readonly with?: string;
    readonly seq: number;
    readonly content?: string;
    /** Who did it. */
    readonly by: string;
    /** It names the reader. */
    readonly mention?: true;
  }
  /** So many have put a reaction to a message now. */
  | {
    readonly kind: "reacted";
    readonly room: string;
    readonly seq: number;
    readonly emoji: string;
    readonly count: number;
    /** Whether the reader is one of them, when this says it. */
    readonly mine?: boolean;
  }
  | {
    readonly kind: "people";
    readonly room: string;
    readonly joined: readonly string[];
    readonly left: readonly string[];
    /** Whether those who came have accounts, when the server says it. */
    readonly account?: boolean;
    /** They are ignored: it is known and not told. */
    readonly quiet?: true;
    /** How many are there now, when the server says it. */
    readonly users?: number;
  }
  /** Somebody types something for a room. It ends by itself. */
  | { readonly kind: "typing"; readonly room: string; readonly from: string }
  | { readonly kind: "topic"; readonly room: string; readonly topic: string; readonly by: string }
  /** The server has something to say, perhaps of a room. */
  | { readonly kind: "notice"; readonly sentence: string; readonly room?: string }
  | { readonly kind: "error"; readonly sentence: string };

/** One kind of reaction to a message. */
export interface Reacted {
  readonly emoji: string;
  readonly count: number;
  /** The reader is one of them. */
  readonly mine?: true;
}

/** What happens to a message that was said before. */
export type ChatChange = Extract<ChatEvent, { kind: "changed" | "reacted" }>;

/** A line of the conversation. */
export type ChatLine = Extract<ChatEvent, { kind: "line" }>;
