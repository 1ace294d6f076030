import { describe } from 'vitest';
import { checkCallback } from './callback.checks.js';
import { checkConnected } from './connected.checks.js';
import { checkConnecting } from './connecting.checks.js';
import { checkSetup } from './setup.checks.js';
import { type Start, setStage } from './stage.js';

/** What every web app sample does, whatever it is written in: one list of tests for all of them. */
export function checkSample(start: Start): void {
  const stage = setStage(start);
  describe('connecting', () => checkConnecting(stage));
  describe('a callback', () => checkCallback(stage));
  describe('once connected', () => checkConnected(stage));
  describe('set up wrongly', () => checkSetup(stage));
}
