/** Moves the focus from `cell` to a neighbour by an arrow key, Home or End. @returns whether the key is one of these */
export function moveTo(map: HTMLElement, cell: HTMLElement | null, key: string): boolean {
  const cells = [...map.querySelectorAll<HTMLElement>('[data-key]')];
  const next = neighbour(cells, cell, key);
  if (next === undefined) return false;
  next.focus();
  return true;
}

function neighbour(cells: readonly HTMLElement[], cell: HTMLElement | null, key: string): HTMLElement | undefined {
  const place = cell === null ? -1 : cells.indexOf(cell);
  switch (key) {
    case 'Home':
      return cells[0];
    case 'End':
      return cells.at(-1);
    case 'ArrowRight':
      return cells[Math.min(place + 1, cells.length - 1)];
    case 'ArrowLeft':
      return cells[Math.max(place - 1, 0)];
    case 'ArrowDown':
      return cell === null ? cells[0] : nearest(cells.slice(place + 1), cell);
    case 'ArrowUp':
      return cell === null ? cells[0] : nearest(cells.slice(0, place), cell);
    default:
      return undefined;
  }
}

/** Of the cells in other rows the one that is nearest to `from`; `from` itself where there is none. */
function nearest(cells: readonly HTMLElement[], from: HTMLElement): HTMLElement {
  const { left, top } = from.getBoundingClientRect();
  let best = from;
  let least = Infinity;
  for (const cell of cells) {
    const box = cell.getBoundingClientRect();
    const rows = Math.abs(box.top - top);
    // A row is nearer than any place within it.
    const distance = rows * 10_000 + Math.abs(box.left - left);
    if (rows > 1 && distance < least) {
      best = cell;
      least = distance;
    }
  }
  return best;
}
