import { expect, test } from 'vitest';
import { Dialogs } from './dialogs.svelte';

test('a dialog that is told late to be closed does not close the next', () => {
    const dialogs = new Dialogs();
    dialogs.show('settings');
    const settings = dialogs.open;
    dialogs.show('palette');
    dialogs.close(settings);
    expect(dialogs.open?.name).toBe('palette');
    dialogs.close(dialogs.open);
    expect(dialogs.open).toBeUndefined();
    dialogs.show('settings');
    dialogs.close();
    expect(dialogs.open).toBeUndefined();
});
