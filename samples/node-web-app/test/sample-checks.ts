import { describe } from 'vitest';
import { checkCallback } from './callback.checks.js';
import { checkConnected } from './connected.checks.js';
import { checkConnecting } from './connecting.checks.js';
import { checkSetup } from './setup.checks.js';
import { type Start, setStage } from './stage.js';

/** The behaviour of every web app sample, in any language: one list of tests for all of them. */
export function checkSample(start: Start): void {
  const stage = setStage(start);
  describe('connecting', () => checkConnecting(stage));
  describe('a callback', () => checkCallback(stage));
  describe('when connected', () => checkConnected(stage));
  describe('with missing or wrong settings', () => checkSetup(stage));
}
