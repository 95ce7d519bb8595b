import { expect, it } from 'vitest';
import { aUser } from '$lib/testing/make';
import { Api } from './api';
import { Session } from './session.svelte';

function answering(status: number, body: unknown = {}) {
    const requests: { method?: string; body?: BodyInit | null }[] = [];
    const session = new Session(new Api((_, init = {}) => {
        requests.push({ method: init.method, body: init.body });
        return Promise.resolve(status === 204 ? new Response(null, { status }) : new Response(JSON.stringify(body), { status }));
    }));
    return { session, requests };
}

it('is somebody when the server knows the cookie', async () => {
    const { session } = answering(200, { user: aUser(7) });
    await session.ask();
    expect([session.phase, session.id]).toEqual(['somebody', 7]);
});

it('is nobody when it does not', async () => {
    const { session } = answering(401, { error: { code: 'unauthorized', message: '' } });
    await session.ask();
    expect(session.phase).toBe('nobody');
});

it.each([503, 502])('is unreachable, not nobody, when the answer is %s', async (status) => {
    const { session } = answering(status, 'no json of ours');
    await session.ask();
    expect(session.phase).toBe('unreachable');
});

it('is unreachable when nothing answers', async () => {
    const session = new Session(new Api(() => Promise.reject(new TypeError('network'))));
    await session.ask();
    expect(session.phase).toBe('unreachable');
});

it('starts with a name, and passes on why it could not', async () => {
    const { session, requests } = answering(200, { user: aUser(7), token: 't' });
    await session.start('ana');
    expect([session.phase, requests[0]]).toEqual(['somebody', { method: 'POST', body: '{"name":"ana"}' }]);
    const taken = answering(409, { error: { code: 'conflict', message: '', suggestion: 'ana2' } });
    await expect(taken.session.start('ana')).rejects.toMatchObject({ code: 'conflict', suggestion: 'ana2' });
});

it('is nobody after it has ended', async () => {
    const { session } = answering(204);
    session.update(aUser(7));
    await session.end();
    expect([session.phase, session.me]).toEqual(['nobody', undefined]);
});
