/* How much room there is, in three sizes, and whether fingers do the work. The styles ask the same questions
 * by container queries; this is for behaviour: history entries, focus, the meaning of Enter. */
export type Size = 'phone' | 'tablet' | 'desktop';

export const DESKTOP = '(min-width: 64rem)';
export const TABLET = '(min-width: 40rem)';
export const TOUCH = '(pointer: coarse) and (hover: none)';

export class Viewport {
    #desktop = $state(false);
    #tablet = $state(false);
    #touch = $state(false);

    constructor(match: (query: string) => MediaQueryList = (query) => window.matchMedia(query)) {
        follow(match(DESKTOP), (on) => (this.#desktop = on));
        follow(match(TABLET), (on) => (this.#tablet = on));
        follow(match(TOUCH), (on) => (this.#touch = on));
    }

    get size(): Size {
        if (this.#desktop) return 'desktop';
        return this.#tablet ? 'tablet' : 'phone';
    }
    get touch(): boolean {
        return this.#touch;
    }
}

function follow(list: MediaQueryList, set: (on: boolean) => void): void {
    set(list.matches);
    list.addEventListener('change', (event) => set(event.matches));
}
