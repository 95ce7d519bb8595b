/* talk.c: who says what when, and who has heard it.
 *
 * A body begins with
 *
 *     ~T~ <16 hex digits: ns when it was to be sent> <8 hex digits: number within its room> <4: member who sent it>
 *
 * so that its receipt gives a latency, and the numbers tell what was lost or came twice. With a rate the time is the
 * one at which it was due, so that a server that stands still is not spared the messages that it held up.
 *
 * Without a rate, each writer has `window` messages under way; what answers a message (the ack, or where there is none its own
 * copy) lets the next one go, unless the readers are too far behind: then it waits for them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>

#define MARK        "~T~"
#define MARK_CHARS  3
#define STAMP_CHARS (MARK_CHARS + 16 + 8 + 4)
#define ACK_RING    65536 /* messages under way, at most */
#define SEEN_WORDS  32    /* window of 2,048 messages of a room that may overtake each other */

/* One room's messages are the same but for a few digits. */
struct talk_room {
    struct buf frame;
    uint32_t next; /* number of the next message */
};

struct talk {
    struct talk_room *rooms;
    size_t head_bytes; /* of the frames */
    struct dialect_places places;
    bool is_on;
    uint64_t serial, run_id;
    uint64_t ack_due_ns[ACK_RING];
    uint64_t expected; /* deliveries of what was sent */
    struct talk_counts counts;
    struct histogram latency, ack_latency;
    size_t mark_at;        /* where the mark was found last */
    struct peer **waiting; /* they may send when readers have caught up */
    unsigned waiting_count;
    uint64_t began_ns, due; /* with a rate: messages sent since then */
};

static const char hex_digits[] = "0123456789abcdef";

static void hex_write(char *at, uint64_t value, unsigned chars) {
    for (unsigned i = chars; i-- > 0; value >>= 4)
        at[i] = hex_digits[value & 15];
}

static uint64_t hex_read(const char *at, unsigned chars) {
    uint64_t value = 0;
    for (unsigned i = 0; i < chars; i++)
        value = value << 4 | (uint64_t)((at[i] & 15) + (at[i] >> 6) * 9);
    return value;
}

static void room_init(struct load *load, unsigned index) {
    struct talk *talk = load->talk;
    struct buf body = BUF_EMPTY, payload = BUF_EMPTY;
    struct talk_room *room = &talk->rooms[index];
    buf_append_c(&body, MARK);
    while (body.len < load->options.body_bytes || body.len < STAMP_CHARS)
        buf_append_byte(&body, (char)('a' + body.len % 26));
    struct dialect_values values = {.room = index, .body = buf_str(&body)};
    dialect_expand(load->options.dialect->message, &values, &payload, &talk->places);
    frame_append(&room->frame, 1, buf_str(&payload));
    talk->head_bytes = room->frame.len - payload.len;
    buf_deinit(&body);
    buf_deinit(&payload);
}

void talk_init(struct load *load) {
    struct talk *talk = load->talk = MEM_NEW(struct talk);
    talk->rooms = mem_new(load->options.rooms, sizeof(struct talk_room));
    talk->waiting =
        mem_new((size_t)load->options.rooms * load->options.writers * load->options.window + 1,
                sizeof(struct peer *));
    talk->run_id = clock_mono_ns();
    for (unsigned i = 0; i < load->options.rooms; i++)
        room_init(load, i);
}

/* ---- Sending ---- */

static void talk_send(struct load *load, struct peer *peer, uint64_t due_ns) {
    struct talk *talk = load->talk;
    struct talk_room *room = &talk->rooms[peer->room];
    char *payload = room->frame.data + talk->head_bytes;
    char *stamp = payload + talk->places.body + MARK_CHARS;
    hex_write(stamp, due_ns, 16);
    hex_write(stamp + 16, room->next++, 8);
    hex_write(stamp + 24, peer->member, 4);
    if (talk->places.nonce != SIZE_MAX)
        hex_write(payload + talk->places.nonce, talk->run_id + talk->serial, DIALECT_NONCE_CHARS);
    if (talk->places.id != SIZE_MAX) {
        char digits[24];
        snprintf(digits, sizeof(digits), "%llu",
                 (unsigned long long)(DIALECT_ID_FIRST + talk->serial));
        memcpy(payload + talk->places.id, digits, 10);
    }
    talk->ack_due_ns[talk->serial++ % ACK_RING] = due_ns;
    talk->counts.sent++;
    talk->expected += load->options.members;
    peer_send_frame(load, peer, buf_str(&room->frame));
}

