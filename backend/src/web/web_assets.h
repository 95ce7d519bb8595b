/* web_assets.h: the web app, inside the program.
 *
 * A table of the files that `npm run build` left in frontend/dist, made at build time by tools/embed_assets.py. The
 * bytes lie in the program's read-only part and are shared by all threads. Each file is held as it is and, where
 * that is shorter, compressed as gzip and as brotli, so that serving it never compresses anything. A program
 * built without the web app has an empty table.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

#define WEB_ETAG_BYTES 20

struct web_asset {
    const char *path; /* with the leading slash: "/index.html", "/assets/index-B4x9Kq2c.js" */
    const char *content_type; /* with the charset where there is one */
    const char *etag;         /* without quotes, of the file as it is; at most WEB_ETAG_BYTES */
    bool immutable; /* the name holds a hash of the content: never changes, may be kept for ever */
    struct str identity;
    struct str gzip;   /* STR_NONE when not shorter */
    struct str brotli; /* STR_NONE when not shorter */
};

/* In order of path (strcmp), so that bsearch finds one. */
extern const struct web_asset web_assets[];
extern const size_t web_asset_count;
