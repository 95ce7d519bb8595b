/* serve.h: the running server, from its options to its end.
 *
 * Thread: main.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "app/config.h"

#define PARLEY_VERSION "0.1.0"

/* Serves until SIGTERM or SIGINT, then drains. Returns the exit code: 0, or 1 after one clear sentence on stderr. */
int app_serve(const struct config *config);
