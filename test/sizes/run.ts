import { measure, type Program, programs } from './measure.ts';

console.log('minified  gzipped');
for (const [program, name] of Object.entries(programs)) {
  const { minified, gzipped } = await measure(program as Program);
  console.log(`${String(minified).padStart(8)} ${String(gzipped).padStart(8)}  ${name}`);
}
