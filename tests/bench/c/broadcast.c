/*
 * broadcast.c - the reference server of the fan-out benchmark: taken as the limit.
 *
 * Job: everything that is said goes to every member, as fast as one simple thread can do it. It is
 * meant to be the strongest simple server, not a straw man: the ideas that make fan-out fast are
 * all here, and nothing else is.
 *
 * Shape: one thread, one epoll set, non-blocking sockets, one room. A round is
 *
 *   epoll_wait -> read each ready socket once -> encode all new messages, once, into the log
 *              -> one write per member, from its cursor to the end of the log
 *
 *   log:   [ chunk 256 KiB ] -> [ chunk ] -> [ chunk, being filled ]
 *                   ^ cursor of a member       ^ cursors of nearly all members
 *                     that is slow
 *
 * The bytes of a message are shared by all members; a member is a position in them. Who cannot
 * take more just stays behind, and its next write takes all that came meanwhile. There is no
 * queue per member and no copy per member.
 *
 * Invariants:
 *   - chunk.members counts the cursors in it. Chunks leave the log from the front, when empty.
 *   - a member is blocked exactly while EPOLLOUT is armed for it.
 *   - a connection is closed only between rounds, so no event of a round meets a freed member.
 *
 * With a second argument K the fan-out is sliced: after every K members it looks at the sockets
 * again, so that what comes during a fan-out goes to the rest of the members in the same write.
 * Without it a round serves all members; that is the reference the goals were set against.
 *
 * What it deliberately does not do: parse JSON (it looks for two string fields and copies their
 * bytes, still escaped, so what was valid stays valid), check UTF-8, names, rates, tell who came
 * and went, store anything. It speaks Login -> Welcome and Broadcast -> NewMessage.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

/* Limits, each with its reason. */
enum {
  CHUNK_BYTES = 256 << 10,    /* a busy round fits; stays in the second-level cache */
  FRAME_BYTES_MAX = 64 << 10, /* with its head a message must fit into a chunk */
  READ_BYTES_MAX = 64 << 10,  /* one read per sender and round */
  NAME_BYTES_MAX = 128,       /* 32 characters of up to 4 bytes */
  LAG_CHUNKS_MAX = 256,       /* 64 MiB: who is further behind is cut off */
  EVENTS_MAX = 1024,
  BACKLOG = 4096,
};

struct chunk {
  struct chunk *next;
  u32 used, members;
  u8 bytes[CHUNK_BYTES];
};

struct member {
  int fd;
  bool blocked, doomed;
  u32 place;           /* index in room.members, or NOWHERE before login */
  struct chunk *chunk; /* the cursor: next byte to send is chunk->bytes[offset] */
  u32 offset;
  u32 rest_len;
  u8 *rest; /* an unfinished frame; null for nearly everybody, so an idle member is small */
  u32 name_len;
  char name[NAME_BYTES_MAX];
};
#define NOWHERE UINT32_MAX

static struct {
  struct member **members;
  u32 count, capacity;
  struct chunk *first, *last; /* the log */
  struct chunk *spare;        /* one emptied chunk, still warm in the cache */
  u32 chunks;
  u64 seq;
  bool has_news;
  u32 turn, owed; /* next place to serve, and how many in a row from there lack something */
} room;

static struct member *doomed[EVENTS_MAX]; /* to be closed after this round; more wait their turn */
static u32 doomed_count;
static int poller, listener;
static u8 read_buffer[4 + FRAME_BYTES_MAX + READ_BYTES_MAX];

