/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * What the kernel side and the reader agree on. `observe/event.ts` and `observe/figures.ts` are the mirrors; a test
 * compiles this file and compares each offset.
 *
 * Fixed widths, explicit padding, little-endian, sizes asserted. Nothing in here can hold a byte of payload.
 */
#ifndef CHAT_OBSERVE_EVENT_H
#define CHAT_OBSERVE_EVENT_H

/* Directions index the arrays below. */
enum op { OP_SEND = 0, OP_RECV = 1, OPS = 2 };

/* Through what the call came in: the system call, or for calls with none that we know the TCP function. */
enum function {
	F_UNKNOWN = 0,
	F_SENDTO, F_RECVFROM, F_SENDMSG, F_RECVMSG, F_SENDMMSG, F_RECVMMSG,
	F_WRITE, F_READ, F_WRITEV, F_READV,
	F_TCP_SENDMSG, F_TCP_RECVMSG,
	F_SENDFILE, F_SPLICE, F_IO_URING,
	F_PREADV2, F_PWRITEV2,
	FUNCTIONS = 18,
};

/* What is known of an event. */
enum {
	HAS_DURATION = 1, /* duration_ns was measured */
	HAS_DELAY = 2,    /* delay_ns was measured */
	HAS_OFFSET = 4,   /* offset holds: TCP */
	HAS_FD = 8,       /* fd and requested hold */
};

/* One call that moved bytes or failed. 112 bytes; the ring puts 8 before it. */
struct io_event {
	u64 ts_ns;       /*  0 CLOCK_MONOTONIC when the call was done */
	u64 socket;      /*  8 the socket's cookie: unique until the machine restarts; 0 unknown */
	u64 offset;      /* 16 position in the TCP stream of the first byte moved */
	u64 duration_ns; /* 24 from entry to exit */
	u64 delay_ns;    /* 32 from the arrival of the oldest of these bytes to this read */
	s32 result;      /* 40 bytes moved, or a negative errno */
	u32 requested;   /* 44 bytes that the caller asked for */
	s32 fd;          /* 48 */
	u32 inode;       /* 52 the socket's: `socket:[N]` of /proc/PID/fd; 0 unknown */
	u32 pid;         /* 56 thread group, in the observer's pid namespace */
	u32 tid;         /* 60 */
	u32 seq;         /* 64 number of the event on its CPU, for gaps */
	u16 cpu;         /* 68 */
	u8 op;           /* 70 enum op */
	u8 function;     /* 71 enum function */
	u16 family;      /* 72 AF_UNIX 1, AF_INET 2, AF_INET6 10; 0 unknown */
	u16 local_port;  /* 74 host byte order */
	u16 remote_port; /* 76 */
	u16 has;         /* 78 HAS_… */
	u8 local[16];    /* 80 network byte order; IPv4 in the first four */
	u8 remote[16];   /* 96 of AF_UNIX the other end's inode, as u32 */
};
_Static_assert(sizeof(struct io_event) == 112, "io_event");

/* One sync of a file that is over, told only where that is asked for. It is known by its length: 32 bytes; the ring puts 8 before it. */
struct sync_event {
	u64 ts_ns;       /*  0 CLOCK_MONOTONIC when it was done */
	u64 duration_ns; /*  8 from entry to exit */
	s32 result;      /* 16 0, or a negative errno */
	s32 fd;          /* 20 */
	u32 pid;         /* 24 thread group, in the observer's pid namespace */
	u32 tid;         /* 28 */
};
_Static_assert(sizeof(struct sync_event) == 32, "sync_event");

/* Log2 histogram of nanoseconds: slot 0 is below 2^8, slot i is [2^(i+7), 2^(i+8)), the last has no upper end. */
enum { SLOTS = 32, SLOT_SHIFT = 7 };

/* One direction of one socket. `slots` are modulo 2^32. */
struct flow {
	u64 calls;       /*  0 calls that moved bytes */
	u64 bytes;       /*  8 */
	u64 empty;       /* 16 calls with result 0: the stream's end, or nothing asked for */
	u64 again;       /* 24 calls that would have had to wait (-EAGAIN) */
	u64 errors;      /* 32 calls that failed otherwise */
	u64 timed;       /* 40 calls in `slots` */
	u64 duration_ns; /* 48 their sum */
	u32 slots[SLOTS];/* 56 */
};
_Static_assert(sizeof(struct flow) == 184, "flow");

