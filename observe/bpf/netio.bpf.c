/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * What a process sends and receives: the kernel's side of the observer.
 *
 *   entry ── remembers when, and by which function ──► in_flight[thread]
 *     │ kprobe_* or fentry_* on the kernel's functions, or sys_enter
 *     ▼
 *   exit ─── takes what the entry left, describes the socket ──► sums, the socket's figures, ring
 *       sock_*      tracepoints in every socket call, of any family: they have the socket and the result
 *       fexit_*     the functions' ends, where those tracepoints are missing (kernels before 6.3)
 *       kretprobe_* the same, last of all: the kernel misses some, and only counts how many
 *       sys_exit    where no function can be probed either
 *
 * The reader picks by backend which of these are loaded; the others do not reach the kernel. Socket tracepoints read
 * the kernel's structures directly, checked by type: that needs no helper, so it works under lockdown, too. Only the exits
 * of functions copy, with bpf_probe_read_kernel. What the process sends is never read: no program here has a pointer to it.
 */
#include "kern.h"
#include "event.h"
#include "conn.h"
#include "syscalls.h"
#include "figures.h"
#include "whose.h"
#include "flights.h"
#include "describe.h"
#include "arrivals.h"
#include "waiting.h"
#include "life.h"

char dual_license[] SEC("license") = "Dual MIT/GPL";


/* ── Entries ────────────────────────────────────────────────────────────────────────────────────── */

static __noinline int enter(u8 function, s32 fd, u64 requested)
{
	struct caller caller;
	if (!is_watched(&caller)) return 0;
	struct flight flight = { .function = function, .fd = fd, .requested = requested };
	flight.ts_ns = bpf_ktime_get_ns();
	take_off(caller.tid, &flight);
	return 0;
}

/* The number of the system call that the thread is in. */
static __always_inline struct pt_regs *current_regs(void)
{
	return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
}

/* TCP's function, inside of a system call that another probe has seen, or not. */
static __noinline int enter_tcp(u8 function, u64 sk, u64 requested)
{
	struct caller caller;
	if (!is_watched(&caller)) return 0;
	struct flight *outer = flight_of(caller.tid);
	if (outer && is_socket_call(outer->function) && sends(outer->function) == sends(function) &&
	    (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs) ||
	     function_of(REGS_SYSCALL(current_regs())) == outer->function)) {
		outer->sk = sk;
		return 0;
	}
	struct flight flight = { .function = function, .fd = -1, .sk = sk, .requested = requested };
	flight.ts_ns = bpf_ktime_get_ns();
	take_off(caller.tid, &flight);
	return 0;
}

