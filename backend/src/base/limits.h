/* limits.h: every bound in one place, each with its reason.
 *
 * Nothing in Parley is unbounded: a queue, a buffer and a count that a peer can grow has its ceiling here. Bounds
 * that clients must know as well (text lengths, page sizes) stand in the protocol schema and come from there.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

/* HTTP (RFC 9112). A browser's head is below 4 KiB even with cookies; Node stops at 16 KiB too. */
#define HTTP_HEAD_BYTES_MAX       16384
#define HTTP_TARGET_BYTES_MAX     8192
#define HTTP_HEADERS_MAX          64
#define HTTP_HEAD_MS_MAX          10000 /* a whole head must be here by then: slow-loris */
#define HTTP_IDLE_MS_MAX          30000 /* keep-alive without a request */
#define HTTP_BODY_BYTES_PER_S_MIN 1024
#define HTTP_ANSWER_BYTES_PER_S_MIN                                                                \
    4096 /* who reads slower is cut: 1 MiB may be held for four minutes */
#define HTTP_PIPELINE_BYTES_MAX 65536 /* unread input kept while an answer is pending */

/* WebSocket (RFC 6455) */
#define WS_FRAGMENTS_MAX                                                                           \
    100000 /* frames of one message: endless empty fragments cost CPU, not memory */
#define WS_CLOSE_MS_MAX 2000 /* from our close frame to the end of TCP */

/* Engine.IO 4 */
#define EIO_SID_CHARS 24 /* one names the worker, 23 are random: 138 bits */
#define EIO_LINGER_MS_MAX                                                                          \
    30000 /* a closed polling session waits so long for the poll that it can tell */
#define EIO_PROBE_LOOK_MS 100 /* how often a poll is looked for that hinders an upgrade */
#define EIO_TIMER_LATE_MS_MAX                                                                      \
    1000 /* a heartbeat later than that: the process slept, not the peer */
#define EIO_PONG_EARLY_MS                                                                          \
    4 /* a session ends so much before its time: clocks and loops tick in ms */
#define EIO_QUEUE_FRAME_BYTES       64   /* what a queued packet costs besides its payload */
#define EIO_STRAY_MESSAGE_BYTES_MAX 1024 /* from a WebSocket that is turned away */

/* Socket.IO 5 */
#define SIO_SID_CHARS            20      /* base64url of 15 random bytes */
#define SIO_ATTACHMENT_BYTES_MAX 1048576 /* all binary parts of one packet */
#define SIO_ATTACHMENT_MS_MAX    10000   /* they must be here by then */
#define SIO_NAMESPACE_CHARS_MAX  256     /* the name is kept for each client */

/* Connections */
#define CONN_READ_BUFFER_BYTES     65536   /* one per worker, shared by all of its connections */
#define CONN_OUTBOX_BYTES_MAX      1048576 /* above that a reader that does not read is closed */
#define CONN_OUTBOX_SOFT_BYTES_MAX 262144  /* ... and above that for CONN_OUTBOX_SOFT_MS_MAX */
#define CONN_OUTBOX_SOFT_MS_MAX    10000
#define CONN_PER_ADDRESS_MAX       256 /* a school behind one address; more is an option */
#define CONN_STRANGERS_SHARE                                                                       \
    10 /* one in ten descriptors is for those who have not said who they are */
#define CONN_STRANGERS_MIN       64     /* ... of each worker, at least */
#define CONN_WRITEV_SLICES_MAX   256    /* of one gather write; the kernel takes 1,024 */
#define CONN_SNDBUF_BYTES        262144 /* kernel memory of one slow reader */
#define CONN_NOTSENT_LOWAT_BYTES 65536

/* Gateway: commands of one client that the core has not answered yet */
#define GW_INFLIGHT_COUNT_MAX 4096
#define GW_INFLIGHT_BYTES_MAX 1048576
#define GW_INFLIGHT_RETRY_MS  1000
#define GW_ANSWER_BYTES_USUAL 512 /* of an answer: room made beforehand; not a bound */

/* Gateway: events for a client that waits for its answer. With the answer they must fit into its outbox. */
#define GW_KEPT_BYTES_MAX   262144
#define GW_KEPT_FRAME_BYTES 64 /* what a kept frame costs besides its payload */

/* Gateway: who is answered `rate_limited` so often in so long does not listen, and is shown out */
#define GW_LIMIT_HITS_MAX       1000
#define GW_LIMIT_HITS_WINDOW_MS 60000

/* Passwords: OWASP's minima for Argon2id: 19 MiB and two passes, some 50 ms, or from 46 MiB on one pass */
#define PASSWORD_MEMORY_KIB          19456
#define PASSWORD_PASSES              2
#define PASSWORD_MEMORY_KIB_ONE_PASS 47104
#define PASSWORD_MEMORY_KIB_MAX      1048576
#define HASHER_QUEUE_MAX             16 /* of which the last waits some 800 ms */
#define HASHER_RETRY_MS              1000

