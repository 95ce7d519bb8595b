/* The words of code with what they are, as far as a colour says it. */
export interface CodePart {
    text: string;
    role?: 'word' | 'text' | 'number' | 'name' | 'remark';
}

/** Longer code is not coloured: it would be felt. */
const LENGTH_MAX = 12_000;

/** Never rejects: what cannot be coloured is one part without a role. */
export async function coloured(text: string, language: string): Promise<CodePart[]> {
    const bare = [{ text }];
    if (!language || text.length > LENGTH_MAX) return bare;
    try {
        return (await import('./highlight')).highlight(text, language) ?? bare;
    } catch {
        return bare;
    }
}
