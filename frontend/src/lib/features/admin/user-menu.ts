/* What an administrator can do about an account: the parts of its menu. */
import Ban from '@lucide/svelte/icons/ban';
import Laptop from '@lucide/svelte/icons/laptop';
import User from '@lucide/svelte/icons/user';
import type { User as Account } from '$lib/protocol/gen/protocol';
import { rolesToGive } from '$lib/state/admin';
import type { App } from '$lib/state/app.svelte';
import { serverRank } from '$lib/state/policy';
import { t } from '$lib/text/strings';
import type { MenuPart } from '$lib/ui/Menu.svelte';

interface Told {
    onchanged: (user: Account) => void;
    onshut: () => void;
}

export function userMenu(app: App, user: Account, { onchanged, onshut }: Told): MenuPart[] {
    const { me } = app.session;
    const below = serverRank(user) < serverRank(me);
    const parts: MenuPart[] = [{ label: t.people.profile, icon: User, run: () => app.dialogs.show('profile', { user: user.id }) }];
    if (below) parts.push({ label: t.admin.sections.sessions, icon: Laptop, run: () => app.router.toAdmin('sessions', user.id) });
    if (user.kind === 'member') parts.push(...roleParts(app, user, onchanged));
    if (below) parts.push('line', { label: t.admin.shutGo, icon: Ban, danger: true, run: () => app.dialogs.show('shut-account', { user: user.id, onshut }) });
    return parts;
}

function roleParts(app: App, user: Account, onchanged: (user: Account) => void): MenuPart[] {
    const give = (role: 'owner' | 'admin' | 'member') => app.attempt(async () => onchanged(await app.admin.setRole(user.id, role)));
    const roles = rolesToGive(app.session.me);
    if (roles.length === 0) return [];
    return [{ heading: t.people.onServer }, ...roles.map((role) => ({ label: t.people.serverRoles[role], checked: role === user.role, run: () => give(role) }))];
}
