/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * What a socket is, read from the kernel's own structures.
 *
 * Socket tracepoints read them directly, checked by type: that needs no helper, so it works under lockdown, too. At a
 * function's end the socket is only a number, and what is read is copied.
 */
#ifndef CHAT_OBSERVE_DESCRIBE_H
#define CHAT_OBSERVE_DESCRIBE_H

/* Reads a field directly, or, where `sk` is a number to the verifier, by copying. */
#define FIELD(sk, field) (copying ? BPF_CORE_READ(sk, field) : (sk)->field)

static __always_inline void describe_addresses(struct io_event *event, struct sock *sk, const int copying)
{
	event->family = FIELD(sk, __sk_common.skc_family);
	if (event->family != AF_INET && event->family != AF_INET6) return;
	event->local_port = FIELD(sk, __sk_common.skc_num);
	event->remote_port = __builtin_bswap16(FIELD(sk, __sk_common.skc_dport));
	u32 *local = (u32 *)event->local, *remote = (u32 *)event->remote;
	if (event->family == AF_INET) {
		local[0] = FIELD(sk, __sk_common.skc_rcv_saddr);
		remote[0] = FIELD(sk, __sk_common.skc_daddr);
		return;
	}
#define WORD(i)                                                                                          \
	local[i] = FIELD(sk, __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[i]);                           \
	remote[i] = FIELD(sk, __sk_common.skc_v6_daddr.in6_u.u6_addr32[i]);
	WORD(0) WORD(1) WORD(2) WORD(3)
#undef WORD
}

/* 1 when the other end has said that no more comes: a byte after the last. */
#define TCP_END(sk) ((u32)(FIELD(sk, __sk_common.skc_flags) / SOCK_DONE & 1))

/* TCP's position after all that has come. */
static __always_inline u32 tcp_arrived(struct sock *sk, struct tcp_sock *tcp)
{
	const int copying = 0;
	return tcp->rcv_nxt - TCP_END(sk);
}

/* 1 when that last one was read, too. */
static __always_inline u32 tcp_end_read(struct sock *sk, struct tcp_sock *tcp, const int copying)
{
	return TCP_END(sk) && FIELD(tcp, copied_seq) == FIELD(tcp, rcv_nxt);
}

/* TCP's position after all that was read. */
static __always_inline u32 tcp_taken(struct sock *sk, struct tcp_sock *tcp)
{
	return tcp->copied_seq - tcp_end_read(sk, tcp, 0);
}

/*
 * Whose opening it was, as TCP's own sums tell: whoever opened a connection has one more acknowledged or on its way than it
 * has sent bytes. Not known once it has ended its sending, which counts as one, too, nor where a transmission failed.
 */
static __always_inline u8 tcp_opened_by(struct sock *sk, struct tcp_sock *tcp, const int copying)
{
	u8 state = FIELD(sk, __sk_common.skc_state);
	if (state != TCP_ESTABLISHED && state != TCP_CLOSE_WAIT) return SIDE_UNKNOWN;
	u64 gone = FIELD(tcp, bytes_acked) + (u32)(FIELD(tcp, snd_nxt) - FIELD(tcp, snd_una));
	u64 more = gone + FIELD(tcp, bytes_retrans) - FIELD(tcp, bytes_sent);
	return more == 1 ? SIDE_HERE : more == 0 ? SIDE_THERE : SIDE_UNKNOWN;
}

static __always_inline void describe_tcp(struct call *call, struct sock *sk, struct tcp_sock *tcp, const int copying)
{
	struct io_event *event = &call->event;
	u32 moved = event->result > 0 ? event->result : 0;
	u32 una = FIELD(tcp, snd_una), next = FIELD(tcp, snd_nxt), written = FIELD(tcp, write_seq);
	/* Positions of 64 bits from sequence numbers of 32: what TCP has counted, and the distance from there. */
	u8 opened_by = event->op == OP_SEND ? call->opened_by : SIDE_THERE;
	if (opened_by == SIDE_UNKNOWN) opened_by = tcp_opened_by(sk, tcp, copying);
	/* The connection's opening counts as one byte to whoever opened it. */
	if (event->op == OP_SEND) event->offset = FIELD(tcp, bytes_acked) + (u32)(written - una) - moved - (opened_by == SIDE_HERE);
	else {
		u32 unread = FIELD(tcp, rcv_nxt) - FIELD(tcp, copied_seq);
		event->offset = FIELD(tcp, bytes_received) - unread - tcp_end_read(sk, tcp, copying) - moved;
	}
	if (opened_by != SIDE_UNKNOWN) event->has |= HAS_OFFSET;
	call->tcp.rtt_us = FIELD(tcp, srtt_us) >> 3; /* kept times eight */
	call->tcp.retransmits = FIELD(tcp, total_retrans);
	call->tcp.unsent = written - next;
	call->tcp.unacked = next - una;
}

/* The socket's inode; 0 when it belongs to nobody any more. */
static __always_inline u32 inode_of(struct sock *sk)
{
	struct socket *socket = sk->sk_socket;
	if (!socket) return 0;
	struct file *file = socket->file;
	return file ? file->f_inode->i_ino : 0;
}

/* Of unix sockets the other end is told by its inode, too: in the first four bytes of where others have an address. */
static __always_inline void describe_unix(struct io_event *event, struct sock *sk)
{
	struct unix_sock *named = bpf_skc_to_unix_sock(sk);
	if (!named) return;
	struct sock *peer = named->peer;
	if (peer) *(u32 *)event->remote = inode_of(peer);
}

/* @tcp What TCP knows of it; 0 when it is none of TCP's. */
static __always_inline void describe(struct call *call, struct sock *sk, struct tcp_sock *tcp)
{
	const int copying = 0;
	struct io_event *event = &call->event;
	describe_addresses(event, sk, copying);
	event->socket = bpf_get_socket_cookie(sk);
	call->protocol = sk->sk_protocol;
	event->inode = inode_of(sk);
	if (event->family == AF_UNIX) describe_unix(event, sk);
	if (!tcp) return;
	call->closed = sk->__sk_common.skc_state == TCP_CLOSE;
	describe_tcp(call, sk, tcp, copying);
}

/* At a function's end, where the socket is known by address alone. */
static __always_inline void describe_by_copying(struct call *call, struct sock *sk)
{
	const int copying = 1;
	struct io_event *event = &call->event;
	describe_addresses(event, sk, copying);
	call->protocol = FIELD(sk, sk_protocol);
	event->inode = BPF_CORE_READ(sk, sk_socket, file, f_inode, i_ino);
	/* A cookie cannot be made here. Cookies are small numbers, so these are none. */
	event->socket = event->inode ? 1ULL << 52 | event->inode : 0;
	/* Only TCP's functions get here. */
	call->closed = FIELD(sk, __sk_common.skc_state) == TCP_CLOSE;
	describe_tcp(call, sk, (struct tcp_sock *)sk, copying);
}

#endif
