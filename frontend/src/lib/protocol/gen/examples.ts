// generated from protocol/ by tools/gen_protocol.py; change those and run `make gen`.
// One golden example of every command and event: fixtures for tests, and the proof that the types fit them.
// SPDX-License-Identifier: MIT

import type { Commands, Events } from './protocol';

export const commandExamples: Commands = {
    "sync": {
        "payload": {
            "pos": 1200,
            "limit": 100
        },
        "data": {
            "events": [
                {
                    "event": "message:new",
                    "payload": {
                        "pos": 1234,
                        "message": {
                            "id": 104,
                            "room": 1,
                            "seq": 42,
                            "author": {
                                "id": 1,
                                "name": "ada",
                                "display_name": "Ada Lovelace",
                                "kind": "member"
                            },
                            "body": "hello",
                            "created_at": 1764000000000,
                            "attachments": [],
                            "reactions": [],
                            "mentions": []
                        },
                        "nonce": "0b6f6a1e-6b0e-4a51"
                    }
                }
            ],
            "pos": 1234,
            "more": false
        }
    },
    "session:list": {
        "payload": {},
        "data": {
            "sessions": [
                {
                    "id": 3,
                    "current": true,
                    "created_at": 1763913600000,
                    "used_at": 1764000000000,
                    "agent": "Mozilla/5.0",
                    "address": "192.0.2.7"
                }
            ]
        }
    },
    "session:revoke": {
        "payload": {
            "others": true
        },
        "data": {}
    },
    "user:rename": {
        "payload": {
            "display_name": "Ada Lovelace",
            "color": "#3b6ea5"
        },
        "data": {
            "user": {
                "id": 1,
                "name": "ada",
                "display_name": "Ada Lovelace",
                "kind": "member",
                "role": "owner",
                "color": "#3b6ea5",
                "status": "online",
                "status_text": "at the engine",
                "last_seen": 1764000000000
            }
        }
    },
    "user:status": {
        "payload": {
            "status": "dnd",
            "text": "at the engine"
        },
        "data": {
            "user": {
                "id": 1,
                "name": "ada",
                "display_name": "Ada Lovelace",
                "kind": "member",
                "role": "owner",
                "color": "#3b6ea5",
                "status": "dnd",
                "status_text": "at the engine",
                "last_seen": 1764000000000
            }
        }
    },
    "user:list": {
        "payload": {
            "query": "b",
            "after": 1,
            "limit": 50
        },
        "data": {
            "users": [
                {
                    "id": 2,
                    "name": "bob",
                    "display_name": "Bob",
                    "kind": "guest",
                    "role": "guest",
                    "status": "away",
                    "last_seen": 1763999940000
                }
            ],
            "more": false
        }
    },
    "user:block": {
        "payload": {
            "user": 2,
            "on": true
        },
        "data": {}
    },
    "user:blocks": {
        "payload": {
            "after": 1,
            "limit": 50
        },
        "data": {
            "users": [
                {
                    "id": 2,
                    "name": "bob",
                    "display_name": "Bob",
                    "kind": "guest",
                    "role": "guest",
                    "status": "away",
                    "last_seen": 1763999940000
                }
            ],
            "more": false
        }
    },
    "room:list": {
        "payload": {
            "query": "gen",
            "limit": 20
        },
        "data": {
            "rooms": [
                {
                    "id": 1,
                    "slug": "general",
                    "name": "General",
                    "topic": "",
                    "kind": "public",
                    "created_at": 1763913600000,
                    "archived": false,
                    "announcement": false,
                    "slow_mode_s": 0,
                    "member_count": 2,
                    "last_seq": 42,
                    "last_message": {
                        "id": 104,
                        "room": 1,
                        "seq": 42,
                        "author": {
                            "id": 1,
                            "name": "ada",
                            "display_name": "Ada Lovelace",
                            "kind": "member"
                        },
                        "body": "hello",
                        "created_at": 1764000000000,
                        "attachments": [],
                        "reactions": [],
                        "mentions": []
                    },
                    "me": {
                        "role": "member",
                        "read_seq": 41,
                        "unread": 1,
                        "mentions": 0,
                        "level": "all",
                        "favorite": false
                    }
                }
            ],
            "more": false
        }
    },
    "room:mine": {
        "payload": {
            "limit": 20
        },
        "data": {
            "rooms": [
                {
                    "id": 1,
                    "slug": "general",
                    "name": "General",
                    "topic": "",
                    "kind": "public",
                    "created_at": 1763913600000,
                    "archived": false,
                    "announcement": false,
                    "slow_mode_s": 0,
                    "member_count": 2,
                    "last_seq": 42,
                    "last_message": {
                        "id": 104,
                        "room": 1,
                        "seq": 42,
                        "author": {
                            "id": 1,
                            "name": "ada",
                            "display_name": "Ada Lovelace",
                            "kind": "member"
                        },
                        "body": "hello",
                        "created_at": 1764000000000,
                        "attachments": [],
                        "reactions": [],
                        "mentions": []
                    },
                    "me": {
                        "role": "member",
                        "read_seq": 41,
                        "unread": 1,
                        "mentions": 0,
                        "level": "all",
                        "favorite": false
                    }
                }
            ],
            "more": false
        }
    },
    "room:create": {
        "payload": {
            "name": "Lab",
            "topic": "Notes & numbers",
            "private": true,
            "announcement": true
        },
        "data": {
            "room": {
                "id": 7,
                "slug": "lab",
                "name": "Lab",
                "topic": "Notes & numbers",
                "kind": "private",
                "owner": 1,
                "created_at": 1763913600000,
                "archived": false,
                "announcement": true,
                "slow_mode_s": 0,
                "member_count": 1,
                "last_seq": 0,
                "me": {
                    "role": "owner",
                    "read_seq": 0,
                    "unread": 0,
                    "mentions": 0,
                    "level": "all",
                    "favorite": false
                }
            }
        }
    },
    "room:join": {
        "payload": {
            "room": "general"
        },
        "data": {
            "room": {
                "id": 1,
                "slug": "general",
                "name": "General",
                "topic": "",
                "kind": "public",
                "created_at": 1763913600000,
                "archived": false,
                "announcement": false,
                "slow_mode_s": 0,
                "member_count": 2,
                "last_seq": 42,
                "last_message": {
                    "id": 104,
                    "room": 1,
                    "seq": 42,
                    "author": {
                        "id": 1,
                        "name": "ada",
                        "display_name": "Ada Lovelace",
                        "kind": "member"
                    },
                    "body": "hello",
                    "created_at": 1764000000000,
                    "attachments": [],
                    "reactions": [],
                    "mentions": []
                },
                "me": {
                    "role": "member",
                    "read_seq": 41,
                    "unread": 1,
                    "mentions": 0,
                    "level": "all",
                    "favorite": false
                }
            },
            "members": [
                {
                    "user": {
                        "id": 1,
                        "name": "ada",
                        "display_name": "Ada Lovelace",
                        "kind": "member",
                        "role": "owner",
                        "color": "#3b6ea5",
                        "status": "online",
                        "status_text": "at the engine",
                        "last_seen": 1764000000000
                    },
                    "role": "owner",
                    "joined_at": 1763996400000
                },
                {
                    "user": {
                        "id": 2,
                        "name": "bob",
                        "display_name": "Bob",
                        "kind": "guest",
                        "role": "guest",
                        "status": "away",
                        "last_seen": 1763999940000
                    },
                    "role": "member",
                    "joined_at": 1763996400000
                }
            ],
            "messages": [
                {
                    "id": 104,
                    "room": 1,
                    "seq": 42,
                    "author": {
                        "id": 1,
                        "name": "ada",
                        "display_name": "Ada Lovelace",
                        "kind": "member"
                    },
                    "body": "hello",
                    "created_at": 1764000000000,
                    "attachments": [],
                    "reactions": [],
                    "mentions": []
                }
            ],
            "has_before": true
        }
    },
    "room:leave": {
        "payload": {
            "room": 1
        },
        "data": {}
    },
    "room:update": {
        "payload": {
            "room": "lab",
            "name": "Laboratory",
            "topic": "",
            "announcement": false,
            "slow_mode_s": 30
        },
        "data": {
            "room": {
                "id": 7,
                "slug": "lab",
                "name": "Laboratory",
                "topic": "",
                "kind": "public",
                "owner": 1,
                "created_at": 1763913600000,
                "archived": false,
                "announcement": false,
                "slow_mode_s": 30,
                "member_count": 1,
                "last_seq": 0,
                "me": {
                    "role": "owner",
                    "read_seq": 0,
                    "unread": 0,
                    "mentions": 0,
                    "level": "all",
                    "favorite": false
                }
            }
        }
    },
    "room:members": {
        "payload": {
            "room": 1,
            "after": 1,
            "limit": 2
        },
        "data": {
            "members": [
                {
                    "user": {
                        "id": 2,
                        "name": "bob",
                        "display_name": "Bob",
                        "kind": "guest",
                        "role": "guest",
                        "status": "away",
                        "last_seen": 1763999940000
                    },
                    "role": "member",
                    "joined_at": 1763996400000
                }
            ],
            "more": false
        }
    },
    "room:invite": {
        "payload": {
            "room": "lab",
            "user": 2
        },
        "data": {
            "member": {
                "user": {
                    "id": 2,
                    "name": "bob",
                    "display_name": "Bob",
                    "kind": "guest",
                    "role": "guest",
                    "status": "away",
                    "last_seen": 1763999940000
                },
                "role": "member",
                "joined_at": 1763996400000
            }
        }
    },
    "room:kick": {
        "payload": {
            "room": 1,
            "user": 2,
            "reason": "spam"
        },
        "data": {}
    },
    "room:ban": {
        "payload": {
            "room": 1,
            "user": 2,
            "on": true,
            "reason": "spam",
            "purge": true
        },
        "data": {}
    },
    "room:bans": {
        "payload": {
            "room": 1,
            "after": 1,
            "limit": 50
        },
        "data": {
            "bans": [
                {
                    "user": {
                        "id": 2,
                        "name": "bob",
                        "display_name": "Bob",
                        "kind": "guest",
                        "role": "guest",
                        "status": "away",
                        "last_seen": 1763999940000
                    },
                    "by": {
                        "id": 1,
                        "name": "ada",
                        "display_name": "Ada",
                        "kind": "guest"
                    },
                    "at": 1763913600000,
                    "reason": "spam"
                }
            ],
            "more": false
        }
    },
    "room:mute": {
        "payload": {
            "room": 1,
            "user": 2,
            "on": true,
            "until": 1763917200000,
            "reason": "calm down"
        },
        "data": {
            "member": {
                "user": {
                    "id": 2,
                    "name": "bob",
                    "display_name": "Bob",
                    "kind": "guest",
                    "role": "guest",
                    "status": "away",
                    "last_seen": 1763999940000
                },
                "role": "member",
                "joined_at": 1763996400000,
                "muted": true,
                "muted_until": 1763917200000
            }
        }
    },
    "room:role": {
        "payload": {
            "room": 1,
            "user": 2,
            "role": "moderator"
        },
        "data": {
            "member": {
                "user": {
                    "id": 2,
                    "name": "bob",
                    "display_name": "Bob",
                    "kind": "guest",
                    "role": "guest",
                    "status": "away",
                    "last_seen": 1763999940000
                },
                "role": "moderator",
                "joined_at": 1763996400000
            }
        }
    },
    "room:archive": {
        "payload": {
            "room": "lab",
            "on": true
        },
        "data": {
            "room": {
                "id": 7,
                "slug": "lab",
                "name": "Lab",
                "topic": "Notes & numbers",
                "kind": "public",
                "owner": 1,
                "created_at": 1763913600000,
                "archived": true,
                "announcement": false,
                "slow_mode_s": 0,
                "member_count": 1,
                "last_seq": 0,
                "me": {
                    "role": "owner",
                    "read_seq": 0,
                    "unread": 0,
                    "mentions": 0,
                    "level": "all",
                    "favorite": false
                }
            }
        }
    },
    "room:read": {
        "payload": {
            "room": 1,
            "seq": 42
        },
        "data": {
            "me": {
                "role": "member",
                "read_seq": 42,
                "unread": 0,
                "mentions": 0,
                "level": "all",
                "favorite": false
            }
        }
    },
    "room:read_all": {
        "payload": {},
        "data": {
            "marks": [
                {
                    "room": 1,
                    "read_seq": 41,
                    "mentions": 2
                }
            ]
        }
    },
    "room:unread": {
        "payload": {
            "marks": [
                {
                    "room": 1,
                    "read_seq": 41,
                    "mentions": 2
                }
            ]
        },
        "data": {}
    },
    "room:prefs": {
        "payload": {
            "room": 1,
            "level": "none",
            "favorite": true
        },
        "data": {
            "me": {
                "role": "member",
                "read_seq": 41,
                "unread": 1,
                "mentions": 0,
                "level": "none",
                "favorite": true
            }
        }
    },
    "dm:open": {
        "payload": {
            "users": [
                2
            ]
        },
        "data": {
            "room": {
                "id": 8,
                "slug": "dm-8",
                "name": "",
                "topic": "",
                "kind": "dm",
                "created_at": 1763913600000,
                "archived": false,
                "announcement": false,
                "slow_mode_s": 0,
                "member_count": 2,
                "last_seq": 0,
                "users": [
                    1,
                    2
                ],
                "me": {
                    "role": "member",
                    "read_seq": 0,
                    "unread": 0,
                    "mentions": 0,
                    "level": "all",
                    "favorite": false
                }
            },
            "users": [
                {
                    "id": 1,
                    "name": "bob",
                    "display_name": "Bob",
                    "kind": "guest",
                    "role": "guest",
                    "status": "away",
                    "last_seen": 1763999940000
                },
                {
                    "id": 2,
                    "name": "bob",
                    "display_name": "Bob",
                    "kind": "guest",
                    "role": "guest",
                    "status": "away",
                    "last_seen": 1763999940000
                }
            ]
        }
    },
    "message:send": {
        "payload": {
            "room": "general",
            "body": "hello",
            "nonce": "0b6f6a1e-6b0e-4a51",
            "reply_to": 103,
            "attachments": [
                9
            ]
        },
        "data": {
            "message": {
                "id": 104,
                "room": 1,
                "seq": 42,
                "author": {
                    "id": 1,
                    "name": "ada",
                    "display_name": "Ada Lovelace",
                    "kind": "member"
                },
                "body": "hello",
                "created_at": 1764000000000,
                "reply_to": {
                    "id": 103,
                    "seq": 41,
                    "author": {
                        "id": 2,
                        "name": "bob",
                        "display_name": "Bob",
                        "kind": "guest"
                    },
                    "excerpt": "hi"
                },
                "attachments": [
                    {
                        "id": 9,
                        "name": "notes.txt",
                        "type": "text/plain",
                        "size": 120,
                        "url": "/files/9/notes.txt"
                    }
                ],
                "reactions": [],
                "mentions": []
            }
        }
    },
    "message:edit": {
        "payload": {
            "message": 104,
            "body": "hello all"
        },
        "data": {
            "message": {
                "id": 104,
                "room": 1,
                "seq": 42,
                "author": {
                    "id": 1,
                    "name": "ada",
                    "display_name": "Ada Lovelace",
                    "kind": "member"
                },
                "body": "hello all",
                "created_at": 1764000000000,
                "edited_at": 1764000005000,
                "attachments": [],
                "reactions": [],
                "mentions": []
            }
        }
    },
    "message:delete": {
        "payload": {
            "message": 104
        },
        "data": {
            "message": {
                "id": 104,
                "room": 1,
                "seq": 42,
                "author": {
                    "id": 1,
                    "name": "ada",
                    "display_name": "Ada Lovelace",
                    "kind": "member"
                },
                "body": "",
                "created_at": 1764000000000,
                "deleted": true,
                "attachments": [],
                "reactions": [],
                "mentions": []
            }
        }
    },
    "message:react": {
        "payload": {
            "message": 104,
            "emoji": "👍",
            "on": true
        },
        "data": {
            "message": {
                "id": 104,
                "room": 1,
                "seq": 42,
                "author": {
                    "id": 1,
                    "name": "ada",
                    "display_name": "Ada Lovelace",
                    "kind": "member"
                },
                "body": "hello",
                "created_at": 1764000000000,
                "attachments": [],
                "reactions": [
                    {
                        "emoji": "👍",
                        "users": [
                            1
                        ],
                        "count": 1
                    }
                ],
                "mentions": []
            }
        }
    },
    "message:pin": {
        "payload": {
            "message": 104,
            "on": true
        },
        "data": {
            "message": {
                "id": 104,
                "room": 1,
                "seq": 42,
                "author": {
                    "id": 1,
                    "name": "ada",
                    "display_name": "Ada Lovelace",
                    "kind": "member"
                },
                "body": "hello",
                "created_at": 1764000000000,
                "attachments": [],
                "reactions": [],
                "mentions": [],
                "pinned": true
            }
        }
    },
    "message:pins": {
        "payload": {
            "room": 1,
            "limit": 50
        },
        "data": {
            "messages": [
                {
                    "id": 104,
                    "room": 1,
                    "seq": 42,
                    "author": {
                        "id": 1,
                        "name": "ada",
                        "display_name": "Ada Lovelace",
                        "kind": "member"
                    },
                    "body": "hello",
                    "created_at": 1764000000000,
                    "attachments": [],
                    "reactions": [],
                    "mentions": [],
                    "pinned": true
                }
            ],
            "more": false
        }
    },
    "message:history": {
        "payload": {
            "room": "general",
            "before": 44,
            "limit": 2
        },
        "data": {
            "messages": [
                {
                    "id": 104,
                    "room": 1,
                    "seq": 42,
                    "author": {
                        "id": 1,
                        "name": "ada",
                        "display_name": "Ada Lovelace",
                        "kind": "member"
                    },
                    "body": "hello",
                    "created_at": 1764000000000,
                    "attachments": [],
                    "reactions": [],
                    "mentions": []
                },
                {
                    "id": 105,
                    "room": 1,
                    "seq": 43,
                    "author": {
                        "id": 2,
                        "name": "bob",
                        "display_name": "Bob",
                        "kind": "guest"
                    },
                    "body": "@ada look: **\"quotes\"**, a tab\t, a line\nand 日本語 🎉",
                    "created_at": 1764000000000,
                    "edited_at": 1764000005000,
                    "reply_to": {
                        "id": 104,
                        "seq": 42,
                        "author": {
                            "id": 1,
                            "name": "ada",
                            "display_name": "Ada Lovelace",
                            "kind": "member"
                        },
                        "excerpt": "hello"
                    },
                    "twin": 99,
                    "reply_count": 2,
                    "last_reply_at": 1764000009000,
                    "attachments": [
                        {
                            "id": 9,
                            "name": "plan.png",
                            "type": "image/png",
                            "size": 48213,
                            "width": 800,
                            "height": 600,
                            "url": "/files/9/plan.png",
                            "thumb_url": "/files/9/thumb.webp"
                        }
                    ],
                    "reactions": [
                        {
                            "emoji": "👍",
                            "users": [
                                1,
                                2
                            ],
                            "count": 2
                        }
                    ],
                    "mentions": [
                        1
                    ],
                    "mentions_all": "here",
                    "pinned": true
                }
            ],
            "has_before": true,
            "has_after": false
        }
    },
    "message:versions": {
        "payload": {
            "message": 104
        },
        "data": {
            "versions": [
                {
                    "body": "helo",
                    "at": 1764000000000
                },
                {
                    "body": "hello",
                    "at": 1764000005000
                }
            ]
        }
    },
    "message:get": {
        "payload": {
            "message": 105
        },
        "data": {
            "message": {
                "id": 105,
                "room": 1,
                "seq": 43,
                "author": {
                    "id": 2,
                    "name": "bob",
                    "display_name": "Bob",
                    "kind": "guest"
                },
                "body": "@ada look: **\"quotes\"**, a tab\t, a line\nand 日本語 🎉",
                "created_at": 1764000000000,
                "edited_at": 1764000005000,
                "reply_to": {
                    "id": 104,
                    "seq": 42,
                    "author": {
                        "id": 1,
                        "name": "ada",
                        "display_name": "Ada Lovelace",
                        "kind": "member"
                    },
                    "excerpt": "hello"
                },
                "twin": 99,
                "reply_count": 2,
                "last_reply_at": 1764000009000,
                "attachments": [
                    {
                        "id": 9,
                        "name": "plan.png",
                        "type": "image/png",
                        "size": 48213,
                        "width": 800,
                        "height": 600,
                        "url": "/files/9/plan.png",
                        "thumb_url": "/files/9/thumb.webp"
                    }
                ],
                "reactions": [
                    {
                        "emoji": "👍",
                        "users": [
                            1,
                            2
                        ],
                        "count": 2
                    }
                ],
                "mentions": [
                    1
                ],
                "mentions_all": "here",
                "pinned": true
            }
        }
    },
    "message:search": {
        "payload": {
            "query": "hel*",
            "room": "general",
            "author": 1,
            "since": 1763913600000,
            "until": 1764000000001,
            "before": 200,
            "limit": 50
        },
        "data": {
            "hits": [
                {
                    "message": {
                        "id": 104,
                        "room": 1,
                        "seq": 42,
                        "author": {
                            "id": 1,
                            "name": "ada",
                            "display_name": "Ada Lovelace",
                            "kind": "member"
                        },
                        "body": "hello",
                        "created_at": 1764000000000,
                        "attachments": [],
                        "reactions": [],
                        "mentions": []
                    },
                    "snippet": {
                        "text": "hello",
                        "marks": [
                            [
                                0,
                                5
                            ]
                        ]
                    }
                }
            ],
            "more": false
        }
    },
    "message:report": {
        "payload": {
            "message": 1234,
            "reason": "spam"
        },
        "data": {}
    },
    "report:list": {
        "payload": {
            "room": 1,
            "after": 3,
            "limit": 20
        },
        "data": {
            "reports": [
                {
                    "id": 4,
                    "message": {
                        "id": 105,
                        "room": 1,
                        "seq": 43,
                        "author": {
                            "id": 2,
                            "name": "bob",
                            "display_name": "Bob",
                            "kind": "guest"
                        },
                        "body": "@ada look: **\"quotes\"**, a tab\t, a line\nand 日本語 🎉",
                        "created_at": 1764000000000,
                        "edited_at": 1764000005000,
                        "reply_to": {
                            "id": 104,
                            "seq": 42,
                            "author": {
                                "id": 1,
                                "name": "ada",
                                "display_name": "Ada Lovelace",
                                "kind": "member"
                            },
                            "excerpt": "hello"
                        },
                        "reply_count": 2,
                        "last_reply_at": 1764000009000,
                        "attachments": [
                            {
                                "id": 9,
                                "name": "plan.png",
                                "type": "image/png",
                                "size": 48213,
                                "width": 800,
                                "height": 600,
                                "url": "/files/9/plan.png",
                                "thumb_url": "/files/9/thumb.webp"
                            }
                        ],
                        "reactions": [
                            {
                                "emoji": "👍",
                                "users": [
                                    1,
                                    2
                                ],
                                "count": 2
                            }
                        ],
                        "mentions": [
                            1
                        ],
                        "mentions_all": "here",
                        "pinned": true
                    },
                    "room": 1,
                    "by": {
                        "id": 2,
                        "name": "bob",
                        "display_name": "Bob",
                        "kind": "guest"
                    },
                    "reason": "spam",
                    "at": 1763913600000
                }
            ],
            "more": false
        }
    },
    "report:resolve": {
        "payload": {
            "report": 4,
            "note": "warned"
        },
        "data": {}
    },
    "audit:list": {
        "payload": {
            "room": 1,
            "before": 9,
            "limit": 50
        },
        "data": {
            "entries": [
                {
                    "id": 8,
                    "at": 1763913600000,
                    "by": {
                        "id": 2,
                        "name": "bob",
                        "display_name": "Bob",
                        "kind": "guest"
                    },
                    "act": "room:kick",
                    "room": 1,
                    "user": {
                        "id": 3,
                        "name": "bob",
                        "display_name": "Bob",
                        "kind": "guest"
                    },
                    "text": "spam"
                }
            ],
            "more": false
        }
    },
    "thread:follow": {
        "payload": {
            "thread": 104,
            "on": true
        },
        "data": {
            "me": {
                "thread": 104,
                "room": 1,
                "following": true,
                "read_seq": 2,
                "unread": 1
            }
        }
    },
    "thread:read": {
        "payload": {
            "thread": 104,
            "seq": 2
        },
        "data": {
            "me": {
                "thread": 104,
                "room": 1,
                "following": true,
                "read_seq": 2,
                "unread": 1
            }
        }
    },
    "thread:list": {
        "payload": {
            "after": 100,
            "limit": 50
        },
        "data": {
            "threads": [
                {
                    "message": {
                        "id": 104,
                        "room": 1,
                        "seq": 42,
                        "author": {
                            "id": 1,
                            "name": "ada",
                            "display_name": "Ada Lovelace",
                            "kind": "member"
                        },
                        "body": "hello",
                        "created_at": 1764000000000,
                        "reply_count": 3,
                        "last_reply_at": 1764000009000,
                        "attachments": [],
                        "reactions": [],
                        "mentions": []
                    },
                    "me": {
                        "thread": 104,
                        "room": 1,
                        "following": true,
                        "read_seq": 2,
                        "unread": 1
                    }
                }
            ],
            "more": false
        }
    },
    "message:save": {
        "payload": {
            "message": 104,
            "on": true
        },
        "data": {}
    },
    "message:saved": {
        "payload": {
            "limit": 50
        },
        "data": {
            "messages": [
                {
                    "id": 104,
                    "room": 1,
                    "seq": 42,
                    "author": {
                        "id": 1,
                        "name": "ada",
                        "display_name": "Ada Lovelace",
                        "kind": "member"
                    },
                    "body": "hello",
                    "created_at": 1764000000000,
                    "attachments": [],
                    "reactions": [],
                    "mentions": []
                }
            ],
            "more": false
        }
    },
    "draft:set": {
        "payload": {
            "room": 1,
            "thread": 104,
            "body": "what I wanted to"
        },
        "data": {}
    },
    "draft:list": {
        "payload": {},
        "data": {
            "drafts": [
                {
                    "room": 1,
                    "thread": 104,
                    "body": "what I wanted to",
                    "at": 1764000000000
                },
                {
                    "room": 2,
                    "body": "dear all",
                    "at": 1763999990000
                }
            ]
        }
    },
    "presence:watch": {
        "payload": {
            "users": [
                1,
                2
            ]
        },
        "data": {
            "users": [
                {
                    "id": 1,
                    "name": "ada",
                    "display_name": "Ada Lovelace",
                    "kind": "member",
                    "role": "owner",
                    "color": "#3b6ea5",
                    "status": "online",
                    "status_text": "at the engine",
                    "last_seen": 1764000000000
                },
                {
                    "id": 2,
                    "name": "bob",
                    "display_name": "Bob",
                    "kind": "guest",
                    "role": "guest",
                    "status": "away",
                    "last_seen": 1763999940000
                }
            ]
        }
    },
    "typing": {
        "payload": {
            "room": "general",
            "on": true
        },
        "data": {}
    },
    "server:update": {
        "payload": {
            "registration": "invite"
        },
        "data": {
            "settings": {
                "name": "Analytical Engine",
                "registration": "invite",
                "guests": true
            }
        }
    },
    "server:role": {
        "payload": {
            "user": 2,
            "role": "admin"
        },
        "data": {
            "user": {
                "id": 2,
                "name": "bob",
                "display_name": "Bob",
                "kind": "member",
                "role": "admin",
                "status": "online",
                "last_seen": 1764000000000
            }
        }
    },
    "server:ban": {
        "payload": {
            "user": 3,
            "on": true,
            "reason": "spam"
        },
        "data": {}
    },
    "server:bans": {
        "payload": {
            "limit": 50
        },
        "data": {
            "bans": [
                {
                    "user": {
                        "id": 3,
                        "name": "mallory",
                        "display_name": "Mallory",
                        "kind": "member",
                        "role": "member",
                        "status": "online",
                        "last_seen": 1764000000000
                    },
                    "by": 1,
                    "at": 1764000000000,
                    "reason": "spam"
                }
            ],
            "more": false
        }
    },
    "invite:create": {
        "payload": {
            "rooms": [
                7
            ],
            "uses": 5,
            "note": "the new people"
        },
        "data": {
            "invite": {
                "id": 1240,
                "by": 1,
                "role": "member",
                "rooms": [
                    7
                ],
                "note": "the new people",
                "created_at": 1764000000000,
                "expires_at": 1764604800000,
                "uses": 0,
                "uses_max": 5
            },
            "secret": "ply_i_Zm9yIGFuIGV4YW1wbGUgb25seSwgbm90IGEgc2VjcmV0"
        }
    },
    "invite:list": {
        "payload": {
            "limit": 50
        },
        "data": {
            "invites": [
                {
                    "id": 1240,
                    "by": 1,
                    "role": "member",
                    "rooms": [
                        7
                    ],
                    "note": "the new people",
                    "created_at": 1764000000000,
                    "expires_at": 1764604800000,
                    "uses": 0,
                    "uses_max": 5
                }
            ],
            "more": false
        }
    },
    "invite:revoke": {
        "payload": {
            "invite": 1240
        },
        "data": {}
    },
    "invite:use": {
        "payload": {
            "invite": "ply_i_Zm9yIGFuIGV4YW1wbGUgb25seSwgbm90IGEgc2VjcmV0"
        },
        "data": {
            "rooms": [
                {
                    "id": 7,
                    "slug": "lab",
                    "name": "Lab",
                    "topic": "Notes & numbers",
                    "kind": "private",
                    "owner": 1,
                    "created_at": 1763913600000,
                    "archived": false,
                    "announcement": true,
                    "slow_mode_s": 0,
                    "member_count": 1,
                    "last_seq": 0,
                    "me": {
                        "role": "owner",
                        "read_seq": 0,
                        "unread": 0,
                        "mentions": 0,
                        "level": "all",
                        "favorite": false
                    }
                }
            ]
        }
    }
};