/* Readers may be as far behind as two windows. */
static bool readers_are_behind(const struct load *load) {
    const struct load_options *o = &load->options;
    uint64_t bound = 2ULL * o->rooms * o->writers * o->window * o->members;
    return load->talk->expected - load->talk->counts.deliveries > bound;
}

static void talk_next(struct load *load, struct peer *peer) {
    struct talk *talk = load->talk;
    if (!talk->is_on || load->options.rate > 0)
        return;
    if (readers_are_behind(load))
        talk->waiting[talk->waiting_count++] = peer;
    else
        talk_send(load, peer, load->now_ns);
}

void talk_resume(struct load *load) {
    struct talk *talk = load->talk;
    while (talk->waiting_count > 0 && !readers_are_behind(load))
        talk_next(load, talk->waiting[--talk->waiting_count]);
}

void talk_start(struct load *load) {
    struct talk *talk = load->talk;
    talk->is_on = true;
    talk->began_ns = load->now_ns = clock_mono_ns();
    if (load->options.rate > 0)
        return;
    for (unsigned k = 0; k < load->options.window; k++) {
        for (unsigned i = 0; i < load->peer_count; i++) {
            if (load->peers[i].member < load->options.writers)
                talk_send(load, &load->peers[i], load->now_ns);
        }
    }
}

void talk_stop(struct load *load) {
    load->talk->is_on = false;
}

void talk_say_once(struct load *load) {
    load->now_ns = clock_mono_ns();
    for (unsigned room = 0; room < load->options.rooms; room++)
        talk_send(load, &load->peers[room * load->options.members], load->now_ns);
}

/* Room after room, in each one writer after the other. */
static struct peer *writer_at(struct load *load, uint64_t nth) {
    unsigned room = (unsigned)(nth % load->options.rooms);
    unsigned member = (unsigned)(nth / load->options.rooms % load->options.writers);
    return &load->peers[room * load->options.members + member];
}

uint64_t talk_due(struct load *load) {
    struct talk *talk = load->talk;
    const uint64_t idle_ns = 100000000;
    if (load->options.rate <= 0 || !talk->is_on)
        return idle_ns;
    double gap_ns = 1e9 / load->options.rate;
    uint64_t now_ns = clock_mono_ns();
    for (;;) {
        uint64_t due_ns = talk->began_ns + (uint64_t)((double)talk->due * gap_ns);
        if (due_ns > now_ns)
            return due_ns - now_ns;
        talk_send(load, writer_at(load, talk->due++), due_ns);
    }
}

/* ---- Receiving ---- */

static bool seen_bit(const struct seen *seen, uint32_t number) {
    return (seen->bits[number / 64 % SEEN_WORDS] >> (number % 64) & 1) != 0;
}

static void seen_flip(struct seen *seen, uint32_t number) {
    seen->bits[number / 64 % SEEN_WORDS] ^= 1ULL << (number % 64);
}

/* Notes message `number` of the peer's room. */
static void seen_note(struct talk *talk, struct seen *seen, uint32_t number) {
    if (seen->bits == NULL)
        seen->bits = mem_new(SEEN_WORDS, sizeof(uint64_t));
    while (number - seen->next >= 64 * SEEN_WORDS && number > seen->next) {
        if (seen_bit(seen, seen->next))
            seen_flip(seen, seen->next);
        else
            talk->counts.lost++; /* overtaken by two thousand others */
        seen->next++;
    }
    if (number < seen->next || seen_bit(seen, number)) {
        talk->counts.doubled++;
        return;
    }
    seen_flip(seen, number);
    for (; seen_bit(seen, seen->next); seen->next++)
        seen_flip(seen, seen->next);
}

