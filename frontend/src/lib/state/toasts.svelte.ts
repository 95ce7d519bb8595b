/* Short notes at the edge of the page that go by themselves. */
export interface Toast {
    id: number;
    text: string;
    kind: 'plain' | 'error';
    action?: { label: string; run: () => void };
}

const STAY_MS = 6_000;
/** How long an act can be taken back. */
export const UNDO_MS = 8_000;

export class Toasts {
    #list = $state.raw<readonly Toast[]>([]);
    #next = 1;

    get list(): readonly Toast[] {
        return this.#list;
    }

    show(text: string, options: { kind?: Toast['kind']; action?: Toast['action']; stays?: boolean; stayMs?: number } = {}): void {
        const id = this.#next++;
        const others = this.#list.filter((toast) => toast.text !== text);
        this.#list = [...others, { id, text, kind: options.kind ?? 'plain', action: options.action }];
        if (!options.stays) setTimeout(() => this.dismiss(id), options.stayMs ?? STAY_MS);
    }

    dismiss(id: number): void {
        this.#list = this.#list.filter((toast) => toast.id !== id);
    }
}
