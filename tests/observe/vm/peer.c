/*
 * Processes to be observed, one per way of calling the kernel. A C program, because it starts at once and makes exactly
 * the calls that it is told to make.
 *
 *   peer msg|writev|udp|mmsg   an echo server on a free port of 127.0.0.1: prints the port; one connection at a time
 *   peer block N               N threads that wait in recv(); prints "ready" when all do
 *   peer told tcp|udp|unix     a server that calls only when it is told to, by lines: see obey(); prints the port or path
 *
 * All end when their standard input does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <fcntl.h>
#include <unistd.h>

enum { BYTES_MAX = 65536, BATCH = 8, THREADS_MAX = 256 };
static char bytes[BYTES_MAX];

static void *end_with_stdin(void *unused)
{
	char byte;
	while (read(0, &byte, 1) > 0) {}
	exit(0);
	return unused;
}

static int bound(int type)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, type, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size)) err(1, "bind");
	if (type == SOCK_STREAM && listen(fd, 64)) err(1, "listen");
	if (getsockname(fd, (struct sockaddr *)&address, &size)) err(1, "getsockname");
	printf("%d\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

static void echo_msg(int fd)
{
	for (;;) {
		struct iovec part = { bytes, sizeof bytes };
		struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
		ssize_t got = recvmsg(fd, &message, 0);
		if (got <= 0) return;
		part.iov_len = got;
		if (sendmsg(fd, &message, MSG_NOSIGNAL) != got) err(1, "sendmsg");
	}
}

static void echo_writev(int fd)
{
	for (;;) {
		ssize_t got = read(fd, bytes, sizeof bytes);
		if (got <= 0) return;
		struct iovec parts[2] = { { bytes, got / 2 }, { bytes + got / 2, got - got / 2 } };
		if (writev(fd, parts, 2) != got) err(1, "writev");
	}
}

static void echo_udp(int fd)
{
	for (;;) {
		struct sockaddr_in from;
		socklen_t size = sizeof from;
		ssize_t got = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size);
		if (got < 0) err(1, "recvfrom");
		if (sendto(fd, bytes, got, 0, (struct sockaddr *)&from, size) != got) err(1, "sendto");
	}
}

/* Takes as many datagrams as there are, at least one, and sends them back in one call. */
static void echo_mmsg(int fd)
{
	static char buffers[BATCH][2048];
	static struct sockaddr_in from[BATCH];
	for (;;) {
		struct mmsghdr messages[BATCH] = {};
		struct iovec parts[BATCH];
		for (int i = 0; i < BATCH; i++) {
			parts[i] = (struct iovec){ buffers[i], sizeof buffers[i] };
			messages[i].msg_hdr = (struct msghdr){
				.msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &parts[i], .msg_iovlen = 1,
			};
		}
		int got = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
		if (got <= 0) err(1, "recvmmsg");
		for (int i = 0; i < got; i++) parts[i].iov_len = messages[i].msg_len;
		if (sendmmsg(fd, messages, got, 0) != got) err(1, "sendmmsg");
	}
}

static int thread_ids[THREADS_MAX];

static void *wait_for_ever(void *index)
{
	int pair[2];
	char byte;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) err(1, "socketpair");
	__atomic_store_n(&thread_ids[(long)index], syscall(SYS_gettid), __ATOMIC_SEQ_CST);
	recv(pair[0], &byte, 1, 0);
	return NULL;
}

/* Whether a thread waits in recvfrom, which is what recv() calls. */
static int waits(int thread)
{
	char path[64], line[64] = "";
	snprintf(path, sizeof path, "/proc/self/task/%d/syscall", thread);
	FILE *file = fopen(path, "r");
	if (!file) err(1, "%s", path);
	int in_call = fgets(line, sizeof line, file) && atoi(line) == SYS_recvfrom && line[0] != 'r';
	fclose(file);
	return in_call;
}

static void block(int count)
{
	if (count < 1 || count > THREADS_MAX) errx(2, "1 to %d threads", THREADS_MAX);
	for (long i = 0; i < count; i++) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, wait_for_ever, (void *)i)) errx(1, "no more threads");
	}
	for (int i = 0; i < count; i++) {
		int id;
		while (!(id = __atomic_load_n(&thread_ids[i], __ATOMIC_SEQ_CST)) || !waits(id)) sched_yield();
	}
	puts("ready");
	fflush(stdout);
	pause();
}

/* A listener whose name is a path of its own. */
static int bound_to_path(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *folder = getenv("TMPDIR");
	snprintf(address.sun_path, sizeof address.sun_path, "%s/chat-peer.%d.socket", folder ? folder : "/tmp", getpid());
	unlink(address.sun_path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 64)) err(1, "bind");
	printf("%s\n", address.sun_path);
	fflush(stdout);
	return fd;
}

