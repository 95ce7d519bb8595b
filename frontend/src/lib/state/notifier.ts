/* The browser's notes, where it has them; tests bring their own. On some phones only a service worker may show
 * them: there they count as not supported. */
export interface Note {
    title: string;
    body: string;
    tag: string;
    onclick: () => void;
}
export interface Shown {
    close(): void;
}
export interface Notifier {
    readonly permission: NotificationPermission | 'unsupported';
    ask(): Promise<NotificationPermission>;
    show(note: Note): Shown | undefined;
    /** A short, soft sound. */
    chime?(): void;
}

export function browserNotifier(): Notifier {
    return {
        get permission() {
            return typeof Notification === 'undefined' ? 'unsupported' : Notification.permission;
        },
        chime: () => void import('./chime').then(({ chime }) => chime()).catch(() => {}),
        ask: () => Notification.requestPermission(),
        show({ title, body, tag, onclick }) {
            try {
                const shown = new Notification(title, { body, tag });
                shown.onclick = () => {
                    onclick();
                    shown.close();
                };
                return shown;
            } catch {
                return undefined;
            }
        },
    };
}
