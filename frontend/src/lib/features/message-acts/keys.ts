/* The keys that act on the message that has the focus. */
import type { Message } from '$lib/protocol/gen/protocol';
import type { App } from '$lib/state/app.svelte';
import { actsOf } from './acts';

/** Does what the key stands for, if it stands for something. */
export function actByKey(event: KeyboardEvent, app: App, message: Message): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    actsOf(app, message)
        .find(({ key }) => key?.toLowerCase() === event.key.toLowerCase())
        ?.run();
}
