/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * The lives of TCP connections: opened, used, closed, and what went wrong on the way.
 *
 *   SYN_SENT ──► ESTABLISHED    connect: how long it took     SYN_SENT ──► CLOSE    failed: why
 *   SYN_RECV ──► ESTABLISHED    stands, but nobody has it yet
 *   first call of a process     accept: who has it, and how long it had waited
 *   … ──► CLOSE                 close: how long it stood, who went first, how much went over it
 *
 * The handshake of a connection that comes in is the kernel's own: no process is there, and which listener it belongs to cannot
 * be seen. So each one that comes in gets a place for what is to be remembered, also a stranger's; it is freed with its socket.
 * Nothing is told of it before a watched process uses it.
 *
 * A connection that stood before the observer came is known from its first call on, without its beginning.
 */
#ifndef CHAT_OBSERVE_LIFE_H
#define CHAT_OBSERVE_LIFE_H

enum { TCP_SYN_RECV = 3, TCP_FIN_WAIT1 = 4, TCP_LAST_ACK = 9 };

struct sock___life { int sk_err; } RELOCATED;
struct inet_sock___life { u16 inet_sport; } RELOCATED;
struct inet_connection_sock___life { struct inet_sock___life icsk_inet; } RELOCATED;
struct tcp_sock___life { struct inet_connection_sock___life inet_conn; u64 bytes_sent, bytes_retrans; } RELOCATED;

struct life {
	u64 began_ns;  /* when the process began to open it; 0 when the other end did, or unknown */
	u64 stood_ns;  /* when the handshake was done; 0 unknown */
	u32 pid;       /* whose it is; 0 while no watched process has used it */
	u8 opened_by;
	u8 closed_by;
	u8 over;       /* closed, and told */
	u8 pad;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct life);
} lives SEC(".maps");

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 1 << 18); } conns SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct conn_totals);
} conn_totals SEC(".maps");

static __always_inline void describe_conn(struct conn_event *event, struct sock *sk)
{
	event->socket = bpf_get_socket_cookie(sk);
	event->family = sk->__sk_common.skc_family;
	event->remote_port = __builtin_bswap16(sk->__sk_common.skc_dport);
	event->error = ((struct sock___life *)sk)->sk_err;
	u32 *local = (u32 *)event->local, *remote = (u32 *)event->remote;
	if (event->family == AF_INET) {
		local[0] = sk->__sk_common.skc_rcv_saddr;
		remote[0] = sk->__sk_common.skc_daddr;
	} else {
#define WORD(i)                                                                                          \
		local[i] = sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[i];                          \
		remote[i] = sk->__sk_common.skc_v6_daddr.in6_u.u6_addr32[i];
		WORD(0) WORD(1) WORD(2) WORD(3)
#undef WORD
	}
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	if (!tcp) return;
	struct tcp_sock___life *more = (void *)tcp;
	/* Not skc_num: that is given back before TCP says that it has closed the connection. */
	event->local_port = __builtin_bswap16(more->inet_conn.icsk_inet.inet_sport);
	event->sent = more->bytes_sent - more->bytes_retrans;
	event->received = tcp->bytes_received;
	if (event->received && sk->__sk_common.skc_flags & SOCK_DONE) event->received -= 1;
	event->retransmits = tcp->total_retrans;
	event->rtt_us = tcp->srtt_us >> 3; /* kept times eight */
}

static __noinline int tell_conn(struct sock *sk, struct life *life, u8 kind, u64 since_ns)
{
	u32 first = 0;
	struct conn_totals *sums = bpf_map_lookup_elem(&conn_totals, &first);
	if (!sums || !life) return 0;
	ADD(sums->kinds[kind & (CONN_KINDS - 1)], 1);
	if (!settings.events) return 0;
	ADD(sums->produced, 1);
	struct conn_event *event = bpf_ringbuf_reserve(&conns, sizeof *event, 0);
	if (!event) {
		ADD(sums->lost, 1);
		return 0;
	}
	__builtin_memset(event, 0, sizeof *event);
	event->ts_ns = bpf_ktime_get_ns();
	event->lasted_ns = since_ns ? event->ts_ns - since_ns : 0;
	event->kind = kind;
	event->pid = life->pid;
	event->opened_by = life->opened_by;
	event->closed_by = kind == CONN_CLOSE ? life->closed_by : 0;
	__builtin_memcpy(event->comm, life->comm, sizeof event->comm);
	describe_conn(event, sk);
	bpf_ringbuf_submit(event, settings.wakeup ? 0 : BPF_RB_NO_WAKEUP);
	return 0;
}

