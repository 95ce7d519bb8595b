const ONLY_EMOJI = /^(?:\p{RGI_Emoji}\s*){1,3}$/v;

/** Whether a text is nothing but up to three emoji, which are then shown larger. */
export function isEmojiOnly(text: string): boolean {
    return ONLY_EMOJI.test(text);
}
