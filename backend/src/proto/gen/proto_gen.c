/* proto_gen.c: the tables of proto_gen.h.
 *
 * Generated from protocol/ by tools/gen_protocol.py; change those and run `make gen`.
 *
 * SPDX-License-Identifier: MIT
 */
/* clang-format off */
#include "proto/gen/proto_gen.h"

#include <stddef.h>

/* STR() is a compound literal, which a static initializer may not hold. */
#define STR_INIT(literal) {(literal), sizeof(literal) - 1}

static const struct str status_texts[] = {
    {NULL, 0},
    STR_INIT("online"),
    STR_INIT("away"),
    STR_INIT("dnd"),
    STR_INIT("offline"),
};
const struct proto_enum proto_status_enum = {"status", status_texts, 5};

static const struct str user_kind_texts[] = {
    {NULL, 0},
    STR_INIT("guest"),
    STR_INIT("member"),
    STR_INIT("bot"),
};
const struct proto_enum proto_user_kind_enum = {"user_kind", user_kind_texts, 4};

static const struct str user_role_texts[] = {
    {NULL, 0},
    STR_INIT("owner"),
    STR_INIT("admin"),
    STR_INIT("member"),
    STR_INIT("guest"),
};
const struct proto_enum proto_user_role_enum = {"user_role", user_role_texts, 5};

static const struct str room_kind_texts[] = {
    {NULL, 0},
    STR_INIT("public"),
    STR_INIT("private"),
    STR_INIT("dm"),
};
const struct proto_enum proto_room_kind_enum = {"room_kind", room_kind_texts, 4};

static const struct str registration_mode_texts[] = {
    {NULL, 0},
    STR_INIT("open"),
    STR_INIT("invite"),
    STR_INIT("closed"),
};
const struct proto_enum proto_registration_mode_enum = {"registration_mode", registration_mode_texts, 4};

static const struct str member_role_texts[] = {
    {NULL, 0},
    STR_INIT("owner"),
    STR_INIT("moderator"),
    STR_INIT("member"),
};
const struct proto_enum proto_member_role_enum = {"member_role", member_role_texts, 4};

static const struct str level_texts[] = {
    {NULL, 0},
    STR_INIT("all"),
    STR_INIT("mentions"),
    STR_INIT("none"),
};
const struct proto_enum proto_level_enum = {"level", level_texts, 4};

static const struct str change_texts[] = {
    {NULL, 0},
    STR_INIT("edit"),
    STR_INIT("delete"),
    STR_INIT("react"),
    STR_INIT("pin"),
    STR_INIT("thread"),
};
const struct proto_enum proto_change_enum = {"change", change_texts, 6};

static const struct str gone_reason_texts[] = {
    {NULL, 0},
    STR_INIT("left"),
    STR_INIT("kicked"),
    STR_INIT("banned"),
};
const struct proto_enum proto_gone_reason_enum = {"gone_reason", gone_reason_texts, 4};

static const struct str mentions_all_texts[] = {
    {NULL, 0},
    STR_INIT("here"),
    STR_INIT("room"),
};
const struct proto_enum proto_mentions_all_enum = {"mentions_all", mentions_all_texts, 3};

static const struct str notice_code_texts[] = {
    {NULL, 0},
    STR_INIT("server_restart"),
    STR_INIT("session_ended"),
    STR_INIT("slow_down"),
    STR_INIT("read_only"),
};
const struct proto_enum proto_notice_code_enum = {"notice_code", notice_code_texts, 5};

static const struct str error_texts[] = {
    {NULL, 0},
    STR_INIT("bad_request"),
    STR_INIT("unauthorized"),
    STR_INIT("forbidden"),
    STR_INIT("not_found"),
    STR_INIT("conflict"),
    STR_INIT("too_large"),
    STR_INIT("rate_limited"),
    STR_INIT("unavailable"),
    STR_INIT("internal"),
};
const struct proto_enum proto_error_enum = {"error", error_texts, 10};

