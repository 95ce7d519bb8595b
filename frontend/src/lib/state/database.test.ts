import { IDBFactory, IDBKeyRange, IDBTransaction } from 'fake-indexeddb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { browserDatabase, memoryDatabase, type Database } from './database';

beforeEach(() => void vi.stubGlobal('IDBKeyRange', IDBKeyRange));

const kinds: [string, () => Database][] = [
    ['the browser’s database', () => browserDatabase(new IDBFactory())],
    ['a database in memory', memoryDatabase],
    ['a browser without one', () => browserDatabase(refusing())],
];

/** A factory that never opens anything. */
function refusing(): IDBFactory {
    return { open: () => { throw new Error('forbidden'); } } as unknown as IDBFactory;
}

describe.each(kinds)('%s', (_name, make) => {
    it('keeps values by user and key', async () => {
        const table = make().table<string>('outbox');
        await table.put(1, 'b', 'second');
        await table.put(1, 'a', 'first');
        await table.put(1, 'a', 'first again');
        await table.put(2, 'a', 'another’s');
        expect((await table.all(1)).sort()).toEqual(['first again', 'second']);
        await table.remove(1, 'a');
        expect(await table.all(1)).toEqual(['second']);
    });

    it('forgets one user, or everybody, and one table only', async () => {
        const database = make();
        const [table, other] = [database.table<string>('outbox'), database.table<string>('seen')];
        for (const user of [1, 2, 12]) await table.put(user, 'a', `of ${user}`);
        await other.put(1, 'a', 'stays');
        await table.clear(1);
        expect([await table.all(1), await table.all(2), await table.all(12)]).toEqual([[], ['of 2'], ['of 12']]);
        await table.clear();
        expect([await table.all(2), await other.all(1)]).toEqual([[], ['stays']]);
    });
});

it('says whether a value outlives the page, and finds it in the next', async () => {
    const factory = new IDBFactory();
    expect(await browserDatabase(factory).table('outbox').put(1, 'a', { body: 'kept' })).toBe(true);
    expect(await browserDatabase(factory).table('outbox').all(1)).toEqual([{ body: 'kept' }]);
    expect(await memoryDatabase().table('outbox').put(1, 'a', 'x')).toBe(false);
    expect(await browserDatabase(refusing()).table('outbox').put(1, 'a', 'x')).toBe(false);
});

it('is done with a value at once: a page that goes does not live to see the answer', async () => {
    const commit = vi.spyOn(IDBTransaction.prototype, 'commit');
    expect(await browserDatabase(new IDBFactory()).table('seen').put(1, 'a', 'x')).toBe(true);
    expect(commit).toHaveBeenCalledOnce();
    commit.mockRestore();
});