/* One read, of a thread that has made no call before. */
struct one_read { int fd, bytes; ssize_t got; };

static void *read_once(void *what)
{
	struct one_read *one = what;
	one->got = recv(one->fd, bytes, one->bytes, 0);
	return NULL;
}

/* A call of the same kind that fails before it reaches a socket, and one on a file. */
static void *call_on_files(void *unused)
{
	int fd = open("/dev/null", O_RDONLY);
	char byte;
	if (fd < 0 || recv(fd, &byte, 1, 0) >= 0 || read(fd, &byte, 1)) err(1, "/dev/null");
	close(fd);
	return unused;
}

static void in_threads(int count, void *(*what)(void *), void *with)
{
	for (int i = 0; i < count; i++) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, what, with) || pthread_join(thread, NULL)) errx(1, "no more threads");
	}
}

/* Gives 1 once the child has the connection; it ends with its parent. */
static int take_in_child(int listener)
{
	int ready[2];
	char byte;
	if (pipe(ready)) err(1, "pipe");
	pid_t child = fork();
	if (child < 0) err(1, "fork");
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (accept(listener, NULL, NULL) < 0 || write(ready[1], "", 1) != 1) _exit(1);
		for (;;) pause();
	}
	close(ready[1]);
	int got = read(ready[0], &byte, 1);
	close(ready[0]);
	return got;
}

/*
 *   accept                  takes a connection; they are numbered from 0
 *   pass                    a child takes a connection and leaves it alone
 *   read NUMBER BYTES       reads once; a datagram socket has the number 0
 *   late NUMBER BYTES       the same in a new thread
 *   lowat NUMBER BYTES      sets the low-water mark: fewer bytes wait until more come
 *   threads COUNT           so many threads, one after the other, make calls on files
 *
 * Each is answered by a line with the number of bytes, of the connection, or of the threads.
 */
static void obey(const char *kind)
{
	static int fds[64];
	int accepted = 0, is_udp = !strcmp(kind, "udp");
	int listener = !strcmp(kind, "unix") ? bound_to_path() : bound(is_udp ? SOCK_DGRAM : SOCK_STREAM);
	if (is_udp) fds[accepted++] = listener;
	char line[64];
	while (fgets(line, sizeof line, stdin)) {
		int number = 0, size = 0;
		long answer = -1;
		if (!strcmp(line, "accept\n") && accepted < 64) {
			fds[accepted] = accept(listener, NULL, NULL);
			if (fds[accepted] < 0) err(1, "accept");
			answer = accepted++;
		} else if (!strcmp(line, "pass\n")) {
			answer = take_in_child(listener);
		} else if (sscanf(line, "read %d %d", &number, &size) == 2) {
			answer = recv(fds[number], bytes, size, 0);
		} else if (sscanf(line, "lowat %d %d", &number, &size) == 2) {
			answer = setsockopt(fds[number], SOL_SOCKET, SO_RCVLOWAT, &size, sizeof size);
		} else if (sscanf(line, "late %d %d", &number, &size) == 2) {
			struct one_read one = { fds[number], size, -1 };
			in_threads(1, read_once, &one);
			answer = one.got;
		} else if (sscanf(line, "threads %d", &number) == 1) {
			in_threads(number, call_on_files, NULL);
			answer = number;
		}
		printf("%ld\n", answer);
		fflush(stdout);
	}
	struct sockaddr_un address;
	socklen_t length = sizeof address;
	int named = !getsockname(listener, (struct sockaddr *)&address, &length) && address.sun_family == AF_UNIX;
	if (named) unlink(address.sun_path);
}

int main(int count, char **words)
{
	pthread_t thread;
	if (count < 2) errx(2, "peer msg|writev|udp|mmsg, peer block N, peer told tcp|udp|unix");
	if (!strcmp(words[1], "told")) {
		obey(count > 2 ? words[2] : "tcp");
		return 0;
	}
	pthread_create(&thread, NULL, end_with_stdin, NULL);
	if (!strcmp(words[1], "block")) block(count > 2 ? atoi(words[2]) : 0);
	else if (!strcmp(words[1], "udp")) echo_udp(bound(SOCK_DGRAM));
	else if (!strcmp(words[1], "mmsg")) echo_mmsg(bound(SOCK_DGRAM));
	else {
		void (*echo)(int) = !strcmp(words[1], "writev") ? echo_writev : echo_msg;
		int listener = bound(SOCK_STREAM);
		for (int fd; (fd = accept(listener, NULL, NULL)) >= 0; close(fd)) echo(fd);
	}
	return 0;
}
