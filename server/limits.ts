/**
 * What one server decides for itself: every limit with its unit and the reason for its default.
 *
 * A limit is checked before memory is taken. What is of one idea that has a folder stands there: `addresses/`, `budget/`,
 * `durable/`, `figures/`, `files/`, `http/` and `transport/` have a `limits.ts` of their own, and what both ends must agree on stands in
 * `wire/limits.ts`. Here are the limits that can be set, and those of what is left.
 *
 * @module
 */

import { ADDRESS_LIMITS_DEFAULT, type AddressLimits } from "./addresses/limits.ts";
import { HTTP_REQUESTS_MAX } from "./http/limits.ts";
import { FILE_LIMITS_DEFAULT, type FileLimits } from "./files/limits.ts";
import { FRAME_BYTES_DEFAULT } from "./wire/mod.ts";

/**
 * What one user, and all users of one address together, may let the server keep in a day; 0 lifts a limit. Whoever
 * lifts the limit of messages per second lifts those of a user, too.
 */
export interface QuotaLimits {
  /** Bytes of what a user says: half a million lines, and a disk of 100 GB lasts 1,500 such users a day. */
  readonly userBytesPerDay: number;
  /** Rooms that a user makes. */
  readonly userRoomsPerDay: number;
  /** People with whom a user whispers for the first time. */
  readonly userPairsPerDay: number;
  /** Bytes of what is said from an address: an office. */
  readonly addressBytesPerDay: number;
  /** Rooms that are made from there. */
  readonly addressRoomsPerDay: number;
  /** Pairs who whisper for the first time, of which one is there. */
  readonly addressPairsPerDay: number;
}

/** The limits of a running server. Tests and operators may set each. */
export interface Limits extends AddressLimits, QuotaLimits, FileLimits {
  /** Largest frame body accepted, in bytes. */
  readonly frameBytesMax: number;
  /** Time from connecting to being logged in, in ms: a person types a name, a machine needs one round trip. */
  readonly loginMsMax: number;
  /** Messages a user may send per second in the long run; 0 lifts the limit. */
  readonly messagesPerSecond: number;
  /** Messages a user may send at once after a pause: a pasted paragraph, not a book. */
  readonly messagesBurst: number;
  /** How long after something was said whoever said it may edit and delete it, in ms: for ever, unless a house wants its record fixed. */
  readonly changeMsMax: number;
  /** Bytes that may wait for one member before it is cut off: half a minute of a very busy room. */
  readonly lagBytesMax: number;
  /** Bytes that may be held for connections in all; above, those who cost most are let go. */
  readonly memoryBytesMax: number;
  /** How long a frame may take from its first byte to its last, in ms: the slowest line brings a message in a second. */
  readonly frameMsMax: number;
  /** How long who has closed its side is kept for what the disk owes it an answer for, in ms: as clients wait for one. */
  readonly settleMsMax: number;
  /** Connections at once; above it, `busy`. */
  readonly connectionsMax: number;
  /** HTTP requests at once that are not answered yet; above it, the slowest is closed. */
  readonly requestsMax: number;
  /** Silence after which a peer is asked for a sign of life, in ms. */
  readonly silenceMsBeforePing: number;
  /** Silence after which a peer counts as gone, in ms: two pings' worth of doubt. */
  readonly silenceMsMax: number;
  /** Silence after which a client that speaks text may have to give up its place when places are short, in ms. */
  readonly silentTextMsMin: number;
  /** Time to tell everybody and flush at shutdown, in ms: less than what service managers wait. */
  readonly drainMsMax: number;
}

/** Limits that can become others while a server runs; each else is built into what stands already. */
export type RenewableLimits = Pick<
  Limits,
  | "messagesPerSecond"
  | "messagesBurst"
  | "changeMsMax"
  | "connectionsMax"
  | "fileBytesMax"
  | "userBytesPerDay"
  | "userRoomsPerDay"
  | "userPairsPerDay"
  | "addressBytesPerDay"
  | "addressRoomsPerDay"
  | "addressPairsPerDay"
  | "addressConnectionsMax"
  | "addressConnectsPerSecond"
  | "addressConnectsBurst"
  | "addressLoginsPerSecond"
  | "addressLoginsBurst"
  | "addressMessagesPerSecond"
  | "addressMessagesBurst"
  | "addressRoomMessagesPerSecond"
  | "addressRoomMessagesBurst"
  | "addressPlacesMax"
