import { KeyRound, Search, Star, Tag, Trash2 } from 'lucide-react';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { secretIcons } from '../../components/secret-icon.js';
import type { SecretFilter } from '../../state/route.js';
import { searchSecrets } from '../../state/secrets.js';
import { newSecret } from '../shell/use-shortcuts.js';
import { typeNames } from './type-names.js';

/** What an empty list says, for each list. */
export const NoSecrets = ({ filter, search }: { filter: SecretFilter; search: string }) => {
  if (search.trim() !== '')
    return (
      <EmptyState
        icon={Search}
        title="Nothing found"
        action={<Button onClick={() => void searchSecrets('')}>Clear search</Button>}
      >
        No secret here holds every word of “{search.length > 60 ? `${search.slice(0, 60)}…` : search}”.
      </EmptyState>
    );
  switch (filter.kind) {
    case 'all':
      return (
        <EmptyState
          icon={KeyRound}
          title="No secrets yet"
          action={<Button onClick={newSecret}>Add your first secret</Button>}
        >
          Passwords, keys and tokens, encrypted on this computer before anything else happens.
        </EmptyState>
      );
    case 'favourites':
      return (
        <EmptyState icon={Star} title="No favourites">
          The star above a secret puts it here.
        </EmptyState>
      );
    case 'type':
      return (
        <EmptyState icon={secretIcons[filter.type]} title={`No ${typeNames[filter.type].many}`}>
          {typeNames[filter.type].use}.
        </EmptyState>
      );
    case 'tag':
      return (
        <EmptyState icon={Tag} title={`Nothing tagged “${filter.tag}”`}>
          Tags are added while editing a secret.
        </EmptyState>
      );
    case 'trash':
      return (
        <EmptyState icon={Trash2} title="The trash is empty">
          What you delete waits here until you delete it for good.
        </EmptyState>
      );
  }
};
