import { canonicalQuantity } from './quantity.ts';

it.each([
  ['1000m', '1'],
  ['0.5', '500m'],
  ['1024Mi', '1Gi'],
  ['1000', '1k'],
  ['8', '8'],
  ['much', 'much'],
])('writes the quantity %s as %s', (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical);
});
