/** An element of XML with its attributes as they are meant. */
export interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&#39;': "'" },
};
const PIECE = /<(?<end>\/?)(?<tag>[a-z]+)(?<attributes>(?: [a-z]+="[^<"]*")*)(?<empty>\/?)>|\s+/y;

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, name = '', value = '']) => {
    const meant = value.replace(/&[^;]*;?/g, (entity) => {
      const letter = ENTITIES[entity];
      if (letter === undefined) throw new Error(`${entity} is no entity`);
      return letter;
    });
    return [name, meant] as const;
  });
  const read = Object.fromEntries(pairs);
  if (Object.keys(read).length !== pairs.length) throw new Error('An attribute comes twice.');
  return read;
}

/** Reads XML of elements and attributes alone, and throws on anything else, or what XML forbids. */
export function readXml(xml: string): Element {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xml)) {
    throw new Error('There is a character that XML cannot hold.');
  }
  const [head = ''] = /^<\?xml version="1\.0" encoding="UTF-8"\?>/.exec(xml) ?? [];
  const root = { tag: '', attributes: {}, children: [] as Element[] };
  const open: (Element & { children: Element[] })[] = [root];
  for (let at = head.length; at < xml.length; at = PIECE.lastIndex) {
    PIECE.lastIndex = at;
    const groups = PIECE.exec(xml);
    if (head === '' || groups === null) throw new Error(`No XML at ${xml.slice(at, at + 60)}`);
    const { end, tag, attributes = '', empty } = groups.groups ?? {};
    if (tag === undefined) continue;
    if (end === '/') {
      if (open.pop()?.tag !== tag) throw new Error(`${tag} ends where it is not open`);
      continue;
    }
    const element = { tag, attributes: attributesOf(attributes), children: [] as Element[] };
    open[open.length - 1]?.children.push(element);
    if (empty !== '/') open.push(element);
  }
  const [one] = root.children;
  if (open.length !== 1 || one === undefined || root.children.length > 1) {
    throw new Error('XML is one element.');
  }
  return one;
}

/** What may be in an element by the schema of Jenkins, as far as we write it: required ones first. */
const ALLOWED: Readonly<
  Record<string, readonly [must: string[], may: string[], inside: string[]]>
> = {
  testsuites: [[], ['name', 'time', 'tests', 'failures', 'errors'], ['testsuite']],
  testsuite: [
    ['name', 'tests', 'failures', 'errors'],
    ['skipped', 'time', 'timestamp', 'hostname', 'id', 'package'],
    ['testcase'],
  ],
  testcase: [['name'], ['classname', 'time'], ['failure', 'skipped', 'error']],
  failure: [[], ['type', 'message'], []],
  skipped: [[], ['type', 'message'], []],
};

/** What in a JUnit file is not as Jenkins' schema has it, or counts what is not there. */
export function junitFaults(element: Element): string[] {
  const { tag, attributes, children } = element;
  const [must, may, inside] = ALLOWED[tag] ?? [[], [], []];
  const names = Object.keys(attributes);
  const cases = casesOf(element);
  const having = (child: string): number =>
    cases.filter((one) => one.children.some((inner) => inner.tag === child)).length;
  const counts: Readonly<Record<string, number>> = {
    ...{ tests: cases.length, failures: having('failure') },
    ...{ errors: having('error'), skipped: having('skipped') },
  };
  return [
    ...(tag in ALLOWED ? [] : [`${tag} is unknown`]),
    ...must.filter((name) => !names.includes(name)).map((name) => `${tag} without ${name}`),
    ...names
      .filter((name) => ![...must, ...may].includes(name))
      .map((name) => `${tag} with ${name}`),
    ...children.filter((one) => !inside.includes(one.tag)).map((one) => `${one.tag} in ${tag}`),
    ...names
      .filter((name) => name in counts && attributes[name] !== String(counts[name]))
      .map((name) => `${tag} has ${String(counts[name])} ${name}, not ${attributes[name] ?? ''}`),
    ...children.flatMap(junitFaults),
  ];
}

/** The test cases in an element, at any depth. */
export function casesOf({ children }: Element): Element[] {
  return children.flatMap((one) => (one.tag === 'testcase' ? [one] : casesOf(one)));
}
