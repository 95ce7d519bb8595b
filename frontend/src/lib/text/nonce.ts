/* A name for one attempt to send. crypto.randomUUID exists in secure contexts only, and Parley may well be
 * reached over plain http in a local network. */
export function makeNonce(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
