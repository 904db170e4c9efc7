/*
 * load.c - the load generator of the fan-out benchmark.
 *
 * Job: N connections log in to one chat server; the first S of them also talk. It counts every
 * delivery, proves that nothing was lost, doubled or reordered, and prints one line of JSON.
 *
 * Shape: one thread, one epoll set, non-blocking sockets. Closed loop: a sender keeps at most W
 * of its own messages in flight, so a server is never flooded; batching is allowed, never forced.
 * A message has landed, and the next may go,
 *
 *   --landed own   when its sender got it back (the default), or
 *   --landed all   when every connection has it.
 *
 * The senders log in last: most servers write to members in the order in which they came, so the
 * sender's copy is about the last one and both rules mean nearly the same. A server with another
 * order lets senders run ahead under "own", and its batches grow; "behind" in the result tells.
 *
 *   connect + Login  ->  warm-up  ->  measured window  ->  drain  ->  JSON
 *
 * With --senders 0 it is the idle test: the JSON comes right after the last login, then the
 * connections are held open until stdin ends.
 *
 * How it is said is a speech's business (speech.h). The text of a message opens with 12 hex
 * digits, the sender's index (4) and its counter (8); the rest is filling:
 *
 *   {"type":"Broadcast","content":"0003000000a7......................"}
 *                                  ssssccccccccffff
 *
 * With --rooms K connection n is in room n % K; a single room is the lobby. With --zipf 1 the rooms
 * are as large as rooms of people are, the k-th about 1/k of the first, and who speaks is in any.
 * With --in-step 1 all say the next when all have said theirs and all of it has landed, so that a
 * server is not faster because it prefers small rooms. With --whispers 1 sender n speaks to
 * connection S + n, and to nobody else.
 *
 * To the last connections nothing is owed, and what they are told is not checked, while
 *
 *   --stalled M   they read nothing once they are in
 *   --movers M    they leave the room and come back, --moves R times a second together
 *   --readers M   they ask for pages of the room's history, one after the other, of which each
 *                 must be full
 *
 * Invariants:
 *   - expected[n][s] is the counter that connection n must see next from sender s. All log in
 *     before the first message is sent, so every row starts at 0 and ends at what s has sent.
 *   - expected[s][s] is also what has landed of s (own); no second count could disagree with it.
 *
 * What it deliberately does not do: validate what is said beside messages, check the filling at every receiver (only at
 * the sender; elsewhere the length is checked), model slow readers, speak TLS.
 *
 * Result: deliveries and sent are counted in the measured window; behind is how many messages the
 * average connection had still to get at its end (about S*W at most, if nobody is favoured);
 * latency is from sending to landing; busy is the share of one core that this program used.
 *
 * Exit: 0 good; 1 a violation or a broken connection; 2 wrong usage; 77 not possible here.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
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

#include "speech.h"

/* Limits, each with its reason. */
enum {
  READ_BYTES_MAX = 256 << 10,  /* one read; more would leave the second-level cache */
  EVENTS_MAX = 256,            /* per epoll round, so that the clock is looked at often enough */
  STALL_MS = 5000,             /* nothing arrived for so long: the run is over, and wrong */
  GRACE_MS = 50,               /* after the last expected message: time for a surplus one to show */
  REPORTS_MAX = 5,             /* violations told in words; the rest is only counted */
  LATENCY_SUB = 64,            /* histogram buckets per power of two: below 1.6 % error */
  LATENCY_BUCKETS = 64 * LATENCY_SUB,
  PAGE_MESSAGES = 50,          /* what clients ask for unless they are told otherwise */
};

enum state { CONNECTING, LOGGING_IN, MEMBER };

struct conn {
  int fd;
  enum state state;
  u8 *rest; /* the unfinished frame at the end of the last read */
  u32 rest_len, rest_cap;
};

struct sender {
  u32 sent;
  u64 *sent_at_ns; /* ring of W: when the message with counter k left, at k % W */
  u32 *missing_at; /* ring of W: how many connections do not have it yet */
  u32 complete;    /* messages that every connection has; a prefix, as each gets them in order */
  u8 *out;         /* frames that the socket has not taken yet */
  size_t out_len, out_cap;
  bool waits_for_room; /* EPOLLOUT is armed */
  u32 hearers;         /* connections that are told what it says; who has none says nothing */
  bool is_ready;       /* is in the list of those who may say more */
  u8 head[HEAD_BYTES_MAX];
  u32 head_len;
};

