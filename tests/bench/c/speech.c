/*
 * speech.c - see speech.h. Nothing here allocates, and nothing knows sockets.
 *
 * What a delivery costs here, every figure pays: so a unit is not parsed, but looked at where what
 * matters stood the last time.
 */
#define _GNU_SOURCE
#include "speech.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* ---- chat: frames of JSON ---------------------------------------------------------------------- */

/* A key, and where in a body it was found the last time. Bodies of one server look alike, so the
   guess is nearly always right and a delivery costs two short compares instead of a search. */
struct key {
  const char *text;
  u32 size, guess;
};
#define KEY(literal) {literal, sizeof(literal) - 1, 0}
static struct key new_message = KEY("\"type\":\"NewMessage\"");
static struct key content = KEY("\"content\":\"");
static struct key welcome = KEY("\"type\":\"Welcome\"");
static struct key joined = KEY("\"re\":\"join\"");
static struct key error = KEY("\"type\":\"Error\"");
static struct key ping = KEY("\"type\":\"Ping\"");
static struct key private_message = KEY("\"type\":\"PrivateMessage\"");
static struct key moved = KEY("\"re\":\"move\"");
static const char PAGE[] = "{\"type\":\"HistoryPage\"";
static const char EACH[] = "\"content\":\"";

/* The byte after the key, or null. A quote inside a JSON string is always escaped, so a key with
   its quotes cannot be found inside somebody's text. */
static const u8 *after(struct key *key, const u8 *body, u32 len) {
  if (len >= key->guess + key->size && !memcmp(body + key->guess, key->text, key->size))
    return body + key->guess + key->size;
  const u8 *found = memmem(body, len, key->text, key->size);
  if (!found) return NULL;
  key->guess = (u32)(found - body);
  return found + key->size;
}

static u32 put_frame(u8 *out, const char *body) {
  u32 length = (u32)strlen(body), prefix = htonl(length);
  memcpy(out, &prefix, 4);
  memcpy(out + 4, body, length);
  return 4 + length;
}

static bool in_lobby(u32 room) { return room == 0; }

static u32 chat_hello(u8 *out, u32 n, u32 room) {
  char body[HELLO_BYTES_MAX / 2];
  snprintf(body, sizeof body, "{\"type\":\"Login\",\"username\":\"u%u\"}", n + 1);
  u32 size = put_frame(out, body);
  if (in_lobby(room)) return size;
  snprintf(body, sizeof body, "{\"type\":\"Join\",\"room\":\"r%u\",\"id\":\"join\"}", room);
  return size + put_frame(out + size, body);
}

static const char TAIL[] = "\"}", ID_TAIL[] = "\",\"id\":\"";

static u32 put_head(u8 *out, u32 room, u32 bytes_behind) {
  char where[32] = "";
  if (!in_lobby(room)) snprintf(where, sizeof where, "\"room\":\"r%u\",", room);
  u32 length =
      (u32)sprintf((char *)out + 4, "{\"type\":\"Broadcast\",%s\"content\":\"", where);
  u32 prefix = htonl(length + bytes_behind);
  memcpy(out, &prefix, 4);
  return 4 + length;
}

static u32 chat_head(u8 *out, u32 room, u32 text_bytes) {
  return put_head(out, room, text_bytes + sizeof TAIL - 1);
}

static u32 ids_head(u8 *out, u32 room, u32 text_bytes) {
  return put_head(out, room, text_bytes + sizeof ID_TAIL - 1 + STAMP_CHARS + sizeof TAIL - 1);
}

static u32 chat_whisper_head(u8 *out, u32 n, u32 text_bytes) {
  u32 length =
      (u32)sprintf((char *)out + 4, "{\"type\":\"Whisper\",\"to\":\"u%u\",\"content\":\"", n + 1);
  u32 prefix = htonl(length + text_bytes + sizeof TAIL - 1);
  memcpy(out, &prefix, 4);
  return 4 + length;
}

static u32 chat_move(u8 *out, u32 room, bool enters) {
  char body[HELLO_BYTES_MAX / 2], name[16] = "lobby";
  if (!in_lobby(room)) snprintf(name, sizeof name, "r%u", room);
  snprintf(body, sizeof body, "{\"type\":\"%s\",\"room\":\"%s\",\"id\":\"move\"}",
           enters ? "Join" : "Leave", name);
  return put_frame(out, body);
}

static u32 chat_page(u8 *out, u32 before, u32 count) {
  char body[HELLO_BYTES_MAX / 2];
  snprintf(body, sizeof body,
           "{\"type\":\"History\",\"room\":\"lobby\",\"before\":%u,\"limit\":%u}", before, count);
  return put_frame(out, body);
}

