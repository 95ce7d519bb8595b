export { default as Attachments } from './Attachments.svelte';
export { default as FileTray } from './FileTray.svelte';
export { default as Lightbox } from './Lightbox.svelte';