static const struct proto_field user_fields[] = {
    {"id", STR_INIT("\"id\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_user, id), .min = 1, .max = 9007199254740991},
    {"name", STR_INIT("\"name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_user, name), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 32},
    {"display_name", STR_INIT("\"display_name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_user, display_name), .min = 0, .max = 131072},
    {"kind", STR_INIT("\"kind\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_user, kind), .min = 1, .max = 3, .enums = &proto_user_kind_enum},
    {"role", STR_INIT("\"role\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_user, role), .min = 1, .max = 4, .enums = &proto_user_role_enum},
    {"color", STR_INIT("\"color\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_user, color), .optional = true, .format = PROTO_FORMAT_COLOR, .min = 7, .max = 7},
    {"avatar", STR_INIT("\"avatar\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_user, avatar), .optional = true, .min = 0, .max = 131072},
    {"status", STR_INIT("\"status\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_user, status), .min = 1, .max = 4, .enums = &proto_status_enum},
    {"status_text", STR_INIT("\"status_text\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_user, status_text), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 100},
    {"last_seen", STR_INIT("\"last_seen\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_user, last_seen), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_user_shape = {"user", sizeof(struct proto_user), .tuple = false, .fields = user_fields, .field_count = 10};

static const struct proto_field room_me_fields[] = {
    {"role", STR_INIT("\"role\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_room_me, role), .min = 1, .max = 3, .enums = &proto_member_role_enum},
    {"read_seq", STR_INIT("\"read_seq\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_me, read_seq), .min = 0, .max = 9007199254740991},
    {"unread", STR_INIT("\"unread\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_me, unread), .min = 0, .max = 9007199254740991},
    {"mentions", STR_INIT("\"mentions\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_me, mentions), .min = 0, .max = 9007199254740991},
    {"level", STR_INIT("\"level\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_room_me, level), .min = 1, .max = 3, .enums = &proto_level_enum},
    {"favorite", STR_INIT("\"favorite\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room_me, favorite)},
    {"position", STR_INIT("\"position\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_me, position), .optional = true, .min = 0, .max = 1000000},
    {"muted", STR_INIT("\"muted\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_room_me, muted), .optional = true},
    {"muted_until", STR_INIT("\"muted_until\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_me, muted_until), .optional = true, .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_room_me_shape = {"room_me", sizeof(struct proto_room_me), .tuple = false, .fields = room_me_fields, .field_count = 9};

static const struct proto_field room_fields[] = {
    {"id", STR_INIT("\"id\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room, id), .min = 1, .max = 9007199254740991},
    {"slug", STR_INIT("\"slug\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_room, slug), .min = 0, .max = 131072},
    {"name", STR_INIT("\"name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_room, name), .min = 0, .max = 131072},
    {"topic", STR_INIT("\"topic\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_room, topic), .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
    {"kind", STR_INIT("\"kind\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_room, kind), .min = 1, .max = 3, .enums = &proto_room_kind_enum},
    {"owner", STR_INIT("\"owner\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room, owner), .optional = true, .min = 1, .max = 9007199254740991},
    {"created_at", STR_INIT("\"created_at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room, created_at), .min = 0, .max = 9007199254740991},
    {"archived", STR_INIT("\"archived\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room, archived)},
    {"announcement", STR_INIT("\"announcement\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room, announcement)},
    {"slow_mode_s", STR_INIT("\"slow_mode_s\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room, slow_mode_s), .min = 0, .max = 21600},
    {"member_count", STR_INIT("\"member_count\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room, member_count), .min = 0, .max = 9007199254740991},
    {"last_seq", STR_INIT("\"last_seq\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room, last_seq), .min = 0, .max = 9007199254740991},
    {"last_message", STR_INIT("\"last_message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_room, last_message), .optional = true, .shape = &proto_message_shape},
    {"users", STR_INIT("\"users\":"), .kind = PROTO_KIND_LIST_INT, .offset = offsetof(struct proto_room, users), .optional = true, .count_offset = offsetof(struct proto_room, users_count), .min = 0, .max = 131072},
    {"me", STR_INIT("\"me\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_room, me), .optional = true, .shape = &proto_room_me_shape},
};
const struct proto_struct proto_room_shape = {"room", sizeof(struct proto_room), .tuple = false, .fields = room_fields, .field_count = 15};

static const struct proto_field member_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_member, user), .shape = &proto_user_shape},
    {"role", STR_INIT("\"role\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_member, role), .min = 1, .max = 3, .enums = &proto_member_role_enum},
    {"joined_at", STR_INIT("\"joined_at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_member, joined_at), .min = 0, .max = 9007199254740991},
    {"muted", STR_INIT("\"muted\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_member, muted), .optional = true},
    {"muted_until", STR_INIT("\"muted_until\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_member, muted_until), .optional = true, .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_member_shape = {"member", sizeof(struct proto_member), .tuple = false, .fields = member_fields, .field_count = 5};

static const struct proto_field author_fields[] = {
    {"id", STR_INIT("\"id\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_author, id), .min = 1, .max = 9007199254740991},
    {"name", STR_INIT("\"name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_author, name), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 32},
    {"display_name", STR_INIT("\"display_name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_author, display_name), .min = 0, .max = 131072},
    {"kind", STR_INIT("\"kind\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_author, kind), .min = 1, .max = 3, .enums = &proto_user_kind_enum},
};
const struct proto_struct proto_author_shape = {"author", sizeof(struct proto_author), .tuple = false, .fields = author_fields, .field_count = 4};

static const struct proto_field reply_fields[] = {
    {"id", STR_INIT("\"id\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_reply, id), .min = 1, .max = 9007199254740991},
    {"seq", STR_INIT("\"seq\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_reply, seq), .min = 0, .max = 9007199254740991},
    {"author", STR_INIT("\"author\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_reply, author), .shape = &proto_author_shape},
    {"excerpt", STR_INIT("\"excerpt\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_reply, excerpt), .min = 0, .max = 131072},
};
const struct proto_struct proto_reply_shape = {"reply", sizeof(struct proto_reply), .tuple = false, .fields = reply_fields, .field_count = 4};

static const struct proto_field attachment_fields[] = {
    {"id", STR_INIT("\"id\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_attachment, id), .min = 1, .max = 9007199254740991},
    {"name", STR_INIT("\"name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_attachment, name), .min = 0, .max = 131072},
    {"type", STR_INIT("\"type\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_attachment, type), .min = 0, .max = 131072},
    {"size", STR_INIT("\"size\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_attachment, size), .min = 0, .max = 9007199254740991},
    {"width", STR_INIT("\"width\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_attachment, width), .optional = true, .min = 1, .max = 9007199254740991},
    {"height", STR_INIT("\"height\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_attachment, height), .optional = true, .min = 1, .max = 9007199254740991},
    {"url", STR_INIT("\"url\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_attachment, url), .min = 0, .max = 131072},
    {"thumb_url", STR_INIT("\"thumb_url\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_attachment, thumb_url), .optional = true, .min = 0, .max = 131072},
};
const struct proto_struct proto_attachment_shape = {"attachment", sizeof(struct proto_attachment), .tuple = false, .fields = attachment_fields, .field_count = 8};

static const struct proto_field reaction_fields[] = {
    {"emoji", STR_INIT("\"emoji\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_reaction, emoji), .min = 1, .max = 64},
    {"users", STR_INIT("\"users\":"), .kind = PROTO_KIND_LIST_INT, .offset = offsetof(struct proto_reaction, users), .count_offset = offsetof(struct proto_reaction, users_count), .min = 0, .max = 20},
    {"count", STR_INIT("\"count\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_reaction, count), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_reaction_shape = {"reaction", sizeof(struct proto_reaction), .tuple = false, .fields = reaction_fields, .field_count = 3};

static const struct proto_field message_fields[] = {
    {"id", STR_INIT("\"id\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message, id), .min = 1, .max = 9007199254740991},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message, room), .min = 1, .max = 9007199254740991},
    {"seq", STR_INIT("\"seq\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message, seq), .min = 0, .max = 9007199254740991},
    {"author", STR_INIT("\"author\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_message, author), .shape = &proto_author_shape},
    {"body", STR_INIT("\"body\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_message, body), .min = 0, .max = 131072},
    {"created_at", STR_INIT("\"created_at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message, created_at), .min = 0, .max = 9007199254740991},
    {"edited_at", STR_INIT("\"edited_at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message, edited_at), .optional = true, .min = 0, .max = 9007199254740991},
    {"deleted", STR_INIT("\"deleted\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_message, deleted), .optional = true},
    {"reply_to", STR_INIT("\"reply_to\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_message, reply_to), .optional = true, .shape = &proto_reply_shape},
    {"thread", STR_INIT("\"thread\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message, thread), .optional = true, .min = 1, .max = 9007199254740991},
    {"twin", STR_INIT("\"twin\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message, twin), .optional = true, .min = 1, .max = 9007199254740991},
    {"reply_count", STR_INIT("\"reply_count\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message, reply_count), .optional = true, .min = 1, .max = 9007199254740991},
    {"last_reply_at", STR_INIT("\"last_reply_at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message, last_reply_at), .optional = true, .min = 0, .max = 9007199254740991},
    {"attachments", STR_INIT("\"attachments\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_message, attachments), .count_offset = offsetof(struct proto_message, attachments_count), .min = 0, .max = 131072, .shape = &proto_attachment_shape},
    {"reactions", STR_INIT("\"reactions\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_message, reactions), .count_offset = offsetof(struct proto_message, reactions_count), .min = 0, .max = 131072, .shape = &proto_reaction_shape},
    {"mentions", STR_INIT("\"mentions\":"), .kind = PROTO_KIND_LIST_INT, .offset = offsetof(struct proto_message, mentions), .count_offset = offsetof(struct proto_message, mentions_count), .min = 0, .max = 131072},
    {"mentions_all", STR_INIT("\"mentions_all\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_message, mentions_all), .optional = true, .min = 1, .max = 2, .enums = &proto_mentions_all_enum},
    {"pinned", STR_INIT("\"pinned\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_message, pinned), .optional = true},
};
const struct proto_struct proto_message_shape = {"message", sizeof(struct proto_message), .tuple = false, .fields = message_fields, .field_count = 18};

static const struct proto_field error_body_fields[] = {
    {"code", STR_INIT("\"code\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_error_body, code), .min = 1, .max = 9, .enums = &proto_error_enum},
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_error_body, message), .min = 0, .max = 131072},
    {"field", STR_INIT("\"field\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_error_body, field), .optional = true, .min = 0, .max = 131072},
    {"retry_after_ms", STR_INIT("\"retry_after_ms\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_error_body, retry_after_ms), .optional = true, .min = 1, .max = 9007199254740991},
    {"suggestion", STR_INIT("\"suggestion\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_error_body, suggestion), .optional = true, .min = 0, .max = 131072},
};
const struct proto_struct proto_error_body_shape = {"error_body", sizeof(struct proto_error_body), .tuple = false, .fields = error_body_fields, .field_count = 5};

static const struct proto_field auth_fields[] = {
    {"token", STR_INIT("\"token\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_auth, token), .optional = true, .min = 0, .max = 131072},
    {"name", STR_INIT("\"name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_auth, name), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 1, .max = 32},
    {"rooms", STR_INIT("\"rooms\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_auth, rooms), .optional = true, .min = 1, .max = 1000},
    {"since", STR_INIT("\"since\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_auth, since), .optional = true, .has_offset = offsetof(struct proto_auth, has_since), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_auth_shape = {"auth", sizeof(struct proto_auth), .tuple = false, .fields = auth_fields, .field_count = 4};

static const struct proto_field connect_refusal_fields[] = {
    {"code", STR_INIT("\"code\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_connect_refusal, code), .min = 1, .max = 9, .enums = &proto_error_enum},
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_connect_refusal, message), .min = 0, .max = 131072},
    {"field", STR_INIT("\"field\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_connect_refusal, field), .optional = true, .min = 0, .max = 131072},
    {"retry_after_ms", STR_INIT("\"retry_after_ms\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_connect_refusal, retry_after_ms), .optional = true, .min = 1, .max = 9007199254740991},
    {"suggestion", STR_INIT("\"suggestion\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_connect_refusal, suggestion), .optional = true, .min = 0, .max = 131072},
};
const struct proto_struct proto_connect_refusal_shape = {"connect_refusal", sizeof(struct proto_connect_refusal), .tuple = false, .fields = connect_refusal_fields, .field_count = 5};

static const struct proto_field limits_fields[] = {
    {"body_bytes", STR_INIT("\"body_bytes\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_limits, body_bytes), .min = 0, .max = 9007199254740991},
    {"payload_bytes", STR_INIT("\"payload_bytes\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_limits, payload_bytes), .min = 0, .max = 9007199254740991},
    {"upload_bytes", STR_INIT("\"upload_bytes\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_limits, upload_bytes), .min = 0, .max = 9007199254740991},
    {"history", STR_INIT("\"history\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_limits, history), .min = 0, .max = 9007199254740991},
    {"attachments", STR_INIT("\"attachments\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_limits, attachments), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_limits_shape = {"limits", sizeof(struct proto_limits), .tuple = false, .fields = limits_fields, .field_count = 5};

static const struct proto_field server_fields[] = {
    {"version", STR_INIT("\"version\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_server, version), .min = 0, .max = 131072},
    {"now", STR_INIT("\"now\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_server, now), .min = 0, .max = 9007199254740991},
    {"limits", STR_INIT("\"limits\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_server, limits), .shape = &proto_limits_shape},
    {"settings", STR_INIT("\"settings\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_server, settings), .optional = true, .shape = &proto_server_settings_shape},
};
const struct proto_struct proto_server_shape = {"server", sizeof(struct proto_server), .tuple = false, .fields = server_fields, .field_count = 4};

static const struct proto_field sync_event_fields[] = {
    {"event", STR_INIT("\"event\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_sync_event, event), .min = 0, .max = 131072},
    {"payload", STR_INIT("\"payload\":"), .kind = PROTO_KIND_JSON, .offset = offsetof(struct proto_sync_event, payload)},
};
const struct proto_struct proto_sync_event_shape = {"sync_event", sizeof(struct proto_sync_event), .tuple = false, .fields = sync_event_fields, .field_count = 2};

static const struct proto_field session_fields[] = {
    {"id", STR_INIT("\"id\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_session, id), .min = 1, .max = 9007199254740991},
    {"current", STR_INIT("\"current\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_session, current)},
    {"created_at", STR_INIT("\"created_at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_session, created_at), .min = 0, .max = 9007199254740991},
    {"used_at", STR_INIT("\"used_at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_session, used_at), .min = 0, .max = 9007199254740991},
    {"agent", STR_INIT("\"agent\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_session, agent), .min = 0, .max = 131072},
    {"address", STR_INIT("\"address\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_session, address), .min = 0, .max = 131072},
};
const struct proto_struct proto_session_shape = {"session", sizeof(struct proto_session), .tuple = false, .fields = session_fields, .field_count = 6};

static const struct proto_field session_open_fields[] = {
    {"name", STR_INIT("\"name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_session_open, name), .min = 0, .max = 131072},
    {"password", STR_INIT("\"password\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_session_open, password), .optional = true, .min = 0, .max = 131072},
};
const struct proto_struct proto_session_open_shape = {"session_open", sizeof(struct proto_session_open), .tuple = false, .fields = session_open_fields, .field_count = 2};

static const struct proto_field session_grant_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_session_grant, user), .shape = &proto_user_shape},
    {"token", STR_INIT("\"token\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_session_grant, token), .min = 0, .max = 131072},
};
const struct proto_struct proto_session_grant_shape = {"session_grant", sizeof(struct proto_session_grant), .tuple = false, .fields = session_grant_fields, .field_count = 2};

static const struct proto_field session_user_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_session_user, user), .shape = &proto_user_shape},
};
const struct proto_struct proto_session_user_shape = {"session_user", sizeof(struct proto_session_user), .tuple = false, .fields = session_user_fields, .field_count = 1};

static const struct proto_field registration_fields[] = {
    {"name", STR_INIT("\"name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_registration, name), .min = 0, .max = 131072},
    {"password", STR_INIT("\"password\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_registration, password), .min = 0, .max = 131072},
    {"display_name", STR_INIT("\"display_name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_registration, display_name), .optional = true, .min = 0, .max = 131072},
    {"invite", STR_INIT("\"invite\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_registration, invite), .optional = true, .min = 0, .max = 131072},
    {"setup", STR_INIT("\"setup\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_registration, setup), .optional = true, .min = 0, .max = 131072},
};
const struct proto_struct proto_registration_shape = {"registration", sizeof(struct proto_registration), .tuple = false, .fields = registration_fields, .field_count = 5};

static const struct proto_field password_change_fields[] = {
    {"password", STR_INIT("\"password\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_password_change, password), .min = 0, .max = 131072},
    {"new_password", STR_INIT("\"new_password\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_password_change, new_password), .min = 0, .max = 131072},
    {"rotate", STR_INIT("\"rotate\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_password_change, rotate), .optional = true},
};
const struct proto_struct proto_password_change_shape = {"password_change", sizeof(struct proto_password_change), .tuple = false, .fields = password_change_fields, .field_count = 3};

static const struct proto_field read_mark_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_read_mark, room), .min = 1, .max = 9007199254740991},
    {"read_seq", STR_INIT("\"read_seq\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_read_mark, read_seq), .min = 0, .max = 9007199254740991},
    {"mentions", STR_INIT("\"mentions\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_read_mark, mentions), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_read_mark_shape = {"read_mark", sizeof(struct proto_read_mark), .tuple = false, .fields = read_mark_fields, .field_count = 3};

static const struct proto_field ban_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_ban, user), .shape = &proto_user_shape},
    {"by", STR_INIT("\"by\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_ban, by), .optional = true, .shape = &proto_author_shape},
    {"at", STR_INIT("\"at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_ban, at), .min = 0, .max = 9007199254740991},
    {"reason", STR_INIT("\"reason\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_ban, reason), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
};
const struct proto_struct proto_ban_shape = {"ban", sizeof(struct proto_ban), .tuple = false, .fields = ban_fields, .field_count = 4};

static const struct proto_field version_fields[] = {
    {"body", STR_INIT("\"body\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_version, body), .min = 0, .max = 131072},
    {"at", STR_INIT("\"at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_version, at), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_version_shape = {"version", sizeof(struct proto_version), .tuple = false, .fields = version_fields, .field_count = 2};

static const struct proto_field mark_fields[] = {
    {"from", STR_INIT("\"from\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_mark, from), .min = 0, .max = 9007199254740991},
    {"to", STR_INIT("\"to\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_mark, to), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_mark_shape = {"mark", sizeof(struct proto_mark), .tuple = true, .fields = mark_fields, .field_count = 2};

static const struct proto_field snippet_fields[] = {
    {"text", STR_INIT("\"text\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_snippet, text), .min = 0, .max = 131072},
    {"marks", STR_INIT("\"marks\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_snippet, marks), .count_offset = offsetof(struct proto_snippet, marks_count), .min = 0, .max = 131072, .shape = &proto_mark_shape},
};
const struct proto_struct proto_snippet_shape = {"snippet", sizeof(struct proto_snippet), .tuple = false, .fields = snippet_fields, .field_count = 2};

static const struct proto_field hit_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_hit, message), .shape = &proto_message_shape},
    {"snippet", STR_INIT("\"snippet\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_hit, snippet), .shape = &proto_snippet_shape},
};
const struct proto_struct proto_hit_shape = {"hit", sizeof(struct proto_hit), .tuple = false, .fields = hit_fields, .field_count = 2};

static const struct proto_field message_post_fields[] = {
    {"body", STR_INIT("\"body\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_message_post, body), .min = 0, .max = 131072},
    {"nonce", STR_INIT("\"nonce\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_message_post, nonce), .optional = true, .format = PROTO_FORMAT_TOKEN, .min = 8, .max = 64},
    {"reply_to", STR_INIT("\"reply_to\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_post, reply_to), .optional = true, .min = 1, .max = 9007199254740991},
};
const struct proto_struct proto_message_post_shape = {"message_post", sizeof(struct proto_message_post), .tuple = false, .fields = message_post_fields, .field_count = 3};

static const struct proto_field message_posted_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_message_posted, message), .shape = &proto_message_shape},
};
const struct proto_struct proto_message_posted_shape = {"message_posted", sizeof(struct proto_message_posted), .tuple = false, .fields = message_posted_fields, .field_count = 1};

static const struct proto_field uploaded_fields[] = {
    {"attachment", STR_INIT("\"attachment\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_uploaded, attachment), .shape = &proto_attachment_shape},
};
const struct proto_struct proto_uploaded_shape = {"uploaded", sizeof(struct proto_uploaded), .tuple = false, .fields = uploaded_fields, .field_count = 1};

static const struct proto_field hook_post_fields[] = {
    {"text", STR_INIT("\"text\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_hook_post, text), .min = 0, .max = 131072},
};
const struct proto_struct proto_hook_post_shape = {"hook_post", sizeof(struct proto_hook_post), .tuple = false, .fields = hook_post_fields, .field_count = 1};

static const struct proto_field report_fields[] = {
    {"id", STR_INIT("\"id\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_report, id), .min = 1, .max = 9007199254740991},
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_report, message), .shape = &proto_message_shape},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_report, room), .min = 1, .max = 9007199254740991},
    {"by", STR_INIT("\"by\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_report, by), .shape = &proto_author_shape},
    {"reason", STR_INIT("\"reason\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_report, reason), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
    {"at", STR_INIT("\"at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_report, at), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_report_shape = {"report", sizeof(struct proto_report), .tuple = false, .fields = report_fields, .field_count = 6};

static const struct proto_field audit_entry_fields[] = {
    {"id", STR_INIT("\"id\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_audit_entry, id), .min = 1, .max = 9007199254740991},
    {"at", STR_INIT("\"at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_audit_entry, at), .min = 0, .max = 9007199254740991},
    {"by", STR_INIT("\"by\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_audit_entry, by), .optional = true, .shape = &proto_author_shape},
    {"act", STR_INIT("\"act\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_audit_entry, act), .min = 0, .max = 131072},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_audit_entry, room), .optional = true, .min = 1, .max = 9007199254740991},
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_audit_entry, user), .optional = true, .shape = &proto_author_shape},
    {"text", STR_INIT("\"text\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_audit_entry, text), .optional = true, .min = 0, .max = 131072},
};
const struct proto_struct proto_audit_entry_shape = {"audit_entry", sizeof(struct proto_audit_entry), .tuple = false, .fields = audit_entry_fields, .field_count = 7};

static const struct proto_field thread_me_fields[] = {
    {"thread", STR_INIT("\"thread\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_thread_me, thread), .min = 1, .max = 9007199254740991},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_thread_me, room), .min = 1, .max = 9007199254740991},
    {"following", STR_INIT("\"following\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_thread_me, following)},
    {"read_seq", STR_INIT("\"read_seq\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_thread_me, read_seq), .min = 0, .max = 9007199254740991},
    {"unread", STR_INIT("\"unread\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_thread_me, unread), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_thread_me_shape = {"thread_me", sizeof(struct proto_thread_me), .tuple = false, .fields = thread_me_fields, .field_count = 5};

static const struct proto_field followed_thread_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_followed_thread, message), .shape = &proto_message_shape},
    {"me", STR_INIT("\"me\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_followed_thread, me), .shape = &proto_thread_me_shape},
};
const struct proto_struct proto_followed_thread_shape = {"followed_thread", sizeof(struct proto_followed_thread), .tuple = false, .fields = followed_thread_fields, .field_count = 2};

static const struct proto_field draft_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_draft, room), .min = 1, .max = 9007199254740991},
    {"thread", STR_INIT("\"thread\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_draft, thread), .optional = true, .min = 1, .max = 9007199254740991},
    {"body", STR_INIT("\"body\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_draft, body), .min = 0, .max = 131072},
    {"at", STR_INIT("\"at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_draft, at), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_draft_shape = {"draft", sizeof(struct proto_draft), .tuple = false, .fields = draft_fields, .field_count = 4};

static const struct proto_field presence_change_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_presence_change, user), .min = 1, .max = 9007199254740991},
    {"status", STR_INIT("\"status\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_presence_change, status), .min = 1, .max = 4, .enums = &proto_status_enum},
    {"text", STR_INIT("\"text\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_presence_change, text), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 100},
    {"last_seen", STR_INIT("\"last_seen\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_presence_change, last_seen), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_presence_change_shape = {"presence_change", sizeof(struct proto_presence_change), .tuple = false, .fields = presence_change_fields, .field_count = 4};

static const struct proto_field server_settings_fields[] = {
    {"name", STR_INIT("\"name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_server_settings, name), .min = 0, .max = 131072},
    {"registration", STR_INIT("\"registration\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_server_settings, registration), .min = 1, .max = 3, .enums = &proto_registration_mode_enum},
    {"guests", STR_INIT("\"guests\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_server_settings, guests)},
};
const struct proto_struct proto_server_settings_shape = {"server_settings", sizeof(struct proto_server_settings), .tuple = false, .fields = server_settings_fields, .field_count = 3};

static const struct proto_field server_info_fields[] = {
    {"version", STR_INIT("\"version\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_server_info, version), .min = 0, .max = 131072},
    {"settings", STR_INIT("\"settings\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_server_info, settings), .shape = &proto_server_settings_shape},
    {"setup", STR_INIT("\"setup\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_server_info, setup), .optional = true},
    {"setup_open", STR_INIT("\"setup_open\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_server_info, setup_open), .optional = true},
};
const struct proto_struct proto_server_info_shape = {"server_info", sizeof(struct proto_server_info), .tuple = false, .fields = server_info_fields, .field_count = 4};

static const struct proto_field invite_fields[] = {
    {"id", STR_INIT("\"id\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite, id), .min = 1, .max = 9007199254740991},
    {"by", STR_INIT("\"by\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite, by), .min = 1, .max = 9007199254740991},
    {"role", STR_INIT("\"role\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_invite, role), .min = 1, .max = 4, .enums = &proto_user_role_enum},
    {"rooms", STR_INIT("\"rooms\":"), .kind = PROTO_KIND_LIST_INT, .offset = offsetof(struct proto_invite, rooms), .count_offset = offsetof(struct proto_invite, rooms_count), .min = 0, .max = 131072},
    {"note", STR_INIT("\"note\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_invite, note), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
    {"created_at", STR_INIT("\"created_at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite, created_at), .min = 0, .max = 9007199254740991},
    {"expires_at", STR_INIT("\"expires_at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite, expires_at), .optional = true, .min = 0, .max = 9007199254740991},
    {"uses", STR_INIT("\"uses\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite, uses), .min = 0, .max = 9007199254740991},
    {"uses_max", STR_INIT("\"uses_max\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite, uses_max), .optional = true, .min = 1, .max = 9007199254740991},
};
const struct proto_struct proto_invite_shape = {"invite", sizeof(struct proto_invite), .tuple = false, .fields = invite_fields, .field_count = 9};

static const struct proto_field invite_look_fields[] = {
    {"invite", STR_INIT("\"invite\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_invite_look, invite), .min = 0, .max = 131072},
};
const struct proto_struct proto_invite_look_shape = {"invite_look", sizeof(struct proto_invite_look), .tuple = false, .fields = invite_look_fields, .field_count = 1};

static const struct proto_field invite_preview_fields[] = {
    {"server", STR_INIT("\"server\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_invite_preview, server), .min = 0, .max = 131072},
    {"role", STR_INIT("\"role\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_invite_preview, role), .min = 1, .max = 4, .enums = &proto_user_role_enum},
    {"rooms", STR_INIT("\"rooms\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_invite_preview, rooms), .count_offset = offsetof(struct proto_invite_preview, rooms_count), .min = 0, .max = 131072, .shape = &proto_invite_room_shape},
    {"expires_at", STR_INIT("\"expires_at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite_preview, expires_at), .optional = true, .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_invite_preview_shape = {"invite_preview", sizeof(struct proto_invite_preview), .tuple = false, .fields = invite_preview_fields, .field_count = 4};

static const struct proto_field invite_room_fields[] = {
    {"id", STR_INIT("\"id\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite_room, id), .min = 1, .max = 9007199254740991},
    {"name", STR_INIT("\"name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_invite_room, name), .min = 0, .max = 131072},
};
const struct proto_struct proto_invite_room_shape = {"invite_room", sizeof(struct proto_invite_room), .tuple = false, .fields = invite_room_fields, .field_count = 2};

static const struct proto_field account_ban_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_account_ban, user), .shape = &proto_user_shape},
    {"by", STR_INIT("\"by\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_account_ban, by), .optional = true, .min = 1, .max = 9007199254740991},
    {"at", STR_INIT("\"at\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_account_ban, at), .min = 0, .max = 9007199254740991},
    {"reason", STR_INIT("\"reason\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_account_ban, reason), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
};
const struct proto_struct proto_account_ban_shape = {"account_ban", sizeof(struct proto_account_ban), .tuple = false, .fields = account_ban_fields, .field_count = 4};

static const struct proto_field sync_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_sync, pos), .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_sync, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 500, .min = 1, .max = 500},
};
const struct proto_struct proto_sync_shape = {"sync", sizeof(struct proto_sync), .tuple = false, .fields = sync_fields, .field_count = 2};

static const struct proto_field sync_result_fields[] = {
    {"events", STR_INIT("\"events\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_sync_result, events), .optional = true, .count_offset = offsetof(struct proto_sync_result, events_count), .min = 0, .max = 500, .shape = &proto_sync_event_shape},
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_sync_result, pos), .optional = true, .has_offset = offsetof(struct proto_sync_result, has_pos), .min = 0, .max = 9007199254740991},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_sync_result, more), .optional = true, .has_offset = offsetof(struct proto_sync_result, has_more)},
    {"reset", STR_INIT("\"reset\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_sync_result, reset), .optional = true},
};
const struct proto_struct proto_sync_result_shape = {"sync_result", sizeof(struct proto_sync_result), .tuple = false, .fields = sync_result_fields, .field_count = 4};

static const struct proto_field session_list_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_session_list, user), .optional = true, .min = 1, .max = 9007199254740991},
};
const struct proto_struct proto_session_list_shape = {"session_list", sizeof(struct proto_session_list), .tuple = false, .fields = session_list_fields, .field_count = 1};

static const struct proto_field session_list_result_fields[] = {
    {"sessions", STR_INIT("\"sessions\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_session_list_result, sessions), .count_offset = offsetof(struct proto_session_list_result, sessions_count), .min = 0, .max = 131072, .shape = &proto_session_shape},
};
const struct proto_struct proto_session_list_result_shape = {"session_list_result", sizeof(struct proto_session_list_result), .tuple = false, .fields = session_list_result_fields, .field_count = 1};

static const struct proto_field session_revoke_fields[] = {
    {"session", STR_INIT("\"session\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_session_revoke, session), .optional = true, .min = 1, .max = 9007199254740991},
    {"others", STR_INIT("\"others\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_session_revoke, others), .optional = true},
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_session_revoke, user), .optional = true, .min = 1, .max = 9007199254740991},
};
static const struct proto_rule session_revoke_rules[] = {
    {PROTO_RULE_EXACTLY_ONE, 0x7}, /* session, others, user */
};
const struct proto_struct proto_session_revoke_shape = {"session_revoke", sizeof(struct proto_session_revoke), .tuple = false, .fields = session_revoke_fields, .field_count = 3, .rules = session_revoke_rules, .rule_count = 1};

static const struct proto_field user_rename_fields[] = {
    {"display_name", STR_INIT("\"display_name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_user_rename, display_name), .optional = true, .min = 0, .max = 131072},
    {"color", STR_INIT("\"color\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_user_rename, color), .optional = true, .format = PROTO_FORMAT_COLOR, .min = 7, .max = 7},
};
static const struct proto_rule user_rename_rules[] = {
    {PROTO_RULE_AT_LEAST_ONE, 0x3}, /* display_name, color */
};
const struct proto_struct proto_user_rename_shape = {"user_rename", sizeof(struct proto_user_rename), .tuple = false, .fields = user_rename_fields, .field_count = 2, .rules = user_rename_rules, .rule_count = 1};

static const struct proto_field user_rename_result_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_user_rename_result, user), .shape = &proto_user_shape},
};
const struct proto_struct proto_user_rename_result_shape = {"user_rename_result", sizeof(struct proto_user_rename_result), .tuple = false, .fields = user_rename_result_fields, .field_count = 1};

static const struct proto_field user_status_fields[] = {
    {"status", STR_INIT("\"status\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_user_status, status), .min = 1, .max = 3, .enums = &proto_status_enum},
    {"text", STR_INIT("\"text\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_user_status, text), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 100},
};
const struct proto_struct proto_user_status_shape = {"user_status", sizeof(struct proto_user_status), .tuple = false, .fields = user_status_fields, .field_count = 2};

static const struct proto_field user_status_result_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_user_status_result, user), .shape = &proto_user_shape},
};
const struct proto_struct proto_user_status_result_shape = {"user_status_result", sizeof(struct proto_user_status_result), .tuple = false, .fields = user_status_result_fields, .field_count = 1};

static const struct proto_field user_list_fields[] = {
    {"query", STR_INIT("\"query\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_user_list, query), .optional = true, .clip = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 200},
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_user_list, after), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_user_list, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
const struct proto_struct proto_user_list_shape = {"user_list", sizeof(struct proto_user_list), .tuple = false, .fields = user_list_fields, .field_count = 3};

static const struct proto_field user_list_result_fields[] = {
    {"users", STR_INIT("\"users\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_user_list_result, users), .count_offset = offsetof(struct proto_user_list_result, users_count), .min = 0, .max = 131072, .shape = &proto_user_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_user_list_result, more)},
};
const struct proto_struct proto_user_list_result_shape = {"user_list_result", sizeof(struct proto_user_list_result), .tuple = false, .fields = user_list_result_fields, .field_count = 2};

static const struct proto_field user_block_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_user_block, user), .min = 1, .max = 9007199254740991},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_user_block, on)},
};
const struct proto_struct proto_user_block_shape = {"user_block", sizeof(struct proto_user_block), .tuple = false, .fields = user_block_fields, .field_count = 2};

static const struct proto_field user_blocks_fields[] = {
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_user_blocks, after), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_user_blocks, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
const struct proto_struct proto_user_blocks_shape = {"user_blocks", sizeof(struct proto_user_blocks), .tuple = false, .fields = user_blocks_fields, .field_count = 2};

static const struct proto_field user_blocks_result_fields[] = {
    {"users", STR_INIT("\"users\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_user_blocks_result, users), .count_offset = offsetof(struct proto_user_blocks_result, users_count), .min = 0, .max = 131072, .shape = &proto_user_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_user_blocks_result, more)},
};
const struct proto_struct proto_user_blocks_result_shape = {"user_blocks_result", sizeof(struct proto_user_blocks_result), .tuple = false, .fields = user_blocks_result_fields, .field_count = 2};

static const struct proto_field room_list_fields[] = {
    {"query", STR_INIT("\"query\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_room_list, query), .optional = true, .clip = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 200},
    {"archived", STR_INIT("\"archived\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_room_list, archived), .optional = true},
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_list, after), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_list, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
const struct proto_struct proto_room_list_shape = {"room_list", sizeof(struct proto_room_list), .tuple = false, .fields = room_list_fields, .field_count = 4};

static const struct proto_field room_list_result_fields[] = {
    {"rooms", STR_INIT("\"rooms\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_room_list_result, rooms), .count_offset = offsetof(struct proto_room_list_result, rooms_count), .min = 0, .max = 131072, .shape = &proto_room_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room_list_result, more)},
};
const struct proto_struct proto_room_list_result_shape = {"room_list_result", sizeof(struct proto_room_list_result), .tuple = false, .fields = room_list_result_fields, .field_count = 2};

static const struct proto_field room_mine_fields[] = {
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_mine, after), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_mine, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
const struct proto_struct proto_room_mine_shape = {"room_mine", sizeof(struct proto_room_mine), .tuple = false, .fields = room_mine_fields, .field_count = 2};

static const struct proto_field room_mine_result_fields[] = {
    {"rooms", STR_INIT("\"rooms\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_room_mine_result, rooms), .count_offset = offsetof(struct proto_room_mine_result, rooms_count), .min = 0, .max = 131072, .shape = &proto_room_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room_mine_result, more)},
};
const struct proto_struct proto_room_mine_result_shape = {"room_mine_result", sizeof(struct proto_room_mine_result), .tuple = false, .fields = room_mine_result_fields, .field_count = 2};

static const struct proto_field room_create_fields[] = {
    {"name", STR_INIT("\"name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_room_create, name), .min = 0, .max = 131072},
    {"topic", STR_INIT("\"topic\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_room_create, topic), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
    {"private", STR_INIT("\"private\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_room_create, private), .optional = true},
    {"announcement", STR_INIT("\"announcement\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_room_create, announcement), .optional = true},
};
const struct proto_struct proto_room_create_shape = {"room_create", sizeof(struct proto_room_create), .tuple = false, .fields = room_create_fields, .field_count = 4};

static const struct proto_field room_create_result_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_room_create_result, room), .shape = &proto_room_shape},
};
const struct proto_struct proto_room_create_result_shape = {"room_create_result", sizeof(struct proto_room_create_result), .tuple = false, .fields = room_create_result_fields, .field_count = 1};

static const struct proto_field room_join_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_join, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
};
const struct proto_struct proto_room_join_shape = {"room_join", sizeof(struct proto_room_join), .tuple = false, .fields = room_join_fields, .field_count = 1};

static const struct proto_field room_join_result_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_room_join_result, room), .shape = &proto_room_shape},
    {"members", STR_INIT("\"members\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_room_join_result, members), .count_offset = offsetof(struct proto_room_join_result, members_count), .min = 0, .max = 131072, .shape = &proto_member_shape},
    {"messages", STR_INIT("\"messages\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_room_join_result, messages), .count_offset = offsetof(struct proto_room_join_result, messages_count), .min = 0, .max = 131072, .shape = &proto_message_shape},
    {"has_before", STR_INIT("\"has_before\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room_join_result, has_before)},
    {"damaged", STR_INIT("\"damaged\":"), .kind = PROTO_KIND_LIST_INT, .offset = offsetof(struct proto_room_join_result, damaged), .optional = true, .count_offset = offsetof(struct proto_room_join_result, damaged_count), .min = 0, .max = 131072},
};
const struct proto_struct proto_room_join_result_shape = {"room_join_result", sizeof(struct proto_room_join_result), .tuple = false, .fields = room_join_result_fields, .field_count = 5};

static const struct proto_field room_leave_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_leave, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
};
const struct proto_struct proto_room_leave_shape = {"room_leave", sizeof(struct proto_room_leave), .tuple = false, .fields = room_leave_fields, .field_count = 1};

static const struct proto_field room_update_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_update, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"name", STR_INIT("\"name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_room_update, name), .optional = true, .min = 0, .max = 131072},
    {"topic", STR_INIT("\"topic\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_room_update, topic), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
    {"announcement", STR_INIT("\"announcement\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room_update, announcement), .optional = true, .has_offset = offsetof(struct proto_room_update, has_announcement)},
    {"slow_mode_s", STR_INIT("\"slow_mode_s\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_update, slow_mode_s), .optional = true, .has_offset = offsetof(struct proto_room_update, has_slow_mode_s), .min = 0, .max = 21600},
};
const struct proto_struct proto_room_update_shape = {"room_update", sizeof(struct proto_room_update), .tuple = false, .fields = room_update_fields, .field_count = 5};

static const struct proto_field room_update_result_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_room_update_result, room), .shape = &proto_room_shape},
};
const struct proto_struct proto_room_update_result_shape = {"room_update_result", sizeof(struct proto_room_update_result), .tuple = false, .fields = room_update_result_fields, .field_count = 1};

static const struct proto_field room_members_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_members, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_members, after), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_members, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
const struct proto_struct proto_room_members_shape = {"room_members", sizeof(struct proto_room_members), .tuple = false, .fields = room_members_fields, .field_count = 3};

static const struct proto_field room_members_result_fields[] = {
    {"members", STR_INIT("\"members\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_room_members_result, members), .count_offset = offsetof(struct proto_room_members_result, members_count), .min = 0, .max = 131072, .shape = &proto_member_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room_members_result, more)},
};
const struct proto_struct proto_room_members_result_shape = {"room_members_result", sizeof(struct proto_room_members_result), .tuple = false, .fields = room_members_result_fields, .field_count = 2};

static const struct proto_field room_invite_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_invite, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_invite, user), .min = 1, .max = 9007199254740991},
};
const struct proto_struct proto_room_invite_shape = {"room_invite", sizeof(struct proto_room_invite), .tuple = false, .fields = room_invite_fields, .field_count = 2};

static const struct proto_field room_invite_result_fields[] = {
    {"member", STR_INIT("\"member\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_room_invite_result, member), .shape = &proto_member_shape},
};
const struct proto_struct proto_room_invite_result_shape = {"room_invite_result", sizeof(struct proto_room_invite_result), .tuple = false, .fields = room_invite_result_fields, .field_count = 1};

static const struct proto_field room_kick_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_kick, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_kick, user), .min = 1, .max = 9007199254740991},
    {"reason", STR_INIT("\"reason\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_room_kick, reason), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
};
const struct proto_struct proto_room_kick_shape = {"room_kick", sizeof(struct proto_room_kick), .tuple = false, .fields = room_kick_fields, .field_count = 3};

static const struct proto_field room_ban_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_ban, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_ban, user), .min = 1, .max = 9007199254740991},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room_ban, on)},
    {"reason", STR_INIT("\"reason\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_room_ban, reason), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
    {"purge", STR_INIT("\"purge\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_room_ban, purge), .optional = true},
};
const struct proto_struct proto_room_ban_shape = {"room_ban", sizeof(struct proto_room_ban), .tuple = false, .fields = room_ban_fields, .field_count = 5};

static const struct proto_field room_bans_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_bans, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_bans, after), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_bans, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
const struct proto_struct proto_room_bans_shape = {"room_bans", sizeof(struct proto_room_bans), .tuple = false, .fields = room_bans_fields, .field_count = 3};

static const struct proto_field room_bans_result_fields[] = {
    {"bans", STR_INIT("\"bans\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_room_bans_result, bans), .count_offset = offsetof(struct proto_room_bans_result, bans_count), .min = 0, .max = 131072, .shape = &proto_ban_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room_bans_result, more)},
};
const struct proto_struct proto_room_bans_result_shape = {"room_bans_result", sizeof(struct proto_room_bans_result), .tuple = false, .fields = room_bans_result_fields, .field_count = 2};

static const struct proto_field room_mute_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_mute, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_mute, user), .min = 1, .max = 9007199254740991},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room_mute, on)},
    {"until", STR_INIT("\"until\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_mute, until), .optional = true, .min = 0, .max = 9007199254740991},
    {"reason", STR_INIT("\"reason\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_room_mute, reason), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
};
const struct proto_struct proto_room_mute_shape = {"room_mute", sizeof(struct proto_room_mute), .tuple = false, .fields = room_mute_fields, .field_count = 5};

static const struct proto_field room_mute_result_fields[] = {
    {"member", STR_INIT("\"member\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_room_mute_result, member), .shape = &proto_member_shape},
};
const struct proto_struct proto_room_mute_result_shape = {"room_mute_result", sizeof(struct proto_room_mute_result), .tuple = false, .fields = room_mute_result_fields, .field_count = 1};

static const struct proto_field room_role_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_role, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_role, user), .min = 1, .max = 9007199254740991},
    {"role", STR_INIT("\"role\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_room_role, role), .min = 1, .max = 3, .enums = &proto_member_role_enum},
};
const struct proto_struct proto_room_role_shape = {"room_role", sizeof(struct proto_room_role), .tuple = false, .fields = room_role_fields, .field_count = 3};

static const struct proto_field room_role_result_fields[] = {
    {"member", STR_INIT("\"member\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_room_role_result, member), .shape = &proto_member_shape},
};
const struct proto_struct proto_room_role_result_shape = {"room_role_result", sizeof(struct proto_room_role_result), .tuple = false, .fields = room_role_result_fields, .field_count = 1};

static const struct proto_field room_archive_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_archive, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room_archive, on)},
};
const struct proto_struct proto_room_archive_shape = {"room_archive", sizeof(struct proto_room_archive), .tuple = false, .fields = room_archive_fields, .field_count = 2};

static const struct proto_field room_archive_result_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_room_archive_result, room), .shape = &proto_room_shape},
};
const struct proto_struct proto_room_archive_result_shape = {"room_archive_result", sizeof(struct proto_room_archive_result), .tuple = false, .fields = room_archive_result_fields, .field_count = 1};

static const struct proto_field room_read_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_read, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"seq", STR_INIT("\"seq\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_read, seq), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_room_read_shape = {"room_read", sizeof(struct proto_room_read), .tuple = false, .fields = room_read_fields, .field_count = 2};

static const struct proto_field room_read_result_fields[] = {
    {"me", STR_INIT("\"me\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_room_read_result, me), .shape = &proto_room_me_shape},
};
const struct proto_struct proto_room_read_result_shape = {"room_read_result", sizeof(struct proto_room_read_result), .tuple = false, .fields = room_read_result_fields, .field_count = 1};

const struct proto_struct proto_room_read_all_shape = {"room_read_all", sizeof(struct proto_room_read_all), .tuple = false};

static const struct proto_field room_read_all_result_fields[] = {
    {"marks", STR_INIT("\"marks\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_room_read_all_result, marks), .count_offset = offsetof(struct proto_room_read_all_result, marks_count), .min = 0, .max = 131072, .shape = &proto_read_mark_shape},
};
const struct proto_struct proto_room_read_all_result_shape = {"room_read_all_result", sizeof(struct proto_room_read_all_result), .tuple = false, .fields = room_read_all_result_fields, .field_count = 1};

static const struct proto_field room_unread_fields[] = {
    {"marks", STR_INIT("\"marks\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_room_unread, marks), .count_offset = offsetof(struct proto_room_unread, marks_count), .min = 1, .max = 1000, .shape = &proto_read_mark_shape},
};
const struct proto_struct proto_room_unread_shape = {"room_unread", sizeof(struct proto_room_unread), .tuple = false, .fields = room_unread_fields, .field_count = 1};

static const struct proto_field room_prefs_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_room_prefs, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"level", STR_INIT("\"level\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_room_prefs, level), .optional = true, .min = 1, .max = 3, .enums = &proto_level_enum},
    {"favorite", STR_INIT("\"favorite\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_room_prefs, favorite), .optional = true, .has_offset = offsetof(struct proto_room_prefs, has_favorite)},
    {"position", STR_INIT("\"position\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_room_prefs, position), .optional = true, .has_offset = offsetof(struct proto_room_prefs, has_position), .min = 0, .max = 1000000},
};
const struct proto_struct proto_room_prefs_shape = {"room_prefs", sizeof(struct proto_room_prefs), .tuple = false, .fields = room_prefs_fields, .field_count = 4};

static const struct proto_field room_prefs_result_fields[] = {
    {"me", STR_INIT("\"me\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_room_prefs_result, me), .shape = &proto_room_me_shape},
};
const struct proto_struct proto_room_prefs_result_shape = {"room_prefs_result", sizeof(struct proto_room_prefs_result), .tuple = false, .fields = room_prefs_result_fields, .field_count = 1};

static const struct proto_field dm_open_fields[] = {
    {"users", STR_INIT("\"users\":"), .kind = PROTO_KIND_LIST_INT, .offset = offsetof(struct proto_dm_open, users), .count_offset = offsetof(struct proto_dm_open, users_count), .min = 0, .max = 200},
};
const struct proto_struct proto_dm_open_shape = {"dm_open", sizeof(struct proto_dm_open), .tuple = false, .fields = dm_open_fields, .field_count = 1};

static const struct proto_field dm_open_result_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_dm_open_result, room), .shape = &proto_room_shape},
    {"users", STR_INIT("\"users\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_dm_open_result, users), .count_offset = offsetof(struct proto_dm_open_result, users_count), .min = 0, .max = 131072, .shape = &proto_user_shape},
};
const struct proto_struct proto_dm_open_result_shape = {"dm_open_result", sizeof(struct proto_dm_open_result), .tuple = false, .fields = dm_open_result_fields, .field_count = 2};

static const struct proto_field message_send_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_message_send, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"body", STR_INIT("\"body\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_message_send, body), .min = 0, .max = 131072},
    {"nonce", STR_INIT("\"nonce\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_message_send, nonce), .format = PROTO_FORMAT_TOKEN, .min = 8, .max = 64},
    {"reply_to", STR_INIT("\"reply_to\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_send, reply_to), .optional = true, .min = 1, .max = 9007199254740991},
    {"thread", STR_INIT("\"thread\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_send, thread), .optional = true, .min = 1, .max = 9007199254740991},
    {"also_room", STR_INIT("\"also_room\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_message_send, also_room), .optional = true},
    {"attachments", STR_INIT("\"attachments\":"), .kind = PROTO_KIND_LIST_INT, .offset = offsetof(struct proto_message_send, attachments), .optional = true, .count_offset = offsetof(struct proto_message_send, attachments_count), .min = 0, .max = 10},
};
const struct proto_struct proto_message_send_shape = {"message_send", sizeof(struct proto_message_send), .tuple = false, .fields = message_send_fields, .field_count = 7};

static const struct proto_field message_send_result_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_message_send_result, message), .shape = &proto_message_shape},
};
const struct proto_struct proto_message_send_result_shape = {"message_send_result", sizeof(struct proto_message_send_result), .tuple = false, .fields = message_send_result_fields, .field_count = 1};

static const struct proto_field message_edit_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_edit, message), .min = 1, .max = 9007199254740991},
    {"body", STR_INIT("\"body\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_message_edit, body), .min = 0, .max = 131072},
};
const struct proto_struct proto_message_edit_shape = {"message_edit", sizeof(struct proto_message_edit), .tuple = false, .fields = message_edit_fields, .field_count = 2};

static const struct proto_field message_edit_result_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_message_edit_result, message), .shape = &proto_message_shape},
};
const struct proto_struct proto_message_edit_result_shape = {"message_edit_result", sizeof(struct proto_message_edit_result), .tuple = false, .fields = message_edit_result_fields, .field_count = 1};

static const struct proto_field message_delete_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_delete, message), .min = 1, .max = 9007199254740991},
};
const struct proto_struct proto_message_delete_shape = {"message_delete", sizeof(struct proto_message_delete), .tuple = false, .fields = message_delete_fields, .field_count = 1};

static const struct proto_field message_delete_result_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_message_delete_result, message), .shape = &proto_message_shape},
};
const struct proto_struct proto_message_delete_result_shape = {"message_delete_result", sizeof(struct proto_message_delete_result), .tuple = false, .fields = message_delete_result_fields, .field_count = 1};

static const struct proto_field message_react_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_react, message), .min = 1, .max = 9007199254740991},
    {"emoji", STR_INIT("\"emoji\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_message_react, emoji), .min = 1, .max = 64},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_message_react, on)},
};
const struct proto_struct proto_message_react_shape = {"message_react", sizeof(struct proto_message_react), .tuple = false, .fields = message_react_fields, .field_count = 3};

static const struct proto_field message_react_result_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_message_react_result, message), .shape = &proto_message_shape},
};
const struct proto_struct proto_message_react_result_shape = {"message_react_result", sizeof(struct proto_message_react_result), .tuple = false, .fields = message_react_result_fields, .field_count = 1};

static const struct proto_field message_pin_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_pin, message), .min = 1, .max = 9007199254740991},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_message_pin, on)},
};
const struct proto_struct proto_message_pin_shape = {"message_pin", sizeof(struct proto_message_pin), .tuple = false, .fields = message_pin_fields, .field_count = 2};

static const struct proto_field message_pin_result_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_message_pin_result, message), .shape = &proto_message_shape},
};
const struct proto_struct proto_message_pin_result_shape = {"message_pin_result", sizeof(struct proto_message_pin_result), .tuple = false, .fields = message_pin_result_fields, .field_count = 1};

static const struct proto_field message_pins_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_message_pins, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_pins, after), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_pins, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
const struct proto_struct proto_message_pins_shape = {"message_pins", sizeof(struct proto_message_pins), .tuple = false, .fields = message_pins_fields, .field_count = 3};

static const struct proto_field message_pins_result_fields[] = {
    {"messages", STR_INIT("\"messages\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_message_pins_result, messages), .count_offset = offsetof(struct proto_message_pins_result, messages_count), .min = 0, .max = 131072, .shape = &proto_message_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_message_pins_result, more)},
};
const struct proto_struct proto_message_pins_result_shape = {"message_pins_result", sizeof(struct proto_message_pins_result), .tuple = false, .fields = message_pins_result_fields, .field_count = 2};

static const struct proto_field message_history_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_message_history, room), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"thread", STR_INIT("\"thread\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_history, thread), .optional = true, .min = 1, .max = 9007199254740991},
    {"before", STR_INIT("\"before\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_history, before), .optional = true, .has_offset = offsetof(struct proto_message_history, has_before), .min = 0, .max = 9007199254740991},
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_history, after), .optional = true, .has_offset = offsetof(struct proto_message_history, has_after), .min = 0, .max = 9007199254740991},
    {"around", STR_INIT("\"around\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_history, around), .optional = true, .has_offset = offsetof(struct proto_message_history, has_around), .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_history, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
static const struct proto_rule message_history_rules[] = {
    {PROTO_RULE_AT_LEAST_ONE, 0x3}, /* room, thread */
    {PROTO_RULE_AT_MOST_ONE, 0x1c}, /* before, after, around */
};
const struct proto_struct proto_message_history_shape = {"message_history", sizeof(struct proto_message_history), .tuple = false, .fields = message_history_fields, .field_count = 6, .rules = message_history_rules, .rule_count = 2};

static const struct proto_field message_history_result_fields[] = {
    {"messages", STR_INIT("\"messages\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_message_history_result, messages), .count_offset = offsetof(struct proto_message_history_result, messages_count), .min = 0, .max = 131072, .shape = &proto_message_shape},
    {"has_before", STR_INIT("\"has_before\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_message_history_result, has_before)},
    {"has_after", STR_INIT("\"has_after\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_message_history_result, has_after)},
    {"damaged", STR_INIT("\"damaged\":"), .kind = PROTO_KIND_LIST_INT, .offset = offsetof(struct proto_message_history_result, damaged), .optional = true, .count_offset = offsetof(struct proto_message_history_result, damaged_count), .min = 0, .max = 131072},
};
const struct proto_struct proto_message_history_result_shape = {"message_history_result", sizeof(struct proto_message_history_result), .tuple = false, .fields = message_history_result_fields, .field_count = 4};

static const struct proto_field message_versions_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_versions, message), .min = 1, .max = 9007199254740991},
};
const struct proto_struct proto_message_versions_shape = {"message_versions", sizeof(struct proto_message_versions), .tuple = false, .fields = message_versions_fields, .field_count = 1};

static const struct proto_field message_versions_result_fields[] = {
    {"versions", STR_INIT("\"versions\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_message_versions_result, versions), .count_offset = offsetof(struct proto_message_versions_result, versions_count), .min = 0, .max = 131072, .shape = &proto_version_shape},
};
const struct proto_struct proto_message_versions_result_shape = {"message_versions_result", sizeof(struct proto_message_versions_result), .tuple = false, .fields = message_versions_result_fields, .field_count = 1};

static const struct proto_field message_get_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_get, message), .min = 1, .max = 9007199254740991},
};
const struct proto_struct proto_message_get_shape = {"message_get", sizeof(struct proto_message_get), .tuple = false, .fields = message_get_fields, .field_count = 1};

static const struct proto_field message_get_result_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_message_get_result, message), .shape = &proto_message_shape},
};
const struct proto_struct proto_message_get_result_shape = {"message_get_result", sizeof(struct proto_message_get_result), .tuple = false, .fields = message_get_result_fields, .field_count = 1};

static const struct proto_field message_search_fields[] = {
    {"query", STR_INIT("\"query\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_message_search, query), .clip = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 200},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_message_search, room), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"author", STR_INIT("\"author\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_search, author), .optional = true, .min = 1, .max = 9007199254740991},
    {"since", STR_INIT("\"since\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_search, since), .optional = true, .min = 0, .max = 9007199254740991},
    {"until", STR_INIT("\"until\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_search, until), .optional = true, .min = 0, .max = 9007199254740991},
    {"before", STR_INIT("\"before\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_search, before), .optional = true, .min = 1, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_search, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
    {"pinned", STR_INIT("\"pinned\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_message_search, pinned), .optional = true},
    {"has_file", STR_INIT("\"has_file\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_message_search, has_file), .optional = true},
};
const struct proto_struct proto_message_search_shape = {"message_search", sizeof(struct proto_message_search), .tuple = false, .fields = message_search_fields, .field_count = 9};

static const struct proto_field message_search_result_fields[] = {
    {"hits", STR_INIT("\"hits\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_message_search_result, hits), .count_offset = offsetof(struct proto_message_search_result, hits_count), .min = 0, .max = 131072, .shape = &proto_hit_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_message_search_result, more)},
};
const struct proto_struct proto_message_search_result_shape = {"message_search_result", sizeof(struct proto_message_search_result), .tuple = false, .fields = message_search_result_fields, .field_count = 2};

static const struct proto_field message_report_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_report, message), .min = 1, .max = 9007199254740991},
    {"reason", STR_INIT("\"reason\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_message_report, reason), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
};
const struct proto_struct proto_message_report_shape = {"message_report", sizeof(struct proto_message_report), .tuple = false, .fields = message_report_fields, .field_count = 2};

static const struct proto_field report_list_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_report_list, room), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_report_list, after), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_report_list, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 50},
};
const struct proto_struct proto_report_list_shape = {"report_list", sizeof(struct proto_report_list), .tuple = false, .fields = report_list_fields, .field_count = 3};

static const struct proto_field report_list_result_fields[] = {
    {"reports", STR_INIT("\"reports\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_report_list_result, reports), .count_offset = offsetof(struct proto_report_list_result, reports_count), .min = 0, .max = 131072, .shape = &proto_report_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_report_list_result, more)},
};
const struct proto_struct proto_report_list_result_shape = {"report_list_result", sizeof(struct proto_report_list_result), .tuple = false, .fields = report_list_result_fields, .field_count = 2};

static const struct proto_field report_resolve_fields[] = {
    {"report", STR_INIT("\"report\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_report_resolve, report), .min = 1, .max = 9007199254740991},
    {"note", STR_INIT("\"note\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_report_resolve, note), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
};
const struct proto_struct proto_report_resolve_shape = {"report_resolve", sizeof(struct proto_report_resolve), .tuple = false, .fields = report_resolve_fields, .field_count = 2};

static const struct proto_field audit_list_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_audit_list, room), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"before", STR_INIT("\"before\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_audit_list, before), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_audit_list, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
const struct proto_struct proto_audit_list_shape = {"audit_list", sizeof(struct proto_audit_list), .tuple = false, .fields = audit_list_fields, .field_count = 3};

static const struct proto_field audit_list_result_fields[] = {
    {"entries", STR_INIT("\"entries\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_audit_list_result, entries), .count_offset = offsetof(struct proto_audit_list_result, entries_count), .min = 0, .max = 131072, .shape = &proto_audit_entry_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_audit_list_result, more)},
};
const struct proto_struct proto_audit_list_result_shape = {"audit_list_result", sizeof(struct proto_audit_list_result), .tuple = false, .fields = audit_list_result_fields, .field_count = 2};

static const struct proto_field thread_follow_fields[] = {
    {"thread", STR_INIT("\"thread\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_thread_follow, thread), .min = 1, .max = 9007199254740991},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_thread_follow, on)},
};
const struct proto_struct proto_thread_follow_shape = {"thread_follow", sizeof(struct proto_thread_follow), .tuple = false, .fields = thread_follow_fields, .field_count = 2};

static const struct proto_field thread_follow_result_fields[] = {
    {"me", STR_INIT("\"me\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_thread_follow_result, me), .shape = &proto_thread_me_shape},
};
const struct proto_struct proto_thread_follow_result_shape = {"thread_follow_result", sizeof(struct proto_thread_follow_result), .tuple = false, .fields = thread_follow_result_fields, .field_count = 1};

static const struct proto_field thread_read_fields[] = {
    {"thread", STR_INIT("\"thread\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_thread_read, thread), .min = 1, .max = 9007199254740991},
    {"seq", STR_INIT("\"seq\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_thread_read, seq), .min = 0, .max = 9007199254740991},
};
const struct proto_struct proto_thread_read_shape = {"thread_read", sizeof(struct proto_thread_read), .tuple = false, .fields = thread_read_fields, .field_count = 2};

static const struct proto_field thread_read_result_fields[] = {
    {"me", STR_INIT("\"me\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_thread_read_result, me), .shape = &proto_thread_me_shape},
};
const struct proto_struct proto_thread_read_result_shape = {"thread_read_result", sizeof(struct proto_thread_read_result), .tuple = false, .fields = thread_read_result_fields, .field_count = 1};

static const struct proto_field thread_list_fields[] = {
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_thread_list, after), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_thread_list, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
const struct proto_struct proto_thread_list_shape = {"thread_list", sizeof(struct proto_thread_list), .tuple = false, .fields = thread_list_fields, .field_count = 2};

static const struct proto_field thread_list_result_fields[] = {
    {"threads", STR_INIT("\"threads\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_thread_list_result, threads), .count_offset = offsetof(struct proto_thread_list_result, threads_count), .min = 0, .max = 131072, .shape = &proto_followed_thread_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_thread_list_result, more)},
};
const struct proto_struct proto_thread_list_result_shape = {"thread_list_result", sizeof(struct proto_thread_list_result), .tuple = false, .fields = thread_list_result_fields, .field_count = 2};

static const struct proto_field message_save_fields[] = {
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_save, message), .min = 1, .max = 9007199254740991},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_message_save, on)},
};
const struct proto_struct proto_message_save_shape = {"message_save", sizeof(struct proto_message_save), .tuple = false, .fields = message_save_fields, .field_count = 2};

static const struct proto_field message_saved_fields[] = {
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_saved, after), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_message_saved, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
const struct proto_struct proto_message_saved_shape = {"message_saved", sizeof(struct proto_message_saved), .tuple = false, .fields = message_saved_fields, .field_count = 2};

static const struct proto_field message_saved_result_fields[] = {
    {"messages", STR_INIT("\"messages\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_message_saved_result, messages), .count_offset = offsetof(struct proto_message_saved_result, messages_count), .min = 0, .max = 131072, .shape = &proto_message_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_message_saved_result, more)},
};
const struct proto_struct proto_message_saved_result_shape = {"message_saved_result", sizeof(struct proto_message_saved_result), .tuple = false, .fields = message_saved_result_fields, .field_count = 2};

static const struct proto_field draft_set_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_draft_set, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"thread", STR_INIT("\"thread\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_draft_set, thread), .optional = true, .min = 1, .max = 9007199254740991},
    {"body", STR_INIT("\"body\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_draft_set, body), .min = 0, .max = 131072},
};
const struct proto_struct proto_draft_set_shape = {"draft_set", sizeof(struct proto_draft_set), .tuple = false, .fields = draft_set_fields, .field_count = 3};

const struct proto_struct proto_draft_list_shape = {"draft_list", sizeof(struct proto_draft_list), .tuple = false};

static const struct proto_field draft_list_result_fields[] = {
    {"drafts", STR_INIT("\"drafts\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_draft_list_result, drafts), .count_offset = offsetof(struct proto_draft_list_result, drafts_count), .min = 0, .max = 131072, .shape = &proto_draft_shape},
};
const struct proto_struct proto_draft_list_result_shape = {"draft_list_result", sizeof(struct proto_draft_list_result), .tuple = false, .fields = draft_list_result_fields, .field_count = 1};

static const struct proto_field presence_watch_fields[] = {
    {"users", STR_INIT("\"users\":"), .kind = PROTO_KIND_LIST_INT, .offset = offsetof(struct proto_presence_watch, users), .count_offset = offsetof(struct proto_presence_watch, users_count), .min = 0, .max = 200},
};
const struct proto_struct proto_presence_watch_shape = {"presence_watch", sizeof(struct proto_presence_watch), .tuple = false, .fields = presence_watch_fields, .field_count = 1};

static const struct proto_field presence_watch_result_fields[] = {
    {"users", STR_INIT("\"users\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_presence_watch_result, users), .count_offset = offsetof(struct proto_presence_watch_result, users_count), .min = 0, .max = 131072, .shape = &proto_user_shape},
};
const struct proto_struct proto_presence_watch_result_shape = {"presence_watch_result", sizeof(struct proto_presence_watch_result), .tuple = false, .fields = presence_watch_result_fields, .field_count = 1};

static const struct proto_field typing_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_typing, room), .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_typing, on)},
};
const struct proto_struct proto_typing_shape = {"typing", sizeof(struct proto_typing), .tuple = false, .fields = typing_fields, .field_count = 2};

static const struct proto_field server_update_fields[] = {
    {"name", STR_INIT("\"name\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_server_update, name), .optional = true, .min = 0, .max = 131072},
    {"registration", STR_INIT("\"registration\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_server_update, registration), .optional = true, .min = 1, .max = 3, .enums = &proto_registration_mode_enum},
    {"guests", STR_INIT("\"guests\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_server_update, guests), .optional = true, .has_offset = offsetof(struct proto_server_update, has_guests)},
};
static const struct proto_rule server_update_rules[] = {
    {PROTO_RULE_AT_LEAST_ONE, 0x7}, /* name, registration, guests */
};
const struct proto_struct proto_server_update_shape = {"server_update", sizeof(struct proto_server_update), .tuple = false, .fields = server_update_fields, .field_count = 3, .rules = server_update_rules, .rule_count = 1};

static const struct proto_field server_update_result_fields[] = {
    {"settings", STR_INIT("\"settings\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_server_update_result, settings), .shape = &proto_server_settings_shape},
};
const struct proto_struct proto_server_update_result_shape = {"server_update_result", sizeof(struct proto_server_update_result), .tuple = false, .fields = server_update_result_fields, .field_count = 1};

static const struct proto_field server_role_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_server_role, user), .min = 1, .max = 9007199254740991},
    {"role", STR_INIT("\"role\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_server_role, role), .min = 1, .max = 3, .enums = &proto_user_role_enum},
};
const struct proto_struct proto_server_role_shape = {"server_role", sizeof(struct proto_server_role), .tuple = false, .fields = server_role_fields, .field_count = 2};

static const struct proto_field server_role_result_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_server_role_result, user), .shape = &proto_user_shape},
};
const struct proto_struct proto_server_role_result_shape = {"server_role_result", sizeof(struct proto_server_role_result), .tuple = false, .fields = server_role_result_fields, .field_count = 1};

static const struct proto_field server_ban_fields[] = {
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_server_ban, user), .min = 1, .max = 9007199254740991},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_server_ban, on)},
    {"reason", STR_INIT("\"reason\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_server_ban, reason), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
};
const struct proto_struct proto_server_ban_shape = {"server_ban", sizeof(struct proto_server_ban), .tuple = false, .fields = server_ban_fields, .field_count = 3};

static const struct proto_field server_bans_fields[] = {
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_server_bans, after), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_server_bans, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
const struct proto_struct proto_server_bans_shape = {"server_bans", sizeof(struct proto_server_bans), .tuple = false, .fields = server_bans_fields, .field_count = 2};

static const struct proto_field server_bans_result_fields[] = {
    {"bans", STR_INIT("\"bans\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_server_bans_result, bans), .count_offset = offsetof(struct proto_server_bans_result, bans_count), .min = 0, .max = 131072, .shape = &proto_account_ban_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_server_bans_result, more)},
};
const struct proto_struct proto_server_bans_result_shape = {"server_bans_result", sizeof(struct proto_server_bans_result), .tuple = false, .fields = server_bans_result_fields, .field_count = 2};

static const struct proto_field invite_create_fields[] = {
    {"role", STR_INIT("\"role\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_invite_create, role), .optional = true, .min = 1, .max = 3, .enums = &proto_user_role_enum},
    {"rooms", STR_INIT("\"rooms\":"), .kind = PROTO_KIND_LIST_INT, .offset = offsetof(struct proto_invite_create, rooms), .optional = true, .count_offset = offsetof(struct proto_invite_create, rooms_count), .min = 0, .max = 20},
    {"uses", STR_INIT("\"uses\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite_create, uses), .optional = true, .has_offset = offsetof(struct proto_invite_create, has_uses), .min = 0, .max = 10000},
    {"expires_in_s", STR_INIT("\"expires_in_s\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite_create, expires_in_s), .optional = true, .has_offset = offsetof(struct proto_invite_create, has_expires_in_s), .min = 0, .max = 31536000},
    {"note", STR_INIT("\"note\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_invite_create, note), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
};
const struct proto_struct proto_invite_create_shape = {"invite_create", sizeof(struct proto_invite_create), .tuple = false, .fields = invite_create_fields, .field_count = 5};

static const struct proto_field invite_create_result_fields[] = {
    {"invite", STR_INIT("\"invite\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_invite_create_result, invite), .shape = &proto_invite_shape},
    {"secret", STR_INIT("\"secret\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_invite_create_result, secret), .min = 0, .max = 131072},
};
const struct proto_struct proto_invite_create_result_shape = {"invite_create_result", sizeof(struct proto_invite_create_result), .tuple = false, .fields = invite_create_result_fields, .field_count = 2};

static const struct proto_field invite_list_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_invite_list, room), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
    {"after", STR_INIT("\"after\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite_list, after), .optional = true, .min = 0, .max = 9007199254740991},
    {"limit", STR_INIT("\"limit\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite_list, limit), .optional = true, .clip = true, .has_fallback = true, .fallback = 50, .min = 1, .max = 200},
};
const struct proto_struct proto_invite_list_shape = {"invite_list", sizeof(struct proto_invite_list), .tuple = false, .fields = invite_list_fields, .field_count = 3};

static const struct proto_field invite_list_result_fields[] = {
    {"invites", STR_INIT("\"invites\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_invite_list_result, invites), .count_offset = offsetof(struct proto_invite_list_result, invites_count), .min = 0, .max = 131072, .shape = &proto_invite_shape},
    {"more", STR_INIT("\"more\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_invite_list_result, more)},
};
const struct proto_struct proto_invite_list_result_shape = {"invite_list_result", sizeof(struct proto_invite_list_result), .tuple = false, .fields = invite_list_result_fields, .field_count = 2};

static const struct proto_field invite_revoke_fields[] = {
    {"invite", STR_INIT("\"invite\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_invite_revoke, invite), .min = 1, .max = 9007199254740991},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_ROOM, .offset = offsetof(struct proto_invite_revoke, room), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 1, .max = 80},
};
const struct proto_struct proto_invite_revoke_shape = {"invite_revoke", sizeof(struct proto_invite_revoke), .tuple = false, .fields = invite_revoke_fields, .field_count = 2};

static const struct proto_field invite_use_fields[] = {
    {"invite", STR_INIT("\"invite\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_invite_use, invite), .min = 0, .max = 131072},
};
const struct proto_struct proto_invite_use_shape = {"invite_use", sizeof(struct proto_invite_use), .tuple = false, .fields = invite_use_fields, .field_count = 1};

static const struct proto_field invite_use_result_fields[] = {
    {"rooms", STR_INIT("\"rooms\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_invite_use_result, rooms), .count_offset = offsetof(struct proto_invite_use_result, rooms_count), .min = 0, .max = 131072, .shape = &proto_room_shape},
};
const struct proto_struct proto_invite_use_result_shape = {"invite_use_result", sizeof(struct proto_invite_use_result), .tuple = false, .fields = invite_use_result_fields, .field_count = 1};

static const struct proto_field event_ready_fields[] = {
    {"me", STR_INIT("\"me\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_ready, me), .shape = &proto_user_shape},
    {"token", STR_INIT("\"token\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_event_ready, token), .optional = true, .min = 0, .max = 131072},
    {"server", STR_INIT("\"server\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_ready, server), .shape = &proto_server_shape},
    {"rooms", STR_INIT("\"rooms\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_event_ready, rooms), .count_offset = offsetof(struct proto_event_ready, rooms_count), .min = 0, .max = 131072, .shape = &proto_room_shape},
    {"rooms_more", STR_INIT("\"rooms_more\":"), .kind = PROTO_KIND_FLAG, .offset = offsetof(struct proto_event_ready, rooms_more), .optional = true},
    {"users", STR_INIT("\"users\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_event_ready, users), .count_offset = offsetof(struct proto_event_ready, users_count), .min = 0, .max = 131072, .shape = &proto_user_shape},
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_ready, pos), .min = 0, .max = 9007199254740991},
    {"resumed", STR_INIT("\"resumed\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_event_ready, resumed)},
};
const struct proto_struct proto_event_ready_shape = {"event_ready", sizeof(struct proto_event_ready), .tuple = false, .fields = event_ready_fields, .field_count = 8};

static const struct proto_field event_notice_fields[] = {
    {"code", STR_INIT("\"code\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_event_notice, code), .min = 1, .max = 4, .enums = &proto_notice_code_enum},
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_event_notice, message), .min = 0, .max = 131072},
};
const struct proto_struct proto_event_notice_shape = {"event_notice", sizeof(struct proto_event_notice), .tuple = false, .fields = event_notice_fields, .field_count = 2};

static const struct proto_field event_user_changed_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_user_changed, pos), .min = 0, .max = 9007199254740991},
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_user_changed, user), .shape = &proto_user_shape},
};
const struct proto_struct proto_event_user_changed_shape = {"event_user_changed", sizeof(struct proto_event_user_changed), .tuple = false, .fields = event_user_changed_fields, .field_count = 2};

static const struct proto_field event_user_blocked_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_user_blocked, pos), .min = 0, .max = 9007199254740991},
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_user_blocked, user), .min = 1, .max = 9007199254740991},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_event_user_blocked, on)},
};
const struct proto_struct proto_event_user_blocked_shape = {"event_user_blocked", sizeof(struct proto_event_user_blocked), .tuple = false, .fields = event_user_blocked_fields, .field_count = 3};

static const struct proto_field event_room_new_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_room_new, pos), .min = 0, .max = 9007199254740991},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_room_new, room), .shape = &proto_room_shape},
    {"users", STR_INIT("\"users\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_event_room_new, users), .optional = true, .count_offset = offsetof(struct proto_event_room_new, users_count), .min = 0, .max = 131072, .shape = &proto_user_shape},
};
const struct proto_struct proto_event_room_new_shape = {"event_room_new", sizeof(struct proto_event_room_new), .tuple = false, .fields = event_room_new_fields, .field_count = 3};

static const struct proto_field event_room_changed_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_room_changed, pos), .min = 0, .max = 9007199254740991},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_room_changed, room), .shape = &proto_room_shape},
};
const struct proto_struct proto_event_room_changed_shape = {"event_room_changed", sizeof(struct proto_event_room_changed), .tuple = false, .fields = event_room_changed_fields, .field_count = 2};

static const struct proto_field event_room_gone_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_room_gone, pos), .min = 0, .max = 9007199254740991},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_room_gone, room), .min = 1, .max = 9007199254740991},
    {"reason", STR_INIT("\"reason\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_event_room_gone, reason), .min = 1, .max = 3, .enums = &proto_gone_reason_enum},
    {"text", STR_INIT("\"text\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_event_room_gone, text), .optional = true, .unit = PROTO_UNIT_CHARS, .min = 0, .max = 250},
};
const struct proto_struct proto_event_room_gone_shape = {"event_room_gone", sizeof(struct proto_event_room_gone), .tuple = false, .fields = event_room_gone_fields, .field_count = 4};

static const struct proto_field event_room_me_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_room_me, pos), .min = 0, .max = 9007199254740991},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_room_me, room), .min = 1, .max = 9007199254740991},
    {"me", STR_INIT("\"me\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_room_me, me), .shape = &proto_room_me_shape},
};
const struct proto_struct proto_event_room_me_shape = {"event_room_me", sizeof(struct proto_event_room_me), .tuple = false, .fields = event_room_me_fields, .field_count = 3};

static const struct proto_field event_member_joined_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_member_joined, pos), .min = 0, .max = 9007199254740991},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_member_joined, room), .min = 1, .max = 9007199254740991},
    {"member", STR_INIT("\"member\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_member_joined, member), .shape = &proto_member_shape},
};
const struct proto_struct proto_event_member_joined_shape = {"event_member_joined", sizeof(struct proto_event_member_joined), .tuple = false, .fields = event_member_joined_fields, .field_count = 3};

static const struct proto_field event_member_changed_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_member_changed, pos), .min = 0, .max = 9007199254740991},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_member_changed, room), .min = 1, .max = 9007199254740991},
    {"member", STR_INIT("\"member\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_member_changed, member), .shape = &proto_member_shape},
};
const struct proto_struct proto_event_member_changed_shape = {"event_member_changed", sizeof(struct proto_event_member_changed), .tuple = false, .fields = event_member_changed_fields, .field_count = 3};

static const struct proto_field event_member_left_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_member_left, pos), .min = 0, .max = 9007199254740991},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_member_left, room), .min = 1, .max = 9007199254740991},
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_member_left, user), .min = 1, .max = 9007199254740991},
    {"reason", STR_INIT("\"reason\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_event_member_left, reason), .min = 1, .max = 3, .enums = &proto_gone_reason_enum},
};
const struct proto_struct proto_event_member_left_shape = {"event_member_left", sizeof(struct proto_event_member_left), .tuple = false, .fields = event_member_left_fields, .field_count = 4};

static const struct proto_field event_message_new_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_message_new, pos), .min = 0, .max = 9007199254740991},
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_message_new, message), .shape = &proto_message_shape},
    {"nonce", STR_INIT("\"nonce\":"), .kind = PROTO_KIND_STR, .offset = offsetof(struct proto_event_message_new, nonce), .format = PROTO_FORMAT_TOKEN, .min = 8, .max = 64},
};
const struct proto_struct proto_event_message_new_shape = {"event_message_new", sizeof(struct proto_event_message_new), .tuple = false, .fields = event_message_new_fields, .field_count = 3};

static const struct proto_field event_message_changed_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_message_changed, pos), .min = 0, .max = 9007199254740991},
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_message_changed, message), .shape = &proto_message_shape},
    {"change", STR_INIT("\"change\":"), .kind = PROTO_KIND_ENUM, .offset = offsetof(struct proto_event_message_changed, change), .min = 1, .max = 5, .enums = &proto_change_enum},
};
const struct proto_struct proto_event_message_changed_shape = {"event_message_changed", sizeof(struct proto_event_message_changed), .tuple = false, .fields = event_message_changed_fields, .field_count = 3};

static const struct proto_field event_report_changed_fields[] = {
    {"report", STR_INIT("\"report\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_report_changed, report), .min = 1, .max = 9007199254740991},
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_report_changed, room), .min = 1, .max = 9007199254740991},
    {"open", STR_INIT("\"open\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_event_report_changed, open)},
};
const struct proto_struct proto_event_report_changed_shape = {"event_report_changed", sizeof(struct proto_event_report_changed), .tuple = false, .fields = event_report_changed_fields, .field_count = 3};

static const struct proto_field event_thread_me_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_thread_me, pos), .min = 0, .max = 9007199254740991},
    {"me", STR_INIT("\"me\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_thread_me, me), .shape = &proto_thread_me_shape},
};
const struct proto_struct proto_event_thread_me_shape = {"event_thread_me", sizeof(struct proto_event_thread_me), .tuple = false, .fields = event_thread_me_fields, .field_count = 2};

static const struct proto_field event_saved_changed_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_saved_changed, pos), .min = 0, .max = 9007199254740991},
    {"message", STR_INIT("\"message\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_saved_changed, message), .min = 1, .max = 9007199254740991},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_event_saved_changed, on)},
};
const struct proto_struct proto_event_saved_changed_shape = {"event_saved_changed", sizeof(struct proto_event_saved_changed), .tuple = false, .fields = event_saved_changed_fields, .field_count = 3};

static const struct proto_field event_draft_changed_fields[] = {
    {"draft", STR_INIT("\"draft\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_draft_changed, draft), .shape = &proto_draft_shape},
};
const struct proto_struct proto_event_draft_changed_shape = {"event_draft_changed", sizeof(struct proto_event_draft_changed), .tuple = false, .fields = event_draft_changed_fields, .field_count = 1};

static const struct proto_field event_presence_fields[] = {
    {"changes", STR_INIT("\"changes\":"), .kind = PROTO_KIND_LIST_OBJECT, .offset = offsetof(struct proto_event_presence, changes), .count_offset = offsetof(struct proto_event_presence, changes_count), .min = 0, .max = 131072, .shape = &proto_presence_change_shape},
};
const struct proto_struct proto_event_presence_shape = {"event_presence", sizeof(struct proto_event_presence), .tuple = false, .fields = event_presence_fields, .field_count = 1};

static const struct proto_field event_typing_fields[] = {
    {"room", STR_INIT("\"room\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_typing, room), .min = 1, .max = 9007199254740991},
    {"user", STR_INIT("\"user\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_typing, user), .min = 1, .max = 9007199254740991},
    {"on", STR_INIT("\"on\":"), .kind = PROTO_KIND_BOOL, .offset = offsetof(struct proto_event_typing, on)},
};
const struct proto_struct proto_event_typing_shape = {"event_typing", sizeof(struct proto_event_typing), .tuple = false, .fields = event_typing_fields, .field_count = 3};

static const struct proto_field event_server_changed_fields[] = {
    {"pos", STR_INIT("\"pos\":"), .kind = PROTO_KIND_INT, .offset = offsetof(struct proto_event_server_changed, pos), .min = 0, .max = 9007199254740991},
    {"settings", STR_INIT("\"settings\":"), .kind = PROTO_KIND_OBJECT, .offset = offsetof(struct proto_event_server_changed, settings), .shape = &proto_server_settings_shape},
};
const struct proto_struct proto_event_server_changed_shape = {"event_server_changed", sizeof(struct proto_event_server_changed), .tuple = false, .fields = event_server_changed_fields, .field_count = 2};

const struct proto_error_row proto_errors[PROTO_ERROR_COUNT] = {
    {STR_INIT("ok"), 200, STR_INIT("")},
    {STR_INIT("bad_request"), 400, STR_INIT("The request is not valid.")},
    {STR_INIT("unauthorized"), 401, STR_INIT("Please sign in.")},
    {STR_INIT("forbidden"), 403, STR_INIT("You may not do that.")},
    {STR_INIT("not_found"), 404, STR_INIT("There is no such thing.")},
    {STR_INIT("conflict"), 409, STR_INIT("That is in conflict with what is there.")},
    {STR_INIT("too_large"), 413, STR_INIT("That is too large.")},
    {STR_INIT("rate_limited"), 429, STR_INIT("Too fast. Please wait a moment.")},
    {STR_INIT("unavailable"), 503, STR_INIT("That is not possible at the moment.")},
    {STR_INIT("internal"), 500, STR_INIT("Something went wrong in the server.")},
};

const struct proto_bucket_row proto_buckets[PROTO_BUCKET_COUNT] = {
    {STR_INIT("message"), 10, 7200},
    {STR_INIT("act"), 40, 7200},
    {STR_INIT("read"), 200, 72000},
    {STR_INIT("signal"), 40, 18000},
    {STR_INIT("search"), 10, 1800},
    {STR_INIT("invite"), 20, 20},
    {STR_INIT("upload"), 10, 600},
    {STR_INIT("file"), 1000, 72000},
};

const struct proto_command_row proto_commands[PROTO_COMMAND_COUNT] = {
    [PROTO_COMMAND_SYNC] = {STR_INIT("sync"), PROTO_COMMAND_SYNC, PROTO_USER_ROLE_GUEST, 5, PROTO_BUCKET_READ, true, &proto_sync_shape, &proto_sync_result_shape},
    [PROTO_COMMAND_SESSION_LIST] = {STR_INIT("session:list"), PROTO_COMMAND_SESSION_LIST, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_READ, true, &proto_session_list_shape, &proto_session_list_result_shape},
    [PROTO_COMMAND_SESSION_REVOKE] = {STR_INIT("session:revoke"), PROTO_COMMAND_SESSION_REVOKE, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_session_revoke_shape, NULL},
    [PROTO_COMMAND_USER_RENAME] = {STR_INIT("user:rename"), PROTO_COMMAND_USER_RENAME, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_ACT, true, &proto_user_rename_shape, &proto_user_rename_result_shape},
    [PROTO_COMMAND_USER_STATUS] = {STR_INIT("user:status"), PROTO_COMMAND_USER_STATUS, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_user_status_shape, &proto_user_status_result_shape},
    [PROTO_COMMAND_USER_LIST] = {STR_INIT("user:list"), PROTO_COMMAND_USER_LIST, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_user_list_shape, &proto_user_list_result_shape},
    [PROTO_COMMAND_USER_BLOCK] = {STR_INIT("user:block"), PROTO_COMMAND_USER_BLOCK, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_user_block_shape, NULL},
    [PROTO_COMMAND_USER_BLOCKS] = {STR_INIT("user:blocks"), PROTO_COMMAND_USER_BLOCKS, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_user_blocks_shape, &proto_user_blocks_result_shape},
    [PROTO_COMMAND_ROOM_LIST] = {STR_INIT("room:list"), PROTO_COMMAND_ROOM_LIST, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_room_list_shape, &proto_room_list_result_shape},
    [PROTO_COMMAND_ROOM_MINE] = {STR_INIT("room:mine"), PROTO_COMMAND_ROOM_MINE, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_room_mine_shape, &proto_room_mine_result_shape},
    [PROTO_COMMAND_ROOM_CREATE] = {STR_INIT("room:create"), PROTO_COMMAND_ROOM_CREATE, PROTO_USER_ROLE_GUEST, 5, PROTO_BUCKET_ACT, true, &proto_room_create_shape, &proto_room_create_result_shape},
    [PROTO_COMMAND_ROOM_JOIN] = {STR_INIT("room:join"), PROTO_COMMAND_ROOM_JOIN, PROTO_USER_ROLE_GUEST, 3, PROTO_BUCKET_READ, true, &proto_room_join_shape, &proto_room_join_result_shape},
    [PROTO_COMMAND_ROOM_LEAVE] = {STR_INIT("room:leave"), PROTO_COMMAND_ROOM_LEAVE, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_room_leave_shape, NULL},
    [PROTO_COMMAND_ROOM_UPDATE] = {STR_INIT("room:update"), PROTO_COMMAND_ROOM_UPDATE, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_ACT, true, &proto_room_update_shape, &proto_room_update_result_shape},
    [PROTO_COMMAND_ROOM_MEMBERS] = {STR_INIT("room:members"), PROTO_COMMAND_ROOM_MEMBERS, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_room_members_shape, &proto_room_members_result_shape},
    [PROTO_COMMAND_ROOM_INVITE] = {STR_INIT("room:invite"), PROTO_COMMAND_ROOM_INVITE, PROTO_USER_ROLE_MEMBER, 1, PROTO_BUCKET_INVITE, true, &proto_room_invite_shape, &proto_room_invite_result_shape},
    [PROTO_COMMAND_ROOM_KICK] = {STR_INIT("room:kick"), PROTO_COMMAND_ROOM_KICK, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_room_kick_shape, NULL},
    [PROTO_COMMAND_ROOM_BAN] = {STR_INIT("room:ban"), PROTO_COMMAND_ROOM_BAN, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_room_ban_shape, NULL},
    [PROTO_COMMAND_ROOM_BANS] = {STR_INIT("room:bans"), PROTO_COMMAND_ROOM_BANS, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_room_bans_shape, &proto_room_bans_result_shape},
    [PROTO_COMMAND_ROOM_MUTE] = {STR_INIT("room:mute"), PROTO_COMMAND_ROOM_MUTE, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_room_mute_shape, &proto_room_mute_result_shape},
    [PROTO_COMMAND_ROOM_ROLE] = {STR_INIT("room:role"), PROTO_COMMAND_ROOM_ROLE, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_room_role_shape, &proto_room_role_result_shape},
    [PROTO_COMMAND_ROOM_ARCHIVE] = {STR_INIT("room:archive"), PROTO_COMMAND_ROOM_ARCHIVE, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_room_archive_shape, &proto_room_archive_result_shape},
    [PROTO_COMMAND_ROOM_READ] = {STR_INIT("room:read"), PROTO_COMMAND_ROOM_READ, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_SIGNAL, true, &proto_room_read_shape, &proto_room_read_result_shape},
    [PROTO_COMMAND_ROOM_READ_ALL] = {STR_INIT("room:read_all"), PROTO_COMMAND_ROOM_READ_ALL, PROTO_USER_ROLE_GUEST, 5, PROTO_BUCKET_ACT, true, &proto_room_read_all_shape, &proto_room_read_all_result_shape},
    [PROTO_COMMAND_ROOM_UNREAD] = {STR_INIT("room:unread"), PROTO_COMMAND_ROOM_UNREAD, PROTO_USER_ROLE_GUEST, 5, PROTO_BUCKET_ACT, true, &proto_room_unread_shape, NULL},
    [PROTO_COMMAND_ROOM_PREFS] = {STR_INIT("room:prefs"), PROTO_COMMAND_ROOM_PREFS, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_room_prefs_shape, &proto_room_prefs_result_shape},
    [PROTO_COMMAND_DM_OPEN] = {STR_INIT("dm:open"), PROTO_COMMAND_DM_OPEN, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_ACT, true, &proto_dm_open_shape, &proto_dm_open_result_shape},
    [PROTO_COMMAND_MESSAGE_SEND] = {STR_INIT("message:send"), PROTO_COMMAND_MESSAGE_SEND, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_MESSAGE, true, &proto_message_send_shape, &proto_message_send_result_shape},
    [PROTO_COMMAND_MESSAGE_EDIT] = {STR_INIT("message:edit"), PROTO_COMMAND_MESSAGE_EDIT, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_MESSAGE, true, &proto_message_edit_shape, &proto_message_edit_result_shape},
    [PROTO_COMMAND_MESSAGE_DELETE] = {STR_INIT("message:delete"), PROTO_COMMAND_MESSAGE_DELETE, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_MESSAGE, true, &proto_message_delete_shape, &proto_message_delete_result_shape},
    [PROTO_COMMAND_MESSAGE_REACT] = {STR_INIT("message:react"), PROTO_COMMAND_MESSAGE_REACT, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_MESSAGE, true, &proto_message_react_shape, &proto_message_react_result_shape},
    [PROTO_COMMAND_MESSAGE_PIN] = {STR_INIT("message:pin"), PROTO_COMMAND_MESSAGE_PIN, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_MESSAGE, true, &proto_message_pin_shape, &proto_message_pin_result_shape},
    [PROTO_COMMAND_MESSAGE_PINS] = {STR_INIT("message:pins"), PROTO_COMMAND_MESSAGE_PINS, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_message_pins_shape, &proto_message_pins_result_shape},
    [PROTO_COMMAND_MESSAGE_HISTORY] = {STR_INIT("message:history"), PROTO_COMMAND_MESSAGE_HISTORY, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_message_history_shape, &proto_message_history_result_shape},
    [PROTO_COMMAND_MESSAGE_VERSIONS] = {STR_INIT("message:versions"), PROTO_COMMAND_MESSAGE_VERSIONS, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_message_versions_shape, &proto_message_versions_result_shape},
    [PROTO_COMMAND_MESSAGE_GET] = {STR_INIT("message:get"), PROTO_COMMAND_MESSAGE_GET, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_READ, true, &proto_message_get_shape, &proto_message_get_result_shape},
    [PROTO_COMMAND_MESSAGE_SEARCH] = {STR_INIT("message:search"), PROTO_COMMAND_MESSAGE_SEARCH, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_SEARCH, true, &proto_message_search_shape, &proto_message_search_result_shape},
    [PROTO_COMMAND_MESSAGE_REPORT] = {STR_INIT("message:report"), PROTO_COMMAND_MESSAGE_REPORT, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_ACT, true, &proto_message_report_shape, NULL},
    [PROTO_COMMAND_REPORT_LIST] = {STR_INIT("report:list"), PROTO_COMMAND_REPORT_LIST, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_report_list_shape, &proto_report_list_result_shape},
    [PROTO_COMMAND_REPORT_RESOLVE] = {STR_INIT("report:resolve"), PROTO_COMMAND_REPORT_RESOLVE, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_report_resolve_shape, NULL},
    [PROTO_COMMAND_AUDIT_LIST] = {STR_INIT("audit:list"), PROTO_COMMAND_AUDIT_LIST, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_audit_list_shape, &proto_audit_list_result_shape},
    [PROTO_COMMAND_THREAD_FOLLOW] = {STR_INIT("thread:follow"), PROTO_COMMAND_THREAD_FOLLOW, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_thread_follow_shape, &proto_thread_follow_result_shape},
    [PROTO_COMMAND_THREAD_READ] = {STR_INIT("thread:read"), PROTO_COMMAND_THREAD_READ, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_SIGNAL, true, &proto_thread_read_shape, &proto_thread_read_result_shape},
    [PROTO_COMMAND_THREAD_LIST] = {STR_INIT("thread:list"), PROTO_COMMAND_THREAD_LIST, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_thread_list_shape, &proto_thread_list_result_shape},
    [PROTO_COMMAND_MESSAGE_SAVE] = {STR_INIT("message:save"), PROTO_COMMAND_MESSAGE_SAVE, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_message_save_shape, NULL},
    [PROTO_COMMAND_MESSAGE_SAVED] = {STR_INIT("message:saved"), PROTO_COMMAND_MESSAGE_SAVED, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_message_saved_shape, &proto_message_saved_result_shape},
    [PROTO_COMMAND_DRAFT_SET] = {STR_INIT("draft:set"), PROTO_COMMAND_DRAFT_SET, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_SIGNAL, true, &proto_draft_set_shape, NULL},
    [PROTO_COMMAND_DRAFT_LIST] = {STR_INIT("draft:list"), PROTO_COMMAND_DRAFT_LIST, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_draft_list_shape, &proto_draft_list_result_shape},
    [PROTO_COMMAND_PRESENCE_WATCH] = {STR_INIT("presence:watch"), PROTO_COMMAND_PRESENCE_WATCH, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_SIGNAL, true, &proto_presence_watch_shape, &proto_presence_watch_result_shape},
    [PROTO_COMMAND_TYPING] = {STR_INIT("typing"), PROTO_COMMAND_TYPING, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_SIGNAL, true, &proto_typing_shape, NULL},
    [PROTO_COMMAND_SERVER_UPDATE] = {STR_INIT("server:update"), PROTO_COMMAND_SERVER_UPDATE, PROTO_USER_ROLE_ADMIN, 2, PROTO_BUCKET_ACT, true, &proto_server_update_shape, &proto_server_update_result_shape},
    [PROTO_COMMAND_SERVER_ROLE] = {STR_INIT("server:role"), PROTO_COMMAND_SERVER_ROLE, PROTO_USER_ROLE_ADMIN, 2, PROTO_BUCKET_ACT, true, &proto_server_role_shape, &proto_server_role_result_shape},
    [PROTO_COMMAND_SERVER_BAN] = {STR_INIT("server:ban"), PROTO_COMMAND_SERVER_BAN, PROTO_USER_ROLE_ADMIN, 2, PROTO_BUCKET_ACT, true, &proto_server_ban_shape, NULL},
    [PROTO_COMMAND_SERVER_BANS] = {STR_INIT("server:bans"), PROTO_COMMAND_SERVER_BANS, PROTO_USER_ROLE_ADMIN, 2, PROTO_BUCKET_READ, true, &proto_server_bans_shape, &proto_server_bans_result_shape},
    [PROTO_COMMAND_INVITE_CREATE] = {STR_INIT("invite:create"), PROTO_COMMAND_INVITE_CREATE, PROTO_USER_ROLE_ADMIN, 1, PROTO_BUCKET_INVITE, true, &proto_invite_create_shape, &proto_invite_create_result_shape},
    [PROTO_COMMAND_INVITE_LIST] = {STR_INIT("invite:list"), PROTO_COMMAND_INVITE_LIST, PROTO_USER_ROLE_GUEST, 2, PROTO_BUCKET_READ, true, &proto_invite_list_shape, &proto_invite_list_result_shape},
    [PROTO_COMMAND_INVITE_REVOKE] = {STR_INIT("invite:revoke"), PROTO_COMMAND_INVITE_REVOKE, PROTO_USER_ROLE_GUEST, 1, PROTO_BUCKET_ACT, true, &proto_invite_revoke_shape, NULL},
    [PROTO_COMMAND_INVITE_USE] = {STR_INIT("invite:use"), PROTO_COMMAND_INVITE_USE, PROTO_USER_ROLE_GUEST, 5, PROTO_BUCKET_ACT, true, &proto_invite_use_shape, &proto_invite_use_result_shape},
};

const struct proto_event_row proto_events[PROTO_EVENT_COUNT] = {
    [PROTO_EVENT_READY] = {STR_INIT("ready"), false, true, &proto_event_ready_shape},
    [PROTO_EVENT_NOTICE] = {STR_INIT("notice"), false, false, &proto_event_notice_shape},
    [PROTO_EVENT_USER_CHANGED] = {STR_INIT("user:changed"), true, true, &proto_event_user_changed_shape},
    [PROTO_EVENT_USER_BLOCKED] = {STR_INIT("user:blocked"), true, true, &proto_event_user_blocked_shape},
    [PROTO_EVENT_ROOM_NEW] = {STR_INIT("room:new"), true, true, &proto_event_room_new_shape},
    [PROTO_EVENT_ROOM_CHANGED] = {STR_INIT("room:changed"), true, true, &proto_event_room_changed_shape},
    [PROTO_EVENT_ROOM_GONE] = {STR_INIT("room:gone"), true, true, &proto_event_room_gone_shape},
    [PROTO_EVENT_ROOM_ME] = {STR_INIT("room:me"), true, true, &proto_event_room_me_shape},
    [PROTO_EVENT_MEMBER_JOINED] = {STR_INIT("member:joined"), true, true, &proto_event_member_joined_shape},
    [PROTO_EVENT_MEMBER_CHANGED] = {STR_INIT("member:changed"), true, true, &proto_event_member_changed_shape},
    [PROTO_EVENT_MEMBER_LEFT] = {STR_INIT("member:left"), true, true, &proto_event_member_left_shape},
    [PROTO_EVENT_MESSAGE_NEW] = {STR_INIT("message:new"), true, true, &proto_event_message_new_shape},
    [PROTO_EVENT_MESSAGE_CHANGED] = {STR_INIT("message:changed"), true, true, &proto_event_message_changed_shape},
    [PROTO_EVENT_REPORT_CHANGED] = {STR_INIT("report:changed"), false, false, &proto_event_report_changed_shape},
    [PROTO_EVENT_THREAD_ME] = {STR_INIT("thread:me"), true, true, &proto_event_thread_me_shape},
    [PROTO_EVENT_SAVED_CHANGED] = {STR_INIT("saved:changed"), true, true, &proto_event_saved_changed_shape},
    [PROTO_EVENT_DRAFT_CHANGED] = {STR_INIT("draft:changed"), false, false, &proto_event_draft_changed_shape},
    [PROTO_EVENT_PRESENCE] = {STR_INIT("presence"), false, false, &proto_event_presence_shape},
    [PROTO_EVENT_TYPING] = {STR_INIT("typing"), false, false, &proto_event_typing_shape},
    [PROTO_EVENT_SERVER_CHANGED] = {STR_INIT("server:changed"), true, true, &proto_event_server_changed_shape},
};
