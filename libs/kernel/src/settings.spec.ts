import { z } from 'zod';
import { parseSettings, postgresUrl, SettingsError, timeZone } from './settings.ts';

const schema = z.object({ DATABASE_URL: postgresUrl, TIMEZONE: timeZone, PORT: z.coerce.number().int().default(8080) });

describe('settings', () => {
  it('come from the variables of a process; an empty one is absent', () => {
    const settings = parseSettings(schema, { DATABASE_URL: 'postgres://u:p@localhost:5432/x', TIMEZONE: '', PORT: '81', OTHER: 'x' });
    expect(settings).toEqual({ DATABASE_URL: 'postgres://u:p@localhost:5432/x', TIMEZONE: 'Asia/Shanghai', PORT: 81 });
  });

  it('name every variable at fault, and no value', () => {
    const faulty = { DATABASE_URL: 'mysql://secret', TIMEZONE: 'Asia/Atlantis', PORT: 'eighty' };
    const refused = (): unknown => {
      try {
        return parseSettings(schema, faulty);
      } catch (error) {
        return error;
      }
    };
    expect(refused()).toBeInstanceOf(SettingsError);
    const { message } = refused() as SettingsError;
    expect(message).toMatch(/DATABASE_URL: must be a URL[^]*TIMEZONE: must be a time zone[^]*PORT: /);
    expect(message).not.toMatch(/secret|Atlantis|eighty/);
  });
});