static struct {
  int port;
  u32 receivers, senders, window, bytes, rooms, stalled;
  double seconds, warmup;
  bool landed_all, zipf, in_step, whispers;
  u32 movers, readers;
  double moves;
  const struct speech *speech;
} opt = {
    .receivers = 100, .senders = 1, .window = 1, .bytes = 200, .rooms = 1, .seconds = 3, .warmup = 1};

static struct conn *conns;
static struct sender *senders;
static u32 *expected; /* [receivers][senders] */
static u32 *rooms;    /* of each connection */
static u32 *ready;    /* senders of which something has landed in this event */
static u32 ready_count;
static int poller;
static u8 *read_buffer; /* shared by all connections: stays in the cache */
static char *filling;
static u32 logged_in;

static u64 deliveries;  /* NewMessage frames seen, good or bad */
static u64 in_order;    /* sum of expected[][]: what has arrived without gap or double */
static u64 due;         /* what all connections together must be told of what was sent */
static u64 sent_total;  /* sum of senders[].sent */
static u64 errors;
static bool measuring, sending;
static u64 complete_total; /* sum of senders[].complete */
static u32 speaking, step = 1; /* senders that are heard by somebody; messages that each may have said, in step */

/* What those at the end do. */
static struct aside {
  bool waits, is_out;
  u64 asked_at_ns;
} *asides;
static u64 asked, answered, aside_start_ns, chance = 88172645463325252ull;

struct histogram {
  u64 count[LATENCY_BUCKETS], total, max_ns;
};
static struct histogram landing, paging;

/* ---- small helpers --------------------------------------------------------------------------- */

static u64 now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (u64)t.tv_sec * 1000000000u + (u64)t.tv_nsec;
}

static double cpu_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

__attribute__((noreturn, format(printf, 2, 3))) static void die(int code, const char *text, ...) {
  va_list args;
  va_start(args, text);
  fputs("load: ", stderr);
  vfprintf(stderr, text, args);
  fputc('\n', stderr);
  exit(code);
}

__attribute__((format(printf, 1, 2))) static void violation(const char *text, ...) {
  if (++errors > REPORTS_MAX) return;
  va_list args;
  va_start(args, text);
  fputs("load: ", stderr);
  vfprintf(stderr, text, args);
  fputc('\n', stderr);
  va_end(args);
}

static void *allocate(size_t count, size_t size) {
  void *memory = calloc(count ? count : 1, size);
  if (!memory) die(77, "out of memory");
  return memory;
}

static u32 index_of(const struct conn *c) { return (u32)(c - conns); }

static u32 asides_count(void) { return opt.stalled + opt.movers + opt.readers; }

static bool is_aside(u32 n) { return n >= opt.receivers - asides_count(); }

/* The number of a room as speeches know it: 0 is the lobby. Where users cannot be spoken to, each
   is in a room of its own while there are whispers. */
static u32 room_of(u32 n) {
  if (opt.whispers && !opt.speech->whisper_head) return 1 + n;
  return opt.rooms == 1 ? 0 : 1 + rooms[n];
}

/* Whether connection n must be told what a sender says. */
static bool hears(u32 n, u32 from) {
  if (is_aside(n)) return false;
  if (opt.whispers) return n == opt.senders + from;
  return rooms[n] == rooms[from] && (n != from || opt.speech->echoes);
}

static void watch(struct conn *c, int operation, u32 events) {
  struct epoll_event event = {.events = events, .data.u32 = index_of(c)};
  if (epoll_ctl(poller, operation, c->fd, &event)) die(1, "epoll_ctl: %s", strerror(errno));
}

/* ---- latency: log-linear histogram ----------------------------------------------------------- */

