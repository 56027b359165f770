import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { ValidationError } from '../../model/errors';

function unknownFields(value: unknown, field: string, found: string[]): void {
  if (value === null || value === undefined || Construct.isConstruct(value)) return;
  if (Token.isUnresolved(value)) {
    found.push(
      `${field} is a Terraform token, known only when Terraform runs; it is written into files that people review before that, so give the value itself`,
    );
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      unknownFields(item, `${field}[${index}]`, found);
    });
  } else if (typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) unknownFields(item, field === '' ? key : `${field}.${key}`, found);
  }
}

/**
 * Refuses values that synth can't know. Without this a token would reach the host as the text `${TfToken[TOKEN.0]}`.
 *
 * @throws ValidationError naming every such field
 */
export function requireKnownAtSynth(subject: string, props: object): void {
  const found: string[] = [];
  unknownFields(props, '', found);
  if (found.length > 0) throw new ValidationError(subject, found);
}
