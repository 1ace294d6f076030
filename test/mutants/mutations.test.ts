import { describe, expect, it } from 'vitest';
import { applyMutation, mutationsOf } from './mutations.ts';
import { sample } from './sample.ts';

function changed(source: string): string[] {
  return mutationsOf('example.ts', source).map((mutation) => applyMutation(source, mutation));
}

describe('changes to a source file', () => {
  it('makes a condition always and never hold', () => {
    expect(changed('if (isExpired) refuse;')).toEqual(['if (true) refuse;', 'if (false) refuse;']);
    expect(changed('const a = b ? c : d;')).toEqual(['const a = true ? c : d;', 'const a = false ? c : d;']);
  });

  it('turns an operator into its neighbour, in SQL too', () => {
    expect(changed('const a = b <= c;')).toEqual(['const a = b < c;']);
    expect(changed('const a = b && c;')).toEqual(['const a = b || c;']);
    expect(changed("rows.where('expires_at', '>', now).all;")).toContain(
      "rows.where('expires_at', '>=', now).all;",
    );
  });

  it('leaves out a negation, and a call that is there for what it throws', () => {
    expect(changed('const a = !b;')).toEqual(['const a = b;']);
    expect(changed('await check(request);')).toEqual([';']);
  });

  it('flips a boolean, and keeps types', () => {
    expect(changed('const a = true;')).toEqual(['const a = false;']);
    expect(changed('type A = true;')).toEqual([]);
    expect(changed("const a = b as 'is';")).toEqual([]);
  });

  it('counts offsets in a text that has more than ASCII', () => {
    expect(changed("const a = 'ß𝒳'; const b = !c;")).toEqual(["const a = 'ß𝒳'; const b = c;"]);
  });

  it('reports the position of the change', () => {
    const [mutation] = mutationsOf('example.ts', 'const a = 1;\n  const b = !c;\n');
    expect(mutation).toMatchObject({ line: 2, before: '!c', after: 'c', context: 'const b = !c;' });
  });
});

describe('a sample', () => {
  const items = Array.from({ length: 100 }, (_, index) => index);

  it('is the same for the same seed, and another for another', () => {
    expect(sample(items, 10, 1, String)).toEqual(sample(items, 10, 1, String));
    expect(sample(items, 10, 1, String)).not.toEqual(sample(items, 10, 2, String));
  });

  it('keeps the order, repeats nothing, and is never larger than the list', () => {
    const picked = sample(items, 30, 7, String);
    expect(picked).toEqual([...new Set(picked)].toSorted((one, other) => one - other));
    expect(sample(items, 1000, 7, String)).toEqual(items);
  });

  it('stays as it was when items are added that are not picked', () => {
    const before = sample(items, 10, 1, String);
    const after = sample([1000, ...items], 10, 1, String);
    expect(before).toEqual(expect.arrayContaining(after.filter((item) => item !== 1000)));
    expect(after).toHaveLength(10);
  });
});
