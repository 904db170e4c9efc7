/*
 * Two cheap ends of a file transfer, so that what stands between them is what is measured.
 *
 *   blast send PORT BYTES [TOKEN [PACE]]  connects and sends, PACE in MiB per second
 *   blast receive PORT BYTES [TOKEN]   connects and counts
 *   blast listen BYTES                 listens on a free port, says "listening on PORT", and counts
 *
 * With a token it speaks just enough of the chat's protocol: one Transfer frame first, and one frame to skip
 * before the bytes. The bytes are the same 256 KiB again and again. A receiver checks the count and each
 * first byte of a block, and prints "BYTES SECONDS" from the first byte to the last.
 *
 * Loopback only. It ends when the bytes have passed, or with the connection.
 */

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BLOCK (256 << 10)

static unsigned char block[BLOCK];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec + at.tv_nsec / 1e9;
}

static void write_all(int fd, const void *bytes, size_t count) {
  const unsigned char *at = bytes;
  while (count > 0) {
    ssize_t wrote = write(fd, at, count);
    if (wrote <= 0) die("write");
    at += wrote;
    count -= wrote;
  }
}

static void read_all(int fd, void *bytes, size_t count) {
  unsigned char *at = bytes;
  while (count > 0) {
    ssize_t got = read(fd, at, count);
    if (got <= 0) die("read");
    at += got;
    count -= got;
  }
}

static int dial(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
  return fd;
}

static int wait_for_caller(void) {
  struct sockaddr_in at = {.sin_family = AF_INET};
  socklen_t length = sizeof at;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) < 0) die("bind");
  if (listen(listener, 1) < 0) die("listen");
  if (getsockname(listener, (struct sockaddr *)&at, &length) < 0) die("getsockname");
  printf("listening on %d\n", ntohs(at.sin_port));
  fflush(stdout);
  int fd = accept(listener, NULL, NULL);
  if (fd < 0) die("accept");
  close(listener);
  return fd;
}

static void say_transfer(int fd, const char *token) {
  char frame[256];
  int length = snprintf(frame + 4, sizeof frame - 4, "{\"type\":\"Transfer\",\"token\":\"%s\"}", token);
  uint32_t big = htonl(length);
  memcpy(frame, &big, 4);
  write_all(fd, frame, 4 + length);
}

static void skip_frame(int fd) {
  uint32_t big;
  char body[4096];
  read_all(fd, &big, 4);
  uint32_t length = ntohl(big);
  if (length > sizeof body) die("a frame is too long");
  read_all(fd, body, length);
  body[length < sizeof body ? length : sizeof body - 1] = 0;
  if (strstr(body, "\"Error\"") != NULL) {
    fprintf(stderr, "%s\n", body);
    exit(1);
  }
}

/* At a pace of so many MiB per second; 0 is as fast as it goes. */
static void send_bytes(int fd, uint64_t bytes, int pace) {
  double start = now();
  for (uint64_t sent = 0; bytes > 0; sent += BLOCK) {
    double early = pace > 0 ? sent / (pace * 1048576.0) - (now() - start) : 0;
    if (early > 0) usleep((useconds_t)(early * 1e6));
    size_t piece = bytes < BLOCK ? bytes : BLOCK;
    write_all(fd, block, piece);
    bytes -= piece;
  }
}

static void count_bytes(int fd, uint64_t bytes) {
  uint64_t count = 0;
  double start = 0;
  while (count < bytes) {
    uint64_t rest = bytes - count;
    ssize_t got = read(fd, block, rest < BLOCK ? rest : BLOCK);
    if (got <= 0) die("read");
    if (count == 0) start = now();
    if (block[0] != (unsigned char)((count % BLOCK) * 31)) {
      fprintf(stderr, "The byte at %llu is another\n", (unsigned long long)count);
      exit(1);
    }
    count += got;
  }
  printf("%llu %.6f\n", (unsigned long long)count, now() - start);
}

int main(int argc, char **argv) {
  for (size_t at = 0; at < BLOCK; at++) block[at] = (unsigned char)(at * 31);
  if (argc >= 4 && strcmp(argv[1], "send") == 0) {
    int fd = dial(atoi(argv[2]));
    if (argc > 4) {
      say_transfer(fd, argv[4]);
      skip_frame(fd);
    }
    send_bytes(fd, strtoull(argv[3], NULL, 10), argc > 5 ? atoi(argv[5]) : 0);
    // The chat says when the last byte has gone on; another relay learns the end from ours.
    if (argc == 4) shutdown(fd, SHUT_WR);
    while (read(fd, block, BLOCK) > 0) {}
  } else if (argc >= 4 && strcmp(argv[1], "receive") == 0) {
    int fd = dial(atoi(argv[2]));
    if (argc > 4) {
      say_transfer(fd, argv[4]);
      skip_frame(fd);
    }
    count_bytes(fd, strtoull(argv[3], NULL, 10));
  } else if (argc == 3 && strcmp(argv[1], "listen") == 0) {
    count_bytes(wait_for_caller(), strtoull(argv[2], NULL, 10));
  } else {
    fprintf(stderr, "usage: blast send|receive|listen …, see the source\n");
    return 2;
  }
  return 0;
}
