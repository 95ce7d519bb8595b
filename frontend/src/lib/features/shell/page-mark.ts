import type { BadgeOf } from '$lib/state/prefs.svelte';

/** What the title and the badge count, as the user wants it: everything unread, what is for him, or nothing. */
export function markOf(wanted: BadgeOf, badge: number, unread: number): { title: number; badge: number } {
    if (wanted === 'none') return { title: 0, badge: 0 };
    return { title: wanted === 'all' ? unread : badge, badge };
}

/** The page's icon: with a red mark when somebody calls the user, with a plain one when something is unread. */
export function iconOf(badge: number, unread: number): string {
    if (badge > 0) return '/favicon-called.svg';
    return unread > 0 ? '/favicon-unread.svg' : '/favicon.svg';
}

/** The number on the icon of the installed app, on systems that show one. */
export function setAppBadge(count: number): void {
    const { setAppBadge: set, clearAppBadge: clear } = navigator;
    if (count > 0) set?.call(navigator, count).catch(() => {});
    else clear?.call(navigator).catch(() => {});
}
