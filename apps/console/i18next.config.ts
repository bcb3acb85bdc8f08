import { defineConfig } from 'i18next-cli';

/** `npm run check` fails on a key that is used but has no text, or has a text but is not used. */
export default defineConfig({
  locales: ['zh-CN', 'en'],
  extract: {
    input: ['apps/console/src/**/*.{ts,tsx}'],
    output: 'apps/console/src/locales/{{language}}/{{namespace}}.json',
    defaultNS: 'common',
    // Keys that are built from a value, such as the state of a job.
    preservePatterns: [
      'common:jobState.*',
      'common:role.*',
      'common:budget.*',
      'common:navigation.*',
      'common:reason.*',
      'review:conflict.*',
      'review:eligibility.*',
      'review:trail.*',
      'programmes:status.*',
      'companies:status.*',
      'companies:creditCode.*',
      'companies:contacts.*',
      'companies:space.states.*',
      'decisions:kind.*',
      'decisions:state.*',
      'decisions:empty.*',
      'decisions:answer.*',
      'audit:object.*',
      'audit:action.*',
      'errors:*',
      'job:event.kind.*',
      'submit:field.*',
      'submit:template.*',
      'submit:unit.*',
      'submit:priority.*',
      'submit:resume.*',
      'job:outlook.hint.*',
      'job:log.state.*',
      'common:*Status.*',
      'common:applicationKind.*',
    ],
  },
});
