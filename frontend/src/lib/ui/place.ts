/* Puts a popover beside its button: below or above, from the start of the line on where there is room, and
 * always within the window. */
const GAP_PX = 4;
const EDGE_PX = 8;

export function placeBeside(popover: HTMLElement, anchor: HTMLElement): void {
    const at = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = popover;
    const below = at.bottom + GAP_PX + height <= innerHeight - EDGE_PX;
    const top = below ? at.bottom + GAP_PX : at.top - GAP_PX - height;
    const [rightwards, leftwards] = [at.left, at.right - width];
    const fits = document.dir === 'rtl' ? leftwards >= EDGE_PX : rightwards + width <= innerWidth - EDGE_PX;
    const left = fits === (document.dir === 'rtl') ? leftwards : rightwards;
    popover.style.top = `${Math.max(EDGE_PX, top)}px`;
    popover.style.left = `${Math.max(EDGE_PX, left)}px`;
}
