/* The sections of the administration, in their order. */
import type { Component } from 'svelte';
import AuditLog from './AuditLog.svelte';
import Invitations from './Invitations.svelte';
import Reported from './Reported.svelte';
import Rooms from './Rooms.svelte';
import ServerSettings from './ServerSettings.svelte';
import Sessions from './Sessions.svelte';
import Users from './Users.svelte';

export const sections = {
    users: Users,
    rooms: Rooms,
    invitations: Invitations,
    sessions: Sessions,
    reports: Reported,
    audit: AuditLog,
    settings: ServerSettings,
} satisfies Record<string, Component>;

export type SectionName = keyof typeof sections;

export function sectionOf(name: string | undefined): SectionName {
    return name !== undefined && Object.hasOwn(sections, name) ? (name as SectionName) : 'users';
}
