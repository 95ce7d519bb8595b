/* dialect.c: how each server is spoken to. A new server to compare with is a new row.
 *
 * SPDX-License-Identifier: MIT
 */
#include "load.h"

#define ENGINE_IO "/socket.io/?EIO=4&transport=websocket"

static const struct dialect dialects[] = {
    {
        .name = "parley",
        .path = ENGINE_IO,
        .opening = "40{\"token\":\"{token}\"}",
        .again = "40{\"token\":\"{token}\",\"since\":{since}}",
        .ready = "42[\"ready\"",
        .message = "42{id}[\"message:send\",{\"room\":\"room-{room}\",\"nonce\":\"{nonce}\","
                   "\"body\":\"{body}\"}]",
        .news = "42[\"message:new\"",
        .acks = true,
    },
    {
        .name = "sio",
        .path = ENGINE_IO,
        .opening = "40{\"room\":\"{room}\"}",
        .ready = "42[\"ready\"",
        .message = "42{id}[\"message\",{\"body\":\"{body}\"}]",
        .news = "42[\"message\"",
        .acks = true,
    },
    {
        .name = "floor",
        .path = ENGINE_IO,
        .opening = "40{\"room\":\"{room}\"}",
        .ready = "42[\"ready\"",
        .message = "42[\"message\",{\"body\":\"{body}\"}]",
        .news = "42[\"message\"",
    },
    {
        .name = "ws",
        .path = "/?room={room}",
        .message = "{body}",
        .news = "",
    },
    {
        .name = "nchan",
        .path = "/room/{room}",
        .message = "{body}",
        .news = "",
    },
};

const struct dialect *dialect_find(const char *name) {
    for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
        if (strcmp(dialects[i].name, name) == 0)
            return &dialects[i];
    }
    return NULL;
}

/* The same text as in make_people.c. */
static void append_token(struct buf *out, unsigned user) {
    buf_printf(out, "ply_s_benchbenchbenchbenchbenchbenchbench%08u", user);
}

static void expand_place(struct str name, const struct dialect_values *values, struct buf *out,
                         struct dialect_places *places) {
    size_t at = out->len;
    if (str_equal(name, STR("room"))) {
        buf_printf(out, "%06u", values->room);
    } else if (str_equal(name, STR("token"))) {
        append_token(out, values->user);
    } else if (str_equal(name, STR("since"))) {
        buf_append_u64(out, values->since);
    } else if (str_equal(name, STR("body"))) {
        buf_append_str(out, values->body);
        places->body = at;
    } else if (str_equal(name, STR("id"))) {
        buf_append_u64(out, DIALECT_ID_FIRST);
        places->id = at;
    } else {
        ASSERT(str_equal(name, STR("nonce")));
        buf_append_c(out, "0000000000000000");
        places->nonce = at;
    }
}

/* A place is a name of letters in braces; JSON's braces are followed by a quote. */
static size_t place_chars(const char *text) {
    size_t count = 1;
    while (text[count] >= 'a' && text[count] <= 'z')
        count++;
    return count > 1 && text[count] == '}' ? count - 1 : 0;
}

void dialect_expand(const char *text, const struct dialect_values *values, struct buf *out,
                    struct dialect_places *places) {
    struct dialect_places unused;
    places = places != NULL ? places : &unused;
    *places = (struct dialect_places){SIZE_MAX, SIZE_MAX, SIZE_MAX};
    while (*text != '\0') {
        size_t chars = *text == '{' ? place_chars(text) : 0;
        if (chars > 0) {
            expand_place(str_of(text + 1, chars), values, out, places);
            text += chars + 2;
        } else {
            buf_append_byte(out, *text++);
        }
    }
}
