/**
 * The messages of the engine's plugin protocol, version 5: names, field numbers and types are facts of the interface.
 * Only the fields that null and external need are here; all others are skipped when read and absent when written.
 */
import { bool, bytes, int, list, map, message, string } from './protobuf';
import type { Message } from './protobuf';

/** A value of the configuration or the state, in MessagePack. */
const DynamicValue = { msgpack: bytes(1), json: bytes(2) };

const PathStep = { attributeName: string(1), elementKeyString: string(2) };
const AttributePath = { steps: list(1, PathStep) };

const Diagnostic = { severity: int(1), summary: string(2), detail: string(3), attribute: message(4, AttributePath) };
export type Diagnostic = Partial<Message<typeof Diagnostic>>;
export const ERROR = 1;

const SchemaAttribute = {
  name: string(1),
  type: bytes(2),
  required: bool(4),
  optional: bool(5),
  computed: bool(6),
  deprecated: bool(9),
};
export type SchemaAttribute = Partial<Message<typeof SchemaAttribute>>;
const SchemaBlock = { version: int(1), attributes: list(2, SchemaAttribute), deprecated: bool(6) };
const Schema = { version: int(1), block: message(2, SchemaBlock) };
export type Schema = Partial<Message<typeof Schema>>;

const diagnosticsOnly = { diagnostics: list(1, Diagnostic) };
const validation = { typeName: string(1), config: message(2, DynamicValue) };
const nothing = {};

/** Every call of the service that is answered here, by the name it has on the wire. */
export const calls = {
  GetSchema: {
    request: nothing,
    response: {
      provider: message(1, Schema),
      resourceSchemas: map(2, Schema),
      dataSourceSchemas: map(3, Schema),
      diagnostics: list(4, Diagnostic),
    },
  },
  PrepareProviderConfig: {
    request: { config: message(1, DynamicValue) },
    response: { preparedConfig: message(1, DynamicValue), diagnostics: list(2, Diagnostic) },
  },
  ValidateResourceTypeConfig: { request: validation, response: diagnosticsOnly },
  ValidateDataSourceConfig: { request: validation, response: diagnosticsOnly },
  UpgradeResourceState: {
    request: { typeName: string(1), version: int(2), rawState: message(3, { json: bytes(1) }) },
    response: { upgradedState: message(1, DynamicValue), diagnostics: list(2, Diagnostic) },
  },
  Configure: {
    request: { terraformVersion: string(1), config: message(2, DynamicValue) },
    response: diagnosticsOnly,
  },
  ReadResource: {
    request: { typeName: string(1), currentState: message(2, DynamicValue), private: bytes(3) },
    response: { newState: message(1, DynamicValue), diagnostics: list(2, Diagnostic), private: bytes(3) },
  },
  PlanResourceChange: {
    request: {
      typeName: string(1),
      priorState: message(2, DynamicValue),
      proposedNewState: message(3, DynamicValue),
      config: message(4, DynamicValue),
      priorPrivate: bytes(5),
    },
    response: {
      plannedState: message(1, DynamicValue),
      requiresReplace: list(2, AttributePath),
      plannedPrivate: bytes(3),
      diagnostics: list(4, Diagnostic),
    },
  },
  ApplyResourceChange: {
    request: {
      typeName: string(1),
      priorState: message(2, DynamicValue),
      plannedState: message(3, DynamicValue),
      config: message(4, DynamicValue),
      plannedPrivate: bytes(5),
    },
    response: { newState: message(1, DynamicValue), private: bytes(2), diagnostics: list(3, Diagnostic) },
  },
  ImportResourceState: {
    request: { typeName: string(1), id: string(2) },
    response: {
      importedResources: list(1, { typeName: string(1), state: message(2, DynamicValue) }),
      diagnostics: list(2, Diagnostic),
    },
  },
  ReadDataSource: {
    request: { typeName: string(1), config: message(2, DynamicValue) },
    response: { state: message(1, DynamicValue), diagnostics: list(2, Diagnostic) },
  },
  Stop: { request: nothing, response: { error: string(1) } },
} as const;

export type CallName = keyof typeof calls;
export type Request<C extends CallName> = Message<(typeof calls)[C]['request']>;
export type Response<C extends CallName> = Partial<Message<(typeof calls)[C]['response']>>;
