/* The dialogs about oneself and this browser, one chunk. */
export { default as Help } from '$lib/features/help/Help.svelte';
export { default as Account } from './Account.svelte';
export { default as LogOut } from './LogOut.svelte';
export { default as OwnProfile } from './OwnProfile.svelte';
export { default as Settings } from './Settings.svelte';
export { default as StatusText } from './StatusText.svelte';
