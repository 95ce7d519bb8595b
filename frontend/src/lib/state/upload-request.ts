/* One file to the server. XMLHttpRequest, because fetch does not tell how much has gone. */
import { CommandError } from '$lib/protocol/errors';
import type { Attachment, ErrorBody, Uploaded } from '$lib/protocol/gen/protocol';
import type { UploadOptions } from './tray.svelte';

export function uploadFile(file: File, { signal, onProgress }: UploadOptions): Promise<Attachment> {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/uploads?name=${encodeURIComponent(file.name)}`);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    return new Promise((resolve, reject) => {
        const refuse = (error: ErrorBody) => reject(new CommandError(error));
        request.onload = () => {
            const answer = request.response as (Partial<Uploaded> & { error?: ErrorBody }) | null;
            if (answer?.attachment) resolve(answer.attachment);
            else refuse(answer?.error ?? { code: request.status === 413 ? 'too_large' : 'unavailable', message: `HTTP ${request.status}` });
        };
        request.onerror = request.onabort = () => refuse({ code: 'unavailable', message: 'interrupted' });
        signal.addEventListener('abort', () => request.abort());
        request.send(file);
    });
}
