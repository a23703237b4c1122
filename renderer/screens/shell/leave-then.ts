import { leaveForm } from '../../state/drafts.js';
import { useForm } from '../../state/form.js';

/** Goes somewhere else once an open form is safely kept; stays when it cannot be kept. */
export const leaveThen = (go: () => void): void => {
  const { form, picking } = useForm.getState();
  if (form === null && !picking) go();
  else void leaveForm().then((left) => left && go());
};
