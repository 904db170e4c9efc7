/**
 * What one server decides for itself: every limit with its unit and the reason for its default.
 *
 * A limit is checked before memory is taken. What both ends must agree on stands in `wire/limits.ts`.
 *
 * @module
 */

import { FRAME_BYTES_DEFAULT } from "./wire/mod.ts";

/**
 * What one address may do: an IPv4 address, or the 64 bits of network that an IPv6 address is in. Rates are the long
 * run, bursts what may come at once; a rate of 0 lifts its limit.
 */
export interface AddressLimits {
  /** Connections at once, WebSockets and transfers included: an office behind one address. */
  readonly addressConnectionsMax: number;
  /** New connections per second: an office comes back within seconds, a flood does not come in. */
  readonly addressConnectsPerSecond: number;
  /** See `addressConnectsPerSecond`. */
  readonly addressConnectsBurst: number;
  /** Logins per second: each is told to a room, and a hundred names at once are no household. */
  readonly addressLoginsPerSecond: number;
  /** See `addressLoginsPerSecond`. */
  readonly addressLoginsBurst: number;
  /** Messages per second of all users there together: five who talk as fast as one may. */
  readonly addressMessagesPerSecond: number;
  /** See `addressMessagesPerSecond`. */
  readonly addressMessagesBurst: number;
  /** Messages per second into one room of all users there together: a little more than one of them may. */
  readonly addressRoomMessagesPerSecond: number;
  /** See `addressRoomMessagesPerSecond`. */
  readonly addressRoomMessagesBurst: number;
  /** Places in rooms of all users there together: five who are in as many rooms as one may be. */
  readonly addressPlacesMax: number;
}

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
export interface Limits extends AddressLimits, QuotaLimits {
  /** Largest frame body accepted, in bytes. */
  readonly frameBytesMax: number;
  /** Time from connecting to being logged in, in ms: a person types a name, a machine needs one round trip. */
  readonly loginMsMax: number;
  /** Messages a user may send per second in the long run; 0 lifts the limit. */
  readonly messagesPerSecond: number;
  /** Messages a user may send at once after a pause: a pasted paragraph, not a book. */
  readonly messagesBurst: number;
  /** Bytes that may wait for one member before it is cut off: half a minute of a very busy room. */
  readonly lagBytesMax: number;
  /** Bytes that may be held for connections in all; above, those who cost most are let go. */
  readonly memoryBytesMax: number;
  /** How long a frame may take from its first byte to its last, in ms: the slowest line brings a message in a second. */
  readonly frameMsMax: number;
  /** Connections at once; above it, `busy`. */
  readonly connectionsMax: number;
  /** Silence after which a peer is asked for a sign of life, in ms. */
  readonly silenceMsBeforePing: number;
  /** Silence after which a peer counts as gone, in ms: two pings' worth of doubt. */
  readonly silenceMsMax: number;
  /** Silence after which a client that speaks text may have to give up its place when places are short, in ms. */
  readonly silentTextMsMin: number;
  /** Time to tell everybody and flush at shutdown, in ms: less than what service managers wait. */
  readonly drainMsMax: number;
  /** Largest file that may be offered, in bytes. No file is kept here, so there is none by default. */
  readonly fileBytesMax: number;
  /** How long an offer stands without an answer, in ms: the other one may be at lunch, not on holiday. */
  readonly offerMsMax: number;
  /** How long either side of a transfer may stand still, in ms: a train's tunnel, not a lost laptop. */
  readonly fileStallMsMax: number;
  /** How long a transfer's connection may take to come, in ms: what is not used in time is worth nothing. */
  readonly fileTokenMsMax: number;
  /** How long the first who accepts an offer to a room waits for others, in ms: one reading serves them all. */
  readonly fileGatherMs: number;
  /** Transfers that move bytes at once: each holds less than 1 MiB. */
  readonly transfersMax: number;
  /** People to whom a user may offer files per second in the long run; 0 lifts the limit. Each of them is disturbed. */
  readonly offeredPerSecond: number;
}

