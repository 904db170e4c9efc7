/*
 * sends.c - what a send and a recv cost in C: the reference for tests/bench/way.ts, which does the same.
 *
 * Pairs of connected TCP sockets on loopback, in one thread. Each round sends one message into every pair, and after some
 * rounds all is taken out again: nobody else's work is in the figures, but the kernel's for both ends is.
 *
 *   sends PAIRS BYTES ROUNDS TIMES    prints, for the fastest of TIMES times: nanoseconds per send, and per recv
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int count, char **words)
{
	if (count != 5) errx(2, "sends PAIRS BYTES ROUNDS TIMES");
	int pairs = atoi(words[1]), bytes = atoi(words[2]), rounds = atoi(words[3]), times = atoi(words[4]);
	int *from = calloc(pairs, sizeof(int)), *to = calloc(pairs, sizeof(int)), one = 1;
	char *message = calloc(1, bytes);
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	if (listener < 0 || bind(listener, (void *)&at, size) || listen(listener, 8)) err(1, "listen");
	getsockname(listener, (void *)&at, &size);
	for (int i = 0; i < pairs; i++) {
		to[i] = socket(AF_INET, SOCK_STREAM, 0);
		if (to[i] < 0 || connect(to[i], (void *)&at, sizeof at)) err(1, "connect");
		from[i] = accept(listener, NULL, NULL);
		if (from[i] < 0) err(1, "accept");
		setsockopt(from[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	}
	double send_best = 1e18, recv_best = 1e18, calls = (double)pairs * rounds;
	for (int t = 0; t < times; t++) {
		long long start = now();
		for (int r = 0; r < rounds; r++)
			for (int i = 0; i < pairs; i++)
				if (send(from[i], message, bytes, MSG_NOSIGNAL) != bytes) err(1, "send");
		long long middle = now();
		for (int r = 0; r < rounds; r++)
			for (int i = 0; i < pairs; i++)
				if (recv(to[i], message, bytes, 0) != bytes) err(1, "recv");
		long long end = now();
		if ((middle - start) / calls < send_best) send_best = (middle - start) / calls;
		if ((end - middle) / calls < recv_best) recv_best = (end - middle) / calls;
	}
	printf("%.0f %.0f\n", send_best, recv_best);
	return 0;
}
