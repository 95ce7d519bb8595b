import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { longPress } from './long-press';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function anElement() {
    const element = document.createElement('article');
    element.append(document.createElement('button'));
    const act = vi.fn();
    const end = longPress(act)(element) as () => void;
    const fire = (type: string, more: PointerEventInit = {}, on: Element = element) =>
        on.dispatchEvent(new PointerEvent(type, { pointerType: 'touch', bubbles: true, cancelable: true, ...more }));
    return { element, act, end, fire };
}

it('acts when the finger that stayed goes', () => {
    const { element, act, fire } = anElement();
    fire('pointerdown');
    vi.advanceTimersByTime(500);
    expect([element.dataset.pressed, act.mock.calls.length]).toEqual(['', 0]);
    fire('pointerup');
    vi.runAllTimers();
    expect([element.dataset.pressed, act.mock.calls.length]).toEqual([undefined, 1]);
});

it.each([
    ['a tap', (fire: ReturnType<typeof anElement>['fire']) => fire('pointerup')],
    ['scrolling', (fire: ReturnType<typeof anElement>['fire']) => fire('pointermove', { clientY: 30 })],
    ['what the browser takes over', (fire: ReturnType<typeof anElement>['fire']) => fire('pointercancel')],
])('leaves alone %s', (_, interrupt) => {
    const { act, fire } = anElement();
    fire('pointerdown');
    interrupt(fire);
    vi.advanceTimersByTime(1000);
    fire('pointerup');
    vi.runAllTimers();
    expect(act).not.toHaveBeenCalled();
});

it('leaves alone mice, and the buttons within', () => {
    const { element, act, fire } = anElement();
    for (const press of [() => fire('pointerdown', { pointerType: 'mouse' }), () => fire('pointerdown', {}, element.firstElementChild as Element)]) {
        press();
        vi.advanceTimersByTime(1000);
        fire('pointerup');
        vi.runAllTimers();
    }
    expect(act).not.toHaveBeenCalled();
});