static u32 chat_cut(const u8 *bytes, u32 have) {
  u32 size;
  if (have < 4) return 0;
  memcpy(&size, bytes, 4);
  size = ntohl(size);
  if (size > UNIT_BYTES_MAX) return UINT32_MAX;
  return have - 4 < size ? 0 : 4 + size;
}

static bool chat_has_rooms;

static enum heard chat_hear(const u8 *unit, u32 length, struct text *text) {
  const u8 *body = unit + 4, *end = unit + length;
  length -= 4;
  if (length >= sizeof PAGE && !memcmp(body, PAGE, sizeof PAGE - 1)) {
    /* Before all else, as the messages are in it. */
    u32 count = 0;
    for (const u8 *at = body; (at = memmem(at, (size_t)(end - at), EACH, sizeof EACH - 1)); at++)
      count++;
    text->length = count;
    return ANSWERED;
  }
  if (after(&new_message, body, length) || after(&private_message, body, length)) {
    text->start = after(&content, body, length);
    if (!text->start) return REFUSED;
    /* A quote that is not escaped ends it; ours holds none. */
    const u8 *quote = memchr(text->start, '"', (size_t)(end - text->start));
    text->length = quote ? (u32)(quote - text->start) : 0;
    return MESSAGE;
  }
  *text = (struct text){body, length};
  if (after(&error, body, length)) return REFUSED;
  if (after(&joined, body, length)) return IS_IN;
  if (after(&moved, body, length)) return ANSWERED;
  if (!chat_has_rooms && after(&welcome, body, length)) return IS_IN;
  return after(&ping, body, length) ? ASKED : OTHER;
}

static u32 chat_hello_with_rooms(u8 *out, u32 n, u32 room) {
  if (!in_lobby(room)) chat_has_rooms = true;
  return chat_hello(out, n, room);
}

/* ---- lines -------------------------------------------------------------------------------------- */

static u32 line_cut(const u8 *bytes, u32 have) {
  const u8 *end = memchr(bytes, '\n', have);
  if (end) return (u32)(end - bytes) + 1;
  return have > UNIT_BYTES_MAX ? UINT32_MAX : 0;
}

static bool starts(const u8 *unit, u32 length, const char *with) {
  u32 size = (u32)strlen(with);
  return length >= size && !memcmp(unit, with, size);
}

/* ---- chat: lines ------------------------------------------------------------------------------- */

static u32 text_hello(u8 *out, u32 n, u32 room) {
  u32 size = (u32)sprintf((char *)out, "u%u\n", n + 1);
  if (!in_lobby(room)) size += (u32)sprintf((char *)out + size, "/join r%u\n", room);
  return size + (u32)sprintf((char *)out + size, "/list\n");
}

static u32 text_head(u8 *out, u32 room, u32 text_bytes) {
  (void)out, (void)room, (void)text_bytes;
  return 0;
}

/* `[Server] Users online: u1, u2`, `u1: text` */
static enum heard text_hear(const u8 *unit, u32 length, struct text *text) {
  if (starts(unit, length, "[Server] Users online:")) return IS_IN;
  if (starts(unit, length, "[")) return OTHER;
  const u8 *colon = memmem(unit, length, ": ", 2);
  if (!colon) return OTHER;
  *text = (struct text){colon + 2, (u32)(unit + length - colon) - 3};
  return MESSAGE;
}

/* ---- NATS --------------------------------------------------------------------------------------- */

static u32 nats_hello(u8 *out, u32 n, u32 room) {
  (void)n;
  return (u32)sprintf((char *)out,
                      "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":true,\"lang\":\"c\","
                      "\"version\":\"1\"}\r\nSUB r%u 1\r\nPING\r\n",
                      room);
}

static u32 nats_head(u8 *out, u32 room, u32 text_bytes) {
  return (u32)sprintf((char *)out, "PUB r%u %u\r\n", room, text_bytes);
}

static u32 nats_move(u8 *out, u32 room, bool enters) {
  if (enters) return (u32)sprintf((char *)out, "SUB r%u 1\r\nPING\r\n", room);
  return (u32)sprintf((char *)out, "UNSUB 1\r\nPING\r\n");
}

/* Of `MSG r0 1 200` the text's size, which is the last word. */
static u32 nats_text_bytes(const u8 *line, u32 length) {
  u32 size = 0, scale = 1;
  for (const u8 *at = line + length - 3; at > line && *at != ' '; at--, scale *= 10)
    size += (u32)(*at - '0') * scale;
  return size;
}

