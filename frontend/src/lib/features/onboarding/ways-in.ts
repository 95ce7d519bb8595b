/* How one comes in, by what the server allows; the easiest first. */
import type { ServerInfo } from '$lib/state/server-info.svelte';

export type Way = 'guest' | 'login' | 'register';

export function waysIn({ settings }: Pick<ServerInfo, 'settings'>): Way[] {
    const ways: Way[] = [];
    if (settings.guests) ways.push('guest');
    ways.push('login');
    if (settings.registration === 'open') ways.push('register');
    return ways;
}
