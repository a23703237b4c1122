import { useEffect, useRef, type KeyboardEvent } from 'react';
import { Plus } from 'lucide-react';
import { Button } from '../../components/button.js';
import { ErrorNote } from '../../components/error-note.js';
import { TextField } from '../../components/field.js';
import { SecretIcon } from '../../components/secret-icon.js';
import { isSecondVersion, ownTags, withOwnTags } from '../../state/conflicts.js';
import { changeForm, discardForm, saveForm, useForm } from '../../state/form.js';
import { customField, problemsOf, type FormField, type SecretFormValues } from '../../state/secret-form.js';
import { isMac, printKeys } from '../../state/shortcuts.js';
import { CustomField, FieldEditor } from './field-editor.js';
import { TagsEditor } from './tags-editor.js';
import { typeNames } from './type-names.js';

const nextKey = (fields: readonly FormField[]) => `own-${fields.length + 1}-${Date.now().toString(36)}`;

const addField = () => {
  const { form } = useForm.getState();
  if (!form) return;
  const own = customField(nextKey(form.fields));
  changeForm({ fields: [...form.fields, own] });
  setTimeout(() => document.querySelector<HTMLElement>(`[data-field="${own.key}"] input`)?.focus());
};

const onKeyDown = (event: KeyboardEvent) => {
  if (event.key === 'Escape' && !event.defaultPrevented) {
    event.preventDefault();
    discardForm();
  } else if (event.key === 'Enter' && (isMac ? event.metaKey : event.ctrlKey)) {
    event.preventDefault();
    void saveForm();
  }
};

/** Brings the first field with a problem into view when saving was refused. */
const useProblemFocus = (on: boolean) => {
  const ref = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (on) ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [on]);
  return ref;
};

const KnownFields = ({ form, problems }: { form: SecretFormValues; problems: ReadonlyMap<string, string> }) =>
  form.fields
    .filter((field) => !field.custom)
    .map((field) => <FieldEditor key={field.key} field={field} problem={problems.get(field.key)} />);

/** A new secret, or changes to one. */
export const SecretForm = () => {
  const { form, original, showProblems, saving, error } = useForm();
  const ref = useProblemFocus(showProblems);
  if (!form) return null;
  const problems = showProblems ? problemsOf(form) : new Map<string, string>();
  const own = form.fields.filter((field) => field.custom && !isSecondVersion(form, field.name));
  const title = original
    ? `Edit ${typeNames[form.type].one.toLowerCase()}`
    : `New ${typeNames[form.type].one.toLowerCase()}`;
  return (
    <form
      ref={ref}
      className="secret-form"
      aria-label={original ? 'Edit secret' : 'New secret'}
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void saveForm();
      }}
    >
      <div className="pane-head">
        <h2>{title.replace('aws', 'AWS').replace('api', 'API').replace('ssh', 'SSH').replace('git', 'Git')}</h2>
        <Button onClick={discardForm}>Cancel</Button>
        <Button look="primary" submit disabled={saving} title={`Save (${printKeys('save').join(' ')})`}>
          Save
        </Button>
      </div>
      <div className="detail-scroll">
        <div className="detail-content form-content">
          {error ? <ErrorNote error={error} onRetry={() => void saveForm()} /> : null}
          <div className="form-name">
            <SecretIcon type={form.type} large />
            <TextField
              label="Name"
              autoFocus
              maxLength={500}
              value={form.name}
              problem={problems.get('name')}
              onText={(name) => changeForm({ name })}
            />
          </div>
          <div className="form-fields">
            {form.type === 'env' ? null : <KnownFields form={form} problems={problems} />}
            {own.map((field, index) => (
              <CustomField key={field.key} field={field} problem={problems.get(field.key)} first={index === 0} />
            ))}
            <Button look="quiet" icon={Plus} className="add-field" onClick={addField}>
              {form.type === 'env' ? 'Add variable' : 'Add field'}
            </Button>
            {form.type === 'env' ? <KnownFields form={form} problems={problems} /> : null}
          </div>
          <TagsEditor tags={ownTags(form.tags)} onTags={(tags) => changeForm({ tags: withOwnTags(form.tags, tags) })} />
        </div>
      </div>
    </form>
  );
};
