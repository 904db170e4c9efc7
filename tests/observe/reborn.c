/*
 * A process with a number that was somebody else's: `reborn PID CALLS` starts a child with that number, which sends 100
 * bytes so often to itself. It says nothing, and ends with 0 when the child did all of it.
 */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int talk(int calls)
{
	char bytes[100] = { 0 };
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) return 1;
	for (int i = 0; i < calls; i++) {
		if (send(ends[0], bytes, sizeof bytes, 0) != sizeof bytes) return 1;
		if (recv(ends[1], bytes, sizeof bytes, 0) != sizeof bytes) return 1;
	}
	return 0;
}

int main(int count, char **words)
{
	if (count != 3) return 2;
	pid_t number = atoi(words[1]);
	struct clone_args how = { .exit_signal = 17, .set_tid = (uintptr_t)&number, .set_tid_size = 1 };
	long child = syscall(SYS_clone3, &how, sizeof how);
	if (child < 0) return 3;
	if (child == 0) _exit(talk(atoi(words[2])));
	int status;
	if (waitpid(child, &status, 0) != child || child != number) return 4;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 5;
}
