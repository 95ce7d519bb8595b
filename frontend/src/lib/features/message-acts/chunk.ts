/* What one needs to act on messages, as one chunk: reading needs none of it. */
export { actByKey } from './keys';
export { default as EditBox } from './EditBox.svelte';
export { default as MessageBar } from './MessageBar.svelte';
