/** The calls of the plugin protocol, answered for one provider. */
import { calls, ERROR } from './messages';
import type { CallName, Diagnostic, Request, Response } from './messages';
import { packValue, unpackValue } from './msgpack';
import type { Value, ValueMap } from './msgpack';
import { decode, encode } from './protobuf';
import type { Shape } from './protobuf';
import { ProviderError } from './provider';
import type { DataSource, Provider, Resource } from './provider';
import { providerFacts, savedState, schemaMessage, schemaMessages } from './schema';

type Encoded = { msgpack?: Uint8Array } | undefined;
type Answers = { [C in CallName]: (request: Request<C>) => Response<C> | Promise<Response<C>> };

const SERVICE = '/tfplugin5.Provider/';

export function createService(
  provider: Provider,
): (path: string, request: Uint8Array) => Promise<Uint8Array> | undefined {
  const answers = createAnswers(provider);
  return (path, request) => {
    const name = path.startsWith(SERVICE) ? path.slice(SERVICE.length) : '';
    if (!Object.hasOwn(calls, name)) return undefined;
    const call = name as CallName;
    return answerCall(calls[call], answers[call] as (request: unknown) => unknown, request);
  };
}

/** A failure of the provider is a diagnostic in the answer; only a broken message fails the call itself. */
async function answerCall(
  call: { request: Shape; response: Shape },
  answer: (request: unknown) => unknown,
  request: Uint8Array,
): Promise<Uint8Array> {
  const decoded = decode(call.request, request);
  try {
    return encode(call.response, (await answer(decoded)) as Record<string, unknown>);
  } catch (error) {
    if (!(error instanceof ProviderError) || !('diagnostics' in call.response)) throw error;
    return encode(call.response, { diagnostics: [diagnostic(error)] });
  }
}

function diagnostic({ summary, detail, attribute }: ProviderError): Diagnostic {
  const path = attribute === undefined ? undefined : { steps: [{ attributeName: attribute }] };
  return { severity: ERROR, summary, detail, attribute: path };
}

function object(encoded: Encoded): ValueMap | null {
  const value: Value = encoded?.msgpack === undefined ? null : unpackValue(encoded.msgpack);
  if (value === null || value instanceof Map) return value;
  throw new Error('the engine sent a value that is not an object');
}

function config(encoded: Encoded): ValueMap {
  return object(encoded) ?? new Map<string, Value>();
}

function dynamic(value: Value): { msgpack: Uint8Array } {
  return { msgpack: packValue(value) };
}

function createAnswers(provider: Provider): Answers {
  const facts = providerFacts(provider.name);
  const known = <T>(all: Readonly<Record<string, T>>, type: string): T => {
    const found = Object.hasOwn(all, type) ? all[type] : undefined;
    if (found === undefined) throw new Error(`the provider ${provider.name} has no "${type}"`);
    return found;
  };
  const resource = (type: string): Resource => known(provider.resources, type);
  const dataSource = (type: string): DataSource => known(provider.dataSources, type);

  return {
    GetSchema: () => ({
      provider: schemaMessage(facts.provider),
      resourceSchemas: schemaMessages(facts.resource_schemas),
      dataSourceSchemas: schemaMessages(facts.data_source_schemas),
    }),
    PrepareProviderConfig: (request) => ({ preparedConfig: request.config }),
    Configure: () => ({}),
    ValidateResourceTypeConfig: (request) => {
      resource(request.typeName);
      return {};
    },
    ValidateDataSourceConfig: (request) => {
      dataSource(request.typeName).validate(config(request.config));
      return {};
    },
    UpgradeResourceState: (request) => ({
      upgradedState: dynamic(
        savedState(known(facts.resource_schemas ?? {}, request.typeName), request.rawState?.json ?? new Uint8Array()),
      ),
    }),
    ReadResource: (request) => ({ newState: request.currentState, private: request.private }),
    PlanResourceChange: (request) => {
      const proposed = object(request.proposedNewState);
      if (proposed === null) return { plannedState: dynamic(null) };
      const { planned, replace } = resource(request.typeName).plan(object(request.priorState), proposed);
      const requiresReplace = replace.map((attributeName) => ({ steps: [{ attributeName }] }));
      return { plannedState: dynamic(planned), requiresReplace, plannedPrivate: request.priorPrivate };
    },
    ApplyResourceChange: (request) => {
      const planned = object(request.plannedState);
      const create = planned !== null && object(request.priorState) === null;
      const state = create ? resource(request.typeName).create(planned) : planned;
      return { newState: dynamic(state), private: request.plannedPrivate };
    },
    ImportResourceState: (request) => {
      const state = dynamic(resource(request.typeName).import(request.id));
      return { importedResources: [{ typeName: request.typeName, state }] };
    },
    ReadDataSource: async (request) => {
      const value = await dataSource(request.typeName).read(config(request.config));
      return { state: dynamic(value) };
    },
    Stop: () => {
      provider.stop();
      return {};
    },
  };
}
