/** What `--help` says of each command besides its flags: what it reads, writes and decides. */
const DETAILS: Readonly<Record<string, string>> = {
  record: `Polls on a fixed schedule; every poll is one transaction with one outcome, and survives a kill.
Stops after --duration, when COMMAND ends (with its exit code), or on Ctrl-C, and finishes the file.
Without -o the file is named by the time. Credentials are found as kubectl finds them.`,
  import: `Tells the form of each file by its content; --format says it where that fails. Several files become
one recording, recordings among them. Load results (k6, hey, autocannon) become signals.`,
  synth: `The same scenario, seed and times give the same bytes. Known faults are labelled.`,
  inspect: `Tells series, coverage, gaps with their causes, marks, labels and digests; changes nothing.`,
  verify: `Reads every row and compares it with the chain of digests that the recorder wrote.`,
  salvage: `Copies every tick that is as it was written, and says which are not. The damaged file stays.`,
  label: `Labels are the ground truth that tune, evaluate and reports hold alerts against. They do not
change the digest of the samples.`,
  replay: `Runs the detector of record --detect over a recording: same recording and settings, same alerts
and digest, on every machine. --verify DIGEST ends with 3 where they differ.`,
  tune: `Tries every threshold of every window, smoothing and count, and says how far its recommendation can
be relied on (docs/tuning.md). Finished passes are kept on Ctrl-C, or always with --resume.`,
  report: `One run: summary, coverage, alerts with causes, every series. Two or more: the first is compared
with the others. The page needs no network and recomputes alerts with other settings itself.`,
  diff: `Aligns two runs by load, phase or mark, and tells what changed in each workload and phase, with
bootstrap intervals (docs/compare.md).`,
  check: `For pipelines: reasons in one screen, exit 0 passed, 3 failed. Rules that name what the recording
does not have are errors, not passes (docs/gate.md).`,
  export: `Writes samples for other tools; CSV, OpenMetrics and Parquet are read back by import to the same
digest, and settings become Prometheus alert rules (docs/export.md).`,
  evaluate: `Holds alerts against labels, event by event, beside the original script and yardsticks that
never alert, alert by chance, or read the labels (docs/evaluation.md).`,
  demo: `Replays a real recording and a simulated leak under the original scripts' settings and podtape's
own, tunes on both and writes podtape-demo.html.`,
  completion: `Completes commands, flags and their choices; where it has nothing, the shell completes files.`,
};

const COMMON = `Environment: PODTAPE_FLAG stands for --flag (PODTAPE_WINDOW=240); KUBECONFIG, HTTPS_PROXY and NO_PROXY
are read as kubectl reads them; NO_COLOR and FORCE_COLOR; TMPDIR for temporary files.

Flags go before environment, settings file, preset and defaults. -o is always a file.

Exit codes: 0 ok, 1 our bug, 2 usage or bad input, 3 a requested check failed,
4 cluster access, 5 damaged or foreign file, 6 storage, 130/143 stopped by a signal.`;

/** The lines of a paragraph as one: the terminal decides where they break. */
const unwrapped = (text: string): string => text.replace(/([^\n])\n(?=[^\n])/g, '$1 ');

/** What stands below the flags of a command; without a name, of the program. */
export function epilogueOf(name?: string): string {
  const details = name === undefined ? undefined : DETAILS[name];
  return unwrapped(details === undefined ? COMMON : `${details}\n\n${COMMON}`);
}
