import './progress.css';

export const ProgressBar = ({
  label,
  fraction,
  look = 'running',
}: {
  label: string;
  fraction: number;
  look?: 'running' | 'done' | 'failed';
}) => {
  const percent = Math.round(fraction * 100);
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div className="progress-fill" data-look={look} style={{ transform: `scaleX(${fraction})` }} />
    </div>
  );
};

const radius = 7;
const circumference = 2 * Math.PI * radius;

/** A ring that empties; `fraction` is what is left. For eyes: the number beside it says the same. */
export const Ring = ({ fraction }: { fraction: number }) => (
  <svg className="ring" width={20} height={20} viewBox="0 0 20 20" aria-hidden data-low={fraction < 0.2}>
    <circle className="ring-track" cx={10} cy={10} r={radius} />
    <circle
      className="ring-rest"
      cx={10}
      cy={10}
      r={radius}
      strokeDasharray={circumference}
      strokeDashoffset={circumference * (1 - fraction)}
      transform="rotate(-90 10 10)"
    />
  </svg>
);
