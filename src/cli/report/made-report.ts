import type { Picture } from '../../report/pictures/picture.ts';

/** A report that was made, in each of its forms; each is made when it is asked for. */
export interface MadeReport {
  readonly html: () => string;
  readonly json: () => string;
  readonly markdown: () => string;
  readonly pictures: () => readonly Picture[];
}
