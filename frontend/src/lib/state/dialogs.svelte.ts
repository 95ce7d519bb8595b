/* Which dialog is open: at most one. */
export type DialogName = 'create-room' | 'browse-rooms' | 'edit-room' | 'leave-room' | 'switcher' | 'status' | 'settings' | 'help' | 'log-out';

export class Dialogs {
    #open = $state<DialogName>();

    get open(): DialogName | undefined {
        return this.#open;
    }

    show(name: DialogName): void {
        this.#open = name;
    }

    close(): void {
        this.#open = undefined;
    }
}
