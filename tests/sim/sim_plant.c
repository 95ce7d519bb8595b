/* sim_plant.c: what the linker puts between the server's files: repeatable chance and time, and bugs that can be planted.
 *
 * The program is linked with --wrap for each of these functions: calls from other files arrive here. The real one is
 * __real_x. Other plants stand where the faults are (sim_journal.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/clock.h"
#include "base/crypt.h"
#include "gateway/gw_internal.h"
#include "sim_server.h"

/* clang-format off: the linker wants these names */
void __real_gw_client_release(struct gw_client *client);
void __real_gw_user_leave(struct gateway *gateway, chat_user_id user, chat_room_id room);
void __real_crypt_random(void *out, size_t count);
void __wrap_gw_client_release(struct gw_client *client);
void __wrap_gw_user_leave(struct gateway *gateway, chat_user_id user, chat_room_id room);
void __wrap_crypt_random(void *out, size_t count);
int64_t __wrap_clock_wall_ms(void);
int64_t __wrap_clock_mono_ms(void);
/* clang-format on */

static bool is_planted(enum sim_plant plant) {
    return sim_world->options.plant == plant;
}

void __wrap_gw_client_release(struct gw_client *client) {
    if (is_planted(SIM_PLANT_NO_KEPT))
        gw_client_forget(client);
    __real_gw_client_release(client);
}

void __wrap_gw_user_leave(struct gateway *gateway, chat_user_id user, chat_room_id room) {
    if (!is_planted(SIM_PLANT_NO_LEAVE))
        __real_gw_user_leave(gateway, user, room);
}

/* Secrets too: tokens and ids are part of what a seed repeats. */
void __wrap_crypt_random(void *out, size_t count) {
    if (sim_world != NULL)
        test_random_bytes(&sim_world->secrets, out, count);
    else
        __real_crypt_random(out, count);
}

int64_t __wrap_clock_wall_ms(void) {
    return sim_wall_ms();
}

int64_t __wrap_clock_mono_ms(void) {
    return sim_mono_ms();
}