static u32 bucket_of(u64 ns) {
  if (ns < LATENCY_SUB) return (u32)ns;
  u32 shift = 63 - (u32)__builtin_clzll(ns) - 6; /* keep 7 leading bits: 64 steps per octave */
  return (shift + 1) * LATENCY_SUB + (u32)((ns >> shift) - LATENCY_SUB);
}

static u64 bucket_start(u32 bucket) {
  if (bucket < LATENCY_SUB) return bucket;
  return (u64)(bucket % LATENCY_SUB + LATENCY_SUB) << (bucket / LATENCY_SUB - 1);
}

static void note_latency(struct histogram *h, u64 ns) {
  h->count[bucket_of(ns)]++;
  h->total++;
  if (ns > h->max_ns) h->max_ns = ns;
}

static double latency_us(const struct histogram *h, double quantile) {
  u64 rank = (u64)(quantile * (double)h->total), seen = 0;
  for (u32 b = 0; b < LATENCY_BUCKETS; b++) {
    seen += h->count[b];
    if (seen > rank) return (double)bucket_start(b) / 1000;
  }
  return (double)h->max_ns / 1000;
}

/* ---- sending --------------------------------------------------------------------------------- */

/* Writes what waits. What the socket does not take stays at the front of the buffer. */
static void flush(struct conn *c, struct sender *s) {
  ssize_t n = s->out_len ? send(c->fd, s->out, s->out_len, MSG_NOSIGNAL) : 0;
  if (n < 0) {
    if (errno != EAGAIN) die(1, "connection %u: send: %s", index_of(c), strerror(errno));
    n = 0;
  }
  s->out_len -= (size_t)n;
  memmove(s->out, s->out + n, s->out_len);
  if (s->waits_for_room != (s->out_len > 0)) {
    s->waits_for_room = s->out_len > 0;
    watch(c, EPOLL_CTL_MOD, s->waits_for_room ? EPOLLIN | EPOLLOUT : EPOLLIN);
  }
}

static void put_message(struct sender *s, u32 sender_index) {
  const char *tail = opt.speech->tail;
  u8 *p = s->out + s->out_len;
  char stamp[STAMP_CHARS + 1];
  snprintf(stamp, sizeof stamp, "%04x%08x", sender_index & 0xffff, s->sent);
  p = mempcpy(p, s->head, s->head_len);
  p = mempcpy(p, stamp, STAMP_CHARS);
  p = mempcpy(p, filling, opt.bytes - STAMP_CHARS);
  p = mempcpy(p, tail, strlen(tail));
  if (opt.speech->second_tail) {
    p = mempcpy(p, stamp, STAMP_CHARS);
    p = mempcpy(p, opt.speech->second_tail, strlen(opt.speech->second_tail));
  }
  s->out_len = (size_t)(p - s->out);
}

/* Fills the window of sender i again, all in one write. */
static void top_up(u32 i) {
  struct sender *s = &senders[i];
  u32 landed = opt.landed_all ? s->complete : expected[(size_t)i * opt.senders + i];
  u32 end = landed + opt.window;
  if (opt.in_step && end > step) end = step;
  if (!sending || !s->hearers || s->sent >= end) return;
  u64 now = now_ns();
  while (s->sent < end) {
    put_message(s, i);
    s->sent_at_ns[s->sent % opt.window] = now;
    s->missing_at[s->sent % opt.window] = s->hearers;
    s->sent++;
    sent_total++;
    due += s->hearers;
  }
  flush(&conns[i], s);
}

static void may_say_more(u32 i) {
  if (senders[i].is_ready) return;
  senders[i].is_ready = true;
  ready[ready_count++] = i;
}

/* Fills the windows of all of whom something has landed. */
static void top_up_ready(void) {
  while (ready_count) {
    u32 i = ready[--ready_count];
    senders[i].is_ready = false;
    top_up(i);
  }
}

static void on_landed(u32 from) {
  senders[from].complete++;
  complete_total++;
  if (!opt.in_step) {
    may_say_more(from);
  } else if (complete_total == (u64)speaking * step) {
    step++;
    for (u32 i = 0; i < opt.senders; i++) may_say_more(i);
  }
}

/* ---- those at the end ------------------------------------------------------------------------ */

static u32 random_below(u64 limit) {
  chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
  return (u32)(chance % limit);
}