/** The defaults, except for what depends on process and machine (see `descriptors.ts` and `memory_watch.ts`). */
export const LIMITS_DEFAULT: Omit<Limits, "connectionsMax" | "memoryBytesMax"> = {
  frameBytesMax: FRAME_BYTES_DEFAULT,
  loginMsMax: 10_000,
  messagesPerSecond: 20,
  messagesBurst: 40,
  addressConnectionsMax: 100,
  addressConnectsPerSecond: 20,
  addressConnectsBurst: 200,
  addressLoginsPerSecond: 10,
  addressLoginsBurst: 100,
  addressMessagesPerSecond: 100,
  addressMessagesBurst: 200,
  addressRoomMessagesPerSecond: 20,
  addressRoomMessagesBurst: 60,
  addressPlacesMax: 1_000,
  userBytesPerDay: 64 << 20,
  userRoomsPerDay: 50,
  userPairsPerDay: 200,
  addressBytesPerDay: 256 << 20,
  addressRoomsPerDay: 200,
  addressPairsPerDay: 1_000,
  lagBytesMax: 8 << 20,
  frameMsMax: 30_000,
  silenceMsBeforePing: 60_000,
  silenceMsMax: 120_000,
  silentTextMsMin: 600_000,
  drainMsMax: 5_000,
  fileBytesMax: Number.MAX_SAFE_INTEGER,
  offerMsMax: 600_000,
  fileStallMsMax: 30_000,
  fileTokenMsMax: 30_000,
  fileGatherMs: 2_000,
  transfersMax: 256,
  offeredPerSecond: 20,
};

/** Users and addresses whose day is remembered: 40 MB. More cannot have come in by the limits on logins. */
export const QUOTA_PAYERS_MAX = 100_000;
/** How often it is looked who has earned everything back, in ms. */
export const QUOTA_SWEEP_MS = 60_000;

/** Addresses without limits: this machine's own. A proxy, a bridge, a bench and a test are many clients. */
export const EXEMPT_DEFAULT: readonly string[] = ["127.0.0.0/8", "::1"];
/** The limits of an address that is exempt. */
export const LIMITLESS: AddressLimits = {
  addressConnectionsMax: Infinity,
  addressConnectsPerSecond: 0,
  addressConnectsBurst: 1,
  addressLoginsPerSecond: 0,
  addressLoginsBurst: 1,
  addressMessagesPerSecond: 0,
  addressMessagesBurst: 1,
  addressRoomMessagesPerSecond: 0,
  addressRoomMessagesBurst: 1,
  addressPlacesMax: Infinity,
};
/** Addresses whose spending is remembered while nobody is connected from there: 20 MB, looked through once a second. */
export const ADDRESSES_REMEMBERED_MAX = 20_000;
/** Rooms of which an address's spending is remembered: what all its users may say in the time that a bucket takes to fill. */
export const ADDRESS_ROOM_BUCKETS_MAX = 1_000;
/** How often the log tells at most that connections of an address were turned away, or that it guesses, in ms. */
export const ADDRESS_TOLD_MS = 10_000;
/** How late a wrong operator token is answered, in ms: who mistypes does not mind, who guesses has to hold a place. */
export const GUESS_ANSWER_MS = 1_000;
/** Wrong operator tokens per second and address after which none is looked at: nobody mistypes so often. */
export const ADDRESS_GUESSES_PER_SECOND = 0.2;
/** The same, at once. */
export const ADDRESS_GUESSES_BURST = 5;

/** Largest frame body that is parsed without a look at its structure, in bytes: so few hold few values. */
export const FRAME_BYTES_PLAIN: number = 8 << 10;
/** Values in a larger one at most: who resumes two hundred rooms names four hundred. */
export const FRAME_VALUES_MAX = 2_000;
/** Well-framed frames in a row that may be no message before the connection ends. */
export const BAD_FRAMES_MAX = 10;

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

/** Rooms that a page of the list of rooms names: some 10 kB, or 200 kB when each has the longest topic. */
export const ROOMS_LISTED_MAX = 200;
/** Users that a page of a list of users names: some 10 kB. */
export const USERS_LISTED_MAX = 500;

/** Rooms that one user may be in: more than a person can follow. */
export const ROOMS_PER_USER_MAX = 200;
/** Rooms at once that somebody is in: each costs a log chunk; fifty addresses cannot take them all. */
export const ROOMS_MAX = 50_000;

/** Stored rooms that are listed from the start, the latest first; each other one when somebody comes into it. */
export const ROOMS_AT_START_MAX = 1_000;

