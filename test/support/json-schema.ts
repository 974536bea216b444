import { readFileSync } from 'node:fs';

/** A JSON Schema as far as our own go; any other keyword is an error, lest it be passed over. */
interface Schema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
}

const ANNOTATIONS = new Set(['$schema', '$defs', 'title', 'description']);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function isType(value: unknown, type: unknown): boolean {
  if (Array.isArray(type)) return type.some((one) => isType(value, one));
  return type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;
}

function objectFaults(
  schema: Schema,
  value: Readonly<Record<string, unknown>>,
  path: string,
  root: Schema,
) {
  const { properties = {}, additionalProperties: extra = true } = schema;
  const missing = ((schema['required'] ?? []) as string[]).filter((name) => !(name in value));
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const own = properties[name];
      if (own !== undefined) return schemaFaults(own, member, `${path}.${name}`, root);
      if (extra === false) return [`${path}.${name} is not foreseen`];
      return extra === true ? [] : schemaFaults(extra, member, `${path}.${name}`, root);
    }),
  ];
}

/** What `#/$defs/NAME` stands for. Throws where there is no such definition. */
function defined(ref: string, root: Schema): Schema {
  const found = (root['$defs'] as Readonly<Record<string, Schema>>)[ref.replace('#/$defs/', '')];
  if (found === undefined) throw new Error(`The schema has no ${ref}.`);
  return found;
}

/** What a value has against a schema, one sentence each; none when it is valid. */
export function schemaFaults(
  schema: Schema,
  value: unknown,
  path = '$',
  root: Schema = schema,
): string[] {
  return Object.entries(schema).flatMap(([keyword, expected]) => {
    const unless = (isFine: boolean) => (isFine ? [] : [`${path} breaks ${keyword}`]);
    const n = typeof value === 'number' ? value : null;
    const list = Array.isArray(value) ? (value as unknown[]) : null;
    switch (keyword) {
      case 'type':
        return unless(isType(value, expected));
      case 'const':
        return unless(value === expected);
      case 'enum':
        return unless((expected as unknown[]).includes(value));
      case 'pattern':
        return unless(typeof value !== 'string' || new RegExp(expected as string).test(value));
      case 'minLength':
        return unless(typeof value !== 'string' || value.length >= (expected as number));
      case 'minimum':
        return unless(n === null || n >= (expected as number));
      case 'maximum':
        return unless(n === null || n <= (expected as number));
      case 'exclusiveMinimum':
        return unless(n === null || n > (expected as number));
      case 'minItems':
        return unless(list === null || list.length >= (expected as number));
      case 'maxItems':
        return unless(list === null || list.length <= (expected as number));
      case 'items':
        return (list ?? []).flatMap((item, i) =>
          schemaFaults(expected as Schema, item, `${path}[${String(i)}]`, root),
        );
      case 'anyOf':
        return unless(
          (expected as Schema[]).some((one) => schemaFaults(one, value, path, root).length === 0),
        );
      case 'properties':
        return typeOf(value) === 'object'
          ? objectFaults(schema, value as Record<string, unknown>, path, root)
          : [];
      case '$ref':
        return schemaFaults(defined(expected as string, root), value, path, root);
      case 'required':
        return [];
      case 'additionalProperties':
        return schema.properties === undefined && typeOf(value) === 'object'
          ? objectFaults(schema, value as Record<string, unknown>, path, root)
          : [];
      default:
        return ANNOTATIONS.has(keyword) ? [] : [`${path}: keyword ${keyword} is not known here`];
    }
  });
}

/** One of the schemas in docs/schema. */
export function schemaNamed(name: string): Schema {
  const path = new URL(`../../docs/schema/${name}.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as Schema;
}
