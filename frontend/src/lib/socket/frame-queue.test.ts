import { expect, it } from 'vitest';
import { FrameQueue } from './frame-queue';

function manualFrames() {
    const frames: (() => void)[] = [];
    return { queue: new FrameQueue((run) => frames.push(run)), frame: () => frames.shift()?.(), waiting: () => frames.length };
}

it('runs the first job at once and the rest of the frame together, in order', () => {
    const { queue, frame } = manualFrames();
    const ran: number[] = [];
    for (const job of [1, 2, 3]) queue.add(() => ran.push(job));
    expect(ran).toEqual([1]);
    frame();
    expect(ran).toEqual([1, 2, 3]);
});

it('keeps jobs that a job adds for the next frame', () => {
    const { queue, frame } = manualFrames();
    const ran: string[] = [];
    queue.add(() => ran.push('first'));
    queue.add(() => queue.add(() => ran.push('later')));
    frame();
    expect(ran).toEqual(['first']);
    frame();
    expect(ran).toEqual(['first', 'later']);
});

it('asks for no frame when nothing happens', () => {
    const { queue, frame, waiting } = manualFrames();
    queue.add(() => {});
    frame();
    expect(waiting()).toBe(0);
    let ran = false;
    queue.add(() => (ran = true));
    expect(ran).toBe(true);
});
