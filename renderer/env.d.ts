/** Style sheets are imported for their effect; vite puts them into one file that the page loads from its own origin. */
declare module '*.css';
