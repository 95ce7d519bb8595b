/* The picker of emoji: a chunk of its own, with the list of all of them. */
export { default as EmojiPicker } from './EmojiPicker.svelte';
