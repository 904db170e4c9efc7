/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Which sockets have a place for arrivals, what a read takes from it, and what waits now.
 *
 *   a watched process' socket ─┬─ it calls ───────────────────────────► its place is made at the first call
 *                              ├─ is there when watching begins ──────► adopt, over the process' descriptors
 *                              ├─ begins to listen, or to connect ────► sock_state
 *                              └─ is accepted ── TCP: copied from the listener's; unix: made at the first arrival
 *
 * The copy of a listener's is made for whoever accepts, which may be a child that is not watched. So what waits there is told only
 * once a watched process has used the socket, or was found to hold it: `adopt` finds out, when `waiting` asks for that.
 *
 * Sockets of other processes have none: to them this costs one look that finds nothing. What waits now is looked
 * up by the reader, once for each snapshot, over all places: so that it costs the watched process nothing.
 */
#ifndef CHAT_OBSERVE_WAITING_H
#define CHAT_OBSERVE_WAITING_H

/* A pointer of another type, for reading only; since Linux 6.2. */
extern void *bpf_rdonly_cast(const void *object, u32 type) __weak __ksym;

/* UDP's own of a socket; 0 when it is none of UDP's. */
static __always_inline struct udp_sock *udp_of(struct sock *sk)
{
	u16 family = sk->__sk_common.skc_family;
	if (sk->sk_protocol != IPPROTO_UDP || (family != AF_INET && family != AF_INET6)) return 0;
	return bpf_rdonly_cast(sk, bpf_core_type_id_kernel(struct udp_sock));
}

/*
 * Messages that wait: never fewer than there are. UDP moves what has come to a second queue, from which it reads; in this
 * order nothing is missed that is just moved.
 */
static __always_inline u32 queued(struct sock *sk, struct udp_sock *udp)
{
	u32 came = sk->sk_receive_queue.qlen;
	barrier();
	return came + (udp ? udp->reader_queue.qlen : 0);
}

/*
 * Unix sockets that listen, by the address in the kernel of the name that they share with those that they accept. As a number: it is
 * compared and never followed.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 256);
	__type(key, u64);
	__type(value, u8);
} unix_names SEC(".maps");

static __always_inline u64 unix_name(struct sock *sk)
{
	if (sk->__sk_common.skc_family != AF_UNIX) return 0;
	struct unix_sock *named = bpf_skc_to_unix_sock(sk);
	return named ? (u64)named->addr : 0;
}

/* Whether TCP's positions of that socket mean something: it is or was connected. */
static __always_inline int has_positions(struct sock *sk)
{
	u8 state = sk->__sk_common.skc_state;
	return state != TCP_CLOSE && state != TCP_LISTEN && state != TCP_SYN_SENT;
}

/* Begins a socket's place: what has come by now has come nobody knows when. */
static __always_inline void begin_place(struct arrivals *a, struct sock *sk, struct tcp_sock *tcp)
{
	if (sk->__sk_common.skc_state == TCP_LISTEN) a->opened_by = SIDE_THERE;
	if (tcp && !has_positions(sk)) return;
	if (tcp && !a->opened_by) a->opened_by = tcp_opened_by(sk, tcp, 0);
	u32 arrived = tcp ? tcp_arrived(sk, tcp) : queued(sk, udp_of(sk));
	u64 name = unix_name(sk);
	u8 one = 1;
	if (name && sk->sk_type == SOCK_STREAM) bpf_map_update_elem(&unix_names, &name, &one, BPF_ANY);
	if (sk->__sk_common.skc_state == TCP_LISTEN) return;
	bpf_spin_lock(&a->lock);
	if (!a->known) {
		a->known = 1;
		a->begin = a->arrived = arrived;
	}
	bpf_spin_unlock(&a->lock);
}

/* A socket begins to connect or to listen: whatever it was before. */
static __always_inline void begin_anew(struct sock *sk, u8 opened_by)
{
	struct arrivals *a = bpf_sk_storage_get(&arrivals, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!a) return;
	bpf_spin_lock(&a->lock);
	a->known = a->count = 0;
	/* Those that a listener's is copied to are not held yet. */
	a->holder = opened_by == SIDE_HERE ? HOLDER_WATCHED : HOLDER_UNKNOWN;
	a->opened_by = opened_by;
	bpf_spin_unlock(&a->lock);
}

