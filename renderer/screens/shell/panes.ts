import { showFront } from '../../state/route.js';

/** From a row to what it stands for: in a narrow window the detail comes to the front, and the focus goes there. */
export const openDetail = (): void => {
  showFront('detail');
  setTimeout(() => document.querySelector<HTMLElement>('.detail-pane [data-first]')?.focus());
};

/** Back to the list that is open, with the focus on it. */
export const backToList = (): void => {
  showFront('list');
  focusList();
};

export const focusList = (): void => document.querySelector<HTMLElement>('[data-list]')?.focus();
