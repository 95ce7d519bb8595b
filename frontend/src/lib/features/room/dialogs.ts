/* The dialogs about rooms, one chunk. */
export { default as BrowseRooms } from '$lib/features/browse-rooms/BrowseRooms.svelte';
export { default as CreateRoom } from '$lib/features/browse-rooms/CreateRoom.svelte';
export { default as Reports } from '$lib/features/people/Reports.svelte';
export { default as ArchiveRoom } from './ArchiveRoom.svelte';
export { default as InvitePeople } from './InvitePeople.svelte';
export { default as LeaveRoom } from './LeaveRoom.svelte';
export { default as RoomSettings } from './RoomSettings.svelte';