export const eventExamples: Events = {
    "ready": {
        "me": {
            "id": 2,
            "name": "bob",
            "display_name": "Bob",
            "kind": "guest",
            "role": "guest",
            "status": "away",
            "last_seen": 1763999940000
        },
        "token": "ply_s_example",
        "server": {
            "version": "0.1.0",
            "now": 1764000000000,
            "limits": {
                "body_bytes": 16384,
                "payload_bytes": 131072,
                "upload_bytes": 26214400,
                "history": 200,
                "attachments": 10
            }
        },
        "rooms": [
            {
                "id": 1,
                "slug": "general",
                "name": "General",
                "topic": "",
                "kind": "public",
                "created_at": 1763913600000,
                "archived": false,
                "announcement": false,
                "slow_mode_s": 0,
                "member_count": 2,
                "last_seq": 42,
                "last_message": {
                    "id": 104,
                    "room": 1,
                    "seq": 42,
                    "author": {
                        "id": 1,
                        "name": "ada",
                        "display_name": "Ada Lovelace",
                        "kind": "member"
                    },
                    "body": "hello",
                    "created_at": 1764000000000,
                    "attachments": [],
                    "reactions": [],
                    "mentions": []
                },
                "me": {
                    "role": "member",
                    "read_seq": 41,
                    "unread": 1,
                    "mentions": 0,
                    "level": "all",
                    "favorite": false
                }
            }
        ],
        "users": [
            {
                "id": 1,
                "name": "ada",
                "display_name": "Ada Lovelace",
                "kind": "member",
                "role": "owner",
                "color": "#3b6ea5",
                "status": "online",
                "status_text": "at the engine",
                "last_seen": 1764000000000
            }
        ],
        "pos": 1234,
        "resumed": false
    },
    "notice": {
        "code": "server_restart",
        "message": "The server restarts. You will be connected again in a moment."
    },
    "user:changed": {
        "pos": 1235,
        "user": {
            "id": 1,
            "name": "ada",
            "display_name": "Ada Lovelace",
            "kind": "member",
            "role": "owner",
            "color": "#3b6ea5",
            "status": "online",
            "status_text": "at the engine",
            "last_seen": 1764000000000
        }
    },
    "user:blocked": {
        "pos": 1241,
        "user": 2,
        "on": true
    },
    "room:new": {
        "pos": 1236,
        "room": {
            "id": 7,
            "slug": "lab",
            "name": "Lab",
            "topic": "Notes & numbers",
            "kind": "public",
            "owner": 1,
            "created_at": 1763913600000,
            "archived": false,
            "announcement": false,
            "slow_mode_s": 0,
            "member_count": 1,
            "last_seq": 0
        }
    },
    "room:changed": {
        "pos": 1237,
        "room": {
            "id": 7,
            "slug": "lab",
            "name": "Laboratory",
            "topic": "Notes & numbers",
            "kind": "public",
            "owner": 1,
            "created_at": 1763913600000,
            "archived": false,
            "announcement": false,
            "slow_mode_s": 0,
            "member_count": 1,
            "last_seq": 0
        }
    },
    "room:gone": {
        "pos": 1238,
        "room": 7,
        "reason": "kicked",
        "text": "spam"
    },
    "room:me": {
        "pos": 1239,
        "room": 1,
        "me": {
            "role": "member",
            "read_seq": 42,
            "unread": 0,
            "mentions": 0,
            "level": "all",
            "favorite": false
        }
    },
    "member:joined": {
        "pos": 1240,
        "room": 1,
        "member": {
            "user": {
                "id": 2,
                "name": "bob",
                "display_name": "Bob",
                "kind": "guest",
                "role": "guest",
                "status": "away",
                "last_seen": 1763999940000
            },
            "role": "member",
            "joined_at": 1763996400000
        }
    },
    "member:changed": {
        "pos": 1241,
        "room": 1,
        "member": {
            "user": {
                "id": 2,
                "name": "bob",
                "display_name": "Bob",
                "kind": "guest",
                "role": "guest",
                "status": "away",
                "last_seen": 1763999940000
            },
            "role": "moderator",
            "joined_at": 1763996400000
        }
    },
    "member:left": {
        "pos": 1242,
        "room": 1,
        "user": 2,
        "reason": "kicked"
    },
    "message:new": {
        "pos": 1243,
        "message": {
            "id": 104,
            "room": 1,
            "seq": 42,
            "author": {
                "id": 1,
                "name": "ada",
                "display_name": "Ada Lovelace",
                "kind": "member"
            },
            "body": "hello",
            "created_at": 1764000000000,
            "attachments": [],
            "reactions": [],
            "mentions": []
        },
        "nonce": "0b6f6a1e-6b0e-4a51"
    },
    "message:changed": {
        "pos": 1244,
        "message": {
            "id": 105,
            "room": 1,
            "seq": 43,
            "author": {
                "id": 2,
                "name": "bob",
                "display_name": "Bob",
                "kind": "guest"
            },
            "body": "@ada look: **\"quotes\"**, a tab\t, a line\nand 日本語 🎉",
            "created_at": 1764000000000,
            "edited_at": 1764000005000,
            "reply_to": {
                "id": 104,
                "seq": 42,
                "author": {
                    "id": 1,
                    "name": "ada",
                    "display_name": "Ada Lovelace",
                    "kind": "member"
                },
                "excerpt": "hello"
            },
            "twin": 99,
            "reply_count": 2,
            "last_reply_at": 1764000009000,
            "attachments": [
                {
                    "id": 9,
                    "name": "plan.png",
                    "type": "image/png",
                    "size": 48213,
                    "width": 800,
                    "height": 600,
                    "url": "/files/9/plan.png",
                    "thumb_url": "/files/9/thumb.webp"
                }
            ],
            "reactions": [
                {
                    "emoji": "👍",
                    "users": [
                        1,
                        2
                    ],
                    "count": 2
                }
            ],
            "mentions": [
                1
            ],
            "mentions_all": "here",
            "pinned": true
        },
        "change": "thread"
    },
    "report:changed": {
        "report": 4,
        "room": 1,
        "open": true
    },
    "thread:me": {
        "pos": 1250,
        "me": {
            "thread": 104,
            "room": 1,
            "following": true,
            "read_seq": 2,
            "unread": 1
        }
    },
    "saved:changed": {
        "pos": 1251,
        "message": 104,
        "on": true
    },
    "draft:changed": {
        "draft": {
            "room": 1,
            "thread": 104,
            "body": "what I wanted to",
            "at": 1764000000000
        }
    },
    "presence": {
        "changes": [
            {
                "user": 2,
                "status": "offline",
                "last_seen": 1764000000000
            },
            {
                "user": 1,
                "status": "online",
                "text": "at the engine",
                "last_seen": 1764000000000
            }
        ]
    },
    "typing": {
        "room": 1,
        "user": 2,
        "on": true
    },
    "server:changed": {
        "pos": 1241,
        "settings": {
            "name": "Analytical Engine",
            "registration": "invite",
            "guests": true
        }
    }
};
