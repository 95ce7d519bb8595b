/* banned.h: functions that have a bounded sister; using one is a compile error.
 *
 * Included by the compiler's command line (-include), so that no file can forget it.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The C library makes macros of these two for clang with _FORTIFY_SOURCE. */
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf gets strtok asctime ctime localtime gmtime
#pragma GCC poison atoi atol atof strncpy strncat