/* Value of the map `sockets`, whose key is the socket's cookie (u64). */
struct socket_figures {
	struct flow flow[OPS]; /*   0 send, recv */
	u64 delayed;           /* 368 reads in `delays` */
	u64 delay_ns;          /* 376 their sum */
	u32 delays[SLOTS];     /* 384 arrival of its oldest byte to read */
	u64 aged;              /* 512 bytes read whose age is known */
	u64 age_us;            /* 520 the sum of their ages, in microseconds */
	u64 first_ns;          /* 528 first and last call seen */
	u64 last_ns;           /* 536 */
	/* What is not read, as of `looked_ns`, which is 0 when nothing ever waited: */
	u64 looked_ns;         /* 544 the reader's look that found something */
	u64 oldest_ns;         /* 552 when the oldest of it came; 0 unknown */
	u64 unread;            /* 560 bytes; of TCP only */
	u32 inode;             /* 568 */
	u32 pid;               /* 572 who called last; 0 nobody yet */
	u16 family;            /* 576 */
	u16 local_port;        /* 578 */
	u16 remote_port;       /* 580 */
	u8 protocol;           /* 582 IPPROTO_TCP 6, IPPROTO_UDP 17, … */
	u8 closed;             /* 583 1 when TCP has closed it: no more will come */
	u8 local[16];          /* 584 */
	u8 remote[16];         /* 600 as in io_event */
	/* TCP, as of the last call: */
	u32 rtt_us;            /* 616 smoothed round trip; 0 unknown */
	u32 retransmits;       /* 620 segments sent again */
	u32 unsent;            /* 624 bytes that wait in the send buffer */
	u32 unacked;           /* 628 bytes that are on their way */
};
_Static_assert(sizeof(struct socket_figures) == 632, "socket_figures");

/* The sum over all sockets: all of .bss, which the reader maps, so it is read live without a system call. */
struct total_flow {
	u64 calls, bytes, empty, again, errors, timed, duration_ns; /* 0 … 48 */
	u64 slots[SLOTS];      /* 56 */
};
_Static_assert(sizeof(struct total_flow) == 312, "total_flow");

struct totals {
	struct total_flow flow[OPS]; /*    0 */
	u64 delayed;                 /*  624 */
	u64 delay_ns;                /*  632 */
	u64 delays[SLOTS];           /*  640 */
	u64 aged;                    /*  896 bytes read whose age is known */
	u64 age_us;                  /*  904 the sum of their ages, in microseconds */
	u64 functions[FUNCTIONS];    /*  912 calls that moved bytes, by function */
	u64 produced;                /* 1056 events that were to be told */
	u64 lost;                    /* 1064 of these, refused by a full ring */
	u64 sockets_full;            /* 1072 calls whose socket had no room in the map: in the sums only */
	u64 strays;                  /* 1080 calls whose entry was not seen, so that their duration is unknown */
	/* What is not read. The reader sets the first and clears the others before each look: */
	u64 looked_ns;               /* 1088 when it looked last; 0 never */
	u64 oldest_ns;               /* 1096 when the oldest of it came; 0 nothing, or unknown */
	u64 unread;                  /* 1104 bytes of TCP */
	u64 armed;                   /* 1112 set to 1 by the reader when all is attached: nothing counts before */
};
_Static_assert(sizeof(struct totals) == 1120, "totals");

/* What the reader sets before loading (.rodata). */
enum scope { SCOPE_PROCESSES = 0, SCOPE_COMM = 1, SCOPE_CGROUP = 2, SCOPE_ALL = 3 };
enum { CGROUPS_MAX = 8, COMM_BYTES = 16 };
struct settings {
	u32 scope;             /*  0 enum scope: who is watched */
	u32 events;            /*  4 1: tell each call; 0: figures only */
	u32 entry_required;    /*  8 1: calls whose entry no probe saw are not counted */
	u32 wakeup;            /* 12 1: wake a waiting reader; 0: it looks by itself */
	u64 ns_device;         /* 16 the reader's pid namespace, both 0 for the first one */
	u64 ns_inode;          /* 24 */
	u32 self;              /* 32 the reader's process */
	u32 cgroup_count;      /* 36 */
	char comm[COMM_BYTES]; /* 40 */
};
_Static_assert(sizeof(struct settings) == 56, "settings");

#endif