static void ask(u32 place, const u8 *bytes, u32 size) {
  struct aside *a = &asides[place];
  u32 n = opt.receivers - asides_count() + place;
  if (send(conns[n].fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size)
    die(1, "connection %u: cannot ask", n);
  a->waits = true;
  a->asked_at_ns = now_ns();
  asked++;
}

static void ask_for_page(u32 place) {
  u8 request[HELLO_BYTES_MAX];
  /* Every sender's messages up to `complete` are kept, so as many are there. */
  if (!sending || complete_total <= PAGE_MESSAGES) return;
  u32 before = 1 + PAGE_MESSAGES + random_below(complete_total - PAGE_MESSAGES);
  ask(place, request, opt.speech->page(request, before, PAGE_MESSAGES));
}

/* As many as are due by now, if there is somebody who does not wait for an answer. */
static void move_on(void) {
  static u32 turn;
  u8 request[HELLO_BYTES_MAX];
  u64 due_moves = (u64)((double)(now_ns() - aside_start_ns) / 1e9 * opt.moves);
  for (u32 tried = 0; sending && asked < due_moves && tried < opt.movers; tried++) {
    u32 place = turn++ % opt.movers;
    struct aside *a = &asides[place];
    if (a->waits) continue;
    a->is_out = !a->is_out;
    ask(place, request, opt.speech->move(request, room_of(opt.receivers - 1), !a->is_out));
  }
}

static void on_answer(u32 n, u32 messages) {
  u32 place = n - (opt.receivers - asides_count());
  struct aside *a = &asides[place];
  if (!a->waits) return;
  a->waits = false;
  answered++;
  if (!opt.readers) return;
  if (messages != PAGE_MESSAGES)
    violation("connection %u: a page has %u messages of %d", n, messages, PAGE_MESSAGES);
  if (measuring) note_latency(&paging, now_ns() - a->asked_at_ns);
}

static void serve_asides(void) {
  if (opt.movers) move_on();
  for (u32 i = 0; i < opt.readers; i++)
    if (!asides[i].waits) ask_for_page(i);
}

/* ---- receiving ------------------------------------------------------------------------------- */

static bool read_hex(const u8 *text, u32 digits, u32 *value) {
  u32 sum = 0;
  for (u32 i = 0; i < digits; i++) {
    u8 c = text[i];
    if (c >= '0' && c <= '9') sum = sum << 4 | (u32)(c - '0');
    else if (c >= 'a' && c <= 'f') sum = sum << 4 | (u32)(c - 'a' + 10);
    else return false;
  }
  *value = sum;
  return true;
}

/* The heart of the verification: is this the message that must come next here? */
static void on_message(u32 n, struct text text) {
  deliveries++;
  u32 from, counter;
  if (text.length != opt.bytes || !read_hex(text.start, 4, &from) ||
      !read_hex(text.start + 4, 8, &counter) || from >= opt.senders || !hears(n, from)) {
    violation("connection %u: not of this run: %.*s", n,
              text.length < 200 ? (int)text.length : 200, text.start);
    return;
  }
  u32 *next = &expected[(size_t)n * opt.senders + from];
  if (counter >= senders[from].sent) {
    violation("connection %u: message %u of sender %u was never sent", n, counter, from);
    return;
  }
  if (counter < *next) {
    violation("connection %u: message %u of sender %u came again or late", n, counter, from);
    return;
  }
  if (counter > *next)
    violation("connection %u: sender %u: message %u came, %u is missing", n, from, counter, *next);
  in_order += counter + 1 - *next;
  *next = counter + 1;
  if ((n == from || opt.whispers) && memcmp(text.start + STAMP_CHARS, filling, opt.bytes - STAMP_CHARS))
    violation("connection %u: the text of message %u was changed", n, counter);
  struct sender *s = &senders[from];
  u32 slot = counter % opt.window;
  bool landed = opt.landed_all ? --s->missing_at[slot] == 0 : n == from;
  if (!landed) return;
  if (measuring) note_latency(&landing, now_ns() - s->sent_at_ns[slot]);
  on_landed(from);
}

static void on_unit(struct conn *c, const u8 *unit, u32 len) {
  struct text text = {unit, len};
  switch (opt.speech->hear(unit, len, &text)) {
  case MESSAGE:
    if (asides && is_aside(index_of(c))) break;
    if (c->state == MEMBER) on_message(index_of(c), text);
    else violation("connection %u: a message came before it had joined", index_of(c));
    break;
  case REFUSED:
    violation("connection %u: %.*s", index_of(c), text.length < 300 ? (int)text.length : 300,
              text.start);
    break;
  case IS_IN:
    if (c->state == LOGGING_IN) {
      c->state = MEMBER;
      logged_in++;
      if (opt.stalled && is_aside(index_of(c))) watch(c, EPOLL_CTL_DEL, 0);
      break;
    }
    /* Who moves is told the same when it comes back. */
    /* fall through */
  case ANSWERED:
    if (asides && is_aside(index_of(c))) on_answer(index_of(c), text.length);
    break;
  case ASKED:
    send(c->fd, opt.speech->alive, opt.speech->alive_bytes, MSG_NOSIGNAL);
    break;
  case OTHER: /* UserJoined, Presence, ... are not our business */
    break;
  }
}

static void keep_rest(struct conn *c, const u8 *from, u32 len) {
  if (len > c->rest_cap) {
    c->rest_cap = len < 512 ? 512 : len;
    c->rest = realloc(c->rest, c->rest_cap);
    if (!c->rest) die(77, "out of memory");
  }
  c->rest_len = len;
  if (len) memcpy(c->rest, from, len);
}

/* One read, then all whole frames in it. The poller is level-triggered: what one read could not
   take is reported again in the next round, after the others had their turn. */
static void on_readable(struct conn *c) {
  if (c->rest_len) memcpy(read_buffer, c->rest, c->rest_len);
  ssize_t n = recv(c->fd, read_buffer + c->rest_len, READ_BYTES_MAX, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n < 0) die(1, "connection %u: recv: %s", index_of(c), strerror(errno));
  if (n == 0) die(1, "connection %u: the server closed it (%s)", index_of(c),
                  c->state == MEMBER ? "after login" : "before Welcome");
  u32 have = c->rest_len + (u32)n, at = 0;
  for (u32 size; (size = opt.speech->cut(read_buffer + at, have - at)); at += size) {
    if (size > have - at) die(1, "connection %u: the border between messages is lost", index_of(c));
    on_unit(c, read_buffer + at, size);
  }
  keep_rest(c, read_buffer + at, have - at);
}

/* ---- login ----------------------------------------------------------------------------------- */

/* Connects from 127.0.0.1 as everybody does; when its ephemeral ports are used up, from the next
   address of the loopback network. */
static int connect_somewhere(void) {
  static u32 source = INADDR_LOOPBACK;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (;; source++) {
    if (source > INADDR_LOOPBACK + 16) die(77, "no free local ports");
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0) die(77, "socket: %s", strerror(errno));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (source != INADDR_LOOPBACK) {
      struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(source)};
      setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
      if (bind(fd, (struct sockaddr *)&from, sizeof from)) die(1, "bind: %s", strerror(errno));
    }
    if (!connect(fd, (struct sockaddr *)&to, sizeof to) || errno == EINPROGRESS) return fd;
    if (errno != EADDRNOTAVAIL) die(1, "connect: %s", strerror(errno));
    close(fd);
  }
}

