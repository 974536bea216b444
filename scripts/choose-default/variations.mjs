/** The settings with some parameters of one member, or some of its own members, replaced. */
export function changed(settings, { member, params, ...others }) {
  if (member === undefined) {
    return { ...settings, ...others, params: { ...settings.params, ...params } };
  }
  const members = settings.members.map((one, i) =>
    i === member ? { ...one, ...others, params: { ...one.params, ...params } } : one,
  );
  return { ...settings, members };
}

const MIB = 1024 * 1024;
const [LEVEL, RISE, JOINT, TROUGH] = [0, 1, 2, 3];

/** One number at a time: what it is worth. */
export const ALONE = [
  ...[240, 360, 720].map((window) => [`window ${window}`, { window }]),
  ...[20, 120].map((lag) => [`level: lag ${lag}`, { member: LEVEL, params: { lag } }]),
  ...[20, 120].map((lag) => [`rise: lag ${lag}`, { member: RISE, params: { lag } }]),
  ...[3, 3.5, 4, 6, 8].map((threshold) => [
    `level: threshold ${threshold}`,
    { member: LEVEL, threshold },
  ]),
  ...[1, 3].map((consecutive) => [
    `level: consecutive ${consecutive}`,
    { member: LEVEL, consecutive },
  ]),
  ...[1.5, 2, 3, 3.5, 4].map((threshold) => [
    `rise: threshold ${threshold}`,
    { member: RISE, threshold },
  ]),
  ...[3, 4, 6, 8].map((consecutive) => [
    `rise: consecutive ${consecutive}`,
    { member: RISE, consecutive },
  ]),
  ...[0.04, 0.1].map((relative) => [
    `rise: relative ${relative}`,
    { member: RISE, params: { relativeBytes: relative } },
  ]),
  ...[1, 4, 8].map((mib) => [
    `rise: floor ${mib} MiB`,
    { member: RISE, params: { floorBytes: mib * MIB } },
  ]),
  ...[3, 4, 8, 12].map((threshold) => [
    `joint: threshold ${threshold}`,
    { member: JOINT, threshold },
  ]),
  ...[1, 2, 6].map((mib) => [
    `joint: rise ${mib} MiB`,
    { member: JOINT, params: { riseBytes: mib * MIB } },
  ]),
  ...[30, 240].map((span) => [`joint: span ${span}`, { member: JOINT, params: { span } }]),
  ...[3, 4, 8].map((threshold) => [
    `trough: threshold ${threshold}`,
    { member: TROUGH, threshold },
  ]),
  ...[10, 30].map((span) => [`trough: span ${span}`, { member: TROUGH, params: { span } }]),
  ...[0, 5, 8, 30, 60].map((follow) => [`follow ${follow}`, { params: { follow } }]),
];

/** The grid that is searched without the recording that is reported on; the preset's own first. */
export function grid(preset) {
  const around = (first, ...others) => [first, ...others];
  return around(5, 3.5, 4, 6, 7).flatMap((level) =>
    around(2.5, 2, 3, 3.5).flatMap((rise) =>
      around(5, 3, 4, 6).flatMap((consecutive) =>
        around(5, 3, 8).map((joint) => {
          let settings = changed(preset, { member: LEVEL, threshold: level });
          settings = changed(settings, { member: RISE, threshold: rise, consecutive });
          settings = changed(settings, { member: JOINT, threshold: joint });
          const name = `level ${level}, rise ${rise} × ${consecutive}, joint ${joint}`;
          return { name, settings };
        }),
      ),
    ),
  );
}