static u32 nats_cut(const u8 *bytes, u32 have) {
  u32 line = line_cut(bytes, have);
  if (line == 0 || line > UNIT_BYTES_MAX || !starts(bytes, line, "MSG ")) return line;
  u32 whole = line + nats_text_bytes(bytes, line) + 2;
  return have < whole ? 0 : whole;
}

static enum heard nats_hear(const u8 *unit, u32 length, struct text *text) {
  if (starts(unit, length, "MSG ")) {
    u32 line = line_cut(unit, length);
    *text = (struct text){unit + line, length - line - 2};
    return MESSAGE;
  }
  if (starts(unit, length, "PONG")) return IS_IN;
  if (starts(unit, length, "PING")) return ASKED;
  return starts(unit, length, "-ERR") ? REFUSED : OTHER;
}

/* ---- IRC ---------------------------------------------------------------------------------------- */

static u32 irc_hello(u8 *out, u32 n, u32 room) {
  return (u32)sprintf((char *)out, "NICK u%u\r\nUSER u%u 0 * :u\r\nJOIN #r%u\r\n", n + 1, n + 1,
                      room);
}

static u32 irc_head(u8 *out, u32 room, u32 text_bytes) {
  (void)text_bytes;
  return (u32)sprintf((char *)out, "PRIVMSG #r%u :", room);
}

static u32 irc_whisper_head(u8 *out, u32 n, u32 text_bytes) {
  (void)text_bytes;
  return (u32)sprintf((char *)out, "PRIVMSG u%u :", n + 1);
}

static u32 irc_move(u8 *out, u32 room, bool enters) {
  if (enters) return (u32)sprintf((char *)out, "JOIN #r%u\r\n", room);
  return (u32)sprintf((char *)out, "PART #r%u\r\nPING :m\r\n", room);
}

/* `:u1!~u1@host PRIVMSG #r0 :text`, `:server 366 u1 #r0 :End`, `PING :server` */
static enum heard irc_hear(const u8 *unit, u32 length, struct text *text) {
  if (starts(unit, length, "PING")) return ASKED;
  if (starts(unit, length, "ERROR")) return REFUSED;
  const u8 *word = memchr(unit, ' ', length), *end = unit + length;
  if (!word) return OTHER;
  word++;
  if (starts(word, (u32)(end - word), "PRIVMSG ")) {
    const u8 *start = memmem(word, (size_t)(end - word), " :", 2);
    if (!start) return REFUSED;
    start += 2;
    u32 size = (u32)(end - start);
    /* A line ends with CR LF, or with LF alone. */
    *text = (struct text){start, size >= 2 && end[-2] == '\r' ? size - 2 : size - 1};
    return MESSAGE;
  }
  if (starts(word, (u32)(end - word), "366 ")) return IS_IN;
  if (starts(word, (u32)(end - word), "PONG ")) return ANSWERED;
  return *word == '4' || *word == '5' ? REFUSED : OTHER;
}

/* ---- MQTT 3.1.1 --------------------------------------------------------------------------------- */

enum { MQTT_CONNACK = 2, MQTT_PUBLISH = 3, MQTT_SUBACK = 9, MQTT_UNSUBACK = 11 };

static u32 mqtt_put_length(u8 *out, u32 length) {
  u32 at = 0;
  do {
    out[at] = length & 0x7f;
    length >>= 7;
    if (length) out[at] |= 0x80;
    at++;
  } while (length);
  return at;
}

/* Bytes of the length field, or 0 when it is not whole. */
static u32 mqtt_get_length(const u8 *bytes, u32 have, u32 *length) {
  *length = 0;
  for (u32 at = 0; at < have && at < 4; at++) {
    *length |= (u32)(bytes[at] & 0x7f) << (7 * at);
    if (!(bytes[at] & 0x80)) return at + 1;
  }
  return 0;
}

static u32 mqtt_put_text(u8 *out, const char *text) {
  u32 size = (u32)strlen(text);
  out[0] = (u8)(size >> 8);
  out[1] = (u8)size;
  memcpy(out + 2, text, size);
  return 2 + size;
}

/* SUBSCRIBE or UNSUBSCRIBE. */
static u32 mqtt_move(u8 *out, u32 room, bool enters) {
  char name[16];
  u8 body[32];
  u32 at = 0, size = 0;
  body[size++] = 0;   /* packet 1 */
  body[size++] = 1;
  snprintf(name, sizeof name, "r%u", room);
  size += mqtt_put_text(body + size, name);
  if (enters) body[size++] = 0;   /* QoS 0 */
  out[at++] = enters ? 0x82 : 0xa2;
  at += mqtt_put_length(out + at, size);
  memcpy(out + at, body, size);
  return at + size;
}