static void die(const char *what) {
  fprintf(stderr, "broadcast: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void *allocate(size_t size) {
  void *memory = malloc(size);
  if (!memory) die("out of memory");
  return memory;
}

/* ---- the log --------------------------------------------------------------------------------- */

static void add_chunk(void) {
  struct chunk *c = room.spare ? room.spare : allocate(sizeof *c);
  room.spare = NULL;
  c->next = NULL;
  c->used = c->members = 0;
  if (room.last) room.last->next = c;
  else room.first = c;
  room.last = c;
  room.chunks++;
}

static void drop_read_chunks(void) {
  while (room.first != room.last && room.first->members == 0) {
    struct chunk *c = room.first;
    room.first = c->next;
    room.chunks--;
    if (room.spare) free(c);
    else room.spare = c;
  }
}

static void move_cursor(struct member *m, struct chunk *to, u32 offset) {
  if (m->chunk) m->chunk->members--;
  if (to) to->members++;
  m->chunk = to;
  m->offset = offset;
}

/* ---- members --------------------------------------------------------------------------------- */

static void doom(struct member *m) {
  if (m->doomed || doomed_count == EVENTS_MAX) return;
  m->doomed = true;
  doomed[doomed_count++] = m;
}

static void bury_doomed(void) {
  while (doomed_count) {
    struct member *m = doomed[--doomed_count];
    if (m->place != NOWHERE) {
      room.members[m->place] = room.members[--room.count];
      room.members[m->place]->place = m->place;
    }
    move_cursor(m, NULL, 0);
    close(m->fd);
    free(m->rest);
    free(m);
  }
}

static void enter_room(struct member *m) {
  if (room.count == room.capacity) {
    room.capacity = room.capacity ? room.capacity * 2 : 1024;
    room.members = realloc(room.members, room.capacity * sizeof *room.members);
    if (!room.members) die("out of memory");
  }
  m->place = room.count;
  room.members[room.count++] = m;
  move_cursor(m, room.last, room.last->used); /* hears what is said from now on */
}

static void watch(struct member *m, int operation, u32 events) {
  struct epoll_event event = {.events = events, .data.ptr = m};
  if (epoll_ctl(poller, operation, m->fd, &event)) die("epoll_ctl");
}

static void set_blocked(struct member *m, bool blocked) {
  if (m->blocked == blocked) return;
  m->blocked = blocked;
  watch(m, EPOLL_CTL_MOD, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

/* Sends from the cursor to the end of the log, or until the socket is full. */
static void catch_up(struct member *m) {
  for (;;) {
    u32 size = m->chunk->used - m->offset;
    if (size == 0) {
      if (!m->chunk->next) break;
      move_cursor(m, m->chunk->next, 0);
      continue;
    }
    ssize_t n = send(m->fd, m->chunk->bytes + m->offset, size, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) {
      doom(m);
      return;
    }
    if (n > 0) m->offset += (u32)n;
    if (n < (ssize_t)size) { /* full: no need to be told a second time */
      set_blocked(m, true);
      return;
    }
  }
  set_blocked(m, false);
}

/* Cuts off everybody whose cursor is still in the oldest chunk of a log that grew too long. */
static void cut_off_the_slowest(void) {
  for (u32 i = 0; i < room.count; i++)
    if (room.members[i]->chunk == room.first) doom(room.members[i]);
}

/* Serves up to `slice` members, in turn. News start the count again, not the turn: everybody is
   served equally often. */
static void fan_out(u32 slice) {
  if (room.has_news || room.owed > room.count) room.owed = room.count;
  room.has_news = false;
  if (room.chunks > LAG_CHUNKS_MAX) cut_off_the_slowest();
  for (; slice && room.owed; slice--, room.owed--) {
    if (room.turn >= room.count) room.turn = 0;
    struct member *m = room.members[room.turn++];
    if (!m->blocked) catch_up(m);
  }
  drop_read_chunks();
}

/* ---- frames ---------------------------------------------------------------------------------- */

struct slice {
  const char *at;
  u32 len;
};

/* The raw (still escaped) value of a string field. `"key"` with both quotes cannot occur inside
   somebody's text, as quotes in there are escaped; as a value it is not followed by a colon. */
static bool find_string(struct slice body, const char *key, struct slice *value) {
  const char *p = body.at, *end = body.at + body.len;
  size_t size = strlen(key);
  while ((p = memmem(p, (size_t)(end - p), key, size))) {
    p += size;
    while (p < end && *p == ' ') p++;
    if (p == end || *p++ != ':') continue;
    while (p < end && *p == ' ') p++;
    if (p == end || *p++ != '"') return false;
    value->at = p;
    for (;; p++) {
      p = memchr(p, '"', (size_t)(end - p));
      if (!p) return false;
      u32 slashes = 0;
      while (p[-1 - (int)slashes] == '\\') slashes++; /* stops at the opening quote at the latest */
      if (slashes % 2 == 0) break;
    }
    value->len = (u32)(p - value->at);
    return true;
  }
  return false;
}

static u8 *put(u8 *p, const void *bytes, size_t size) {
  memcpy(p, bytes, size);
  return p + size;
}
#define PUT(p, literal) put(p, literal, sizeof(literal) - 1)

static u8 *put_number(u8 *p, u64 value) {
  char digits[20];
  u32 start = sizeof digits;
  do digits[--start] = (char)('0' + value % 10);
  while (value /= 10);
  return put(p, digits + start, sizeof digits - start);
}

static u64 now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME_COARSE, &t);
  return (u64)t.tv_sec * 1000 + (u64)t.tv_nsec / 1000000;
}

static void say(struct member *m, struct slice content) {
  enum { HEAD_BYTES_MAX = 128 + NAME_BYTES_MAX }; /* all that is not the content */
  if (room.last->used + HEAD_BYTES_MAX + content.len > CHUNK_BYTES) add_chunk();
  u8 *frame = room.last->bytes + room.last->used, *p = frame + 4;
  p = PUT(p, "{\"type\":\"NewMessage\",\"room\":\"lobby\",\"seq\":");
  p = put_number(p, ++room.seq);
  p = PUT(p, ",\"from\":\"");
  p = put(p, m->name, m->name_len);
  p = PUT(p, "\",\"content\":\"");
  p = put(p, content.at, content.len);
  p = PUT(p, "\",\"at\":");
  p = put_number(p, now_ms());
  p = PUT(p, "}");
  u32 size = htonl((u32)(p - frame - 4));
  memcpy(frame, &size, 4);
  room.last->used += (u32)(p - frame);
  room.has_news = true;
}

static void log_in(struct member *m, struct slice name) {
  char frame[256 + NAME_BYTES_MAX];
  m->name_len = name.len;
  memcpy(m->name, name.at, name.len);
  int body = snprintf(frame + 4, sizeof frame - 4,
                      "{\"type\":\"Welcome\",\"username\":\"%.*s\",\"rooms\":[\"lobby\"],"
                      "\"server\":\"broadcast.c\",\"protocol\":1,\"durability\":\"none\"}",
                      (int)name.len, name.at);
  u32 size = htonl((u32)body);
  memcpy(frame, &size, 4);
  /* The first bytes on a fresh socket: they fit, or the peer is already gone. */
  if (send(m->fd, frame, (size_t)body + 4, MSG_NOSIGNAL) == body + 4) enter_room(m);
  else doom(m);
}

static void on_frame(struct member *m, struct slice body) {
  struct slice type, value;
  if (!find_string(body, "\"type\"", &type)) {
    doom(m);
  } else if (m->place == NOWHERE) {
    bool good = type.len == 5 && !memcmp(type.at, "Login", 5) &&
                find_string(body, "\"username\"", &value) && value.len <= NAME_BYTES_MAX;
    if (good) log_in(m, value);
    else doom(m);
  } else if (type.len == 9 && !memcmp(type.at, "Broadcast", 9)) {
    if (find_string(body, "\"content\"", &value)) say(m, value);
  }
}

static void keep_rest(struct member *m, const u8 *from, u32 len) {
  m->rest_len = len;
  if (!len) return;
  if (!m->rest) m->rest = allocate(4 + FRAME_BYTES_MAX);
  memcpy(m->rest, from, len);
}

static void on_readable(struct member *m) {
  if (m->rest_len) memcpy(read_buffer, m->rest, m->rest_len);
  ssize_t n = recv(m->fd, read_buffer + m->rest_len, READ_BYTES_MAX, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    doom(m);
    return;
  }
  u32 have = m->rest_len + (u32)n, at = 0;
  while (have - at >= 4 && !m->doomed) {
    u32 size;
    memcpy(&size, read_buffer + at, 4);
    size = ntohl(size);
    if (size > FRAME_BYTES_MAX) {
      doom(m);
      return;
    }
    if (have - at - 4 < size) break;
    on_frame(m, (struct slice){(const char *)read_buffer + at + 4, size});
    at += 4 + size;
  }
  keep_rest(m, read_buffer + at, have - at);
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void accept_all(void) {
  for (int fd, on = 1; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct member *m = allocate(sizeof *m);
    *m = (struct member){.fd = fd, .place = NOWHERE};
    watch(m, EPOLL_CTL_ADD, EPOLLIN);
  }
}

static void serve(u32 slice) {
  struct epoll_event events[EVENTS_MAX];
  for (;;) {
    int n = epoll_wait(poller, events, EVENTS_MAX, room.owed ? 0 : -1);
    if (n < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < n; i++) {
      struct member *m = events[i].data.ptr;
      if (!m) {
        accept_all();
        continue;
      }
      if (events[i].events & EPOLLOUT) catch_up(m);
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR) && !m->doomed) on_readable(m);
    }
    if (room.has_news || room.owed) fan_out(slice);
    bury_doomed();
  }
}

static int listen_on(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) || listen(fd, BACKLOG)) die("listen");
  getsockname(fd, (struct sockaddr *)&address, &size);
  printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

int main(int argc, char **argv) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  add_chunk();
  listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
  poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event)) die("epoll");
  int slice = argc > 2 ? atoi(argv[2]) : 0;
  serve(slice > 0 ? (u32)slice : UINT32_MAX);
}
