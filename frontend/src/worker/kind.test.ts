import { expect, it } from 'vitest';
import { kindOf, outdated } from './kind';

const HOME = 'https://chat.example';
const shell = new Set(['/index.html', '/theme.js', '/favicon.svg']);
const kind = (path: string, mode = 'no-cors', method = 'GET') => kindOf({ method, mode, url: new URL(path, HOME).href }, HOME, shell);

it.each([
    ['/', 'navigate', 'page'],
    ['/r/general', 'navigate', 'page'],
    ['/admin/users', 'navigate', 'page'],
    ['/files/7/cat.png', 'navigate', 'server'],
    ['/files/7/cat', 'navigate', 'server'],
    ['/metrics', 'navigate', 'server'],
    ['/metricsroom', 'navigate', 'page'],
    ['/assets/app-12345678.js', 'cors', 'hashed'],
    ['/theme.js', 'no-cors', 'shell'],
    ['/unknown.js', 'no-cors', 'server'],
    ['/api/session', 'cors', 'server'],
    ['/socket.io/?EIO=4&transport=polling', 'cors', 'server'],
    ['https://elsewhere.example/assets/app.js', 'cors', 'server'],
])('%s (%s) is of the kind %s', (path, mode, expected) => {
    expect(kind(path, mode)).toBe(expected);
});

it('leaves alone what changes something', () => {
    expect(kind('/', 'navigate', 'POST')).toBe('server');
});

it('keeps two builds, and what is not its own', () => {
    expect(outdated(['parley-a', 'other', 'parley-b', 'parley-c'], 'parley-')).toEqual(['parley-a']);
    expect(outdated(['parley-a', 'parley-b'], 'parley-')).toEqual([]);
});
