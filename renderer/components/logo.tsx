/** The mark: an open ring, and in it a keyhole. */
export const Logo = ({ size = 48 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 48 48" aria-hidden className="logo">
    <rect width="48" height="48" rx="12" fill="var(--accent-fill)" />
    <path d="M33.2 16.2a12.5 12.5 0 1 0 0 15.6" fill="none" stroke="#fff" strokeWidth="3.5" strokeLinecap="round" />
    <circle cx="24" cy="22" r="3.6" fill="#fff" />
    <path d="M22.4 24h3.2l1.3 6.6h-5.8z" fill="#fff" />
  </svg>
);