static void on_connected(struct conn *c) {
  int problem = 0;
  socklen_t size = sizeof problem;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &problem, &size);
  if (problem) die(1, "connection %u: connect: %s", index_of(c), strerror(problem));
  u8 hello[HELLO_BYTES_MAX];
  ssize_t bytes = opt.speech->hello(hello, index_of(c), room_of(index_of(c)));
  /* A fresh socket takes so little whole; anything else is a failure, not a case to handle. */
  if (send(c->fd, hello, (size_t)bytes, MSG_NOSIGNAL) != bytes) die(1, "cannot send the login");
  c->state = LOGGING_IN;
  watch(c, EPOLL_CTL_MOD, EPOLLIN);
}

static void on_event(const struct epoll_event *event) {
  struct conn *c = &conns[event->data.u32];
  if (c->state == CONNECTING) {
    on_connected(c);
    return;
  }
  u32 n = index_of(c);
  if (n < opt.senders && event->events & EPOLLOUT) flush(c, &senders[n]);
  if (event->events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
    on_readable(c);
    top_up_ready();
  }
}

/* One epoll round; returns the time after it. */
static u64 poll_once(int timeout_ms) {
  struct epoll_event events[EVENTS_MAX];
  if (asides) serve_asides();
  if (opt.movers && sending) timeout_ms = 1; /* to be in time for the next move */
  int n = epoll_wait(poller, events, EVENTS_MAX, timeout_ms);
  if (n < 0 && errno != EINTR) die(1, "epoll_wait: %s", strerror(errno));
  for (int i = 0; i < n; i++) on_event(&events[i]);
  return now_ns();
}

