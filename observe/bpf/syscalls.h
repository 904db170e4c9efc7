/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * System calls by which a process reads from and writes to sockets: numbers per architecture.
 */
#ifndef CHAT_OBSERVE_SYSCALLS_H
#define CHAT_OBSERVE_SYSCALLS_H

#if defined(__TARGET_ARCH_x86)
enum {
	NR_READ = 0, NR_WRITE = 1, NR_READV = 19, NR_WRITEV = 20, NR_SENDFILE = 40, NR_SENDTO = 44, NR_RECVFROM = 45,
	NR_SENDMSG = 46, NR_RECVMSG = 47, NR_SPLICE = 275, NR_RECVMMSG = 299, NR_SENDMMSG = 307,
	NR_PREADV2 = 327, NR_PWRITEV2 = 328,
};
#elif defined(__TARGET_ARCH_arm64)
enum {
	NR_READ = 63, NR_WRITE = 64, NR_READV = 65, NR_WRITEV = 66, NR_SENDFILE = 71, NR_SENDTO = 206, NR_RECVFROM = 207,
	NR_SENDMSG = 211, NR_RECVMSG = 212, NR_SPLICE = 76, NR_RECVMMSG = 243, NR_SENDMMSG = 269,
	NR_PREADV2 = 286, NR_PWRITEV2 = 287,
};
#endif
enum { NR_IO_URING_ENTER = 426 };

static __always_inline u8 function_of(long nr)
{
	switch (nr) {
	case NR_SENDTO: return F_SENDTO;
	case NR_RECVFROM: return F_RECVFROM;
	case NR_SENDMSG: return F_SENDMSG;
	case NR_RECVMSG: return F_RECVMSG;
	case NR_SENDMMSG: return F_SENDMMSG;
	case NR_RECVMMSG: return F_RECVMMSG;
	case NR_WRITE: return F_WRITE;
	case NR_READ: return F_READ;
	case NR_WRITEV: return F_WRITEV;
	case NR_READV: return F_READV;
	case NR_SENDFILE: return F_SENDFILE;
	case NR_SPLICE: return F_SPLICE;
	case NR_IO_URING_ENTER: return F_IO_URING;
	case NR_PREADV2: return F_PREADV2;
	case NR_PWRITEV2: return F_PWRITEV2;
	}
	return F_UNKNOWN;
}

/* Whether the third argument is a number of bytes. */
static __always_inline int has_length(u8 function)
{
	return function == F_SENDTO || function == F_RECVFROM || function == F_WRITE || function == F_READ;
}

/* Whether the first argument is the socket. */
static __always_inline int has_fd(u8 function)
{
	return (function >= F_SENDTO && function <= F_READV) || function == F_PREADV2 || function == F_PWRITEV2;
}

/* Whether it exists for sockets alone: others are made on files, too. */
static __always_inline int is_socket_call(u8 function)
{
	return function >= F_SENDTO && function <= F_RECVMMSG;
}

/* Whether it is TCP's own function. */
static __always_inline int is_tcp_call(u8 function)
{
	return function == F_TCP_SENDMSG || function == F_TCP_RECVMSG;
}

static __always_inline int sends(u8 function)
{
	return function == F_SENDTO || function == F_SENDMSG || function == F_SENDMMSG || function == F_TCP_SENDMSG;
}

#endif
