/* How files are shown and chosen, one chunk: fetched with the first message that has some. */
type Views = typeof import('./views');

let views: Promise<Views> | undefined;

export function loadFiles(): Promise<Views> {
    views ??= import('./views').catch((error: unknown) => {
        views = undefined;
        throw error;
    });
    return views;
}