/* Logs everybody in, the senders last; returns how long that took. */
static double log_in(void) {
  u64 start = now_ns(), moved = start;
  u32 opened = 0;
  while (logged_in < opt.receivers) {
    for (; opened < opt.receivers && opened - logged_in < opt.speech->logins_open_max; opened++) {
      struct conn *c = &conns[opt.receivers - 1 - opened];
      c->fd = connect_somewhere();
      watch(c, EPOLL_CTL_ADD, EPOLLOUT);
    }
    u32 before = logged_in;
    u64 now = poll_once(100);
    if (logged_in > before) moved = now;
    if (errors) die(1, "login failed");
    if (now - moved > STALL_MS * 1000000ull)
      die(1, "login stalled: %u of %u are in", logged_in, opt.receivers);
  }
  return (double)(now_ns() - start) / 1e6;
}

/* ---- the run --------------------------------------------------------------------------------- */

struct reading {
  u64 at_ns, deliveries, sent, answered, open; /* open: deliveries still due for what was sent */
  double cpu;
};

static struct reading take_reading(u64 at_ns) {
  return (struct reading){at_ns, deliveries, sent_total, answered, due - in_order,
                          cpu_seconds()};
}

/* Keeps polling until the time has come; false when the server stalled. */
static bool poll_until(u64 end_ns) {
  u64 now = now_ns(), moved = now, before = deliveries;
  while (now < end_ns) {
    now = poll_once(100);
    if (deliveries != before) moved = now, before = deliveries;
    if (now - moved < STALL_MS * 1000000ull) continue;
    violation("nothing came for %d s; given up", STALL_MS / 1000);
    return false;
  }
  return true;
}

/* Waits until every connection has everything that was ever sent, and names what is missing. */
static void drain(void) {
  u64 now = now_ns(), moved = now, before = in_order;
  while (in_order < due && now - moved < STALL_MS * 1000000ull) {
    now = poll_once(100);
    if (in_order != before) moved = now, before = in_order;
  }
  if (in_order == due) {
    for (u64 end = now + GRACE_MS * 1000000ull; now < end;) now = poll_once(GRACE_MS);
    return;
  }
  for (u32 n = 0; n < opt.receivers; n++) {
    for (u32 s = 0; s < opt.senders; s++) {
      if (!hears(n, s)) continue;
      u32 missing = senders[s].sent - expected[(size_t)n * opt.senders + s];
      if (missing) violation("connection %u: the last %u of sender %u never came", n, missing, s);
    }
  }
}

static void run(struct reading *first, struct reading *last) {
  u64 start = aside_start_ns = now_ns();
  sending = true;
  for (u32 i = 0; i < opt.senders; i++) top_up(i);
  bool alive = poll_until(start + (u64)(opt.warmup * 1e9));
  *first = take_reading(now_ns());
  measuring = true;
  if (alive) alive = poll_until(first->at_ns + (u64)(opt.seconds * 1e9));
  *last = take_reading(now_ns());
  measuring = sending = false;
  if (alive) drain();
}

/* The idle test: keep reading (Presence may come), hold everything until stdin ends. */
static void hold(void) {
  char byte;
  fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
  for (;;) {
    ssize_t n = read(STDIN_FILENO, &byte, 1);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) return;
    poll_once(50);
  }
}

