import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const CLOCK_AND_CHANCE = [
  { object: 'Date', property: 'now', message: 'Time comes in with the samples.' },
  { object: 'Math', property: 'random', message: 'Chance comes in as a seeded Rng.' },
  { object: 'Math', property: 'pow', message: 'Differs between engines; multiply instead.' },
];
const LOCALE = ['localeCompare', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'].map(
  (property) => ({ property, message: 'Depends on the locale; use core/order or core/units.' }),
);

export default defineConfig(
  { ignores: ['vitest.config.ts', 'dist', 'coverage', 'node_modules', 'test/golden'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './tsconfig.page.json'] },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Names from outside are shown with their control characters escaped, so they are matched.
      'no-control-regex': 'off',
    },
  },
  {
    // Hot loops over typed arrays: an index inside its bounds needs no second check.
    files: [
      ...['src/replay/**', 'src/record/recording/**', 'src/report/**', 'src/record/import/**'],
      ...['src/record/export/**', 'src/core/merge-by-time.ts'],
    ],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
        AbortController: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
      },
    },
  },
  {
    files: ['src/record/**', 'src/cli/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          ...{ object: 'AbortSignal', property: 'any' },
          message: 'Signals that live long keep a trace of it: linkedSignal().',
        },
      ],
    },
  },
  {
    // The pure part: same input, same bytes.
    files: [
      'src/core/**',
      'src/replay/detect/**',
      'src/replay/evaluate/**',
      'src/replay/tune/**',
      'src/replay/synthetic/**',
      'src/report/**',
    ],
    ignores: ['src/report/page/**'],
    rules: {
      'no-restricted-properties': ['error', ...CLOCK_AND_CHANCE, ...LOCALE],
      'no-restricted-globals': ['error', 'Intl', 'process', 'performance', 'fetch'],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Time comes in with the samples.',
        },
        { selector: 'BinaryExpression[operator="**"]', message: 'Differs between engines.' },
      ],
    },
  },
);
