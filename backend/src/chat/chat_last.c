/* chat_last.c: the preview of a room's newest message.
 *
 * Owns      struct chat_last.
 *
 * The state holds no messages but this one, and of it no more than a list of rooms shows. Whatever changes the message, or the
 * one that it answers, changes the preview: what was deleted is nowhere to be seen.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "chat/chat_internal.h"

#include <stdlib.h>

void chat_last_free(struct chat_last *last) {
    if (last != NULL)
        free(last->texts);
    free(last);
}

static void set_texts(struct chat_last *last, struct str body, struct str excerpt) {
    const struct str texts[CHAT_LAST_TEXT_COUNT] = {
        [CHAT_LAST_BODY] = utf8_head(body, CHAT_LAST_BODY_CHARS_MAX),
        [CHAT_LAST_EXCERPT] = excerpt,
    };
    chat_pack_set(&last->texts, last->text_lengths, texts, CHAT_LAST_TEXT_COUNT);
}

static struct chat_last *last_new(chat_message_id id, int64_t seq, chat_user_id author,
                                  const int64_t *mentions, size_t mention_count) {
    struct chat_last *last = mem_new(1, sizeof *last + mention_count * sizeof *mentions);
    last->id = id;
    last->seq = seq;
    last->author = author;
    last->mention_count = mention_count;
    for (size_t i = 0; i < mention_count; i++)
        last->mentions[i] = mentions[i];
    return last;
}

static void set_reply(struct chat_last *last, const struct proto_reply *reply) {
    if (reply == NULL)
        return;
    last->reply_id = reply->id;
    last->reply_seq = reply->seq;
    last->reply_author = reply->author->id;
}

void chat_last_set(struct chat_room *room, const struct chat_fact *fact) {
    const struct chat_message_fact *message = &fact->message;
    struct chat_last *last = last_new(message->id, message->seq, message->author, message->mentions,
                                      message->mention_count);
    last->created_at_ms = fact->pos != 0 ? fact->at_ms : message->created_at_ms;
    last->edited_at_ms = message->edited_at_ms;
    last->deleted = message->deleted;
    last->mentions_all = (uint8_t)message->mentions_all;
    set_reply(last, message->reply_to);
    set_texts(last, message->body,
              message->reply_to != NULL ? message->reply_to->excerpt : STR(""));
    chat_last_free(room->last);
    room->last = last;
}

static void replace(struct chat_room *room, const struct proto_message *message) {
    struct chat_last *last = last_new(message->id, message->seq, message->author->id,
                                      message->mentions, message->mentions_count);
    last->created_at_ms = message->created_at;
    last->edited_at_ms = message->edited_at;
    last->deleted = message->deleted;
    last->mentions_all = (uint8_t)message->mentions_all;
    set_reply(last, message->reply_to);
    set_texts(last, message->body,
              message->reply_to != NULL ? message->reply_to->excerpt : STR(""));
    chat_last_free(room->last);
    room->last = last;
}

void chat_last_change(struct chat_room *room, const struct proto_message *message) {
    struct chat_last *last = room->last;
    if (last == NULL)
        return;
    if (last->id == message->id)
        replace(room, message);
    else if (last->reply_id == message->id)
        set_texts(last, chat_pack_get(last->texts, last->text_lengths, CHAT_LAST_BODY),
                  utf8_head(message->body, PROTO_LIMIT_EXCERPT_CHARS));
}
