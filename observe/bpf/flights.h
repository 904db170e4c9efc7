/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Calls that have begun and not ended: at most one for each thread.
 *
 * Since Linux 5.15 each thread keeps its own, which goes when the thread does: so there is no bound, and nothing is
 * left behind by calls whose end nobody sees, such as those on files. Before, they are in a table, and threads for which it has no room
 * are strays: their calls count without a duration.
 */
#ifndef CHAT_OBSERVE_FLIGHTS_H
#define CHAT_OBSERVE_FLIGHTS_H

/* A call that has begun. */
struct flight {
	u64 ts_ns;
	u64 sk;         /* the socket, as a number; 0 while unknown */
	u32 requested;
	s32 fd;
	u8 function;    /* F_UNKNOWN: none */
	u8 pad[7];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct flight);
} flights SEC(".maps");

/* The reader makes only one of the two. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u32);
	__type(value, struct flight);
} in_flight SEC(".maps");

/* Whether threads keep their own. Decided when the program is loaded, and by the same sign as the reader does it. */
#define THREADS_KEEP bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs)

/* The calling thread's, if it has begun one. */
static __always_inline struct flight *flight_of(u32 tid)
{
	struct flight *flight;
	if (THREADS_KEEP) flight = bpf_task_storage_get(&flights, bpf_get_current_task_btf(), 0, 0);
	else flight = bpf_map_lookup_elem(&in_flight, &tid);
	return flight && flight->function ? flight : 0;
}

/* Takes the place of a call whose end was not seen, such as one that failed before it reached a socket. */
static __always_inline void take_off(u32 tid, const struct flight *flight)
{
	if (!THREADS_KEEP) {
		bpf_map_update_elem(&in_flight, &tid, flight, BPF_ANY);
		return;
	}
	struct flight *kept = bpf_task_storage_get(&flights, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (kept) *kept = *flight;
}

static __always_inline void land(u32 tid, struct flight *flight)
{
	if (THREADS_KEEP) flight->function = F_UNKNOWN;
	else bpf_map_delete_elem(&in_flight, &tid);
}

#endif
