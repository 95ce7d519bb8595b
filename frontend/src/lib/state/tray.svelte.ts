/* The files that wait above what is written, each on its way to the server or there already.
 *
 *   waiting -> uploading -> done
 *                 |  ^
 *                 +--+-- failed: the user tries again, or takes it out
 *
 * A few go up at a time, in the order in which they were chosen. What is taken out is no longer sent; what was uploaded
 * and never said the server forgets after a day.
 */
import { asCommandError } from '$lib/protocol/errors';
import type { Attachment } from '$lib/protocol/gen/protocol';
import { errorText } from '$lib/text/error-text';
import { t } from '$lib/text/strings';

const AT_ONCE = 2;

export interface UploadOptions {
    signal: AbortSignal;
    /** How much of it has gone, from 0 to 1. */
    onProgress: (part: number) => void;
}
export type Upload = (file: File, options: UploadOptions) => Promise<Attachment>;

export interface TrayItem {
    readonly key: number;
    readonly file?: File;
    readonly name: string;
    readonly size: number;
    readonly state: 'waiting' | 'uploading' | 'done' | 'failed';
    readonly part: number;
    readonly error?: string;
    readonly attachment?: Attachment;
}

interface Options {
    upload: Upload;
    /** The greatest file, in bytes. */
    bytesMax: () => number;
    /** Files of a message. */
    countMax: () => number;
}

export class Tray {
    #items = $state.raw<readonly TrayItem[]>([]);
    /** What could not be taken at all. */
    #note = $state('');
    #aborts = new Map<number, AbortController>();
    #lastKey = 0;
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    get items(): readonly TrayItem[] {
        return this.#items;
    }
    get note(): string {
        return this.#note;
    }
    /** Something is still on its way, or has failed: the message would go without it. */
    get busy(): boolean {
        return this.#items.some((item) => item.state !== 'done');
    }

    add(files: Iterable<File>): void {
        this.#note = '';
        for (const file of files) {
            if (this.#items.length >= this.#deps.countMax()) {
                this.#note = t.files.tooMany(this.#deps.countMax());
                break;
            }
            this.#items = [...this.#items, this.#itemOf(file)];
        }
        this.#pump();
    }

    remove(key: number): void {
        this.#aborts.get(key)?.abort();
        this.#items = this.#items.filter((item) => item.key !== key);
        this.#note = '';
        this.#pump();
    }

    retry(key: number): void {
        this.#edit(key, { state: 'waiting', part: 0, error: undefined });
        this.#pump();
    }

    /** Everything that is there, for a message; the tray is empty then. */
    take(): Attachment[] {
        const taken = this.#items.flatMap((item) => item.attachment ?? []);
        this.#items = [];
        this.#note = '';
        return taken;
    }

    /** What a message could not be sent with lies here again. */
    putBack(attachments: readonly Attachment[]): void {
        const back = attachments.map((attachment): TrayItem => {
            return { key: ++this.#lastKey, name: attachment.name, size: attachment.size, state: 'done', part: 1, attachment };
        });
        this.#items = [...back, ...this.#items];
    }

    #itemOf(file: File): TrayItem {
        const item: TrayItem = { key: ++this.#lastKey, file, name: file.name || t.files.unnamed, size: file.size, state: 'waiting', part: 0 };
        return file.size > this.#deps.bytesMax() ? { ...item, state: 'failed', error: t.files.tooLarge(this.#deps.bytesMax()) } : item;
    }

    #edit(key: number, change: Partial<TrayItem>): void {
        this.#items = this.#items.map((item) => (item.key === key ? { ...item, ...change } : item));
    }

    #pump(): void {
        for (const item of this.#items) {
            if (this.#aborts.size >= AT_ONCE) return;
            if (item.state === 'waiting' && item.file) void this.#send(item.key, item.file);
        }
    }

    async #send(key: number, file: File): Promise<void> {
        const abort = new AbortController();
        this.#aborts.set(key, abort);
        this.#edit(key, { state: 'uploading' });
        try {
            const attachment = await this.#deps.upload(file, { signal: abort.signal, onProgress: (part) => this.#edit(key, { part }) });
            this.#edit(key, { state: 'done', part: 1, attachment });
        } catch (thrown) {
            const { code } = asCommandError(thrown);
            this.#edit(key, { state: 'failed', error: code === 'too_large' ? t.files.tooLarge(this.#deps.bytesMax()) : errorText(thrown) });
        }
        this.#aborts.delete(key);
        this.#pump();
    }
}
