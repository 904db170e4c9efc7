/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * What the kernel side and the reader agree on about the lives of TCP connections. `observe/conn.ts` is the mirror; a test
 * compiles this file and compares each offset. As in event.h nothing in here can hold a byte of payload.
 */
#ifndef CHAT_OBSERVE_CONN_H
#define CHAT_OBSERVE_CONN_H

enum conn_kind {
	CONN_CONNECT = 0,        /* a connection that the process opened stands */
	CONN_FAILED = 1,         /* one that it wanted to open does not come to stand */
	CONN_ACCEPT = 2,         /* the process uses one for the first time that was opened by the other end */
	CONN_CLOSE = 3,          /* TCP has closed it for good */
	CONN_RETRANSMIT = 4,     /* a segment was sent again */
	CONN_RESET_SENT = 5,     /* it was broken off from here */
	CONN_RESET_RECEIVED = 6, /* it was broken off by the other end */
	CONN_KINDS = 8,
};

/* One of the two ends. */
enum side { SIDE_UNKNOWN = 0, SIDE_HERE = 1, SIDE_THERE = 2 };

struct conn_event {
	u64 ts_ns;        /*  0 CLOCK_MONOTONIC */
	u64 socket;       /*  8 the socket's cookie */
	u64 lasted_ns;    /* 16 connect, failed: since it was begun; accept, close: since it stood; 0 unknown */
	u64 sent;         /* 24 bytes that TCP has sent, each counted once */
	u64 received;     /* 32 bytes that TCP has received, read or not */
	u32 pid;          /* 40 thread group, in the observer's pid namespace */
	s32 error;        /* 44 the socket's error (errno); 0 none */
	u32 retransmits;  /* 48 segments sent again, so far */
	u32 rtt_us;       /* 52 smoothed round trip; 0 unknown */
	u16 family;       /* 56 */
	u16 local_port;   /* 58 host byte order */
	u16 remote_port;  /* 60 */
	u8 kind;          /* 62 enum conn_kind */
	u8 opened_by;     /* 63 enum side */
	u8 closed_by;     /* 64 enum side; close only */
	u8 pad[7];
	u8 local[16];     /* 72 network byte order; IPv4 in the first four */
	u8 remote[16];    /* 88 */
	char comm[16];    /* 104 of the process */
};
_Static_assert(sizeof(struct conn_event) == 120, "conn_event");

/* Value of the map `conn_totals`. */
struct conn_totals {
	u64 kinds[CONN_KINDS]; /*  0 by enum conn_kind */
	u64 produced;          /* 64 events that were to be told */
	u64 lost;              /* 72 of these, refused by a full ring */
};
_Static_assert(sizeof(struct conn_totals) == 80, "conn_totals");

#endif
