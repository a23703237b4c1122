import { Copy } from 'lucide-react';
import type { SecretDetail } from '../../../app/model/secret.js';
import { IconButton } from '../../components/button.js';
import { Ring } from '../../components/progress.js';
import { copyCode } from '../../state/detail.js';
import { useTotp } from './use-totp.js';

/** "123 456": halves are easier to read off than six digits in a row. */
const halves = (code: string): string => {
  const middle = Math.ceil(code.length / 2);
  return `${code.slice(0, middle)} ${code.slice(middle)}`;
};

export const TotpRow = ({
  id,
  version,
  field,
  first,
}: {
  id: string;
  version: number;
  field: SecretDetail['fields'][number];
  first: boolean;
}) => {
  const { code, error, now } = useTotp(id, version, field.name);
  const leftMs = code ? Math.max(0, Math.min(code.periodMs, code.endsAt - now)) : 0;
  return (
    <div className="field-row">
      <dt>One-time code</dt>
      <dd>
        {error ? (
          <span className="field-problem">{error.message} Check the key under Edit.</span>
        ) : (
          <span className="totp">
            <span className="totp-code mono selectable">{code ? halves(code.code) : ' '}</span>
            {code ? <Ring fraction={leftMs / code.periodMs} /> : null}
            {code ? <span className="quiet small totp-left">{Math.ceil(leftMs / 1000)} s</span> : null}
          </span>
        )}
        <span className="row-actions">
          <IconButton
            label="Copy One-time code"
            icon={Copy}
            disabled={!code}
            {...(first ? { 'data-first': true } : {})}
            onClick={() => void copyCode(id, field.name)}
          />
        </span>
      </dd>
    </div>
  );
};
