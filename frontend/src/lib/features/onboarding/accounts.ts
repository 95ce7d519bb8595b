/* The pages that lead in, one chunk: who comes back with a cookie never needs it. */
export { default as InvitePage } from './InvitePage.svelte';
export { default as LogIn } from './LogIn.svelte';
export { default as Register } from './Register.svelte';
export { default as SetUp } from './SetUp.svelte';
export { default as Welcome } from './Welcome.svelte';