>;

/** Their names. */
export const LIMITS_RENEWABLE: readonly (keyof RenewableLimits)[] = [
  "messagesPerSecond",
  "messagesBurst",
  "changeMsMax",
  "connectionsMax",
  "fileBytesMax",
  "userBytesPerDay",
  "userRoomsPerDay",
  "userPairsPerDay",
  "addressBytesPerDay",
  "addressRoomsPerDay",
  "addressPairsPerDay",
  "addressConnectionsMax",
  "addressConnectsPerSecond",
  "addressConnectsBurst",
  "addressLoginsPerSecond",
  "addressLoginsBurst",
  "addressMessagesPerSecond",
  "addressMessagesBurst",
  "addressRoomMessagesPerSecond",
  "addressRoomMessagesBurst",
  "addressPlacesMax",
];

/** The defaults, except for what depends on process and machine (see `descriptors.ts` and `memory_watch.ts`). */
export const LIMITS_DEFAULT: Omit<Limits, "connectionsMax" | "memoryBytesMax"> = {
  ...ADDRESS_LIMITS_DEFAULT,
  ...FILE_LIMITS_DEFAULT,
  frameBytesMax: FRAME_BYTES_DEFAULT,
  loginMsMax: 10_000,
  messagesPerSecond: 20,
  messagesBurst: 40,
  userBytesPerDay: 64 << 20,
  userRoomsPerDay: 50,
  userPairsPerDay: 200,
  addressBytesPerDay: 256 << 20,
  addressRoomsPerDay: 200,
  addressPairsPerDay: 1_000,
  changeMsMax: Infinity,
  lagBytesMax: 8 << 20,
  frameMsMax: 30_000,
  settleMsMax: 10_000,
  requestsMax: HTTP_REQUESTS_MAX,
  silenceMsBeforePing: 60_000,
  silenceMsMax: 120_000,
  silentTextMsMin: 600_000,
  drainMsMax: 5_000,
};

/** Users and addresses whose day is remembered: 40 MB. More cannot have come in by the limits on logins. */
export const QUOTA_PAYERS_MAX = 100_000;
/** How often it is looked who has earned everything back, in ms. */
export const QUOTA_SWEEP_MS = 60_000;

/** Largest frame body that is parsed without a look at its structure, in bytes: so few hold few values. */
export const FRAME_BYTES_PLAIN: number = 8 << 10;
/** Values in a larger one at most: who resumes two hundred rooms names four hundred. */
export const FRAME_VALUES_MAX = 2_000;
/** Largest frame that is read in the turn in which its end came, in bytes: 0.2 ms; a larger one is read in several. */
export const FRAME_BYTES_AT_ONCE: number = 64 << 10;
/** UTF-16 units that are kept of a text in a larger one, as it is written: the longest that any field may have fits, escaped. */
export const FRAME_TEXT_UNITS_KEPT: number = 64 << 10;
/** UTF-16 units that may be kept of all of it: it is parsed at once then, in a millisecond. */
export const FRAME_UNITS_KEPT: number = 256 << 10;
/** Digits and signs of a number in it at most: no number of any message has so many. */
export const FRAME_NUMBER_UNITS_MAX = 1_000;
/** Well-framed frames in a row that may be no message before the connection ends. */
export const BAD_FRAMES_MAX = 10;

/** How long who speaks lines is silent, in ms, before what he says is for the lobby that he was put back to: as one needs to see that. */
export const ASTRAY_MS = 2_000;

/** Members of a room up to which each arrival is told on its own; above, once a second in one digest. */
export const PRESENCE_EACH_MAX = 256;
/** Arrivals and departures that any room is told each on its own per second: faster than people can read. */
export const PRESENCE_EACH_PER_SECOND = 20;
/** The same, at once: a whole room of those that are told of each comes back after a restart. */
export const PRESENCE_EACH_BURST = 512;
/** How often a large room hears who came and went, in ms. */
export const PRESENCE_DIGEST_MS = 1_000;
/** Names that a digest lists at most; the count is exact all the same. */
export const PRESENCE_NAMES_MAX = 50;

