import { createDatabase } from './create.ts';
import { storageFailure } from './failures.ts';
import { takePlace } from './place.ts';
import { recordingWriter } from './recording-writer.ts';
import type { CreateOptions, RecordingMeta, RecordingWriter } from './writer-contract.ts';

export type * from './writer-contract.ts';

/**
 * Creates a new recording and takes the right to write it.
 *
 * With `force` an existing file is kept until the new one is complete: an atomic recording
 * replaces it at `finalise`, a live one moves it to `<path>.replaced` and deletes that at
 * `finalise`. A live recording abandoned before its first tick leaves nothing behind.
 *
 * Throws STORAGE: the file exists and `force` is not set, its folder is missing or read-only, the
 * disk is full, or another recorder holds it.
 */
export function createRecording(
  path: string,
  meta: RecordingMeta,
  options: CreateOptions,
): RecordingWriter {
  try {
    const place = takePlace(path, options.mode, options.force === true);
    try {
      const db = createDatabase(place.file, options.mode);
      try {
        return recordingWriter(path, db, place, { meta });
      } catch (error) {
        db.close();
        throw error;
      }
    } catch (error) {
      place.giveUp();
      throw error;
    }
  } catch (error) {
    throw storageFailure(path, error);
  }
}
