/* permissions.c: from the rows of chat_policy.c and chat_server_policy.c to docs/permissions.md.
 *
 * A row says who has the right in an ordinary room, in an announcement room, in an archived room and in a direct message, so that
 * nobody has to know in which order the table's columns are asked.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/permissions.h"

#include "chat/chat_rights.h"

static const char *of_rank(enum proto_member_role rank) {
    switch (rank) {
    case PROTO_MEMBER_ROLE_OWNER:
        return "owner";
    case PROTO_MEMBER_ROLE_MODERATOR:
        return "moderators, owner";
    case PROTO_MEMBER_ROLE_MEMBER:
        return "members";
    case PROTO_MEMBER_ROLE_NONE:
        break;
    }
    return "everybody";
}

/* In a direct message all are members: what needs more is nobody's; and what everybody may do is its members'. */
static const char *of_dm(const struct chat_policy_line *line) {
    bool is_for_members =
        line->dm == PROTO_MEMBER_ROLE_NONE || line->dm == PROTO_MEMBER_ROLE_MEMBER;
    return line->needs_no_dm || !is_for_members ? "nobody" : "members";
}

static const char *of_whom(const struct chat_server_line *line) {
    return line->only_self ? "oneself" : line->only_lower ? "people of lower rank" : "";
}

static void append_server(struct buf *out) {
    struct chat_server_line line;
    buf_append_c(out, "\nOver the server and its accounts:\n\n| act | who | whom |\n"
                      "| --- | --- | --- |\n");
    for (size_t row = 0; chat_server_policy_line(row, &line); row++)
        buf_printf(out, "| %s | %s | %s |\n", line.act,
                   line.role == PROTO_USER_ROLE_OWNER ? "owners" : "admins, owners",
                   of_whom(&line));
}

void permissions_markdown(struct buf *out) {
    struct chat_policy_line line;
    buf_append_c(out, "| act | room | announcement room | archived room | direct message | "
                      "while muted |\n| --- | --- | --- | --- | --- | --- |\n");
    for (int right = 0; chat_policy_line((enum chat_right)right, &line); right++)
        buf_printf(out, "| %s | %s | %s | %s | %s | %s |\n", line.act, of_rank(line.rank),
                   of_rank(line.announcing), line.needs_open ? "nobody" : of_rank(line.rank),
                   of_dm(&line), line.needs_voice ? "no" : "yes");
    append_server(out);
}
