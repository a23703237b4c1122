import { createContext, useContext } from 'react';

/** Where menus and tooltips go: into the open dialog, which is above everything, else to the end of the page. */
export const PortalTarget = createContext<HTMLElement | null>(null);

export const usePortalTarget = (): HTMLElement | null => useContext(PortalTarget);