/** Members of a room up to which they are told who types there: in a crowd it would say nothing, and each note is a write for each. */
export const TYPING_MEMBERS_MAX = 256;
/** Notes of that kind that one member may have told per second: its client says one each three seconds, and may be in two rooms. */
export const TYPING_PER_SECOND = 0.5;
/** The same, at once: it goes from room to room. */
export const TYPING_BURST = 3;
/** Notes that one room is told per second, whoever types: with the six seconds that each holds, a dozen who type at once are seen. */
export const TYPING_ROOM_PER_SECOND = 2;
/** The same, at once: several begin to answer the same word. */
export const TYPING_ROOM_BURST = 6;

/** Rooms that a page of the list of rooms names: some 10 kB, or 200 kB when each has the longest topic. */
export const ROOMS_LISTED_MAX = 200;
/** Users that a page of a list of users names: some 10 kB. */
export const USERS_LISTED_MAX = 500;

/** Rooms that one user may be in: more than a person can follow. */
export const ROOMS_PER_USER_MAX = 200;
/** Rooms at once that somebody is in: each costs a log chunk; fifty addresses cannot take them all. */
export const ROOMS_MAX = 50_000;

/** Requests other than messages (lists, history, joins) per second and user, when rates are limited. */
export const REQUESTS_PER_SECOND = 100;
/** The same, at once. */
export const REQUESTS_BURST = 200;

/**
 * How long an `id` is remembered while the server runs, in ms: a client that repeats without looking first, as one
 * may by the protocol, was seldom away for longer. Who was must settle what it sent from what it missed.
 */
export const RECENT_ID_MS = 600_000;
/** Latest time that a message can have, in ms since 1970: the store writes it in 48 bits. It is in the year 10889. */
export const TIME_MAX_MS: number = 2 ** 48 - 1;
/** Ids remembered of all users: 24 MB, and 870 messages a second for `RECENT_ID_MS`. One user has a quarter at most. */
export const RECENT_IDS_MAX: number = 512 << 10;

/** Rooms whose topic is known though nobody is there, when nothing is stored on disk. */
export const MEMORY_TOPICS_MAX = 10_000;
/** Messages kept per stream when nothing is stored on disk. */
export const MEMORY_MESSAGES_MAX = 10_000;
/** Bytes kept per stream when nothing is stored on disk: 10,000 messages of the usual size are 3 MB. */
export const MEMORY_BYTES_MAX: number = 16 << 20;

/** Messages that go for their age in one turn when nothing is stored on disk: each is parsed, some 5 ms for all. */
export const MEMORY_EXPIRED_AT_ONCE = 1_000;

/** Messages that are looked at, and written anew, in one turn when somebody is erased: half a millisecond. */
export const ERASE_PAGE = 100;
/** Messages of each room of which it is told that somebody's words are gone, the newest: what one has on the screen. */
export const ERASE_TOLD_MAX = 256;

/** What a stream costs in memory beside its messages, in bytes: its name, and its places in two maps. */
export const MEMORY_STREAM_BYTES = 600;
/** Largest piece of memory that messages of one stream share there, in bytes: some two hundred of the usual size. */
export const MEMORY_CHUNK_BYTES_MAX: number = 64 << 10;
/** What such a piece costs beside its bytes, in bytes: objects, and their places in arrays. */
export const MEMORY_CHUNK_BYTES = 300;
/** What a message costs there beside its bytes, in bytes: a number in an array that has grown ahead. */
export const MEMORY_END_BYTES = 16;
/** Streams that were forgotten there and whose seqs go on all the same: 10 MB of names and numbers. */
export const MEMORY_HEADS_MAX = 100_000;
/** What is known of each of them, in bytes: a name of a pair, a number, and their place in a map. */
export const MEMORY_HEAD_BYTES = 200;
/** Share of the server's memory (`memoryBytesMax`) that may be taken by messages then: the rest is for who is there. */
export const MEMORY_STORE_SHARE = 0.25;
/** And bytes at most: pairs who whisper are many, and names come from strangers. */
export const MEMORY_BYTES_TOTAL_MAX: number = 256 << 20;

