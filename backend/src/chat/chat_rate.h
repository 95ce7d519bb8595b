/* chat_rate.h: how fast may one person, or one address, go on.
 *
 * Each key has a bucket per kind of act. A bucket holds `burst` units and refills evenly; a command takes its cost or is told
 * how long to wait. Buckets are made when first needed and dropped when full again, so memory follows activity.
 *
 * Thread: core. Survives a reload of the state: who was too fast stays so.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/list.h"
#include "base/map.h"
#include "proto/gen/proto_gen.h"

/* The buckets: those of the schema, then our own. */
enum chat_rate_bucket {
    CHAT_RATE_GUEST = PROTO_BUCKET_COUNT, /* by address: new guests */
    CHAT_RATE_ROOM,                       /* by room: messages */
    CHAT_RATE_TYPING,                     /* by person and room: marks of typing that are told */
    CHAT_RATE_REGISTER,                   /* by address: new accounts */
    CHAT_RATE_LOGIN_ADDRESS,              /* by address: wrong passwords, of whomever */
    CHAT_RATE_LOGIN_PAIR,                 /* by name and address */
    CHAT_RATE_LOGIN_NAME,                 /* by name, from wherever */
    CHAT_RATE_COUNT
};

struct chat_rates {
    struct map entries; /* by key */
    struct list order;  /* the longest untouched first */
    double scale;       /* of all limits; 0: none */
};

/* What is limited together. */
struct chat_rate_key {
    char
        kind; /* 'u' user, 'a' address, 'r' room, 't' person and room, 'n' name, 'p' name and address */
    unsigned char bytes[16];
};

void chat_rate_init(struct chat_rates *rates, double scale);
void chat_rate_deinit(struct chat_rates *rates);

struct chat_rate_key chat_rate_key_id(char kind, int64_t id);
struct chat_rate_key chat_rate_key_pair(char kind, int64_t first, int64_t second);
/* IPv6 counts by its /64 network, which is one customer. *local is set for a loopback address. */
struct chat_rate_key chat_rate_key_address(struct str address, bool *local);

/* Takes `cost` units. Returns 0, or the milliseconds until there are enough; then nothing was taken. */
int64_t chat_rate_take(struct chat_rates *rates, const struct chat_rate_key *key, int bucket,
                       int cost, int64_t mono_ms);
/* Gives back what was taken; what the bucket cannot hold is lost. */
void chat_rate_give(struct chat_rates *rates, const struct chat_rate_key *key, int bucket,
                    int cost);
