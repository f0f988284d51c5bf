/**
 * Every command there is, in the order of the help.
 *
 * @module
 */
import { check } from './check.ts';
import { clientsBlock } from './clients-block.ts';
import { clientsDelete } from './clients-delete.ts';
import { clientsImport } from './clients-import.ts';
import { clientsList } from './clients-list.ts';
import { clientsShow } from './clients-show.ts';
import { clientsUnblock } from './clients-unblock.ts';
import type { Command } from './command.ts';
import { grantsList } from './grants-list.ts';
import { grantsRevoke } from './grants-revoke.ts';
import { keysList } from './keys-list.ts';
import { keysReplace } from './keys-replace.ts';
import { keysRewrap } from './keys-rewrap.ts';
import { keysRotate } from './keys-rotate.ts';
import { reconcile } from './reconcile.ts';
import { registrationClose } from './registration-close.ts';
import { registrationOpen } from './registration-open.ts';
import { registrationShow } from './registration-show.ts';
import { revoke } from './revoke.ts';
import { tokensCreate } from './tokens-create.ts';
import { tokensList } from './tokens-list.ts';
import { tokensRevoke } from './tokens-revoke.ts';

export const COMMANDS: readonly Command[] = [
  check,
  reconcile,
  clientsList,
  clientsShow,
  clientsImport,
  clientsBlock,
  clientsUnblock,
  clientsDelete,
  grantsList,
  grantsRevoke,
  revoke,
  registrationShow,
  registrationClose,
  registrationOpen,
  keysList,
  keysRotate,
  keysReplace,
  keysRewrap,
  tokensCreate,
  tokensList,
  tokensRevoke,
];
