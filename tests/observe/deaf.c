/*
 * A listener that accepts nobody, with room for one: says its port, and listens until its standard input ends.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof here;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 0)) return 1;
	if (getsockname(listener, (struct sockaddr *)&here, &length)) return 1;
	printf("%d\n", ntohs(here.sin_port));
	fflush(stdout);
	char end;
	return read(0, &end, 1) != 0;
}