static const char *mark_find(struct talk *talk, struct str payload) {
    if (talk->mark_at + STAMP_CHARS <= payload.len &&
        memcmp(payload.at + talk->mark_at, MARK, MARK_CHARS) == 0)
        return payload.at + talk->mark_at;
    const char *at = memmem(payload.at, payload.len, MARK, MARK_CHARS);
    if (at == NULL || (size_t)(payload.at + payload.len - at) < STAMP_CHARS)
        return NULL;
    talk->mark_at = (size_t)(at - payload.at);
    return at;
}

void talk_on_news(struct load *load, struct peer *peer, struct str payload) {
    struct talk *talk = load->talk;
    const char *at = mark_find(talk, payload);
    if (at == NULL)
        return;
    uint64_t due_ns = hex_read(at + MARK_CHARS, 16);
    talk->counts.deliveries++;
    talk->counts.bytes += payload.len;
    histogram_add(&talk->latency, load->now_ns > due_ns ? load->now_ns - due_ns : 0);
    seen_note(talk, &peer->seen, (uint32_t)hex_read(at + MARK_CHARS + 16, 8));
    if (!load->options.dialect->acks && hex_read(at + MARK_CHARS + 24, 4) == peer->member) {
        talk->counts.acked++;
        histogram_add(&talk->ack_latency, load->now_ns > due_ns ? load->now_ns - due_ns : 0);
        talk_next(load, peer);
    }
}

void talk_on_ack(struct load *load, struct peer *peer, struct str payload) {
    struct talk *talk = load->talk;
    uint64_t id = strtoull(payload.at + 2, NULL, 10);
    uint64_t due_ns = talk->ack_due_ns[(id - DIALECT_ID_FIRST) % ACK_RING];
    if (str_equal(str_range(payload, 12, 24), STR("[{\"ok\":false")) && talk->counts.refused++ == 0)
        fprintf(stderr, "refused: %.*s\n", STR_ARG(payload));
    talk->counts.acked++;
    histogram_add(&talk->ack_latency, load->now_ns > due_ns ? load->now_ns - due_ns : 0);
    talk_next(load, peer);
}

/* ---- Probing ---- */

void talk_probe(struct load *load, struct peer *peer) {
    char stamp[16];
    struct buf frame = BUF_EMPTY;
    hex_write(stamp, clock_mono_ns(), sizeof(stamp));
    frame_append(&frame, 9, str_of(stamp, sizeof(stamp)));
    peer_send_frame(load, peer, buf_str(&frame));
    buf_deinit(&frame);
}

void talk_on_pong(struct load *load, struct str payload) {
    if (payload.len == 16)
        histogram_add(&load->talk->latency, load->now_ns - hex_read(payload.at, 16));
}

/* ---- The end ---- */

bool talk_is_drained(const struct load *load) {
    const struct talk *talk = load->talk;
    return talk->counts.deliveries >= talk->expected && talk->counts.acked >= talk->counts.sent;
}

void talk_settle(struct load *load) {
    struct talk *talk = load->talk;
    for (unsigned i = 0; i < load->peer_count; i++) {
        const struct peer *peer = &load->peers[i];
        for (uint32_t n = peer->seen.next; n < talk->rooms[peer->room].next; n++)
            talk->counts.lost += peer->seen.bits == NULL || !seen_bit(&peer->seen, n);
    }
}

struct talk_counts talk_counts(const struct load *load) {
    return load->talk->counts;
}

void talk_reset_histograms(struct load *load) {
    load->talk->latency = load->talk->ack_latency = (struct histogram){0};
}

const struct histogram *talk_latency(const struct load *load) {
    return &load->talk->latency;
}

const struct histogram *talk_ack_latency(const struct load *load) {
    return &load->talk->ack_latency;
}
