import { describe, expect, it } from 'vitest';
import { pathOf, Router, type Window } from './router.svelte';

/** A browser's address bar and history. */
function aWindow(path: string) {
    const entries: { path: string; state: unknown }[] = [{ path, state: null }];
    let at = 0;
    let popped = () => {};
    const window: Window = {
        location: {
            get pathname() {
                return entries[at]?.path.split('#')[0] ?? '';
            },
            get hash() {
                return /#.*/.exec(entries[at]?.path ?? '')?.[0] ?? '';
            },
        },
        history: {
            get state() {
                return entries[at]?.state;
            },
            pushState: (state, _, url = '') => void entries.splice(++at, Infinity, { path: url, state }),
            replaceState: (state, _, url = '') => void (entries[at] = { path: url, state }),
            back: () => {
                at = Math.max(0, at - 1);
                popped();
            },
        },
        addEventListener: (_, listener) => (popped = listener),
    };
    return { window, router: new Router(window), path: () => window.location.pathname, length: () => at + 1 };
}

describe('a page of its own', () => {
    it('is what the address names', () => {
        expect([aWindow('/').router.page, aWindow('/r/admin').router.page, aWindow('/administrator').router.page]).toEqual(['rooms', 'rooms', 'rooms']);
        const { router } = aWindow('/admin/audit');
        expect([router.page, router.section]).toEqual(['admin', 'audit']);
    });

    it('of a link with a secret leaves none of it in the history', () => {
        const { router, path, length } = aWindow('/invite#ply_i_abc');
        expect([router.page, router.secret]).toEqual(['invite', 'ply_i_abc']);
        router.toStart();
        expect([path(), router.page, router.secret, length()]).toEqual(['/', 'rooms', '', 1]);
    });

    it('keeps whom a section is about, and goes back to the rooms', () => {
        const { window, router, path } = aWindow('/r/general');
        router.toAdmin();
        router.toAdmin('sessions', 7);
        expect([path(), router.subject]).toEqual(['/admin/sessions', 7]);
        window.history.back();
        expect([router.page, router.slug]).toEqual(['rooms', 'general']);
    });
});

describe('the address', () => {
    it('names the room, in any script', () => {
        expect(aWindow('/r/general').router.slug).toBe('general');
        expect(aWindow(pathOf('テスト-1')).router.slug).toBe('テスト-1');
        expect(aWindow('/r/%E0%A4%A').router.slug).toBe('%E0%A4%A');
        expect(aWindow('/').router.slug).toBeUndefined();
        expect(aWindow('/r/a/b').router.slug).toBeUndefined();
    });

    it('follows each step, and Back undoes it', () => {
        const { router, window, path } = aWindow('/');
        router.toRoom('a');
        router.toRoom('b');
        expect(path()).toBe('/r/b');
        window.history.back();
        expect([path(), router.slug]).toEqual(['/r/a', 'a']);
    });
});

describe('three levels', () => {
    it('go list, room, panel, and back the same way', () => {
        const { router, path, length } = aWindow('/');
        router.toRoom('a');
        router.openPanel({ kind: 'members' });
        expect([router.panel, path(), length()]).toEqual([{ kind: 'members' }, '/r/a', 3]);
        router.closePanel();
        expect([router.panel, length()]).toEqual([undefined, 2]);
        router.toList();
        expect([path(), length()]).toEqual(['/', 1]);
    });

    it('lead to the list also from a room that was opened by its address', () => {
        const { router, path, length } = aWindow('/r/a');
        router.toList();
        expect([path(), length()]).toEqual(['/', 1]);
    });

    it('leave the panel behind when another room is chosen', () => {
        const { router } = aWindow('/r/a');
        router.openPanel({ kind: 'members' });
        router.toRoom('b');
        expect([router.slug, router.panel]).toEqual(['b', undefined]);
    });
});
