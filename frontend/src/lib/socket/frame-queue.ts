/* Gathers what arrives within one frame and runs it together, so that a burst of events costs one rendering
 * per frame and not one each. The first after a quiet frame runs at once: an idle chat waits for nothing.
 *
 * A hidden tab has no frames; there a slow timer takes their place, which also keeps it cheap.
 */
const HIDDEN_MS = 250;

export type NextFrame = (run: () => void) => void;

export const browserFrame: NextFrame = (run) => {
    if (document.hidden) setTimeout(run, HIDDEN_MS);
    else requestAnimationFrame(run);
};

export class FrameQueue {
    #jobs: (() => void)[] = [];
    #armed = false;
    readonly #nextFrame: NextFrame;

    constructor(nextFrame: NextFrame = browserFrame) {
        this.#nextFrame = nextFrame;
    }

    /** Runs `job` now when the frame was quiet, else with the next frame; always in the order of calls. */
    add(job: () => void): void {
        if (this.#armed) {
            this.#jobs.push(job);
            return;
        }
        this.#arm();
        job();
    }

    #arm(): void {
        this.#armed = true;
        this.#nextFrame(() => {
            const jobs = this.#jobs;
            this.#jobs = [];
            this.#armed = false;
            if (jobs.length > 0) this.#arm();
            for (const job of jobs) job();
        });
    }
}