/** Share of a store's size at which new words are refused: what is left is for deleting and compacting. */
export const STORE_FULL_SHARE = 0.95;
/** Share at which the oldest messages begin to go, well before anybody is refused. */
export const STORE_TIGHT_SHARE = 0.9;
/** Share down to which they go then, so that it is not begun anew with each message. */
export const STORE_SHRUNK_SHARE = 0.85;
/** Share of the disk that is left to others and to what must go on. */
export const DISK_RESERVE_SHARE = 0.05;
/** The same in bytes at most: of a large disk 5 % would be left without use. */
export const DISK_RESERVE_BYTES_MAX: number = 1 << 30;
/** Bytes that a stored message takes beside its body: the record's header, its padding, its row in a hint. */
export const RECORD_BYTES_ABOUT = 60;
/** Segments of which a store of limited size is made at least: the oldest goes as a whole. */
export const STORE_SEGMENTS_MIN = 32;
/** Smallest segment of such a store, in bytes: each is a file and a row of the manifest. */
export const STORE_SEGMENT_BYTES_MIN = 62_500;
/** Smallest size that a store can be held to, in bytes. */
export const STORE_BYTES_MIN: number = STORE_SEGMENTS_MIN * STORE_SEGMENT_BYTES_MIN;
/** How often it is looked for messages that are too old, in ms at most. */
export const RETAIN_LOOK_MS_MAX = 600_000;
/** And so many times within the time that messages are kept: none is kept longer by more than a hundredth. */
export const RETAIN_LOOKS = 100;

/** Requests other than messages (lists, history, joins) per second and user, when rates are limited. */
export const REQUESTS_PER_SECOND = 100;
/** The same, at once. */
export const REQUESTS_BURST = 200;

/**
 * How long an `id` is remembered while the server runs, in ms: a client that repeats without looking first, as one
 * may by the protocol, was seldom away for longer. Who was must settle what it sent from what it missed.
 */
export const RECENT_ID_MS = 600_000;
/** Ids remembered of all users: 24 MB, and 870 messages a second for `RECENT_ID_MS`. One user has a quarter at most. */
export const RECENT_IDS_MAX: number = 512 << 10;

/** Rooms whose topic is known though nobody is there, when nothing is stored on disk. */
export const MEMORY_TOPICS_MAX = 10_000;
/** Messages kept per stream when nothing is stored on disk. */
export const MEMORY_MESSAGES_MAX = 10_000;
/** Bytes kept per stream when nothing is stored on disk: 10,000 messages of the usual size are 3 MB. */
export const MEMORY_BYTES_MAX: number = 16 << 20;

/** What a stream costs in memory beside its messages, in bytes: its name, and its places in two maps. */
export const MEMORY_STREAM_BYTES = 600;
/** What a message costs there beside its bytes: the object, and the memory that is its own. */
export const MEMORY_MESSAGE_BYTES = 200;
/** Streams that were forgotten there and whose seqs go on all the same: 10 MB of names and numbers. */
export const MEMORY_HEADS_MAX = 100_000;
/** Bytes kept of all streams then: pairs who whisper are many, and names come from strangers. */
export const MEMORY_BYTES_TOTAL_MAX: number = 256 << 20;

/**
 * Reads of the store for one page at most: each read that meets damage is followed by one behind it, and twenty pages'
 * worth of damaged messages in a row are enough for one answer.
 */
export const PAGE_READS_MAX = 20;

/** Whispers of a pair of names that are looked at for one page of what is the asker's own: four full pages. */
export const WHISPERS_LOOKED_AT_MAX = 2_000;
/** Bytes of messages that are read at start to know their ids again: half a million short ones, in about a second. */
export const RECENT_READ_BYTES_MAX: number = 128 << 20;
/** Longest topic of a room, in UTF-16 units: it must fit into a status line. */
export const TOPIC_CHARS_MAX = 200;

/** How often an operator may ask how things stand, per second: as often as a chart is drawn. */
export const INSPECTIONS_PER_SECOND = 1;
/** The same, at once: a timer that is a little early is no offence. */
export const INSPECTIONS_BURST = 2;
/** Connections that an `Inspection` lists at most: with their rooms they stay well below a frame's limit. */
export const INSPECTED_CONNECTIONS_MAX = 2_000;
/** Rooms that it names of each of them at most; the count is exact all the same. */
export const INSPECTED_ROOMS_MAX = 20;
/** Rooms whose own counts an `Inspection` tells at most: five screens of a list, 20 kB. */
export const INSPECTED_BUSY_ROOMS_MAX = 100;
/** Shortest operator token, in characters: nobody guesses so many. */
export const OPERATOR_TOKEN_CHARS_MIN = 16;

/** How often the event loop's delay is measured, in ms: a stall that people notice is not missed. */
export const LOOP_TICK_MS = 50;
/** How long one message is followed to its members, in ms: who takes longer is slow, and counts as this. */
export const FANOUT_MS_MAX = 10_000;
/** Rest between two messages that are followed, in ms for each member: what following costs is a trifle of it. */
export const FANOUT_REST_MS_PER_MEMBER = 0.1;

