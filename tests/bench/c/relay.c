/*
 * relay.c - the reference of the files benchmark: what it costs to pass bytes on, and nothing else.
 *
 *   relay copy      through 256 KiB of memory, with one read and one write a piece
 *   relay splice    through a pipe, so that no byte is copied here
 *
 * It says "listening on IN OUT", takes a sender at IN and a receiver at OUT, passes on all that the one sends, and
 * does the same for the next two. One thread, blocking calls: nothing is faster on one core.
 *
 * Loopback only. It runs until it is killed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE (256 << 10)

static char piece[PIECE];
static int ends[2];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int listen_on(int *port) {
  struct sockaddr_in at = {.sin_family = AF_INET};
  socklen_t length = sizeof at;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0) die("bind");
  if (listen(fd, 16) < 0 || getsockname(fd, (struct sockaddr *)&at, &length) < 0) die("listen");
  *port = ntohs(at.sin_port);
  return fd;
}

static int accept_one(int listener) {
  int yes = 1, fd = accept(listener, NULL, NULL);
  if (fd < 0) die("accept");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return fd;
}

/* Whether there may be more. */
static bool copy_piece(int from, int to) {
  ssize_t got = read(from, piece, PIECE);
  for (ssize_t at = 0; at < got;) {
    ssize_t wrote = write(to, piece + at, got - at);
    if (wrote <= 0) return false;
    at += wrote;
  }
  return got > 0;
}

static bool splice_piece(int from, int to) {
  ssize_t got = splice(from, NULL, ends[1], NULL, PIECE, SPLICE_F_MOVE);
  for (ssize_t rest = got; rest > 0;) {
    ssize_t passed = splice(ends[0], NULL, to, NULL, rest, SPLICE_F_MOVE);
    // What is left in the pipe belongs to nobody.
    if (passed <= 0) exit(1);
    rest -= passed;
  }
  return got > 0;
}

int main(int argc, char **argv) {
  bool splices = argc == 2 && strcmp(argv[1], "splice") == 0;
  if (!splices && (argc != 2 || strcmp(argv[1], "copy") != 0)) {
    fprintf(stderr, "usage: relay copy|splice\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  if (pipe(ends) < 0 || fcntl(ends[0], F_SETPIPE_SZ, PIECE) < 0) die("pipe");
  int in_port, out_port, in = listen_on(&in_port), out = listen_on(&out_port);
  printf("listening on %d %d\n", in_port, out_port);
  fflush(stdout);
  for (;;) {
    int from = accept_one(in), to = accept_one(out);
    while (splices ? splice_piece(from, to) : copy_piece(from, to)) {}
    close(to);
    close(from);
  }
}
