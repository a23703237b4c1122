import { useState, type ClipboardEvent } from 'react';
import { Eye, EyeOff, Trash2 } from 'lucide-react';
import { IconButton } from '../../components/button.js';
import { Field, TextArea, TextField } from '../../components/field.js';
import { changeField, changeForm, useForm } from '../../state/form.js';
import { customField, parseEnv, type FormField } from '../../state/secret-form.js';
import { Generator } from './generator.js';

const removeField = (key: string) => {
  const { form } = useForm.getState();
  if (form) changeForm({ fields: form.fields.filter((field) => field.key !== key) });
};

/** A field whose text is dots until it is shown; one that holds a password can be generated. */
const ConcealedField = ({
  field,
  problem,
  hideLabel = false,
}: {
  field: FormField;
  problem: string | undefined;
  hideLabel?: boolean;
}) => {
  const [shown, setShown] = useState(false);
  const label = field.label || field.name || 'value';
  return (
    <Field label={field.custom ? 'Value' : field.label} problem={problem} hideLabel={hideLabel}>
      {(wiring) => (
        <div className="input-frame">
          <input
            className="input mono"
            type={shown ? 'text' : 'password'}
            autoComplete="off"
            spellCheck={false}
            value={field.value}
            onChange={(event) => changeField(field.key, { value: event.target.value })}
            {...wiring}
          />
          <IconButton
            label={shown ? `Hide ${label}` : `Show ${label}`}
            icon={shown ? EyeOff : Eye}
            onClick={() => setShown(!shown)}
          />
          {field.kind === 'concealed' ? (
            <Generator
              label={`Generate ${label}`}
              onUse={(value) => {
                setShown(true);
                changeField(field.key, { value });
              }}
            />
          ) : null}
        </div>
      )}
    </Field>
  );
};

/** Lines of a .env file pasted into a name become one field each. */
const pasteEnv = (event: ClipboardEvent, key: string) => {
  const pairs = parseEnv(event.clipboardData.getData('text'));
  const { form } = useForm.getState();
  if (!form || !pairs) return;
  event.preventDefault();
  const pasted = pairs.map(([name, value], index) => customField(`${key}-${index}`, name, value));
  const at = form.fields.findIndex((field) => field.key === key);
  const replaced = form.fields[at]?.name === '' && form.fields[at].value === '' ? 1 : 0;
  const after = replaced === 1 ? at : at + 1;
  changeForm({ fields: [...form.fields.slice(0, after), ...pasted, ...form.fields.slice(after + replaced)] });
};

/** A field of the person's own: its name and its value. Only the first of them shows the two labels. */
export const CustomField = ({
  field,
  problem,
  first,
}: {
  field: FormField;
  problem: string | undefined;
  first: boolean;
}) => (
  <div className="custom-field" data-field={field.key} data-labels={first}>
    <TextField
      label="Field name"
      hideLabel={!first}
      className="mono"
      placeholder="API_KEY"
      maxLength={128}
      value={field.name}
      problem={problem}
      onPaste={(event) => pasteEnv(event, field.key)}
      onText={(name) => changeField(field.key, { name })}
    />
    <ConcealedField field={field} problem={undefined} hideLabel={!first} />
    <IconButton
      className="remove-field"
      label={field.name ? `Remove field ${field.name}` : 'Remove field'}
      icon={Trash2}
      onClick={() => removeField(field.key)}
    />
  </div>
);

export const FieldEditor = ({ field, problem }: { field: FormField; problem: string | undefined }) => {
  const text = { value: field.value, problem, onText: (value: string) => changeField(field.key, { value }) };
  switch (field.kind) {
    case 'text':
      return <TextField label={field.label} {...text} />;
    case 'url':
      return <TextField label={field.label} inputMode="url" placeholder="https://" {...text} />;
    case 'multiline':
      return <TextArea label={field.label} rows={3} {...text} />;
    case 'concealed-multiline':
      return <TextArea label={field.label} rows={8} className="mono" {...text} />;
    case 'concealed':
    case 'totp':
      return <ConcealedField field={field} problem={problem} />;
  }
};