static u32 mqtt_hello(u8 *out, u32 n, u32 room) {
  char name[16];
  u8 body[64];
  u32 at = 0, size = mqtt_put_text(body, "MQTT");
  body[size++] = 4;   /* version 3.1.1 */
  body[size++] = 2;   /* clean session */
  body[size++] = 0;   /* no keep-alive */
  body[size++] = 0;
  snprintf(name, sizeof name, "u%u", n + 1);
  size += mqtt_put_text(body + size, name);
  out[at++] = 0x10;
  at += mqtt_put_length(out + at, size);
  memcpy(out + at, body, size), at += size;

  return at + mqtt_move(out + at, room, true);
}

static u32 mqtt_head(u8 *out, u32 room, u32 text_bytes) {
  char name[16];
  u8 topic[32];
  snprintf(name, sizeof name, "r%u", room);
  u32 size = mqtt_put_text(topic, name), at = 0;
  out[at++] = 0x30;
  at += mqtt_put_length(out + at, size + text_bytes);
  memcpy(out + at, topic, size);
  return at + size;
}

static u32 mqtt_cut(const u8 *bytes, u32 have) {
  u32 length, field;
  if (have < 2) return 0;
  field = mqtt_get_length(bytes + 1, have - 1, &length);
  if (!field) return have > 5 ? UINT32_MAX : 0;
  return have < 1 + field + length ? 0 : 1 + field + length;
}

static enum heard mqtt_hear(const u8 *unit, u32 length, struct text *text) {
  u32 rest, body = 1 + mqtt_get_length(unit + 1, length - 1, &rest);
  switch (unit[0] >> 4) {
  case MQTT_PUBLISH: {
    u32 topic = (u32)unit[body] << 8 | unit[body + 1];
    *text = (struct text){unit + body + 2 + topic, rest - 2 - topic};
    return MESSAGE;
  }
  case MQTT_CONNACK:
    return unit[length - 1] ? REFUSED : OTHER;
  case MQTT_SUBACK:
    return unit[length - 1] & 0x80 ? REFUSED : IS_IN;
  case MQTT_UNSUBACK:
    return ANSWERED;
  default:
    return OTHER;
  }
}

/* ---- all ---------------------------------------------------------------------------------------- */

/* ngircd has a backlog of 10, all others of more than 128. */
enum { LOGINS_OPEN_MAX = 128, IRC_LOGINS_OPEN_MAX = 8 };

#define ALIVE(text) .alive = text, .alive_bytes = sizeof(text) - 1

static const struct speech speeches[] = {
    {.name = "chat", .echoes = true, .logins_open_max = LOGINS_OPEN_MAX,
     .hello = chat_hello_with_rooms, .head = chat_head, .whisper_head = chat_whisper_head,
     .move = chat_move, .page = chat_page, .tail = TAIL,
     .cut = chat_cut, .hear = chat_hear, ALIVE("\0\0\0\x0f{\"type\":\"Pong\"}")},
    {.name = "ids", .echoes = true, .logins_open_max = LOGINS_OPEN_MAX,
     .hello = chat_hello_with_rooms, .head = ids_head, .move = chat_move, .page = chat_page,
     .tail = ID_TAIL, .second_tail = TAIL,
     .cut = chat_cut, .hear = chat_hear, ALIVE("\0\0\0\x0f{\"type\":\"Pong\"}")},
    {.name = "text", .echoes = false, .logins_open_max = LOGINS_OPEN_MAX,
     .hello = text_hello, .head = text_head, .tail = "\n",
     .cut = line_cut, .hear = text_hear, ALIVE("")},
    {.name = "nats", .echoes = true, .logins_open_max = LOGINS_OPEN_MAX,
     .hello = nats_hello, .head = nats_head, .move = nats_move, .tail = "\r\n",
     .cut = nats_cut, .hear = nats_hear, ALIVE("PONG\r\n")},
    {.name = "irc", .echoes = false, .logins_open_max = IRC_LOGINS_OPEN_MAX,
     .hello = irc_hello, .head = irc_head, .whisper_head = irc_whisper_head,
     .move = irc_move, .tail = "\r\n",
     .cut = line_cut, .hear = irc_hear, ALIVE("PONG :x\r\n")},
    {.name = "mqtt", .echoes = true, .logins_open_max = LOGINS_OPEN_MAX,
     .hello = mqtt_hello, .head = mqtt_head, .move = mqtt_move, .tail = "",
     .cut = mqtt_cut, .hear = mqtt_hear, ALIVE("")},
};

const struct speech *speech_named(const char *name) {
  for (u32 i = 0; i < sizeof speeches / sizeof *speeches; i++)
    if (!strcmp(speeches[i].name, name)) return &speeches[i];
  return NULL;
}
