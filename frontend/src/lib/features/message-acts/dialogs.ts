/* The dialogs on messages: one chunk. */
export { default as Forward } from './Forward.svelte';
export { default as Reactors } from './Reactors.svelte';
export { default as Versions } from './Versions.svelte';
