/* F6 goes round the page's regions: elements with a `data-region`, in the order of the document. Each gives
 * the focus to where it was last, to its roving item, or to its first control. */
const FOCUSABLE = 'a[href], button:not([disabled]), textarea, input, [tabindex="0"]';

export function moveRegion(step: 1 | -1, root: ParentNode = document): void {
    const regions = [...root.querySelectorAll<HTMLElement>('[data-region]')].filter(isShown);
    const current = regions.findIndex((region) => region.contains(document.activeElement));
    for (let distance = 1; distance <= regions.length; distance += 1) {
        const index = (current + step * distance + regions.length * 2) % regions.length;
        if (enter(regions[index])) return;
    }
}

function enter(region: HTMLElement | undefined): boolean {
    const target = region?.querySelector<HTMLElement>('[data-region-focus]') ?? region?.querySelector<HTMLElement>(FOCUSABLE);
    target?.focus();
    return !!target;
}

function isShown(element: HTMLElement): boolean {
    return element.getClientRects().length > 0;
}
