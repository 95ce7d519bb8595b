/* The words of the app in English. Short, plain, warm; no blame, no exclamation marks; verbs on buttons. */
import { pluralOf } from '../plural';

const plural = pluralOf('en');

export const en = {
    app: { name: 'Parley', title: (room: string | undefined, unread: number) => `${unread ? `(${unread > 99 ? '99+' : unread}) ` : ''}${room ? `${room} · ` : ''}Parley` },

    common: {
        cancel: 'Cancel',
        close: 'Close',
        save: 'Save',
        retry: 'Retry',
        reload: 'Reload',
        back: 'Back',
        dismiss: 'Dismiss',
    },

    name: {
        title: 'Welcome to Parley',
        intro: 'Pick a name and go. You can start talking right away.',
        label: 'Your name',
        hint: 'Letters, digits, dots, dashes and underscores, up to 32.',
        go: 'Start talking',
        going: 'One moment',
        taken: (name: string) => `${name} is taken.`,
        suggestion: (name: string) => `Use ${name}`,
        empty: 'Type the name that others will see.',
        tooLong: 'That is too long: a name has at most 32 characters.',
        tooFast: (seconds: number) => plural(seconds, { one: 'Too many tries. Try again in a second.', other: 'Too many tries. Try again in # seconds.' }),
        unreachable: 'The server does not answer. Check your connection and try again.',
    },

    unreachable: { title: 'No answer from the server', text: 'It may be restarting, or you may be offline.' },

    skip: { toMessages: 'Skip to messages', toComposer: 'Skip to writing' },

    rooms: {
        label: 'Rooms',
        direct: 'Direct messages',
        browse: 'Browse rooms',
        create: 'Create a room',
        find: 'Find a room',
        none: 'You are in no room yet.',
        open: 'Show rooms',
        unread: (count: number) => plural(count, { one: '# unread message', other: '# unread messages' }),
        mentions: (count: number) => plural(count, { one: '# mention', other: '# mentions' }),
        draft: 'Draft',
        private: 'Private room',
        left: (name: string) => `You left ${name}.`,
        kicked: (name: string) => `You were removed from ${name}.`,
        banned: (name: string) => `You were banned from ${name}.`,
    },

    createRoom: {
        title: 'Create a room',
        name: 'Name',
        nameHint: 'What people will talk about, for example “Design”.',
        topic: 'Topic (optional)',
        private: 'Private: only people who are invited can see it',
        go: 'Create room',
    },

    editRoom: { title: 'Room details', name: 'Name', topic: 'Topic' },

    leaveRoom: {
        title: (name: string) => `Leave ${name}?`,
        text: 'You can come back whenever you like.',
        privateText: 'It is private: somebody must invite you to come back.',
        go: 'Leave room',
    },

    browse: {
        title: 'Browse rooms',
        label: 'Search rooms',
        members: (count: number) => plural(count, { one: '# member', other: '# members' }),
        join: 'Join',
        joinNamed: (name: string) => `Join ${name}`,
        open: 'Open',
        openNamed: (name: string) => `Open ${name}`,
        none: (query: string) => `No rooms match “${query}”.`,
        empty: 'There are no rooms yet.',
        more: 'Show more rooms',
    },

    room: {
        menu: 'More about this room',
        leave: 'Leave room',
        edit: 'Edit name and topic',
        addTopic: 'Add a topic',
        members: (count: number) => plural(count, { one: '# member', other: '# members' }),
        showMembers: 'Show members',
        hideMembers: 'Hide members',
        notIn: (slug: string) => `You are not in #${slug}`,
        notInText: 'Join the room to read and write in it.',
        join: 'Join room',
        missing: 'There is no such room, or it is not open to you.',
        backToRooms: 'Back to rooms',
        choose: 'Choose a room to start reading.',
        failed: 'The messages could not be loaded.',
        empty: 'Nothing here yet. Say what this room is for.',
        start: 'This is where it began.',
    },

    log: {
        label: (room: string) => `Messages in ${room}`,
        loading: 'Loading messages',
        today: 'Today',
        yesterday: 'Yesterday',
        fresh: 'New',
        newSince: (count: number) => plural(count, { one: '# new message', other: '# new messages' }),
        markRead: 'Mark read',
        latest: 'Jump to latest',
        latestNew: (count: number) => plural(count, { one: 'Jump to # new message', other: 'Jump to # new messages' }),
        deleted: 'Message deleted.',
        edited: 'edited',
        bot: 'Bot',
        sending: 'Sending',
        notSent: 'Not sent',
        edit: 'Edit',
        delete: 'Delete',
        name: (author: string, time: string, text: string, more: string) => [author, time, text, more].filter(Boolean).join(', '),
        links: (shown: string) => `${shown} (opens in a new tab)`,
    },

    sendErrors: {
        forbidden: 'You may not write here.',
        not_found: 'This room is no longer open to you.',
        too_large: 'The message is too long.',
        bad_request: 'The server did not accept this text.',
        unavailable: 'The server cannot take messages now.',
        other: 'Something went wrong.',
    },

    composer: {
        label: (room: string) => `Message to ${room}`,
        send: 'Send',
        tooLong: (count: number) => plural(count, { one: '# character too long', other: '# characters too long' }),
        left: (count: number) => plural(count, { one: '# character left', other: '# characters left' }),
        slowDown: (seconds: number) => plural(seconds, { one: 'Slow down: sending again in # s.', other: 'Slow down: sending again in # s.' }),
        archived: 'This room is archived: it can be read, not written in.',
        announcement: 'Only moderators write in this room.',
    },

    typing: {
        one: (name: string) => `${name} is typing`,
        two: (first: string, second: string) => `${first} and ${second} are typing`,
        many: 'Several people are typing',
    },

    members: {
        label: 'Members',
        online: 'Online',
        away: 'Away',
        dnd: 'Do not disturb',
        offline: 'Offline',
        owner: 'Owner',
        moderator: 'Moderator',
        you: 'you',
        more: 'Show all members',
        lastSeen: (when: string) => `Last seen ${when}`,
    },

    me: {
        menu: 'Your status and settings',
        online: 'Online',
        away: 'Away',
        dnd: 'Do not disturb',
        setText: 'Set a status text',
        settings: 'Settings',
        shortcuts: 'Keyboard shortcuts',
        logOut: 'Log out',
    },

    status: { title: 'Your status', label: 'What are you up to?', clear: 'Clear' },

    logOut: {
        title: 'Log out?',
        guest: 'You are here as a guest. After logging out nobody can get back to this name.',
        text: 'You can log in again at any time.',
        go: 'Log out',
    },

    settings: {
        title: 'Settings',
        theme: 'Theme',
        themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
        density: 'Messages',
        densities: { compact: 'Compact', default: 'Default', comfy: 'Comfortable' },
        announce: 'Screen reader announces',
        announces: { all: 'All new messages', mentions: 'Mentions only', off: 'Nothing' },
        send: 'Send with',
        sends: { enter: 'Enter', ctrlEnter: 'Ctrl or ⌘ + Enter' },
    },

    switcher: { title: 'Go to room', label: 'Room name', none: (query: string) => `No rooms match “${query}”.`, browse: 'Browse all rooms' },

    help: { title: 'Keyboard shortcuts' },

    keys: {
        anywhere: 'Anywhere',
        log: 'In the messages',
        composer: 'While writing',
        switcher: 'Go to a room',
        previousRoom: 'Previous room',
        nextRoom: 'Next room',
        previousUnread: 'Previous unread room',
        nextUnread: 'Next unread room',
        nextRegion: 'Next region: rooms, messages, writing, members',
        previousRegion: 'Previous region',
        panel: 'Show or hide members',
        dnd: 'Do not disturb on or off',
        help: 'This list',
        escape: 'Close what is open, then mark the room read',
        move: 'Previous or next message',
        ends: 'First or last message',
        send: 'Send',
        newline: 'New line',
    },

    connection: {
        reconnecting: (attempt: number, seconds: number | undefined) => `Reconnecting… (try ${attempt}${seconds === undefined ? '' : `, ${seconds} s`})`,
        offline: 'You’re offline. Messages will send when you’re back.',
        nextTry: (seconds: number) => `Next try in ${seconds} s.`,
        waiting: (count: number) => plural(count, { one: '# message waiting to send.', other: '# messages waiting to send.' }),
        retryNow: 'Retry now',
        back: 'Connected',
        updated: 'Parley was updated.',
    },

    announce: {
        message: (author: string, body: string) => `${author}: ${body}`,
        messages: (count: number) => plural(count, { one: '# new message', other: '# new messages' }),
        mention: (author: string, room: string, body: string) => `${author} mentioned you in ${room}: ${body}`,
    },

    errors: {
        offline: 'You’re offline. Try again when you’re back.',
        timeout: 'The server took too long to answer. Try again.',
        rate_limited: (seconds: number) => plural(seconds, { one: 'Slow down: try again in # s.', other: 'Slow down: try again in # s.' }),
        conflict: 'That is taken already.',
        forbidden: 'You may not do that here.',
        not_found: 'That does not exist, or is not open to you.',
        too_large: 'That is too long.',
        bad_request: 'The server did not accept that.',
        unavailable: 'The server cannot do that now. Try again later.',
        internal: 'Something went wrong on the server. Try again later.',
        unauthorized: 'You are no longer logged in.',
    },
};
