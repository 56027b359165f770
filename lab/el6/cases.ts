import type { Case } from './case';
import { HOST_CASES } from './cases/hosts';
import { PAIR_CASES } from './cases/pair';
import { SETTING_CASES } from './cases/settings';

/**
 * What CentOS 6's network scripts do with the files a person or a program may give them: static IPv4, bridges, guests.
 * The expectations were taken from runs of the real scripts.
 */
export const CASES: readonly Case[] = [...PAIR_CASES, ...SETTING_CASES, ...HOST_CASES];
