/* list.h: an intrusive doubly linked list.
 *
 * The node sits inside the item; the list allocates nothing. A list head is a node that points to itself
 * when empty. A node that is in no list points to itself as well, so list_remove may be called twice.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *prev;
    struct list *next;
};

/* The item that holds `node` as `member`. */
#define LIST_ITEM(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))
/* Walks from front to back; the current node must not be removed (use LIST_EACH_SAFE). */
#define LIST_EACH(head, node)                                                                      \
    for (struct list *node = (head)->next; node != (head); node = node->next)
#define LIST_EACH_SAFE(head, node)                                                                 \
    for (struct list *node = (head)->next, *node##_next = node->next; node != (head);              \
         node = node##_next, node##_next = node->next)

static inline void list_init(struct list *node) {
    node->prev = node;
    node->next = node;
}

static inline bool list_is_empty(const struct list *head) {
    return head->next == head;
}

/* Puts `node` (in no list) at the end of the list. */
static inline void list_append(struct list *head, struct list *node) {
    node->prev = head->prev;
    node->next = head;
    head->prev->next = node;
    head->prev = node;
}

static inline void list_remove(struct list *node) {
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

/* Puts all nodes of `from` behind those of `head`, in their order; `from` is empty then. */
static inline void list_append_all(struct list *head, struct list *from) {
    if (list_is_empty(from))
        return;
    from->next->prev = head->prev;
    head->prev->next = from->next;
    from->prev->next = head;
    head->prev = from->prev;
    list_init(from);
}

/* The first node, or NULL when the list is empty. */
static inline struct list *list_first(const struct list *head) {
    return list_is_empty(head) ? NULL : head->next;
}

/* The last node; NULL when the list is empty. */
static inline struct list *list_last(const struct list *head) {
    return list_is_empty(head) ? NULL : head->prev;
}
