/* sim_link.h: the network: connections between clients and workers, which come late and break.
 *
 * A link stands in for Engine.IO and everything below it: the engine's functions that the server calls are implemented here
 * (sim_link.c), so Socket.IO and all above are the real code. Within a link, packets of one direction stay in order; links
 * among each other have none. A link breaks at any moment: what is on its way may be lost, and the two ends learn of it
 * at different times, perhaps long after.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "sim.h"

struct sim_link;

/* For clients */

/* Dials a worker. The handshake carries `cookie`, a session token (STR_NONE: none). Borrowed until the world ends. */
struct sim_link *sim_link_open(struct sim_client *client, struct str cookie);
/* A Socket.IO packet, as text. Harmless when the link is gone. */
void sim_link_send(struct sim_link *link, struct str packet);
/* Hangs up: nothing more comes from this link. */
void sim_link_close(struct sim_link *link);
unsigned sim_link_number(const struct sim_link *link);

/* For the server's life */

/* The process is gone: every session ends, everybody's connection breaks. */
void sim_link_drop_all(void);

/* What a watcher of the server knows of the link's connection: the key by which the core knows it (0: none yet), and the position
 * at which it was attached (-1: it was not). */
void sim_link_note_key(uint64_t key);
void sim_link_note_attached(uint64_t key, int64_t pos, int64_t session);
int64_t sim_link_attached_pos(const struct sim_link *link);
int64_t sim_link_session(const struct sim_link *link);

/* Life */
void sim_link_free_all(void);
