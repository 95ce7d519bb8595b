/* How far an invitation has been used, and until when it works. */
import type { Invite } from '$lib/protocol/gen/protocol';
import { t } from '$lib/text/strings';
import { fullTimeOf } from '$lib/text/time';

export function inviteState(invite: Invite, now: number): string {
    const uses = t.invites.used(invite.uses, invite.uses_max);
    if (invite.expires_at === undefined) return uses;
    return `${uses} · ${invite.expires_at <= now ? t.invites.expired : t.invites.until(fullTimeOf(invite.expires_at))}`;
}
