import type { Checklist } from './errors';
import { FieldProblem } from './errors';
import { list } from './fields';
import { nearest } from './nearest';
import { show } from './show';
import { XL_KEYS } from './xl-keys';

/** A setting as it stands in the file. */
export type ExtraValue = string | number | readonly string[];

/** Settings that the model has no field for, by their keys in alphabetical order. */
export type ExtraConfig = readonly (readonly [key: string, value: ExtraValue])[];

/** The keys that the model writes itself, and the field that each follows from. */
const OWN_KEYS: Readonly<Record<string, string>> = {
  ...{ name: 'name', memory: 'memoryMiB', maxmem: 'maxmemMiB', vcpus: 'vcpus', disk: 'disks', vif: 'vifs' },
  ...{ bootloader: 'boot', kernel: 'boot', ramdisk: 'boot', root: 'boot', extra: 'boot', cmdline: 'boot' },
  ...{ builder: 'boot', type: 'boot', pvh: 'boot', boot: 'boot' },
  ...{ on_poweroff: 'onPoweroff', on_reboot: 'onReboot', on_crash: 'onCrash' },
};

/** Names of secrets, as the collector of facts knows them: what follows such a name is never shown. */
const SECRET = /passw|passphrase|pwd|secret|token|chap|psk|credential|(^|[^a-z])(pass|key)$/i;

/** Whether a text gives a secret, by a name before `=` or in front of the `@` of a URL. */
function givesSecret(value: string): boolean {
  const names = [...value.matchAll(/([A-Za-z0-9_.-]+)[ \t]*=/g)].map((match) => match[1] ?? '');
  return names.some((name) => SECRET.test(name)) || /\/\/[^/@]*:[^/@]*@/.test(value);
}

function readKey(key: string): string {
  const field = `extraConfig.${/^[\w-]{1,60}$/.test(key) ? key : show(key)}`;
  if (!/^[a-z][a-z0-9_]{0,59}$/.test(key)) {
    throw new FieldProblem(`${field} must be a key of xl: lower-case letters, digits and _, a letter first`);
  }
  const own = Object.hasOwn(OWN_KEYS, key) ? OWN_KEYS[key] : undefined;
  if (own !== undefined) throw new FieldProblem(`${field} is written from ${own}; give it there`);
  if (SECRET.test(key)) {
    throw new FieldProblem(
      `${field} is a secret, which would stand in plan, state and files that people review; set it on the host by another way`,
    );
  }
  const meant = XL_KEYS.includes(key) ? undefined : nearest(key, XL_KEYS);
  if (meant !== undefined) {
    throw new FieldProblem(`${field} is no key of xl, which passes over it without a word; did you mean '${meant}'?`);
  }
  return field;
}

/** Quotes and backslashes mean different things to xl's releases. */
function readText(field: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > 1024 || !/^[ !#-&(-[\]-~]*$/.test(value)) {
    throw new FieldProblem(
      `${field} must be a whole number, a text of at most 1024 printable ASCII characters without quotes and backslashes, ` +
        `or a list of such texts, got ${show(value)}`,
    );
  }
  if (givesSecret(value)) {
    throw new FieldProblem(`${field} gives a secret, which would stand in plan, state and files that people review`);
  }
  return value;
}

function readValue(field: string, value: unknown): ExtraValue {
  if (Array.isArray(value)) return list(field, value, (item, at) => readText(at, item));
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 31) return value;
  return readText(field, value);
}

/** Reads the settings; their problems go to the owner's check list. */
export function readExtraConfig(check: Checklist, input: unknown): ExtraConfig {
  if (input === undefined) return Object.freeze([]);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    check.problem(`extraConfig must be an object, as in { cpus: "2-3" }, got ${show(input)}`);
    return Object.freeze([]);
  }
  const settings = Object.entries(input as Readonly<Record<string, unknown>>).map(([key, value]) =>
    check.field((): readonly [string, ExtraValue] => Object.freeze([key, readValue(readKey(key), value)] as const)),
  );
  if (!check.clean) return Object.freeze([]);
  return Object.freeze(settings.sort(([one], [other]) => (one < other ? -1 : 1)));
}
