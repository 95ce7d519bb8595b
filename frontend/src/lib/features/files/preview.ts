/* An attachment: shows a chosen picture before the server has it. */
export function preview(file: File): (image: HTMLImageElement) => () => void {
    return (image) => {
        const url = URL.createObjectURL(file);
        image.src = url;
        return () => URL.revokeObjectURL(url);
    };
}