/** Whispers of a pair of names that are looked at for one page of what is the asker's own: four full pages. */
export const WHISPERS_LOOKED_AT_MAX = 2_000;
/** How long members of rooms are woken before the loop looks at what has come in, in ms: some hundred writes. */
export const WAKE_MS = 8;
/** So many times more are read each time, up to the largest page: at most seven readings for one answer. */
export const WHISPERS_READ_GROWTH = 8;
/** Longest topic of a room, in UTF-16 units: it must fit into a status line. */
export const TOPIC_CHARS_MAX = 200;

/** How often an operator may ask how things stand, per second: as often as a chart is drawn. */
export const INSPECTIONS_PER_SECOND = 1;
/** The same, at once: a timer that is a little early is no offence. */
export const INSPECTIONS_BURST = 2;
/** Shortest operator token, in characters: nobody guesses so many. */
export const OPERATOR_TOKEN_CHARS_MIN = 16;

/** Largest page of messages that is read, encoded and sent as one, in bytes: a part of what may be unsent. */
export const PAGE_BYTES_MAX: number = 128 << 10;
/** Pages that are read at once: some 2 ms of a turn of the loop. Others wait, and hold nothing meanwhile. */
export const PAGES_AT_ONCE = 4;

/** Bytes of answers that a client has not read above which nothing more is read from it: then one more answer waits. */
export const UNSENT_BYTES_MAX: number = 256 << 10;

/** First and largest chunk of a room's log, in bytes. One write never takes more than a chunk. */
export const LOG_CHUNK_BYTES_FIRST: number = 4 << 10;
/** See `LOG_CHUNK_BYTES_FIRST`. */
export const LOG_CHUNK_BYTES_MAX: number = 256 << 10;
/** A chunk takes as much as is told in one go so many times, within the bytes that follow: at most a quarter of it is left empty. */
export const LOG_CHUNK_GOES = 4;
/** See `LOG_CHUNK_GOES`. */
export const LOG_CHUNK_GOES_BYTES_MAX: number = 1 << 20;

/** What a range of a log that somebody is not to see costs him who is not to see it, in bytes: an object and its place. */
export const SKIP_BYTES = 64;

/** Longest text line, in bytes: a message and a command word before it. */
export const LINE_BYTES_MAX: number = 10 << 10;

/** Share of all places that are kept free of silent text clients: so many may come at once and find one. */
export const PLACES_SPARE_SHARE = 0.05;
/** How long a connection that has not logged in keeps its place at least when all are taken, in ms: a slow round trip. */
export const PENDING_LOGIN_MS_MIN = 2_000;
/** How long after it was added up what is held that is done again, in ms, while little more comes. */
export const MEMORY_CHECK_MS = 250;
/** The same at the soonest, in ms, when as much has come as there was room for: whoever sends more of it waits so long. */
export const MEMORY_CHECK_MS_MIN = 25;
/** So many times as long as adding up took it rests at least: where a million logs are followed, it is a tenth of the loop. */
export const MEMORY_REST_FACTOR = 9;
/** But no longer than this, in ms: whoever is slow keeps more alive meanwhile. */
export const MEMORY_REST_MS_MAX = 2_000;
/** What a connection holds that does nothing, in bytes: its objects here and in the runtime. */
export const CONNECTION_BYTES: number = 8 << 10;
/** What following one log costs a connection, in bytes: a cursor, and its places in the room and with the member. */
export const FOLLOWED_LOG_BYTES = 640;
/** What a room holds beside its logs, in bytes. */
export const ROOM_BYTES: number = 1 << 10;
/** The part of the machine's memory that a server takes unless it is told otherwise. */
export const MEMORY_SHARE = 0.25;
/** The most that it takes then, in bytes: one process and one core cannot serve more. */
export const MEMORY_BYTES_DEFAULT_MAX: number = 2 ** 31;
/** What is assumed of a machine whose memory is not known, in bytes: a small one. */
export const MEMORY_BYTES_ASSUMED: number = 1 << 30;

