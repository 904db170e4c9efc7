/*
 * speech.h - the ways of speaking that the load generator knows: ours, and those of the servers
 * that it is compared with.
 *
 * A speech cuts what came into units (a frame, a line, a packet) and says what each of them is.
 * Each says of a message where its text is; load.c knows what must stand there.
 *
 *   name   join                     say                   hear
 *   chat   Login, Join              Broadcast             NewMessage
 *   text   a name, /join, /list     a line                NAME: and a line; not one's own
 *   ids    the same                 with an `id`          and an Ack for each
 *   nats   CONNECT, SUB, PING       PUB                   MSG
 *   irc    NICK, USER, JOIN         PRIVMSG               PRIVMSG; not one's own
 *   mqtt   CONNECT, SUBSCRIBE       PUBLISH with QoS 0    PUBLISH
 */
#ifndef SPEECH_H
#define SPEECH_H

#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

enum {
  STAMP_CHARS = 12,      /* sender and counter at the start of a text */
  HELLO_BYTES_MAX = 256, /* what somebody says first */
  HEAD_BYTES_MAX = 128,  /* what stands before the text of a message */
  TAIL_BYTES_MAX = 32,   /* what stands behind it, with a second stamp */
  UNIT_BYTES_MAX = 1 << 20, /* longer means that the border between units is lost */
};

/* What a unit is. */
enum heard {
  OTHER,   /* not our business */
  IS_IN,   /* the connection has joined, and is told what is said from now on */
  MESSAGE, /* somebody has said something */
  REFUSED, /* the server says no */
  ASKED,   /* the server wants a sign of life */
  ANSWERED, /* who left, came back or asked for a page has its answer; of a page, the text's length
               is how many messages it has */
};

struct text {
  const u8 *start;
  u32 length;
};

struct speech {
  const char *name;
  /* Whether who says something is told it, too. */
  bool echoes;
  /* What connection n says first, to be in a room; 0 is the lobby. Returns its size. */
  u32 (*hello)(u8 *out, u32 n, u32 room);
  /* What stands before the text of a message. Returns its size. */
  u32 (*head)(u8 *out, u32 room, u32 text_bytes);
  /* The same before a text for one user, n; null when rooms must do. */
  u32 (*whisper_head)(u8 *out, u32 n, u32 text_bytes);
  /* What leaves a room, or enters it again. Null if that is not done. Returns its size. */
  u32 (*move)(u8 *out, u32 room, bool enters);
  /* What asks for the messages of the lobby before a seq. Null if nothing is kept. Returns its size. */
  u32 (*page)(u8 *out, u32 before, u32 count);
  /* What stands behind it; if there is a second tail, the stamp of the text stands before that. */
  const char *tail, *second_tail;
  /* Size of the first unit; 0 when it is not whole; more than UNIT_BYTES_MAX when it is none. */
  u32 (*cut)(const u8 *bytes, u32 have);
  /* What it is; of a message, also where its text is, and of a refusal what to show of it. `text`
     is the whole unit before. */
  enum heard (*hear)(const u8 *unit, u32 length, struct text *text);
  /* Logins under way at most: below the accept backlog of its server. */
  u32 logins_open_max;
  /* The sign of life. */
  const char *alive;
  u32 alive_bytes;
};

/* The speech of a name, or null. */
const struct speech *speech_named(const char *name);

#endif
