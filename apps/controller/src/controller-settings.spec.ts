import { z } from 'zod';
import { parseSettings } from '#kernel';
import { ControllerSettings, loopEnvironment } from './controller-settings.ts';

describe('the settings of the loops', () => {
  const settingsOf = (variables: Record<string, string>) => ControllerSettings.of(parseSettings(z.object(loopEnvironment), variables));

  it('have the same defaults with variables and without', () => {
    expect(settingsOf({})).toEqual(new ControllerSettings());
  });

  it.each(Object.keys(loopEnvironment))('obey %s', (name) => {
    const value = name === 'PREEMPTION' ? 'false' : '17';
    expect(settingsOf({ [name]: value })).not.toEqual(settingsOf({}));
  });
});