/* Search */
#define SEARCH_MS_MAX               200 /* of one search: nobody waits longer, and a reader serves others */
#define SEARCH_STREAM_ROOMS         64 /* of one list of OR, which FTS5 walks side by side */
#define SEARCH_STREAMS_MAX          16
#define SEARCH_BROAD_LOOKS          100 /* at messages with the beginning of a beginning: 4 ms or so */
#define SEARCH_SNIPPET_CHARS        160
#define SEARCH_SNIPPET_BEFORE_CHARS 40
#define SEARCH_STEP_MESSAGES        2000 /* of one transaction of the index: 60 ms or so */
#define SEARCH_STEP_BYTES                                                                          \
    (2 << 20) /* and of their texts; then it ends with the message that is above */

/* Files; the three are options, and these what they are when nobody says */
#define CHAT_FILES_USER_BYTES 1073741824  /* of one person: 1 GiB */
#define CHAT_FILES_BYTES      21474836480 /* of all: 20 GiB */
#define STORE_UNUSED_MS       86400000 /* a file that no message has is kept so long: a draft of a day */
#define STORE_UNUSED_EVERY_MS 60000
#define STORE_UNUSED_ROWS     64  /* removed in one turn of the core: a few milliseconds */
#define FILER_THREADS         2   /* one may wait for the disk while the other serves */
#define FILER_UPLOADS_MAX     64  /* at once: each has a block of 64 KiB and what is on its way */
#define FILER_DOWNLOADS_MAX   512 /* at once: each has a block, and its sums */
#define FILER_HELD_BYTES      262144 /* of an upload that the disk has not taken: then the peer waits */
#define FILER_RETRY_MS        2000

/* Logs */
#define LOG_LINE_BYTES_MAX 1024

/* Threads */
#define WORKERS_MAX    64    /* the first character of an Engine.IO sid names the worker */
#define CORE_BATCH_MAX 512   /* commands of one commit */
#define CORE_QUEUE_MAX 32768 /* commands waiting; beyond that they are answered `unavailable` */
#define CORE_READY_BYTES_MAX                                                                       \
    98304 /* of a `ready` with previews; somebody in hundreds of rooms gets it without */
#define READER_THREADS   2
#define READER_QUEUE_MAX 4096 /* reads waiting per reader */
#define READER_ANSWER_BYTES_MAX                                                                    \
    524288 /* of one page of messages or events: half of what an outbox holds */

/* Chat. What clients must know stands in protocol/types.json instead. */
#define CHAT_MENTIONS_MAX         100 /* @ signs looked at in one message */
#define CHAT_GUESTS_PER_ADDRESS   10  /* new guests of one address: so many at once, and an hour */
#define CHAT_ACCOUNTS_PER_ADDRESS 5 /* new accounts of one address: so many at once, and an hour */
/* Wrong passwords: so many at once, and in a quarter of an hour */
#define CHAT_LOGINS_PER_PAIR    5   /* by one name from one address */
#define CHAT_LOGINS_PER_ADDRESS 20  /* by one address: an office behind it */
#define CHAT_LOGINS_PER_NAME    100 /* by one name: those who know it come from many addresses */
#define CHAT_NAME_HELD_MS                                                                          \
    7776000000 /* 90 days: by then nobody takes its new owner for the one who gave it up */
#define CHAT_SESSIONS_PER_USER_MAX 100 /* the one that was not used for longest makes room */
#define CHAT_ROOM_MESSAGES_PER_S   50  /* of one room: what people can still follow, times ten */
#define CHAT_ROOM_MESSAGES_BURST   200
#define CHAT_TYPING_BURST                                                                          \
    5 /* marks of one person in one room: beyond that one in three seconds is told */
#define CHAT_TYPING_PER_HOUR 1200
#define CHAT_SESSION_CONNECTIONS_MAX                                                               \
    16 /* windows of one browser, with room for those about to time out */
#define CHAT_SESSION_CONNECTIONS_RETRY_MS 10000 /* some may have gone by then */
#define CHAT_AGENT_BYTES_MAX              128 /* kept of a session's User-Agent: it is shown, not parsed */
#define CHAT_SESSION_USED_MS              600000 /* a session's use is noted at most every ten minutes */
#define CHAT_CLOCK_WRONG_MS               86400000 /* nobody is thrown out when the wall clock is a day wrong */
#define CHAT_SESSION_CHECK_MS             600000 /* each session is looked at so often, whether it has ended */
#define CHAT_SESSION_CHECKS_MAX           64 /* of one tick */
#define CHAT_PRESENCE_CHANGES_MAX         1000 /* of one event: in a crowd some milliseconds of work */
#define CHAT_PURGE_LOOKS                                                                           \
    128 /* messages of a person that one step of deleting them all looks at: a millisecond */
#define CHAT_PURGE_MS            20 /* from one step to the next: others' commands come between */
#define CHAT_PURGE_AGAIN_MS      1000 /* from a walk that found something to the one that makes sure */
#define CHAT_LAST_BODY_CHARS_MAX 256 /* kept of a room's newest message: a preview */
