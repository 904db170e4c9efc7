/**
 * The dashboard's limits, each with its unit and reason.
 *
 * @module
 */

/** Milliseconds between two sets of figures: what a person can still follow, and a kernel snapshot's interval. */
export const SECOND_MS = 1_000;
/** Seconds that can be looked back on: 15 minutes, the time after which somebody asks "what was that just now?". */
export const SECONDS_MAX = 900;
/** Seconds in one message to a page that has just come: about 200 kB each. */
export const SECONDS_PER_MESSAGE = 60;
/** Users with figures of their own in one second; those with less traffic are summed up. */
export const PEOPLE_PER_SECOND_MAX = 24;
/** Rooms with figures of their own in one second; all others are summed up. */
export const ROOMS_PER_SECOND_MAX = 12;
/**
 * Bytes that wait for a user from which on they may be slow: a quarter of a second of a very busy room, and a hundredth of
 * what gets them cut off. They are when it is also more than they took in this second, so that a fast receiver of a
 * file, whose buffers are always full, is not.
 */
export const SLOW_BYTES: number = 64 << 10;
/** Users whose sums are kept since the start, and sockets whose user is remembered: 100 B each. */
export const PEOPLE_MAX = 10_000;

/** Characters of a name or an address that a server may report: names have 32, and each second that is kept holds some. */
export const REPORTED_CHARS_MAX = 128;

/** Marks that are told in one second: what happens more often is counted in one, and marks of operators wait for the next. */
export const MARKS_PER_SECOND_MAX = 8;
/** Marks that wait to be told: twice what a server tells at once. A hostile one could tell any number, of which the newest count. */
export const MARKS_WAITING_MAX = 64;
/** Characters of a mark that are told: a server takes 200, and a hostile one could tell any number. */
export const MARK_CHARS_TOLD_MAX = 200;

/** Calls that are kept for a look at an area of the heat map: 10 MB, a second at 50,000 calls a second. */
export const CALLS_MAX = 50_000;
/** Slowest calls that are kept of each second, latency and slot: who was it, and was it one of many. */
export const CALLS_PER_CELL_MAX = 2;
/** The same in all: a quarter of an hour with 15 slots in use by each latency, some 40 MB. With more it reaches less far back. */
export const SLOWEST_CALLS_MAX = 81_000;
/** Calls listed for one area: more than anybody reads. */
export const CALLS_LISTED_MAX = 200;

/** Milliseconds before another look for an observer that is not there; doubled each time. */
export const KERNEL_RETRY_MS = 500;
/** The same at most: who has just started one sees it on the page within a look at the terminal and back. */
export const KERNEL_RETRY_MS_MAX = 5_000;

/** Pages at once. One person has a few. */
export const PAGES_MAX = 32;
/** Longest password that a page may send, in UTF-16 units: above what a server takes. */
export const PASSWORD_ASKED_CHARS_MAX = 1_024;
/** Characters of a name that a page asks about, each of 32 at most four in UTF-16 with its marks. */
export const NAME_ASKED_CHARS_MAX = 128;
/** Rooms that pages are told of: they ask of each who is in it and what was said, and a server lets nobody into as many. */
export const ROOMS_TOLD_MAX = 256;
/** Characters of one request of a page: 8 KiB of content, every byte of it escaped as `\u0000`. */
export const REQUEST_CHARS_MAX = 65_536;
/** Answers that wait for a page above which it is closed: its browser does not read, and goes on asking. */
export const ANSWERS_WAITING_MAX = 1_000;
/** Requests of one page that wait for their answers, or whose answers wait for the page. */
export const REQUESTS_OPEN_MAX = 64;
/** Requests a second and at once that a page may make: typing and scrolling make ten. */
export const REQUESTS_PER_SECOND_MAX = 100;

/** Milliseconds for which what is to be told to a page is gathered: two frames of its screen. */
export const GATHER_MS = 33;
/** Milliseconds from one message to a page to the next where there is always something: what people still take for at once. */
export const GATHER_BUSY_MS = 100;
/** Bytes on their way to a page above which nothing more is given to it. */
export const PAGE_BUFFER_BYTES_MAX = 262_144;
/** Chat events that wait for a slow page: two seconds of a very busy room. After that it reads the history. */
export const CHAT_EVENTS_MAX = 2_000;
/** Seconds that wait for a slow page; the oldest go. An observer's longest interval completes 60 at once. */
export const SECONDS_WAITING_MAX = 90;
/** Conversations of whispers that a new page is told of. */
export const PARTNERS_MAX = 64;

/** Rooms and conversations of which it is known how far they are read: more than a server remembers for an account. */
export const POSITIONS_MAX = 512;

/** Seconds between two measurements of the round trip: seldom enough to count as nothing. */
export const PING_EVERY = 5;
/** Milliseconds between two questions to a server that gives no figures by itself. */
export const ASK_MS = 2_000;
/** Milliseconds for which an answer says how the server stands: until the next one is due, and a little. */
export const REPORT_GOOD_MS = 2_200;

/** Files of one page that are offered at once: more than anybody drops in one go and still wants to look after. */
export const FILE_OFFERS_PER_PAGE_MAX = 8;
/** Files of all pages that are offered at once. The server takes 32 of one user. */
export const FILES_OFFERED_MAX = 24;
/** Files that all pages save at once: they may be one browser's, which opens six connections to one address, and some have to stay free. */
export const FILES_TAKEN_MAX = 3;
/** Offers of others that are remembered without an answer: some 300 B each, for every page. */
export const FILES_UNANSWERED_MAX = 200;
/** Characters of an offer's texts together, its sender and room apart; a server's frame could hold millions. */
export const FILE_OFFER_CHARS_MAX = 4_096;
/** Bytes of an announced file: as far as numbers are exact. What the server takes at most it says itself. */
export const FILE_BYTES_MAX: number = Number.MAX_SAFE_INTEGER;
/** Characters of an announced file's name: file systems take 255 bytes. */
export const FILE_NAME_CHARS_MAX = 255;
/** Milliseconds for which a path waits to be used; a browser does it at once. */
export const FILE_PATH_MS_MAX = 30_000;
/** Milliseconds for which a file waits for somebody to come back, or for a browser that takes nothing. */
export const FILE_IDLE_MS_MAX = 600_000;
/** Milliseconds for which a page may send nothing of a file. The server cuts off whoever stands still for as long. */
export const UPLOAD_IDLE_MS_MAX = 30_000;
/** Milliseconds between two words about a file that moves: as often as a number can be read. */
export const FILE_TOLD_MS = 250;