static void print_result(const struct reading *first, const struct reading *last, double login_ms) {
  double seconds = (double)(last->at_ns - first->at_ns) / 1e9;
  u64 count = last->deliveries - first->deliveries;
  printf("{\"deliveries\":%llu,\"seconds\":%.3f,\"deliveries_per_s\":%.0f,\"sent\":%llu,"
         "\"latency_us\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f},"
         "\"answers_per_s\":%.0f,\"page_us\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f},"
         "\"login_ms\":%.0f,\"behind\":%.1f,\"busy\":%.2f,\"errors\":%llu}\n",
         (unsigned long long)count, seconds, seconds > 0 ? (double)count / seconds : 0,
         (unsigned long long)(last->sent - first->sent), latency_us(&landing, 0.5),
         latency_us(&landing, 0.99), (double)landing.max_ns / 1000,
         seconds > 0 ? (double)(last->answered - first->answered) / seconds : 0,
         latency_us(&paging, 0.5), latency_us(&paging, 0.99), (double)paging.max_ns / 1000, login_ms,
         (double)last->open / (opt.receivers - asides_count()),
         seconds > 0 ? (last->cpu - first->cpu) / seconds : 0, (unsigned long long)errors);
  fflush(stdout);
}

/* ---- start ----------------------------------------------------------------------------------- */

static void usage(void) {
  die(2, "usage: load --port P [--receivers N] [--senders S] [--window W] [--bytes B]\n"
         "            [--seconds T] [--warmup T0] [--landed own|all]\n"
         "            [--rooms K [--zipf 1] [--in-step 1] | --whispers 1 |\n"
         "             --stalled M | --movers M --moves R | --readers M]\n"
         "            [--speech chat|text|ids|nats|irc|mqtt]\n"
         "       S <= N - M, 2 S <= N with whispers, K <= N, S < 65536, B >= 12; with irc, text,\n"
         "       whispers and --in-step, --landed all: who speaks is not told, or waits for others");
}

static void parse_arguments(int argc, char **argv) {
  opt.speech = speech_named("chat");
  static const struct option names[] = {
      {"port", 1, 0, 'p'},  {"receivers", 1, 0, 'n'}, {"senders", 1, 0, 's'}, {"window", 1, 0, 'w'},
      {"bytes", 1, 0, 'b'}, {"seconds", 1, 0, 't'},   {"warmup", 1, 0, 'u'},  {"landed", 1, 0, 'l'},
      {"rooms", 1, 0, 'r'}, {"speech", 1, 0, 'h'},    {"stalled", 1, 0, 'm'},
      {"zipf", 1, 0, 'z'},  {"in-step", 1, 0, 'i'},   {"whispers", 1, 0, 'v'},  {"movers", 1, 0, 'o'},
      {"moves", 1, 0, 'q'}, {"readers", 1, 0, 'd'},   {0, 0, 0, 0}};
  for (int name; (name = getopt_long(argc, argv, "", names, NULL)) != -1;) {
    if (name == '?') usage();
    if (name == 'l') {
      opt.landed_all = !strcmp(optarg, "all");
      if (!opt.landed_all && strcmp(optarg, "own")) usage();
      continue;
    }
    if (name == 'h') {
      if (!(opt.speech = speech_named(optarg))) usage();
      continue;
    }
    char *end;
    double value = strtod(optarg, &end);
    if (*end || end == optarg || !(value >= 0 && value <= 1e6)) usage();
    switch (name) {
    case 'p': opt.port = (int)value; break;
    case 'n': opt.receivers = (u32)value; break;
    case 's': opt.senders = (u32)value; break;
    case 'w': opt.window = (u32)value; break;
    case 'r': opt.rooms = (u32)value; break;
    case 'm': opt.stalled = (u32)value; break;
    case 'z': opt.zipf = value > 0; break;
    case 'i': opt.in_step = value > 0; break;
    case 'v': opt.whispers = value > 0; break;
    case 'o': opt.movers = (u32)value; break;
    case 'q': opt.moves = value; break;
    case 'd': opt.readers = (u32)value; break;
    case 'b': opt.bytes = (u32)value; break;
    case 't': opt.seconds = value; break;
    case 'u': opt.warmup = value; break;
    }
  }
  u32 kinds = (opt.rooms > 1) + opt.whispers + (opt.stalled > 0) + (opt.movers > 0) + (opt.readers > 0);
  bool waits_for_all = !opt.speech->echoes || opt.whispers || opt.in_step;
  if (optind < argc || opt.port < 1 || opt.port > 65535 || opt.receivers < 1 || opt.window < 1 ||
      opt.senders > opt.receivers || opt.senders > 0xffff || opt.bytes < STAMP_CHARS || kinds > 1 ||
      opt.senders + asides_count() > opt.receivers || opt.rooms < 1 || opt.rooms > opt.receivers ||
      (opt.whispers && 2 * opt.senders > opt.receivers) || (waits_for_all && !opt.landed_all))
    usage();
  if ((opt.movers && !opt.speech->move) || (opt.readers && !opt.speech->page))
    die(77, "nobody can do that in %s", opt.speech->name);
}

