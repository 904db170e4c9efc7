/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * The kernel's types, as far as we read them.
 *
 * Each struct names only the fields that are read. Their real places are filled in when the program is loaded, from the
 * running kernel's own type information (CO-RE), so that one object runs on many kernels. Nothing here points
 * into user memory.
 */
#ifndef CHAT_OBSERVE_KERN_H
#define CHAT_OBSERVE_KERN_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#define RELOCATED __attribute__((preserve_access_index))

/* Makes bpf_tracing.h use the kernel's names of registers. */
#define __VMLINUX_H__ 1

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
} RELOCATED;
#define REGS_SYSCALL(regs) ((regs)->orig_ax)
#define REGS_FD(regs) ((regs)->di)
#define REGS_LENGTH(regs) ((regs)->dx)
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs { u64 regs[31]; u64 sp, pc, pstate; } RELOCATED;
struct pt_regs { u64 regs[31]; u64 sp, pc, pstate; u64 orig_x0; s32 syscallno; } RELOCATED;
#define REGS_SYSCALL(regs) ((regs)->syscallno)
#define REGS_FD(regs) ((regs)->orig_x0)
#define REGS_LENGTH(regs) ((regs)->regs[2])
#else
#error "which architecture?"
#endif

#include <bpf/bpf_tracing.h>

enum { AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10 };
enum { TCP_ESTABLISHED = 1, TCP_SYN_SENT = 2, TCP_CLOSE = 7, TCP_CLOSE_WAIT = 8, TCP_LISTEN = 10 };
enum { IPPROTO_TCP = 6, IPPROTO_UDP = 17 };
enum { SOCK_STREAM = 1 };
/* Bit of skc_flags: the other end has said that no more comes. TCP counts that as a byte. */
enum { SOCK_DONE = 1 << 1 };
enum { EAGAIN = 11 };
enum { MSG_PEEK = 2 };

struct inode { unsigned long i_ino; } RELOCATED;
struct file { struct inode *f_inode; } RELOCATED;
struct sock;
struct socket { struct file *file; struct sock *sk; } RELOCATED;
struct sk_buff_head { u32 qlen; } RELOCATED;
struct in6_addr { union { u32 u6_addr32[4]; } in6_u; } RELOCATED;
struct sock_common {
	u32 skc_daddr;
	u32 skc_rcv_saddr;
	u16 skc_dport;
	u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	unsigned long skc_flags;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
} RELOCATED;
struct sock {
	struct sock_common __sk_common;
	struct socket *sk_socket;
	struct sk_buff_head sk_receive_queue;
	int sk_rcvlowat;
	u16 sk_type;
	u16 sk_protocol;
} RELOCATED;
struct tcp_sock {
	u32 copied_seq, rcv_nxt, snd_una, snd_nxt, write_seq, srtt_us, total_retrans;
	u64 bytes_received, bytes_acked, bytes_sent, bytes_retrans;
} RELOCATED;
struct udp_sock { struct sk_buff_head reader_queue; } RELOCATED;
struct unix_address;
struct unix_sock { struct unix_address *addr; struct sock *peer; } RELOCATED;
struct task_struct;
struct bpf_iter__task_file { struct task_struct *task; struct file *file; } RELOCATED;
struct seq_file;
struct bpf_iter_meta { struct seq_file *seq; } RELOCATED;
struct bpf_iter__bpf_sk_storage_map { struct bpf_iter_meta *meta; struct sock *sk; void *value; } RELOCATED;

#endif