/** Largest head of an HTTP request, in bytes: a browser's with cookies fits. */
export const HTTP_HEAD_BYTES_MAX: number = 8 << 10;
/** How long an HTTP request may take, from connecting to the end of the answer, in ms. */
export const HTTP_MS_MAX = 5_000;
/** HTTP requests at once, WebSockets that are established not counted; above, the slowest is closed. */
export const HTTP_REQUESTS_MAX = 32;
/** How long the head of an HTTP request may take to come, in ms: it is one packet. */
export const HTTP_HEAD_MS_MAX = 2_000;
/** How often a store that failed is tried again for `/healthz`, in ms. */
export const HEALTH_TRY_MS = 1_000;
/** How long a failed store may take to answer `/healthz`, in ms: who asks must have an answer before `HTTP_MS_MAX`. */
export const HEALTH_TRY_WAIT_MS = 1_000;
/** How long the disk may owe the store an answer, in ms, before the server is ill: the worst healthy disks take one second. */
export const STORE_PENDING_MS_MAX = 5_000;
/** Bytes that are made WebSocket messages at once: one message at least, however large. */
export const WEB_SOCKET_WRITE_BYTES: number = 64 << 10;

/** First and largest read buffer of a connection, in bytes: idle ones are many, busy ones few. */
export const READ_BYTES_FIRST = 512;
/** See `READ_BYTES_FIRST`. */
export const READ_BYTES_MAX: number = 64 << 10;
/** Read buffer of a connection that carries a file, in bytes: fewer turns of the event loop per byte. */
export const FILE_READ_BYTES: number = 256 << 10;
/** While a connection carries a file, so many times more may wait for it: it cannot be told meanwhile. */
export const HELD_LAG_FACTOR = 4;
/** Open offers of one user: more than a person keeps in mind. */
export const OFFERS_PER_USER_MAX = 32;
/** People to whom a file can be offered at once: each answers, and each answer is told. */
export const OFFERED_USERS_MAX = 1_000;
/** People whose answers one user may wait for at once, over all its offers: 100 bytes each. */
export const INVITED_PER_USER_MAX = 2_000;
/** Files that one user may have accepted and not got at once: twice what our clients take at once. */
export const ACCEPTED_PER_USER_MAX = 128;
/** Bytes per second below which a transfer gives way to another one when all places are taken: half a modem's. */
export const FILE_BYTES_PER_SECOND_MIN: number = 1 << 10;
/** Span of time over which that is measured, in ms: a short rest is no offence. */
export const FILE_RATE_SPAN_MS = 15_000;
/** Transfers remembered whose receivers may still say that they have the file: 300 bytes each. */
export const ARRIVALS_MAX = 10_000;
/** How long they are remembered, in ms: a slow disk still has to write what lies in sockets. */
export const ARRIVAL_MS_MAX = 600_000;
/** Shortest time between two words to a sender about one receiver's progress, in ms: as often as a bar is drawn. */
export const PROGRESS_MS_MIN = 200;
/** Longest file name, in bytes of UTF-8: what file systems take. */
export const FILENAME_BYTES_MAX = 255;

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

/** Longest text line, in bytes: a message and a command word before it. */
export const LINE_BYTES_MAX: number = 10 << 10;

/** Share of all places that are kept free of silent text clients: so many may come at once and find one. */
export const PLACES_SPARE_SHARE = 0.05;
/** How long a connection that has not logged in keeps its place at least when all are taken, in ms: a slow round trip. */
export const PENDING_LOGIN_MS_MIN = 2_000;
/** How often it is added up what is held, in ms: what comes meanwhile is bounded by what connections may send. */
export const MEMORY_CHECK_MS = 250;
/** What a connection holds that does nothing, in bytes: its objects here and in the runtime. */
export const CONNECTION_BYTES: number = 8 << 10;
/** What an offer of a file holds, in bytes, with its names and tokens. */
export const OFFER_BYTES: number = 2 << 10;
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
/** Descriptors kept for what is neither client nor segment: listeners, lock, log, compaction, the runtime itself. */
export const DESCRIPTORS_OF_RUNTIME = 48;
/** The limit of descriptors that is assumed when it cannot be learned: the smallest that is usual. */
export const DESCRIPTORS_ASSUMED = 1_024;
/** Connections at most, however many descriptors there are: one process and one core serve them all. */
export const CONNECTIONS_LIMIT = 100_000;
