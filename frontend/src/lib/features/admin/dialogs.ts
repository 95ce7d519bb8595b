/* The dialogs of administrators, one chunk. */
export { default as InviteLink } from './InviteLink.svelte';
export { default as ShutAccount } from './ShutAccount.svelte';
