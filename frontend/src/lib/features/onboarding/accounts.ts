/* The pages that lead in by an account, one chunk: who comes back with a cookie never needs it. */
export { default as InvitePage } from './InvitePage.svelte';
export { default as LogIn } from './LogIn.svelte';
export { default as Register } from './Register.svelte';
export { default as SetUp } from './SetUp.svelte';
