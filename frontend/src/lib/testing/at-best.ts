/* How long something takes when the machine is not busy with something else: the least of several times, in milliseconds. */
export function atBest(work: () => unknown, tries = 5): number {
    const times = Array.from({ length: tries }, () => {
        const started = performance.now();
        work();
        return performance.now() - started;
    });
    return Math.min(...times);
}
