/* web_message.c: sending a message with one line of curl.
 *
 * A client names its attempt with a nonce so that it may repeat it. A script that leaves it out gets a fresh one: each
 * of its requests is a message.
 *
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/crypt.h"
#include "web/web_internal.h"

#define NONCE_RANDOM_BYTES 15

void web_message_send(struct web_call *call) {
    if (json_object_get(call->payload, "nonce") == NULL) {
        unsigned char bytes[NONCE_RANDOM_BYTES];
        struct buf nonce = BUF_EMPTY;
        crypt_random(bytes, sizeof bytes);
        crypt_base64url_append(&nonce, str_of((const char *)bytes, sizeof bytes));
        (void)json_object_set_new(call->payload, "nonce", json_stringn(nonce.data, nonce.len));
        buf_deinit(&nonce);
    }
    web_call_ask_command(call);
}
