/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * When what is not read yet has come: a ring of marks for each socket.
 *
 *                 begin      end of mark 0        end of mark 1     arrived
 *   ── read ────────┤ came at head_ns │ later by marks[1].later │ … │ ── not here yet
 *
 * A mark says of a stretch of the stream when it came: so each byte has its own age when it is read, however much waits, and
 * a read of a part leaves the rest as old as it is. Positions of TCP are its sequence numbers; of other sockets they count
 * messages, since the kernel says no more of those.
 *
 * The ring is bounded, and a backlog is not. What comes within a 32nd of the age of the oldest joins the mark before it,
 * and when the ring is full its marks are joined by the same rule. A mark keeps the time of its first byte, so an age is never told too
 * low, and too high by at most 1/32 of what the oldest byte of that backlog had waited, and by 1 µs of rounding.
 *
 * Readers and senders meet here on different processors, so there is a lock. Everything inside of it is a few steps, but
 * for the joining, which walks the ring, and happens only when the oldest age has doubled since.
 */
#ifndef CHAT_OBSERVE_ARRIVALS_H
#define CHAT_OBSERVE_ARRIVALS_H

/* As many as fit into 1 KiB together with what the kernel keeps beside them. */
enum { MARKS = 112, AGE_SHIFT = 5, LATER_SHIFT = 10 };

struct mark {
	u32 end;   /* the position after the stretch */
	u32 later; /* when its first byte came, from the mark before, in 1,024 ns; at most 2^32 - 1 */
};

/* Whose descriptors a socket is among. */
enum holder { HOLDER_UNKNOWN = 0, HOLDER_WATCHED = 1, HOLDER_OTHER = 2 };

/* 936 bytes. Freed with its socket. */
struct arrivals {
	struct bpf_spin_lock lock;
	u8 known;       /* 1 when `arrived` holds */
	u8 opened_by;   /* enum side, as far as it was seen */
	u8 head;        /* place of the oldest mark */
	u8 count;
	u64 head_ns;    /* when the oldest mark's first byte came */
	u64 tail_ns;    /* the same of the newest */
	u32 begin;      /* position where the oldest mark begins */
	u32 arrived;    /* position after all that has come */
	u32 taken;      /* of messages: how many were read */
	u8 from, to;    /* places, while marks are joined */
	u8 holder;      /* enum holder */
	u8 pad;
	struct mark marks[MARKS];
};

/* An accepted TCP socket begins with a copy of its listener's, so it has one before its first byte comes. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct arrivals);
} arrivals SEC(".maps");

/* What a read takes: it ages positions from one to another, and is done with those before a third. */
struct taking {
	u32 from, to, done;
	/* Then: */
	u32 units;       /* positions whose age is known */
	u64 oldest_ns;
	u64 sum;         /* of their ages, in 64 ns */
	s32 result;      /* bytes that were read */
	u32 counts_bytes;/* 1 when positions are bytes, 0 when they are messages */
	u64 aged;        /* bytes whose age is known */
	u64 age_us;      /* the sum of their ages, in microseconds */
};

/* In memory and not on the stack: there the verifier does not follow each value, and a program is long behind it. */
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct taking); } takings SEC(".maps");

/* Whether one position comes after another; they wrap around. */
static __always_inline int is_after(u32 one, u32 other)
{
	return (s32)(one - other) > 0;
}

/* The place after another. */
static __always_inline u32 place_after(u32 place)
{
	return (place + 1) & if_negative((s64)place + 1 - MARKS);
}

/* The mark at a place. Never 0, which the verifier does not know. */
static __always_inline struct mark *mark_at(struct arrivals *a, u32 place)
{
	u64 index = place;
	barrier_var(index);
	if (index >= MARKS) return 0;
	/* So that what was compared is what is used. */
	barrier_var(index);
	return &a->marks[index];
}

/* How far one position is after another, if it is. */
static __always_inline u32 distance(u32 from, u32 to)
{
	s64 more = (s32)(to - from);
	return more & ~if_negative(more);
}

