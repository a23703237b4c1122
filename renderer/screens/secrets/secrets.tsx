import { useEffect, useMemo } from 'react';
import { openSecret } from '../../state/detail.js';
import { tellFailure } from '../../state/attempt.js';
import { useForm } from '../../state/form.js';
import { showFront, useRoute, type SecretFilter } from '../../state/route.js';
import { within } from '../../state/selection.js';
import { useSecrets } from '../../state/secrets.js';
import { visibleSecrets } from '../../state/visible-secrets.js';
import { leaveThen } from '../shell/leave-then.js';
import { Bulk } from './bulk.js';
import { SecretDetailPane } from './secret-detail.js';
import { SecretForm } from './secret-form.js';
import { SecretList } from './secret-list.js';
import { TypePicker } from './type-picker.js';
import { typeNames } from './type-names.js';
import './secrets.css';
import './secret-form.css';
import './secret-history.css';

const everything: SecretFilter = { kind: 'all' };

const useList = () => {
  const filter = useRoute((state) => (state.route.room === 'secrets' ? state.route.filter : everything));
  const { items, found, sort, selection } = useSecrets();
  const shown = useMemo(() => visibleSecrets(items, filter, found, sort), [items, filter, found, sort]);
  const order = useMemo(() => shown.map((item) => item.id), [shown]);
  const kept = useMemo(() => within(selection, order), [selection, order]);
  return { filter, shown, selection: kept };
};

const titleOf = (filter: SecretFilter): string => {
  switch (filter.kind) {
    case 'all':
      return 'All secrets';
    case 'favourites':
      return 'Favourites';
    case 'type':
      return typeNames[filter.type].many;
    case 'tag':
      return `Tagged ${filter.tag}`;
    case 'trash':
      return 'Trash';
  }
};

/** The room of secrets: list and detail. */
export const Secrets = () => {
  const { filter, shown, selection } = useList();
  const { loaded, error, search } = useSecrets();
  const front = useRoute((state) => state.front);
  const formOpen = useForm((state) => state.form !== null);
  const picking = useForm((state) => state.picking);
  const activeId = selection.active;

  useEffect(() => {
    void openSecret(activeId).catch(tellFailure);
  }, [activeId]);

  const nothingYet = loaded && !error && filter.kind === 'all' && search === '' && shown.length === 0;

  const backToList = () =>
    leaveThen(() => {
      showFront('list');
      document.querySelector<HTMLElement>('[data-list]')?.focus();
    });

  const content = () => {
    if (formOpen) return <SecretForm />;
    if (picking) return <TypePicker />;
    if (nothingYet) return <TypePicker first />;
    if (selection.ids.size > 1) return <Bulk ids={[...selection.ids]} inTrash={filter.kind === 'trash'} />;
    return <SecretDetailPane empty={shown.length === 0} onBack={backToList} />;
  };

  return (
    <div className="secrets" data-front={front}>
      <h1 className="visually-hidden">{titleOf(filter)}</h1>
      <SecretList filter={filter} shown={shown} selection={selection} />
      <section
        className="detail-pane"
        aria-label="Secret"
        data-pane
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !formOpen && !event.defaultPrevented) backToList();
        }}
      >
        {content()}
      </section>
    </div>
  );
};
