/*
 * flood.c - a process that does nothing but send and receive, to be observed.
 *
 * One thread sends one byte into a unix socket and takes it out again, as fast as the kernel lets it: two calls a turn,
 * with next to no work beside them. So the time of a call without an observer, and with one, differ by what the observer
 * costs; and more events a second than this makes on a processor, nobody makes.
 *
 *   flood SECONDS    prints "ready", waits for a byte on stdin, then prints calls and nanoseconds
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Turns between two looks at the clock. */
enum { TURNS = 1000 };

static long long now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int count, char **words)
{
	double seconds = count == 2 ? atof(words[1]) : 0;
	int pair[2];
	char byte = 0;
	if (seconds <= 0) errx(2, "flood SECONDS");
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) err(1, "socketpair");
	puts("ready");
	fflush(stdout);
	if (read(0, &byte, 1) < 0) err(1, "stdin");
	long long start = now(), end = start + (long long)(seconds * 1e9), time, calls = 0;
	do {
		for (int turn = 0; turn < TURNS; turn++) {
			if (send(pair[0], &byte, 1, 0) != 1 || recv(pair[1], &byte, 1, 0) != 1) err(1, "pair");
		}
		calls += 2 * TURNS;
	} while ((time = now()) < end);
	printf("%lld %lld\n", calls, time - start);
	return 0;
}