static void raise_file_limit(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < opt.receivers + 16)
    die(77, "%u connections need more than the %llu open files allowed here (ulimit -Hn)",
        opt.receivers, (unsigned long long)limit.rlim_cur);
}

/* Deals the connections out to the rooms. */
static void fill_rooms(u32 *sizes) {
  double sum = 0, *shares = allocate(opt.rooms, sizeof *shares);
  for (u32 k = 0; k < opt.rooms; k++) shares[k] = sum += 1.0 / (k + 1);
  for (u32 n = 0; n < opt.receivers; n++) {
    u32 k = n % opt.rooms;
    if (opt.zipf) {
      double at = sum * random_below(1u << 31) / (1u << 31);
      for (k = 0; k + 1 < opt.rooms && shares[k] <= at;) k++;
    }
    rooms[n] = k;
    if (!is_aside(n)) sizes[k]++;
  }
  free(shares);
}

static void set_up(void) {
  u32 *sizes = allocate(opt.rooms, sizeof *sizes);
  rooms = allocate(opt.receivers, sizeof *rooms);
  ready = allocate(opt.senders, sizeof *ready);
  if (opt.movers || opt.readers) asides = allocate(asides_count(), sizeof *asides);
  fill_rooms(sizes);
  conns = allocate(opt.receivers, sizeof *conns);
  senders = allocate(opt.senders, sizeof *senders);
  expected = allocate((size_t)opt.receivers * opt.senders, sizeof *expected);
  read_buffer = allocate(UNIT_BYTES_MAX + 4 + READ_BYTES_MAX, 1);
  filling = allocate(opt.bytes + 1, 1);
  memset(filling, '.', opt.bytes);
  for (u32 i = 0; i < opt.senders; i++) {
    senders[i].sent_at_ns = allocate(opt.window, sizeof(u64));
    senders[i].missing_at = allocate(opt.window, sizeof(u32));
    senders[i].hearers = opt.whispers ? 1 : sizes[rooms[i]] - !opt.speech->echoes;
    speaking += senders[i].hearers > 0;
    u32 (*head)(u8 *, u32, u32) = opt.speech->head;
    u32 to = room_of(i);
    if (opt.whispers) {
      to = opt.speech->whisper_head ? opt.senders + i : room_of(opt.senders + i);
      if (opt.speech->whisper_head) head = opt.speech->whisper_head;
    }
    senders[i].head_len = head(senders[i].head, to, opt.bytes);
    senders[i].out_cap = (size_t)opt.window * (HEAD_BYTES_MAX + opt.bytes + TAIL_BYTES_MAX); /* a whole window */
    senders[i].out = allocate(senders[i].out_cap, 1);
  }
  free(sizes);
  poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) die(77, "epoll_create1: %s", strerror(errno));
}

int main(int argc, char **argv) {
  parse_arguments(argc, argv);
  raise_file_limit();
  set_up();
  double login_ms = log_in();
  struct reading first = take_reading(now_ns()), last = first;
  if (opt.senders) {
    run(&first, &last);
    print_result(&first, &last, login_ms);
  } else {
    print_result(&first, &last, login_ms);
    hold();
  }
  return errors ? 1 : 0;
}
