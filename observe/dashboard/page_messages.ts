/**
 * What the dashboard's process and its page say to each other: JSON, one object per WebSocket message.
 *
 * The page imports this file for its types only, so nothing of it reaches the browser. What a page sends is
 * checked by `requests.ts`; what it is told it believes, since it comes from where the page itself came from.
 *
 * @module
 */

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

/** How much the server tells of itself. */
export type ServerState =
  | { readonly kind: "full" }
  /** Only what any client can ask for; `why` is a sentence. */
  | { readonly kind: "limited"; readonly why: string };

/** The server in one second: what it counted in this second, and the state in which it was at its end. */
export interface ServerSecond {
  /** State: connections at the second's end, also of those who are not logged in. */
  readonly connections: number;
  /** Count in this second: messages that were said, in rooms and as whispers. */
  readonly taken: number;
  /** Count in this second: messages that were handed to members, one for each who gets it. */
  readonly delivered: number;
  /** State: how late the server's event loop was in 99 of 100 cases of late, in milliseconds. Of more than this second. */
  readonly loopDelayMs: number;
  /** State: milliseconds from the publication of a message until the last member has it; half of late, and 99 of 100. */
  readonly fanoutP50Ms: number;
  readonly fanoutP99Ms: number;
  /** State: resident memory. */
  readonly memoryBytes: number;
  /** State: bytes that wait for the member that lags most. */
  readonly lagBytes: number;
  /** State: who that is, when it is known. */
  readonly behind?: string;
  readonly store?: {
    /** Counts in this second: records written, and syncs that made them durable. */
    readonly appends: number;
    readonly syncs: number;
    /** State: milliseconds of half the syncs of late, and of 99 in 100. */
    readonly syncP50Ms: number;
    readonly syncP99Ms: number;
    /** Of this second: records per sync; absent when nothing was synced. */
    readonly group?: number;
    /** State: bytes on the disk that count, and that compaction would free. */
    readonly liveBytes: number;
    readonly deadBytes: number;
  };
}

/**
 * The kernel in one second, for the watched process. Bytes are those of the process: sent to users.
 *
 * Where an observer tells less often than each second, a second has its part of the counts of a longer time, and is told
 * again when that is known; its states are those at the end of that time.
 */
export interface KernelSecond {
  /** Counts in this second: calls that moved bytes, and these bytes. */
  readonly sendCalls: number;
  readonly recvCalls: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Counts in this second by duration: slot i is [2^(i+7), 2^(i+8)) ns. Trailing zeros are left out. */
  readonly sendSlots: readonly number[];
  readonly recvSlots: readonly number[];
  /** The same by the time from the arrival of data to its reading. */
  readonly delaySlots: readonly number[];
  /** Count in this second: segments that were sent again. */
  readonly retransmits: number;
  /** State: bytes that wait in send buffers. */
  readonly unsent: number;
  /** State: the middle and the largest round trip of all connections, in microseconds; absent when none was measured. */
  readonly rttUs?: number;
  readonly rttMaxUs?: number;
  /** State: sockets that are open. */
  readonly sockets: number;
  /** Sum since the observation's start: events lost. */
  readonly lost: number;
  /** Of this second: part of one processor that watching takes, when the kernel measures it. */
  readonly cost?: number;
}

/** One user in one second. `name` is absent for all who are not listed. */
export interface PersonSecond {
  readonly name?: string;
  /** Whether `name` is an address, because nobody said whose connection it is. */
  readonly unknown?: true;
  /** Bytes from and to the user. */
  readonly from: number;
  readonly to: number;
  /** System calls for them; only the kernel knows. */
  readonly calls?: number;
  readonly rttUs?: number;
  readonly unsent?: number;
  /** Bytes that the server has for them and not written yet. */
  readonly lag?: number;
  /** They, or some of all others, read too slowly: see `SLOW_BYTES`. */
  readonly slow?: true;
  /** Bytes since the start. */
  readonly fromTotal: number;
  readonly toTotal: number;
}

/** One room in one second, all other rooms together, or all whispers. */
export interface RoomSecond {
  readonly kind: "room" | "others" | "whispers";
  /** Of a room alone. */
  readonly name?: string;
  /** Whether the server counted what follows, or it is concluded from what this client heard. */
  readonly origin: "server" | "estimate";
  readonly messages: number;
  /** Messages handed to members: one for each who gets it. Only the server knows. */
  readonly delivered?: number;
  /** Bytes of these deliveries. */
  readonly bytes: number;
  /** The same since the room was opened; only the server knows. */
  readonly bytesTotal?: number;
  /** The part of the kernel's calls that goes with these bytes: an estimate always. */
  readonly calls?: number;
}

/** All figures of one second. What is absent is not known. */
export interface Second {
  /** Its end, in milliseconds since 1970. */
  readonly at: number;
  readonly users?: number;
  /** Messages that this client heard in its rooms. */
  readonly heard: number;
  /** The same since the start. */
  readonly heardTotal: number;
  /** The chat client's own round trip. */
  readonly roundTripMs?: number;
  readonly server?: ServerSecond;
  readonly kernel?: KernelSecond;
  /** Those with the most bytes first; from the kernel where it is watched, else from the server. */
  readonly people: readonly PersonSecond[];
  readonly rooms: readonly RoomSecond[];
}

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
  }
  | {
    readonly kind: "people";
    readonly room: string;
    readonly joined: readonly string[];
    readonly left: readonly string[];
    /** How many are there now, when the server says it. */
    readonly users?: number;
  }
  | { readonly kind: "topic"; readonly room: string; readonly topic: string; readonly by: string }
  | { readonly kind: "error"; readonly sentence: string };

/** A line of the conversation. */
export type ChatLine = Extract<ChatEvent, { kind: "line" }>;

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
  | { readonly kind: "people"; readonly people: readonly string[] }
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
    /** How many there were, and bytes in all. */
    readonly count: number;
    readonly bytes: number;
    /** Calls before this moment are not kept any more. */
    readonly since: number;
  }
  /** The file is offered, as number `n`. */
  | { readonly kind: "offered"; readonly n: number }
  /** From where the browser saves the file: once, and soon. */
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "refused"; readonly sentence: string };

/** What the process says to a page. */
export type Told =
  | {
    readonly type: "hello";
    readonly me: string;
    /** HOST:PORT of the chat server. */
    readonly where: string;
    readonly link: LinkState;
    readonly rooms: readonly string[];
    /** Users with whom whispers were exchanged since the start. */
    readonly partners: readonly string[];
    readonly kernel: KernelState;
    readonly server: ServerState;
    /** When the dashboard was started. */
    readonly since: number;
  }
  /** The state of the link, and after a login who and where one is. */
  | {
    readonly type: "link";
    readonly link: LinkState;
    readonly me?: string;
    readonly rooms?: readonly string[];
    /** Seqs count anew: what was said before is not known to the server. */
    readonly anew?: true;
  }
  | { readonly type: "kernel"; readonly kernel: KernelState }
  | { readonly type: "server"; readonly server: ServerState }
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

/** Which of the three latencies. */
export type Measure = "send" | "recv" | "delay";

/** What a page asks for. `id` comes back as `re`. */
export type Asked =
  | { readonly type: "say"; readonly id: string; readonly room: string; readonly content: string }
  | { readonly type: "whisper"; readonly id: string; readonly to: string; readonly content: string }
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