/* From now on it is the calling process'. */
static __always_inline void own(struct life *life, const struct caller *caller)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
	const char *name = task->group_leader->comm;
	life->pid = caller->pid;
#pragma unroll
	for (int i = 0; i < COMM_BYTES; i++) life->comm[i] = name[i];
}

/* A watched process uses a socket: from here on its connection is told of. */
static __always_inline void life_used(struct sock *sk, const struct caller *caller)
{
	if (sk->sk_protocol != IPPROTO_TCP) return;
	struct life *life = bpf_sk_storage_get(&lives, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!life || life->pid || life->over) return;
	own(life, caller);
	if (life->opened_by == SIDE_THERE) tell_conn(sk, life, CONN_ACCEPT, life->stood_ns);
}

static __always_inline void life_begins(struct sock *sk, u8 opened_by)
{
	struct caller caller = {};
	/* Who opens one is there when it does; to whom one comes in shows later. */
	if (opened_by == SIDE_HERE && !is_watched(&caller)) return;
	struct life *life = bpf_sk_storage_get(&lives, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!life) return;
	/* A socket can be opened again after it failed. */
	__builtin_memset(life, 0, sizeof *life);
	life->opened_by = opened_by;
	if (opened_by == SIDE_THERE) {
		life->stood_ns = bpf_ktime_get_ns();
		return;
	}
	life->began_ns = bpf_ktime_get_ns();
	own(life, &caller);
}

static __always_inline void life_ends(struct sock *sk, struct life *life, int from)
{
	if (!life->pid || life->over) return;
	life->over = 1;
	if (from == TCP_SYN_SENT) {
		tell_conn(sk, life, CONN_FAILED, life->began_ns);
		return;
	}
	/* At one stroke: by an error that came from there or from the net, or given up here. */
	if (!life->closed_by) life->closed_by = ((struct sock___life *)sk)->sk_err ? SIDE_THERE : SIDE_HERE;
	tell_conn(sk, life, CONN_CLOSE, life->stood_ns);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(life_state, const struct sock *socket, int from, int to)
{
	struct sock *sk = (struct sock *)socket;
	if (!totals.armed || sk->sk_protocol != IPPROTO_TCP) return 0;
	if (to == TCP_SYN_SENT) life_begins(sk, SIDE_HERE);
	if (from == TCP_SYN_RECV && to == TCP_ESTABLISHED) life_begins(sk, SIDE_THERE);
	struct life *life = bpf_sk_storage_get(&lives, sk, 0, 0);
	if (!life) return 0;
	if (from == TCP_SYN_SENT && to == TCP_ESTABLISHED) {
		life->stood_ns = bpf_ktime_get_ns();
		tell_conn(sk, life, CONN_CONNECT, life->began_ns);
	}
	if (to == TCP_CLOSE_WAIT && !life->closed_by) life->closed_by = SIDE_THERE;
	if (to == TCP_FIN_WAIT1 && !life->closed_by) life->closed_by = SIDE_HERE;
	struct caller caller;
	/* Whoever closes one without having used it has had it, too. */
	if ((to == TCP_FIN_WAIT1 || to == TCP_LAST_ACK) && !life->pid && is_watched(&caller)) {
		life_used(sk, &caller);
	}
	if (to == TCP_CLOSE) life_ends(sk, life, from);
	return 0;
}

static __always_inline void life_event(struct sock *sk, u8 kind)
{
	if (!totals.armed || !sk) return;
	struct life *life = bpf_sk_storage_get(&lives, sk, 0, 0);
	if (life && life->pid) tell_conn(sk, life, kind, 0);
}

SEC("tp_btf/tcp_retransmit_skb") int BPF_PROG(life_retransmit, struct sock *sk)
{
	life_event(sk, CONN_RETRANSMIT);
	return 0;
}

SEC("tp_btf/tcp_send_reset") int BPF_PROG(life_reset_sent, struct sock *sk)
{
	life_event(sk, CONN_RESET_SENT);
	return 0;
}

SEC("tp_btf/tcp_receive_reset") int BPF_PROG(life_reset_received, struct sock *sk)
{
	/* What is refused was never there to be broken off: it failed, and that is told. */
	if (sk->__sk_common.skc_state != TCP_SYN_SENT) life_event(sk, CONN_RESET_RECEIVED);
	return 0;
}

#endif
