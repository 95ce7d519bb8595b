/* One line of the audit log in words. */
import type { AuditEntry } from '$lib/protocol/gen/protocol';
import { t } from '$lib/text/strings';

export function auditText({ by, act, user, room: id, text }: AuditEntry, roomName: string | undefined): string {
    const acts: Record<string, string> = t.audit.acts;
    const where = id === undefined ? '' : t.audit.room(roomName ?? t.audit.someRoom(id));
    const whom = user ? user.display_name || user.name : '';
    const who = by ? by.display_name || by.name : t.audit.operator;
    const line = [who, acts[act] ?? act, whom, where].filter(Boolean).join(' ');
    return text ? `${line}: ${text}` : line;
}
