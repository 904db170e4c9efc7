/**
 * The store's numbers, each with its unit and its reason.
 *
 * What is part of the format on disk (sizes of headers, the largest body) must not change without a new
 * format version; the rest may be tuned.
 *
 * @module
 */

/** Version of the format on disk. */
export const FORMAT_VERSION = 1;

/** Records start at multiples of this many bytes, so a search after damage tries an eighth of all positions. */
export const GRID_BYTES = 8;

/** Largest body of one record in bytes: a damaged length above it is known to be damaged at once. */
export const BODY_BYTES_MAX: number = 16 << 20;

/** Longest stream name or key in bytes of UTF-8: names are held in memory. */
export const NAME_BYTES_MAX = 512;

/** Records in one all-or-nothing batch at most: the countdown in a record is 16 bits, and a batch lies in one group. */
export const BATCH_RECORDS_MAX = 16_384;

/** Bytes of one batch at most: it must fit into a group beside nothing else. */
export const BATCH_BYTES_MAX: number = 17 << 20;

/** Records that may wait for the disk before `append` refuses with `busy`: applying them takes about 6 ms. */
export const PENDING_RECORDS_MAX = 65_536;

/**
 * A segment in bytes, after which the next one is begun: small enough that scanning the one without a
 * hint costs a tenth of a second, large enough that 10 million messages are 40 files.
 */
export const SEGMENT_BYTES_DEFAULT: number = 64 << 20;

/** Room that is made ahead of the log at once, in bytes: for four thousand messages, and a sync that is a millisecond longer. */
export const AHEAD_BYTES: number = 1 << 20;

/** Share of a segment that it takes at most: with a limit for the store, segments are small. */
export const AHEAD_SHARE: number = 1 / 16;

/** Least room that is worth a write of its own, in bytes: a block of the file system. In smaller segments there is none. */
export const AHEAD_BYTES_MIN = 4096;

/** Bytes of it that are written at once: they are kept in memory. */
export const AHEAD_WRITE_BYTES: number = 64 << 10;

/** Smallest segment that may be asked for, in bytes: tests want many segments. */
export const SEGMENT_BYTES_MIN = 256;

/** Largest segment that may be asked for, in bytes: offsets then stay below 2^31 even with one group more. */
export const SEGMENT_BYTES_MAX: number = 1 << 30;

/**
 * Bytes by which a segment may grow beyond its size while the next one cannot be made: three full groups. Behind that
 * writes are refused, so that no opening meets a file that it cannot take.
 */
export const SEGMENT_OVER_BYTES_MAX: number = 64 << 20;

/** Bytes of a segment file at most: the largest segment, and what it may grow beyond that. Repair reads no more of a file. */
export const SEGMENT_FILE_BYTES_MAX: number = SEGMENT_BYTES_MAX + SEGMENT_OVER_BYTES_MAX;

/** How often the next segment is tried for in the background while it cannot be made, in ms: a person does not notice. */
export const SPARE_TRY_MS = 1_000;

/**
 * Bytes that may wait for the disk before `append` refuses with `busy`: one flush of them is written in
 * about 5 ms, the longest that the store may hold the event loop.
 */
export const PENDING_BYTES_MAX: number = 20 << 20;

/** First size of a group's buffer in bytes; it doubles when the load asks for it. */
export const GROUP_BYTES_FIRST: number = 64 << 10;

/** A group's buffer above this many bytes is given back after use, so that one burst is not held for ever. */
export const GROUP_BYTES_KEPT: number = 4 << 20;

/** Entries per block of the location index: one block is one array lookup. */
export const BLOCK_ENTRIES = 64;

/** Entries of the small block with which a stream begins: most streams stay shorter, and 64 × 6 bytes each add up. */
export const SMALL_BLOCK_ENTRIES = 8;

/** Blocks per slab of the location index: a slab of 400 kB is allocated in microseconds and grows without copying. */
export const SLAB_BLOCKS = 1024;

/** Bytes read ahead for a record whose length is not known yet: most records need one read then. */
export const READ_AHEAD_BYTES = 4096;

/** Two records closer than this many bytes are fetched by one read: copying 16 KiB costs less than a second call. */
export const READ_GAP_BYTES: number = 16 << 10;

/** One read fetches at most this many bytes, so that a page of large bodies comes in steps. */
export const READ_EXTENT_BYTES: number = 1 << 20;

/**
 * Reads of one page that run at the same time: a page of old messages may be spread over as many segments as it has
 * messages, and each read holds a descriptor. A disk is busy with fewer.
 */
export const READS_AT_ONCE_MAX = 8;

/** Milliseconds that a page may read on the event loop before the rest of it goes to threads: 300 cached reads take less, some reads of the disk more. */
export const READ_NOW_MS_MAX = 1;

/** A read on the event loop that takes longer than so many milliseconds has waited for a disk; one of the page cache takes 0.005. */
export const READ_WAITED_MS = 0.05;

/** Reads that the disk is told of at once when one has waited: each takes the kernel 12 µs, so 64 hold the event loop for 0.8 ms. */
export const READS_TOLD_MAX = 64;

