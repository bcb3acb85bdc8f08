import { expand } from './environment.ts';

describe('Kubernetes’ expansion of $(NAME)', () => {
  const environment = new Map([
    ['A', 'x'],
    ['B', '$(A)'],
    ['EMPTY', ''],
  ]);

  // As k8s.io/kubernetes/third_party/forked/golang/expansion has it.
  it.each([
    ['$(A)', 'x'],
    ['tcp://$(A):$(A)', 'tcp://x:x'],
    ['$(B)', '$(A)'],
    ['$(EMPTY)|', '|'],
    ['$(NONE)', '$(NONE)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$x'],
    ['$A ${A} $(A', '$A ${A} $(A'],
    ['$', '$'],
    ['$()', '$()'],
  ])('%s becomes %s', (text, expanded) => {
    expect(expand(text, environment)).toBe(expanded);
  });
});