static __always_inline u32 later_of(u64 ns)
{
	ns >>= LATER_SHIFT;
	return ns > 0xffffffff ? 0xffffffff : ns;
}

/*
 * Joins marks, so that at most 65 are left. With the lock held.
 *
 * The places are kept in memory from one round to the next, since there the verifier does not follow their every value.
 */
static __always_inline void join_marks(struct arrivals *a, u64 now)
{
	u64 most = (now - a->head_ns) >> AGE_SHIFT, kept_ns = a->head_ns, ns = a->head_ns;
	a->count = 1;
	a->from = a->to = a->head;
	for (u32 number = 1; number < MARKS; number++) {
		u32 place = place_after(a->from);
		a->from = place;
		struct mark *from = mark_at(a, place), *next = mark_at(a, place_after(place));
		if (!from || !next) return;
		ns += (u64)from->later << LATER_SHIFT;
		u32 end = from->end;
		/* All that a mark says has come before the next one's first byte. */
		u64 end_ns = number + 1 < MARKS ? ns + ((u64)next->later << LATER_SHIFT) : now;
		u64 stays = if_negative((s64)(most - (end_ns - kept_ns)));
		place = a->to;
		place += (place_after(place) - place) & stays;
		a->to = place;
		a->count += stays & 1;
		struct mark *to = mark_at(a, place);
		if (!to) return;
		u64 later = later_of(ns - kept_ns) & stays;
		to->later = later | (to->later & ~stays);
		to->end = end;
		kept_ns += later << LATER_SHIFT;
	}
	a->tail_ns = kept_ns;
}

/* Something has come: all up to `end` is here. With the lock held. */
static __always_inline void mark_arrival(struct arrivals *a, u32 end, u64 now)
{
	if (!is_after(end, a->arrived)) return;
	/* The clock was asked before the lock was had. */
	if (a->count && now < a->tail_ns) now = a->tail_ns;
	int joins = a->count && now - a->tail_ns < (now - a->head_ns) >> AGE_SHIFT;
	if (!joins && a->count >= MARKS) join_marks(a, now);
	u32 place = a->head + a->count - joins;
	struct mark *mark = mark_at(a, place < MARKS ? place : place - MARKS);
	if (!mark) return;
	mark->end = end;
	if (!joins && a->count) {
		mark->later = later_of(now - a->tail_ns);
		a->tail_ns += (u64)mark->later << LATER_SHIFT;
	} else if (!joins) {
		a->begin = a->arrived;
		a->head_ns = a->tail_ns = now;
	}
	if (!joins) a->count++;
	a->arrived = end;
}

/*
 * Tells the ages of what is between two positions, and forgets what is before `done`. With the lock held.
 *
 * A message that was read in part is not done. All that goes from one round to the next is kept in memory, where the
 * verifier does not follow its every value.
 */
static __always_inline void take_marks(struct arrivals *a, struct taking *taking, u64 now)
{
	u32 from = taking->from, to = taking->to, done = taking->done;
	for (u32 number = 0; number < MARKS && a->count; number++) {
		u32 head = a->head;
		struct mark *mark = mark_at(a, head), *next = mark_at(a, place_after(head));
		if (!mark || !next) break;
		u32 begin = a->begin, end = mark->end;
		/* From the later of the beginnings to the earlier of the ends. */
		u32 units = distance(begin + distance(begin, from), end - distance(to, end));
		s64 age = now - a->head_ns;
		age &= ~if_negative(age) & if_negative(-(s64)units);
		s64 more = age - taking->oldest_ns;
		taking->oldest_ns += more & ~if_negative(more);
		taking->units += units;
		taking->sum += (u64)units * ((age + 32) >> 6);
		if (is_after(end, done)) {
			a->begin = begin + distance(begin, done);
			break;
		}
		a->begin = end;
		a->head = place_after(head);
		a->head_ns += (u64)next->later << LATER_SHIFT;
		a->count--;
	}
}

#endif
