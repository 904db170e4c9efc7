/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * What is kept in the kernel, and how a call is entered there.
 *
 * A call is counted three times at most: in the sums, in its socket's figures, and, if events are wanted, as an event in
 * the ring. An event that the ring refuses is counted as lost: events received + lost = events produced.
 */
#ifndef CHAT_OBSERVE_FIGURES_H
#define CHAT_OBSERVE_FIGURES_H

/* Set before loading; the verifier knows it then, and removes what is not wanted. All of .rodata. */
const volatile struct settings settings;

/* All of .bss. */
struct totals totals;

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 1 << 20); } events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u64);
	__type(value, struct socket_figures);
} sockets SEC(".maps");

/* One entry of zeros: too large for a program's stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct socket_figures);
} blank SEC(".maps");

struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, u32); } sequence SEC(".maps");

/* TCP's figures as of a call. */
struct tcp_state { u32 rtt_us, retransmits, unsent, unacked; };

/* A call that is over: the event to tell, and what only the figures want. */
struct call {
	struct io_event event;
	struct tcp_state tcp;
	u64 aged, age_us;
	u8 protocol;
	u8 closed;
	u8 opened_by; /* enum side, as far as it was seen */
};

#define ADD(field, n) __sync_fetch_and_add(&(field), (n))

/*
 * All bits when a number is negative, else none: for choices without a branch. The verifier would follow both ways of each branch,
 * for each mark or slot; and the compiler would make branches of choices, if it knew what this is.
 */
static __always_inline u64 if_negative(s64 number)
{
	u64 mask = number >> 63;
	barrier_var(mask);
	return mask;
}

/*
 * Slot of a number of nanoseconds. Slots are powers of two, so this finds the highest bit, by halving. Global, so that the
 * verifier looks at it once, and not in each place for each of its results.
 */
__attribute__((noinline)) u32 slot_of(u64 ns)
{
	u32 bit = 0;
	if (ns >> 32) { ns >>= 32; bit += 32; }
	if (ns >> 16) { ns >>= 16; bit += 16; }
	if (ns >> 8) { ns >>= 8; bit += 8; }
	if (ns >> 4) { ns >>= 4; bit += 4; }
	if (ns >> 2) { ns >>= 2; bit += 2; }
	if (ns >> 1) bit += 1;
	if (bit < SLOT_SHIFT + 1) return 0;
	bit -= SLOT_SHIFT;
	return bit < SLOTS ? bit : SLOTS - 1;
}

/* The same for the sums and for one socket, whose structs differ in the width of a slot only. */
#define COUNT(flow, event) do {                                              \
	if ((event)->result > 0) {                                           \
		ADD((flow)->calls, 1);                                       \
		ADD((flow)->bytes, (event)->result);                         \
	} else if ((event)->result == 0) ADD((flow)->empty, 1);              \
	else if ((event)->result == -EAGAIN) ADD((flow)->again, 1);          \
	else ADD((flow)->errors, 1);                                         \
	if ((event)->has & HAS_DURATION && (event)->result > 0) {            \
		ADD((flow)->timed, 1);                                       \
		ADD((flow)->duration_ns, (event)->duration_ns);              \
		ADD((flow)->slots[slot_of((event)->duration_ns) & (SLOTS - 1)], 1);        \
	}                                                                    \
} while (0)

#define COUNT_DELAY(figures, event) do {                                     \
	if ((event)->has & HAS_DELAY) {                                      \
		ADD((figures)->delayed, 1);                                  \
		ADD((figures)->delay_ns, (event)->delay_ns);                 \
		ADD((figures)->delays[slot_of((event)->delay_ns) & (SLOTS - 1)], 1);       \
	}                                                                    \
} while (0)

#define COUNT_AGES(figures, call) do {                                       \
	if ((call)->aged) {                                                  \
		ADD((figures)->aged, (call)->aged);                          \
		ADD((figures)->age_us, (call)->age_us);                      \
	}                                                                    \
} while (0)

/* A socket may be connected after its first call, and a unix socket's other end be gone at its last. */
static __always_inline void set_addresses(struct socket_figures *figures, const struct io_event *event)
{
	figures->local_port = event->local_port;
	figures->remote_port = event->remote_port;
	__builtin_memcpy(figures->local, event->local, sizeof figures->local);
	if (event->family == AF_UNIX && !*(const u32 *)event->remote) return;
	__builtin_memcpy(figures->remote, event->remote, sizeof figures->remote);
}

/* A socket's figures, begun if there is room. */
static __always_inline struct socket_figures *figures_of(const struct call *call)
{
	u64 key = call->event.socket;
	struct socket_figures *figures = bpf_map_lookup_elem(&sockets, &key);
	/* A closed socket may have been read for the last time already: it is not begun anew. */
	if (figures || call->closed) return figures;
	u32 first = 0;
	void *zeros = bpf_map_lookup_elem(&blank, &first);
	if (!zeros) return 0;
	bpf_map_update_elem(&sockets, &key, zeros, BPF_NOEXIST);
	figures = bpf_map_lookup_elem(&sockets, &key);
	if (!figures) return 0;
	const struct io_event *event = &call->event;
	figures->first_ns = event->ts_ns;
	figures->inode = event->inode;
	figures->family = event->family;
	figures->protocol = call->protocol;
	return figures;
}

static __always_inline void count_in_socket(const struct call *call)
{
	const struct io_event *event = &call->event;
	if (!event->socket) return;
	struct socket_figures *figures = figures_of(call);
	if (!figures) {
		if (!call->closed) ADD(totals.sockets_full, 1);
		return;
	}
	if (event->op == OP_SEND) COUNT(&figures->flow[OP_SEND], event);
	else COUNT(&figures->flow[OP_RECV], event);
	COUNT_DELAY(figures, event);
	COUNT_AGES(figures, call);
	figures->last_ns = event->ts_ns;
	figures->pid = event->pid;
	set_addresses(figures, event);
	figures->rtt_us = call->tcp.rtt_us;
	figures->retransmits = call->tcp.retransmits;
	figures->unsent = call->tcp.unsent;
	figures->unacked = call->tcp.unacked;
}

static __always_inline void tell(const struct call *call)
{
	if (!settings.events || call->event.result == -EAGAIN) return;
	u32 first = 0;
	u32 *next = bpf_map_lookup_elem(&sequence, &first);
	if (!next) return;
	ADD(totals.produced, 1);
	u32 seq = (*next)++;
	struct io_event *event = bpf_ringbuf_reserve(&events, sizeof *event, 0);
	if (!event) {
		ADD(totals.lost, 1);
		return;
	}
	*event = call->event;
	event->seq = seq;
	event->cpu = bpf_get_smp_processor_id();
	/* Without a wish the kernel wakes a reader that has read all; with NO_WAKEUP nobody. */
	bpf_ringbuf_submit(event, settings.wakeup ? 0 : BPF_RB_NO_WAKEUP);
}

/* Enters a call that is over. */
static __noinline void enter_call(const struct call *call)
{
	const struct io_event *event = &call->event;
	if (event->op == OP_SEND) COUNT(&totals.flow[OP_SEND], event);
	else COUNT(&totals.flow[OP_RECV], event);
	COUNT_DELAY(&totals, event);
	COUNT_AGES(&totals, call);
	if (event->result > 0) {
		ADD(totals.functions[event->function < FUNCTIONS ? event->function : F_UNKNOWN], 1);
		if (!(event->has & HAS_DURATION)) ADD(totals.strays, 1);
	}
	count_in_socket(call);
	tell(call);
}

#endif
