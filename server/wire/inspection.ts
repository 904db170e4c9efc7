/**
 * What an operator sees of a running server: the parts of the message `Inspection`.
 *
 * Numbers only, but for who is connected from where: that map is the point of it. Counts are since the start.
 *
 * @module
 */

/** How a value was distributed of late. */
export interface Spread {
  /** How many values there were since the start. */
  count: number;
  /** The median of the newest. */
  p50: number;
  /** What 99 % of the newest did not exceed. */
  p99: number;
  /** The largest of the newest. */
  max: number;
  /** Of times: all of them since the start, in slots. Who takes two of these has what was in between. */
  slots?: TimeSlot[];
}

/** How many times were at most so long, and longer than the bound of the slot before. */
export interface TimeSlot {
  /** The upper bound in ms; the last one holds everything above, too. */
  le: number;
  /** How many. */
  count: number;
}

/** The same of answers to who said something, from the read of it until the socket had taken the answer; each part is a sum in ms. */
export interface AnswerSlot extends TimeSlot {
  /** From the read of the bytes until their message was taken: it waited for the event loop, and for others' turns. */
  loop: number;
  /** From there until it was as durable as the server makes it. */
  disk: number;
  /** From there until the socket had taken the answer. */
  answer: number;
}

/** In which way somebody speaks; `unknown` before the first byte. */
export type SpokenWay = "frames" | "text" | "websocket" | "unknown";

/** One connection. Addresses are `IP:PORT` (`[IPv6]:PORT`), as the kernel sees them. */
export interface ConnectionFigures {
  /** Who is logged in over it, or whose file it carries beside the conversation; that one is in no rooms. */
  user?: string;
  /** The other end. */
  remote: string;
  /** This end. */
  local: string;
  /** When it was accepted, in milliseconds since 1970. */
  since: number;
  /** The rooms it is in, 20 at most. */
  rooms: string[];
  /** How many rooms it is in. */
  roomCount: number;
  /** In which way it speaks. */
  speech: SpokenWay;
  /** Whether it is encrypted: then its socket carries more bytes than those that are counted here. */
  secure?: boolean;
  /** Bytes that wait for it behind the write under way. */
  lag: number;
  /** Those of them that are for it alone: answers and whispers. */
  queued: number;
  /** Bytes that were read from it. Of a WebSocket: the messages, each with the 4 bytes of a frame. */
  bytesIn: number;
  /** Bytes that its socket has taken, counted in the same way. */
  bytesOut: number;
}

/** One room. Counts are since the room was opened: one that was forgotten meanwhile counts anew. */
export interface RoomFigures {
  /** The room's name. */
  name: string;
  /** How many are in it. */
  users: number;
  /** Messages that were kept and published. */
  messages: number;
  /** Messages handed to members: one for each who gets it. */
  deliveries: number;
  /** Bytes of these deliveries, as each member is told: a frame, or lines of text. */
  bytes: number;
}

/** A moment that an operator marked. */
export interface MarkFigures {
  /** When, in milliseconds since 1970. */
  at: number;
  /** Who marked it. */
  by: string;
  /** What happened. */
  text: string;
}

/** How the store is doing. */
export interface StoreNumbers {
  /** Records that became durable: messages, and what is remembered beside them. */
  records: number;
  /** How many records were written together. */
  groupRecords: Spread;
  /** How long a sync took, in ms. */
  syncMs: Spread;
  /** Bytes of what still counts, an estimate. */
  liveBytes: number;
  /** Bytes that compaction would free, an estimate. */
  deadBytes: number;
  /** Files that messages are in. */
  segments: number;
}

/** The server's figures. */
export interface ServerNumbers {
  /** Time since the start, in ms. */
  uptimeMs: number;
  /** Users online. */
  users: number;
  /** Connections, by the way in which they speak. */
  connections: Record<SpokenWay, number>;
  /** Rooms. */
  rooms: number;
  /** Messages in rooms that were kept and published. */
  roomMessages: number;
  /** Whispers that were kept. */
  whispers: number;
  /** Messages handed to members: one for each who gets it. */
  deliveries: number;
  /** Those of them that are whispers. */
  whisperDeliveries?: number;
  /** Bytes of messages in rooms that were handed to members, as each is told: a frame, or lines of text. */
  roomBytes?: number;
  /** The same of whispers. */
  whisperBytes?: number;
  /** Bytes read from clients. */
  bytesIn: number;
  /** Bytes that clients' sockets have taken. */
  bytesOut: number;
  /** Bytes that wait for all members together. */
  lag: number;
  /** Bytes that wait for the one who is farthest behind. */
  lagMax: number;
  /** Bytes that may wait for somebody: who has more is cut off as too slow. */
  lagBytesMax?: number;
  /** Whether the store refused what it was given last. */
  storeFailed?: boolean;
  /** For how many ms the disk has owed an answer; 0 when it owes none. */
  storePendingMs?: number;
  /** How long those who say something wait for the answer, since the start. */
  acknowledgements?: AnswerSlot[];
  /** Connections cut off because they read too slowly. */
  slowConsumers: number;
  /** Connections turned away because the server was full. */
  turnedAway: number;
  /** Connections that were ended before they had logged in. */
  loginsRefused: number;
  /** Messages and requests that came too fast. */
  rateLimited: number;
  /** How late the event loop was, in ms. */
  loopDelayMs: Spread;
  /** From the publication of a message until the last member's socket has taken it, in ms; sampled. */
  fanoutMs: Spread;
  /** Resident memory of the process, in bytes. */
  rssBytes: number;
  /** Memory of JavaScript objects, in bytes. */
  heapBytes: number;
  /** The store, unless messages are in memory only. */
  store?: StoreNumbers;
}