/** How long a connection that was cut off may take to read why, in ms. */
export const FAREWELL_MS = 5_000;
/** Connections at once that wait to be told `busy`; further ones are closed without a word. */
export const TURNED_AWAY_MAX = 16;
/** How long one of them may take to say in which way it speaks, in ms. */
export const TURNED_AWAY_MS = 1_000;
/** Segments that the store keeps open at most, as a number and as a share of the descriptors; see `db/limits.ts`. */
export const DESCRIPTORS_OF_STORE = 64;
/** See `DESCRIPTORS_OF_STORE`. */
export const DESCRIPTORS_OF_STORE_SHARE = 0.25;
/** Descriptors of pipes at most, as a number and as a share: a fast file needs one pipe, and slow ones can do without. */
export const DESCRIPTORS_OF_PIPES = 128;
/** See `DESCRIPTORS_OF_PIPES`. */
export const DESCRIPTORS_OF_PIPES_SHARE: number = 1 / 16;
/** Descriptors kept for what is neither client nor segment: listeners, lock, log, compaction, the runtime itself. */
export const DESCRIPTORS_OF_RUNTIME = 48;
/** The limit of descriptors that is assumed when it cannot be learned: the smallest that is usual. */
export const DESCRIPTORS_ASSUMED = 1_024;
/** Connections at most, however many descriptors there are: one process and one core serve them all. */
export const CONNECTIONS_LIMIT = 100_000;
/** How often the log tells of what strangers can cause at will, per second and kind: one line in ten seconds. */
export const TOLD_PER_SECOND = 0.1;
/** And how many lines of a kind it tells at once: a quiet server's log has each. */
export const TOLD_BURST = 10;
/**
 * Names that begin to speak in a room between two times that one of them is written down at most: then whoever said something
 * is found within that many records.
 */
export const AUTHORS_BETWEEN_MAX = 400;
/** Records that are looked at to find who said something: those, and what other stays add meanwhile. */
export const AUTHORS_READ_MAX = 500;
/** Messages of a room that were changed while somebody was away and are told when it comes back, the newest changes. */
export const CHANGES_TOLD_MAX = 256;
/** How often it is looked for further ones while these are told: where that is not enough, nobody would come in. */
export const CHANGES_ROUNDS_MAX = 16;
/**
 * Records of changes that are looked at for that: 20 ms, and what one who changes the same message again and again makes in four
 * minutes. What was changed before those stands in the history.
 */
export const CHANGES_LOOKED_AT_MAX = 4_096;
/** Changes that are read first for that. */
export const CHANGES_READ_FIRST = 8;
/** Changes that are read at once then. */
export const CHANGES_READ_AT_ONCE = 256;
/** Changes before it that the record of a change tells, too: what lies in the sectors before it, and 25 bytes each. */
export const CHANGE_TRAIL_MAX = 4;
/** Rooms of which these are known: some 200 kB. */
export const CHANGE_TRAIL_ROOMS_MAX = 1_000;
/** Kinds of reactions to one message: as many as anybody tells apart. */
export const REACTION_KINDS_MAX = 32;
/** Reactions to one message in all: each writes it anew, with 8 bytes for each that is there. */
export const REACTIONS_MAX = 1_000;
/** Bytes of a reaction that is a word: the longest names of emoji have fewer. */
export const REACTION_BYTES_MAX = 32;

/** How far the clock may go ahead at once and be followed by what holds for a while, in ms: clocks are set right now and then. */
export const LASTING_SLACK_MS = 120_000;
/**
 * For how long a clock that went further ahead must stay so until bans and invitations end by it, in ms: one that is wrong for a moment is
 * set right sooner, and where it was right, as after a machine has slept, a kick holds for no longer than that beyond its time.
 */
export const LASTING_HOLD_MS = 600_000;
/** The same until what is over is deleted, in ms, also from the start on. */
export const LASTING_SURE_MS = 3_600_000;
