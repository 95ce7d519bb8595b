import { t } from './strings';

/** "Ana is typing", "Ana and Bo are typing", "Several people are typing"; nothing for nobody. */
export function typingText(names: readonly string[]): string {
    const [first, second, third] = names;
    if (first === undefined) return '';
    if (second === undefined) return t.typing.one(first);
    return third === undefined ? t.typing.two(first, second) : t.typing.many;
}
