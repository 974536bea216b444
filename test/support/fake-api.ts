import { onTestFinished } from 'vitest';
import { serveFakeApi, type FakeApi } from '../../fixtures/fake-api/fake-api.ts';
import { makeCertificate, type Certificate } from './certificates.ts';

export * from '../../fixtures/fake-api/fake-api.ts';
export * from '../../fixtures/fake-api/faults.ts';
export * from '../../fixtures/fake-api/wire-pods.ts';

/** Starts the fake API server; it ends with the test. */
export async function startFakeApi(certificate?: Certificate): Promise<FakeApi> {
  const api = await serveFakeApi(certificate ?? (await makeCertificate()));
  onTestFinished(() => api.close());
  return api;
}