#define ENTRIES(name, function, length)                                                                  \
	SEC("kprobe/__sys_" #name) int BPF_KPROBE(kprobe_##name, long fd, long buffer, long third)       \
	{ return enter(function, fd, length); }                                                          \
	SEC("fentry/__sys_" #name) int BPF_PROG(fentry_##name, long fd, long buffer, long third)         \
	{ return enter(function, fd, length); }
ENTRIES(sendto, F_SENDTO, third)
ENTRIES(recvfrom, F_RECVFROM, third)
ENTRIES(sendmsg, F_SENDMSG, 0)
ENTRIES(recvmsg, F_RECVMSG, 0)
ENTRIES(sendmmsg, F_SENDMMSG, 0)
ENTRIES(recvmmsg, F_RECVMMSG, 0)

#define TCP_ENTRIES(name, function)                                                                      \
	SEC("kprobe/" #name) int BPF_KPROBE(kprobe_##name, u64 sk, u64 msg, u64 length)                  \
	{ return enter_tcp(function, sk, length); }                                                      \
	SEC("fentry/" #name) int BPF_PROG(fentry_##name, struct sock *sk, u64 msg, u64 length)           \
	{ return enter_tcp(function, (u64)sk, length); }
TCP_ENTRIES(tcp_sendmsg, F_TCP_SENDMSG)
TCP_ENTRIES(tcp_recvmsg, F_TCP_RECVMSG)

SEC("tp_btf/sys_enter") int BPF_PROG(sys_enter, struct pt_regs *regs, long nr)
{
	u8 function = function_of(nr);
	/* Asked before whose call it is: this runs for every system call of the machine. */
	if (!function || function == F_IO_URING || function == F_SPLICE) return 0;
	return enter(function, REGS_FD(regs), has_length(function) ? REGS_LENGTH(regs) : 0);
}

/* ── Exits ──────────────────────────────────────────────────────────────────────────────────────── */

static __always_inline void take_entry(struct call *call, const struct flight *flight)
{
	struct io_event *event = &call->event;
	event->duration_ns = event->ts_ns - flight->ts_ns;
	event->function = flight->function;
	event->requested = flight->requested;
	event->fd = flight->fd;
	event->has |= HAS_DURATION | (flight->fd >= 0 ? HAS_FD : 0);
}

/* Of a call whose entry nobody saw: what the thread's saved registers tell. */
static __always_inline void take_registers(struct io_event *event, struct pt_regs *regs, u8 function)
{
	event->function = function;
	if (!has_fd(function)) return;
	event->fd = REGS_FD(regs);
	event->requested = has_length(function) ? REGS_LENGTH(regs) : 0;
	event->has |= HAS_FD;
}

static __noinline int leave_socket(struct sock *sk, s32 result, u8 op)
{
	struct caller caller;
	if (!is_watched(&caller)) return 0;
	struct call call = {};
	struct io_event *event = &call.event;
	event->ts_ns = bpf_ktime_get_ns();
	event->op = op;
	event->result = result;
	event->pid = caller.pid;
	event->tid = caller.tid;
	/* Before anything else is found out: the verifier follows the walk over the marks anew for all that it knows by then. */
	struct taking *taking = 0;
	if (op == OP_RECV) {
		u32 first = 0;
		taking = bpf_map_lookup_elem(&takings, &first);
		if (!taking) return 0;
		__builtin_memset(taking, 0, sizeof *taking);
		take_ages(sk, taking, result, event->ts_ns);
	}
	struct pt_regs *regs = current_regs();
	u8 function = function_of(REGS_SYSCALL(regs));
	struct flight *flight = flight_of(caller.tid);
	if (flight && (flight->function == function || is_tcp_call(flight->function))) {
		take_entry(&call, flight);
		/* Of many messages in one call each takes from the end of the one before. */
		if (function == F_SENDMMSG || function == F_RECVMMSG || function == F_SENDFILE) flight->ts_ns = event->ts_ns;
		else land(caller.tid, flight);
	} else if (settings.entry_required) return 0;
	else take_registers(event, regs, function);
	call.opened_by = opened_by(sk);
	describe(&call, sk, bpf_skc_to_tcp_sock(sk));
	if (taking && taking->aged) {
		call.aged = taking->aged;
		call.age_us = taking->age_us;
		event->delay_ns = taking->oldest_ns;
		/* Of what is not known would be the oldest. */
		if (taking->units == taking->to - taking->from) event->has |= HAS_DELAY;
	}
	life_used(sk, &caller);
	enter_call(&call);
	return 0;
}

SEC("tp_btf/sock_send_length") int BPF_PROG(sock_send, struct sock *sk, int result, int flags)
{
	return leave_socket(sk, result, OP_SEND);
}

SEC("tp_btf/sock_recv_length") int BPF_PROG(sock_recv, struct sock *sk, int result, int flags)
{
	/* Who peeks takes nothing. */
	if (flags & MSG_PEEK) return 0;
	return leave_socket(sk, result, OP_RECV);
}

static __noinline int leave_function(u8 function, long result)
{
	struct caller caller;
	if (!is_watched(&caller)) return 0;
	struct flight *found = flight_of(caller.tid);
	if (!found || found->function != function) return 0;
	struct flight flight = *found;
	land(caller.tid, found);
	struct call call = {};
	struct io_event *event = &call.event;
	event->ts_ns = bpf_ktime_get_ns();
	event->op = sends(function) ? OP_SEND : OP_RECV;
	event->result = result;
	/* Their result is a number of messages, and how many bytes these had is not known. */
	if ((function == F_SENDMMSG || function == F_RECVMMSG) && result > 0) event->result = 0;
	event->pid = caller.pid;
	event->tid = caller.tid;
	take_entry(&call, &flight);
	if (flight.sk) describe_by_copying(&call, (struct sock *)flight.sk);
	enter_call(&call);
	return 0;
}

#define EXITS(program, kernel_function, function)                                                        \
	SEC("fexit/" #kernel_function) int BPF_PROG(fexit_##program)                                     \
	{                                                                                                \
		u64 result = 0;                                                                          \
		/* By helper, since the number of arguments differs between kernels. */                  \
		if (bpf_get_func_ret(ctx, &result)) return 0;                                            \
		return leave_function(function, (s32)result);                                            \
	}                                                                                                \
	SEC("kretprobe/" #kernel_function) int BPF_KRETPROBE(kretprobe_##program, int result)            \
	{ return leave_function(function, result); }
EXITS(sendto, __sys_sendto, F_SENDTO)
EXITS(recvfrom, __sys_recvfrom, F_RECVFROM)
EXITS(sendmsg, __sys_sendmsg, F_SENDMSG)
EXITS(recvmsg, __sys_recvmsg, F_RECVMSG)
EXITS(sendmmsg, __sys_sendmmsg, F_SENDMMSG)
EXITS(recvmmsg, __sys_recvmmsg, F_RECVMMSG)
EXITS(tcp_sendmsg, tcp_sendmsg, F_TCP_SENDMSG)
EXITS(tcp_recvmsg, tcp_recvmsg, F_TCP_RECVMSG)

/* Where no socket tracepoint is: the calls that exist for sockets alone, without their sockets. */
SEC("tp_btf/sys_exit") int BPF_PROG(sys_exit, struct pt_regs *regs, long result)
{
	u8 function = function_of(REGS_SYSCALL(regs));
	return is_socket_call(function) ? leave_function(function, result) : 0;
}

/* ── Arrivals, and a socket's life ──────────────────────────────────────────────────────────────── */

SEC("tp_btf/sk_data_ready") int BPF_PROG(sock_ready, struct sock *sk)
{
	arrive(sk);
	return 0;
}

SEC("tp_btf/inet_sock_set_state") int BPF_PROG(sock_state, const struct sock *socket, int from, int to)
{
	struct sock *sk = (struct sock *)socket;
	struct caller caller;
	if (to == TCP_SYN_SENT || to == TCP_LISTEN) {
		if (is_watched(&caller)) begin_anew(sk, to == TCP_SYN_SENT ? SIDE_HERE : SIDE_THERE);
		return 0;
	}
	if (to != TCP_CLOSE) return 0;
	u64 cookie = bpf_get_socket_cookie(sk);
	struct socket_figures *figures = bpf_map_lookup_elem(&sockets, &cookie);
	if (figures) figures->closed = 1;
	return 0;
}

/* ── Syncs, where they are asked for ────────────────────────────────────────────────────────────── */

#include "disk.h"
