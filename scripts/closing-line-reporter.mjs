// Ends a test run with one plain line of true counts, and names the tests that were skipped.

/** Every test case below a module or suite. */
const cases = (modules) => modules.flatMap((module) => [...module.children.allTests()]);

export default class ClosingLineReporter {
  onTestRunEnd(modules, errors) {
    const all = cases(modules);
    const by = (state) => all.filter((test) => test.result().state === state);
    const skipped = by('skipped');
    const brokenFiles = modules.filter((module) => module.state() === 'failed').length;
    const failed = by('failed').length;
    const broken = failed === 0 ? Math.max(brokenFiles, errors.length) : failed;
    for (const test of skipped) {
      console.log(`skipped: ${test.module.relativeModuleId} > ${test.fullName}`);
    }
    const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
    console.log(`${by('passed').length} passed, ${broken} failed${tail}`);
  }
}
