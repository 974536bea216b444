/** A JSON Schema as far as our own go; any other keyword is an error, lest it be passed over. */
interface Schema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
}

const ANNOTATIONS = new Set(['$schema', 'title', 'description']);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function isType(value: unknown, type: unknown): boolean {
  if (Array.isArray(type)) return type.some((one) => isType(value, one));
  return type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;
}

function objectFaults(schema: Schema, value: Readonly<Record<string, unknown>>, path: string) {
  const { properties = {}, additionalProperties: extra = true } = schema;
  const missing = ((schema['required'] ?? []) as string[]).filter((name) => !(name in value));
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const own = properties[name];
      if (own !== undefined) return schemaFaults(own, member, `${path}.${name}`);
      if (extra === false) return [`${path}.${name} is not foreseen`];
      return extra === true ? [] : schemaFaults(extra, member, `${path}.${name}`);
    }),
  ];
}

/** What a value has against a schema, one sentence each; none when it is valid. */
export function schemaFaults(schema: Schema, value: unknown, path = '$'): string[] {
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
          schemaFaults(expected as Schema, item, `${path}[${String(i)}]`),
        );
      case 'anyOf':
        return unless(
          (expected as Schema[]).some((one) => schemaFaults(one, value, path).length === 0),
        );
      case 'properties':
        return typeOf(value) === 'object'
          ? objectFaults(schema, value as Record<string, unknown>, path)
          : [];
      case 'required':
        return [];
      case 'additionalProperties':
        return schema.properties === undefined && typeOf(value) === 'object'
          ? objectFaults(schema, value as Record<string, unknown>, path)
          : [];
      default:
        return ANNOTATIONS.has(keyword) ? [] : [`${path}: keyword ${keyword} is not known here`];
    }
  });
}
