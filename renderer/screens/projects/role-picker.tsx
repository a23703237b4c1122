import { useId } from 'react';
import { roles, type Access, type Role } from '../../../app/model/project.js';
import { accessMeanings, accessNames, mayGovern } from '../../state/project-rights.js';

/** The four roles, each with what it allows; those that this account may not give stay visible and say why. */
export const RolePicker = ({
  mine,
  value,
  autoFocus = false,
  onValue,
}: {
  mine: Access;
  value: Role;
  autoFocus?: boolean;
  onValue: (role: Role) => void;
}) => {
  const id = useId();
  return (
    <fieldset className="role-picker">
      <legend className="field-label">Role</legend>
      {roles.map((role) => {
        const may = mayGovern(mine, role);
        return (
          <label key={role} className="role-option" data-on={value === role} data-off={!may}>
            <input
              type="radio"
              name={id}
              value={role}
              checked={value === role}
              disabled={!may}
              autoFocus={autoFocus && value === role}
              aria-labelledby={`${id}-${role}-name`}
              aria-describedby={`${id}-${role}`}
              onChange={() => onValue(role)}
            />
            <span className="role-name" id={`${id}-${role}-name`}>
              {accessNames[role]}
            </span>
            <span className="quiet small" id={`${id}-${role}`}>
              {may ? accessMeanings[role] : 'Only an owner can give this role.'}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
};
