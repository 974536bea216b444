import type { EventRules } from '../replay/evaluate/events.ts';
import { buildModel, type ReportInput } from './build-model.ts';
import type { ReportModel } from './model.ts';
import { buildPageData, type PageData } from './page-data.ts';

/** A report before it is written down. */
export interface Report {
  /** What it says. */
  readonly model: ReportModel;
  /** What its page draws and decides by. */
  readonly page: PageData;
}

/** Finished results → a report; alerts are held against labels by `rules`. Pure. */
export function buildReport(input: ReportInput, rules: EventRules): Report {
  return { model: buildModel(input), page: buildPageData(input, rules) };
}
