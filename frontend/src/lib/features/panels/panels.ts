/* The panels beside a room: one chunk. */
export { default as MemberPanel } from '$lib/features/member-panel/MemberPanel.svelte';
export { default as PinsPanel } from './PinsPanel.svelte';
export { default as SavedPanel } from './SavedPanel.svelte';
export { default as SearchPanel } from './SearchPanel.svelte';
export { default as ThreadPanel } from './ThreadPanel.svelte';
export { default as ThreadsPanel } from './ThreadsPanel.svelte';