/* The place of a socket to which something has come; that of an accepted one may have to be made. */
static __always_inline struct arrivals *place_at_arrival(struct sock *sk)
{
	struct arrivals *a = bpf_sk_storage_get(&arrivals, sk, 0, 0);
	if (a) return a;
	u64 name = unix_name(sk);
	if (!name || !bpf_map_lookup_elem(&unix_names, &name)) return 0;
	return bpf_sk_storage_get(&arrivals, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
}

static __always_inline void arrive(struct sock *sk)
{
	struct arrivals *a = place_at_arrival(sk);
	if (!a || sk->__sk_common.skc_state == TCP_LISTEN) return;
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	u32 end = tcp ? tcp_arrived(sk, tcp) : 0, taken = tcp ? tcp_taken(sk, tcp) : 0;
	/* Of the usual 1 none is below. */
	u32 lowest = sk->sk_rcvlowat > 1 ? sk->sk_rcvlowat : 0;
	u64 now = bpf_ktime_get_ns();
	bpf_spin_lock(&a->lock);
	/* Nobody has read from it yet. */
	if (!a->known) {
		a->known = 1;
		a->begin = a->arrived = taken;
	}
	/* Below its low-water mark TCP says of nothing that comes: so of what waits then nobody knows since when. */
	if (tcp && distance(taken, a->arrived) < lowest) {
		a->count = 0;
		a->begin = a->arrived = end;
	}
	mark_arrival(a, tcp ? end : a->arrived + 1, now);
	bpf_spin_unlock(&a->lock);
}

/*
 * Of messages the kernel tells only how many wait. Of a stream a read may have taken a part of one, so it goes one beyond
 * what is done; of others it has taken one. When nothing is left all is done: what we still thought to be there went another way.
 *
 * @left How many wait, asked with the lock held: so whatever is marked was there before.
 */
static __always_inline void take_messages(struct arrivals *a, struct taking *taking, int is_stream, u32 left, s32 result)
{
	u32 from = a->taken, done = a->arrived - left, next = from + (result >= 0);
	if (!is_stream && left) done = next;
	done = from + distance(from, done);
	done -= distance(a->arrived, done);
	taking->from = from;
	taking->done = done;
	/* Of others one read takes one, whatever else is gone. */
	taking->to = is_stream && done != from ? done : next;
	a->taken = done;
}

/* Who has opened the connection, as far as it was seen. */
static __always_inline u8 opened_by(struct sock *sk)
{
	struct arrivals *a = bpf_sk_storage_get(&arrivals, sk, 0, 0);
	return a ? a->opened_by : SIDE_UNKNOWN;
}

/* Finds how old is what a call has read. */
static __noinline int take_ages(struct sock *sk, struct taking *taking, s32 result, u64 now)
{
	struct arrivals *a = bpf_sk_storage_get(&arrivals, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!a) return 0;
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	a->holder = HOLDER_WATCHED;
	if (!a->known) {
		begin_place(a, sk, tcp);
		return 0;
	}
	if (tcp ? result <= 0 : result < 0 && result != -EAGAIN) return 0;
	int is_stream = sk->sk_type == SOCK_STREAM;
	struct udp_sock *udp = tcp ? 0 : udp_of(sk);
	taking->result = result;
	taking->counts_bytes = tcp ? 1 : 0;
	if (tcp) {
		taking->to = taking->done = tcp_taken(sk, tcp);
		taking->from = taking->to - result;
	}
	bpf_spin_lock(&a->lock);
	if (!tcp) take_messages(a, taking, is_stream, queued(sk, udp), result);
	take_marks(a, taking, now);
	bpf_spin_unlock(&a->lock);
	/* From here on it is known from memory alone, and the verifier has one way to follow. */
	result = taking->result;
	if (!taking->units || result <= 0) return 0;
	/* The bytes of one read of messages are spread over these evenly. From 64 ns to microseconds. */
	int counts_bytes = taking->counts_bytes;
	taking->aged = counts_bytes ? taking->units : result;
	taking->age_us = (counts_bytes ? taking->sum : taking->sum / taking->units * result) * 8 / 125;
	return 0;
}

/* ── Programs that the reader runs ──────────────────────────────────────────────────────────────── */

/* Whether a process is watched, asked from outside. Of control groups the kernel answers only for whoever asks. */
static __always_inline int is_watched_task(struct task_struct *task)
{
	u32 number = number_of(task);
	if (settings.scope == SCOPE_PROCESSES) return bpf_map_lookup_elem(&watched, &number) != 0;
	if (!number || number == settings.self) return 0;
	return settings.scope == SCOPE_COMM ? is_name(task->group_leader->comm) : settings.scope == SCOPE_ALL;
}

/* Over the descriptors of all processes: gives each socket of those that are watched a place, and notes who holds those that have one. */
SEC("iter/task_file") int adopt(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct task_struct *task = ctx->task;
	if (!file || !task) return 0;
	struct socket *socket = bpf_sock_from_file(file);
	if (!socket) return 0;
	struct sock *sk = socket->sk;
	if (!sk) return 0;
	/* One that listens may be held by many, and those that it accepts by each of them. */
	int listens = sk->__sk_common.skc_state == TCP_LISTEN;
	if (!is_watched_task(task)) {
		struct arrivals *others = bpf_sk_storage_get(&arrivals, sk, 0, 0);
		if (others && !listens && others->holder == HOLDER_UNKNOWN) others->holder = HOLDER_OTHER;
		return 0;
	}
	struct arrivals *a = bpf_sk_storage_get(&arrivals, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!a) return 0;
	if (!listens) a->holder = HOLDER_WATCHED;
	if (!a->known) begin_place(a, sk, bpf_skc_to_tcp_sock(sk));
	return 0;
}

/*
 * Whether a watched process has the socket, as far as is known; where it is not, a byte asks the reader to find out. Of one that nobody
 * has accepted the listener has it. Control groups are not looked into from outside: there it is whose the listener is.
 */
static __always_inline int is_held(struct seq_file *seq, struct sock *sk, struct arrivals *a)
{
	if (settings.scope != SCOPE_PROCESSES && settings.scope != SCOPE_COMM) return 1;
	if (a->holder == HOLDER_WATCHED || !sk->sk_socket) return 1;
	char ask = '?';
	if (a->holder == HOLDER_UNKNOWN) bpf_seq_write(seq, &ask, sizeof ask);
	return 0;
}

/* Over all places: enters what is not read now into the figures of its socket and into the sums. */
SEC("iter/bpf_sk_storage_map") int waiting(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	struct sock *sk = ctx->sk;
	struct arrivals *a = ctx->value;
	if (!sk || !a || sk->__sk_common.skc_state == TCP_LISTEN) return 0;
	u64 oldest_ns = a->count ? a->head_ns : 0, unread = 0;
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	if (tcp) {
		u32 arrived = tcp_arrived(sk, tcp), taken = tcp_taken(sk, tcp);
		if (is_after(arrived, taken)) unread = arrived - taken;
		if (!unread) oldest_ns = 0;
		/* Before what was marked waits what came nobody knows when. */
		if (is_after(a->begin, taken)) oldest_ns = 0;
	} else if (!queued(sk, udp_of(sk)) || is_after(a->begin, a->taken)) oldest_ns = 0;
	if ((!oldest_ns && !unread) || !is_held(ctx->meta->seq, sk, a)) return 0;
	totals.unread += unread;
	if (oldest_ns && (!totals.oldest_ns || oldest_ns < totals.oldest_ns)) totals.oldest_ns = oldest_ns;
	/* Its process may never have called on it: the worst case of all. */
	struct call call = { .event = { .op = OP_RECV, .ts_ns = totals.looked_ns } };
	describe(&call, sk, tcp);
	struct socket_figures *figures = figures_of(&call);
	if (!figures) return 0;
	if (!figures->last_ns) {
		figures->last_ns = totals.looked_ns;
		set_addresses(figures, &call.event);
	}
	figures->looked_ns = totals.looked_ns;
	figures->oldest_ns = oldest_ns;
	figures->unread = unread;
	return 0;
}

#endif
