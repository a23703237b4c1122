import type { SecretType } from '../../../app/model/secret.js';

/** What a person calls each type: one of them, many, and what it is for. */
export const typeNames: Readonly<Record<SecretType, Readonly<{ one: string; many: string; use: string }>>> = {
  credentials: { one: 'Login', many: 'Logins', use: 'Username and password' },
  aws: { one: 'AWS key', many: 'AWS keys', use: 'Access key and secret' },
  git: { one: 'Git token', many: 'Git tokens', use: 'For GitHub, GitLab and others' },
  project: { one: 'Project key', many: 'Project keys', use: 'Written by projects' },
  'api-token': { one: 'API token', many: 'API tokens', use: 'For any service' },
  'ssh-key': { one: 'SSH key', many: 'SSH keys', use: 'Private and public key' },
  note: { one: 'Note', many: 'Notes', use: 'Any text' },
  totp: { one: 'One-time code', many: 'One-time codes', use: 'Six digits, every 30 seconds' },
  env: { one: 'Environment', many: 'Environments', use: 'Variables of a .env file' },
};