/**
 * Milliseconds that the first record of a group waits for others that come in at the same moment: as long as it takes to hear
 * some sixty of them. When nobody else speaks it is far less: one look at what has come in.
 */
export const GATHER_MS_MAX = 0.5;

/** Messages in one page at most: a page is held in memory whole. */
export const PAGE_LIMIT_MAX = 10_000;

/** Bytes of a segment read at once while it is scanned: compacting them holds the event loop for about 1 ms. */
export const SCAN_CHUNK_BYTES: number = 128 << 10;

/** Bytes of the log read at once when it is read from its end: some thousand messages, a millisecond of checksums. */
export const NEWEST_PIECE_BYTES: number = 1 << 20;

/** Segment files open for reading at most; the least recently used is closed. */
export const OPEN_FILES_MAX = 64;

/** Share of the files that a process may have open which segments take at most: the rest is for everything else. */
export const OPEN_FILES_SHARE = 0.25;

/**
 * Segment files that a reader beside a writer keeps open at most, so that compaction cannot take them away: 16 GiB of
 * segments, and a quarter of the 1,024 descriptors that a process usually has.
 */
export const READER_FILES_MAX = 256;

/** How often a store that was opened on a full disk tries whether there is room, in ms: a person does not notice. */
export const FULL_TRY_MS = 1_000;

/** Room that is tried for then, in bytes: a new segment with the unproved end of the last one, and a manifest. */
export const FULL_PROBE_BYTES: number = 256 << 10;

/** Times that one call is made again when it is interrupted: signals do not come so often. */
export const INTERRUPTIONS_MAX = 100;

/** Times that a file is opened when something else has its name each time: a tool may put a copy in its place meanwhile. */
export const OPEN_TRIES_MAX = 10;

/** Times that the lock is tried for when somebody removes its file meanwhile. */
export const LOCK_TRIES_MAX = 10;

/** Segments that a store can hold: their numbers are 16 bits in the index, less the marks. 65,000 × 64 MiB are 4 TiB. */
export const SEGMENTS_MAX = 65_000;

/** Bytes of a manifest at most: its header, a row for each segment, and the checksum. */
export const MANIFEST_FILE_BYTES_MAX: number = 56 + 32 * SEGMENTS_MAX + 4;

/** Bytes of a hint for each byte of its segment at most: 68 for the 80 that a stream and its first message take. */
export const HINT_SHARE_MAX = 1;

/** Bytes of a hint beside that at most: its header and checksum, roomy. */
export const HINT_BASE_BYTES_MAX = 1024;

/**
 * Largest number of a segment or manifest: 32 bits in their headers, less a margin, so that counting on never wraps. Files
 * with a larger one are not the store's.
 */
export const FILE_NUMBER_MAX: number = 0xffff_ffff - (1 << 24);

/**
 * Numbers between a known file and the next that is believed to be the store's: compaction takes one now and then, and
 * one that a full disk stops takes one a try. A file that is farther off is a stranger's.
 */
export const FILE_NUMBER_STEP_MAX = 10_000;

/**
 * Bytes of checksum work that the search after an invalid record may spend: text that imitates records
 * could make it quadratic otherwise. When the budget is spent the store refuses to guess.
 */
export const RESYNC_CHECKSUM_BYTES_MAX: number = 1 << 30;

/** Pairs of records that contradict each other of which repair tells the places: the rest is counted, as thousands say no more. */
export const RIVALS_TOLD_MAX = 100;

/** Bytes a second that background compaction writes at most: a small part of any disk's rate. */
export const COMPACT_BYTES_PER_SECOND: number = 16 << 20;

/** Share of dead records above which a segment is worth compacting: below it more is copied than freed. */
export const COMPACT_DEAD_SHARE = 0.5;

/** Segments below this share of the segment size are joined with their neighbours. */
export const COMPACT_SMALL_SHARE = 0.25;

/** Share of dead records above which a segment is compacted when space is short: less is freed than read, but it is freed. */
export const SHRINK_DEAD_SHARE = 0.2;

/** Drops that retention writes together: a group of 50 kB, and the disk syncs once for them. */
export const RETAIN_DROPS_MAX = 1_000;

/** Seqs that one drop record covers at most: applying it then holds the event loop for under a millisecond. */
export const DROP_SEQS_MAX = 65_536;

/** Largest seq: 32 bits in a record, and one more must fit beside it, which says where a stream goes on. */
export const SEQ_MAX = 0xffff_fffe;

/** Latest time of a record, in ms since 1970: 48 bits. */
export const TIME_MAX: number = 2 ** 48 - 1;

/** Index entries that a loop handles before it lets the event loop turn: under 1 ms of work. */
export const SLICE_ENTRIES = 16_384;

/**
 * Streams that a store takes on at most: each costs about 400 bytes of memory while the store is open, 420 MB in all.
 * It is checked before anything is written, so a store that is full of streams goes on with those that it has.
 */
export const STREAMS_MAX: number = 1 << 20;

/** Streams whose numbers follow each other that share a page of the table: 32 kB. */
export const SLOTS_PER_PAGE = 4096;

/** Largest number that a stream can have: 32 bits in a record. A million new ones a day reach it in eleven years. */
export const SLOT_MAX = 0xffff_ffff;
