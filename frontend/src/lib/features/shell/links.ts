/* Links to the app's own rooms and messages are followed within the page, wherever they stand; all others, and who wants
 * a new tab, go the browser's way. */
import type { Router } from '$lib/state/router.svelte';

export function followLink(event: MouseEvent, router: Router): void {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.origin !== location.origin) return;
    if (router.toAddress(link.pathname)) event.preventDefault();
}
