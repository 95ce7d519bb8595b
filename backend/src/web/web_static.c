/* web_static.c: the web app, out of the program itself.
 *
 * A fixed table (web_assets.h) is all there is: no path ever reaches a file system. Hashed files may be kept for ever; the page
 * itself is asked for anew each time (its ETag makes that cheap). A path without dots is a place within the app and gets
 * the page; an unknown file is 404.
 *
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/err.h"
#include "base/utf8.h"
#include "web/web_assets.h"
#include "web/web_internal.h"

#define PAGE_HEADERS                                                                               \
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "           \
    "img-src 'self' blob:; "                                                                       \
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "           \
    "worker-src 'self'; "                                                                          \
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "             \
    "require-trusted-types-for 'script'; trusted-types svelte-trusted-html parley-worker\r\n"

static int compare_path(const void *key, const void *row) {
    const struct str *path = key;
    const struct web_asset *asset = row;
    struct str have = str_of_c(asset->path);
    int order = memcmp(path->at, have.at, path->len < have.len ? path->len : have.len);
    return order != 0 ? order : (path->len > have.len) - (path->len < have.len);
}

static const struct web_asset *asset_find(struct str path) {
    return bsearch(&path, web_assets, web_asset_count, sizeof web_assets[0], compare_path);
}

/* One segment of a place within the app. With a dot it is the name of a file. */
static bool segment_is_fine(struct str segment) {
    for (size_t i = 0; i < segment.len; i++) {
        unsigned char byte = (unsigned char)segment.at[i];
        if (byte < ' ' || byte == 127 || byte == '.' || byte == '%' || byte == '\\')
            return false;
    }
    return segment.len > 0;
}

/* A place within the app, which the page finds by itself. All that somebody might try on a file system is none: dots,
 * empty segments, what is encoded twice. */
static bool path_is_place(struct str path) {
    struct buf decoded = BUF_EMPTY;
    bool good = http_percent_decode(str_from(path, 1), false, &decoded);
    struct str rest = buf_str(&decoded);
    good = good && utf8_is_valid(rest);
    while (good && rest.len > 0) /* a slash may stand at the end */
        good = segment_is_fine(str_cut(&rest, '/'));
    buf_deinit(&decoded);
    return good;
}

/* A form of an asset. Each has a tag of its own (RFC 9110 section 8.8.3.3): whoever has bytes of one must not take the
 * rest from another. */
struct form {
    struct str bytes;
    const char *coding; /* NULL: as it is */
    char etag[WEB_ETAG_BYTES + sizeof "\"-gzip\""];
};

/* The smallest form that the client takes. */
static struct form form_choose(const struct web_asset *asset, const struct http_request *request) {
    struct str accept = http_request_header(request, "Accept-Encoding");
    struct form form = {.bytes = asset->identity};
    if (!str_is_none(asset->brotli) && http_coding_is_accepted(accept, STR("br")))
        form = (struct form){.bytes = asset->brotli, .coding = "br"};
    else if (!str_is_none(asset->gzip) && http_coding_is_accepted(accept, STR("gzip")))
        form = (struct form){.bytes = asset->gzip, .coding = "gzip"};
    const char *coding = form.coding != NULL ? form.coding : "";
    int len = snprintf(form.etag, sizeof form.etag, "\"%s%s%s\"", asset->etag,
                       form.coding != NULL ? "-" : "", coding);
    ASSERT(len > 0 && (size_t)len < sizeof form.etag);
    return form;
}

static void asset_headers(const struct web_asset *asset, const struct form *form, bool is_known,
                          struct buf *out) {
    buf_printf(out, "ETag: %s\r\nVary: Accept-Encoding\r\nCache-Control: %s\r\n", form->etag,
               asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (form->coding != NULL && !is_known)
        buf_printf(out, "Content-Encoding: %s\r\n", form->coding);
    if (str_starts_with(str_of_c(asset->content_type), STR("text/html")))
        buf_append_c(out, PAGE_HEADERS);
}

static void asset_send(struct conn *conn, const struct http_request *request,
                       const struct web_asset *asset) {
    struct buf headers = BUF_EMPTY;
    const struct form form = form_choose(asset, request);
    bool is_known =
        http_etag_is_known(http_request_header(request, "If-None-Match"), str_of_c(form.etag));
    asset_headers(asset, &form, is_known, &headers);
    struct frame *body = is_known ? NULL : frame_new_static(form.bytes);
    const struct http_response response = {
        .status = is_known ? 304 : 200,
        .content_type = is_known ? NULL : asset->content_type,
        .headers = buf_str(&headers),
        .body_frame = body,
        .no_length = is_known,
    };
    http_respond(conn, &response);
    if (body != NULL)
        frame_unref(body);
    buf_deinit(&headers);
}

void web_static_handle(struct conn *conn, const struct http_request *request) {
    if (request->method != HTTP_GET && request->method != HTTP_HEAD) {
        web_respond_error(conn, PROTO_BAD_REQUEST, 405, "Only GET and HEAD are known here.",
                          STR("Allow: GET, HEAD\r\n"));
        return;
    }
    const struct web_asset *asset = asset_find(request->path);
    if (asset == NULL && path_is_place(request->path))
        asset = asset_find(STR("/index.html"));
    if (asset == NULL)
        web_respond_error(conn, PROTO_NOT_FOUND, 0, "There is nothing here.", STR_NONE);
    else
        asset_send(conn, request, asset);
}
