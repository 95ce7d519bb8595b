/* The panels beside a room, but for the members: one chunk. */
export { default as PinsPanel } from './PinsPanel.svelte';
export { default as SavedPanel } from './SavedPanel.svelte';
export { default as ThreadPanel } from './ThreadPanel.svelte';
export { default as ThreadsPanel } from './ThreadsPanel.svelte';
