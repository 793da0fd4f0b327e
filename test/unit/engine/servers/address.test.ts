import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOpenToAll, isPrivate, serverAddress } from '../../../../src/shared/serverAddress';
import { sampled } from '../../support/sample';

const refusal = (typed: string): string => {
  try {
    return `taken as ${serverAddress(typed)}`;
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad-request' });
    return (error as Error).message;
  }
};

describe('the address of a server', () => {
  it.each([
    ['http://localhost:8080', 'http://localhost:8080'],
    ['  HTTP://LocalHost:8080/  ', 'http://localhost:8080'],
    ['localhost:8080', 'http://localhost:8080'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['workstation', 'http://workstation'],
    ['gpu.local:8000/v1', 'http://gpu.local:8000'],
    ['[::1]:8080', 'http://[::1]:8080'],
    ['http://[fe80::1]:8080/', 'http://[fe80::1]:8080'],
    ['https://models.example.com/proxy/llama/', 'https://models.example.com/proxy/llama'],
    ['https://models.example.com/proxy/v1/', 'https://models.example.com/proxy'],
    ['https://models.example.com/abcv1', 'https://models.example.com/abcv1'],
    ['https://models.example.com:443', 'https://models.example.com'],
    ['http://192.168.1.5:8080//', 'http://192.168.1.5:8080'],
  ])('takes %j as %s', (typed, address) => expect(serverAddress(typed)).toBe(address));

  it.each([
    ['', '“” is not an address. Expected: http://127.0.0.1:8080.'],
    ['   ', '“” is not an address.'],
    ['models.example.com', '“models.example.com” names no scheme. Write https:// before it'],
    ['8.8.8.8:80', '“8.8.8.8:80” names no scheme.'],
    ['ftp://localhost', 'A server is reached by http or https, not by ftp.'],
    ['file:///etc/passwd', 'is not an address'],
    ['http://local host', 'is not an address'],
    ['http://a\\b', 'is not an address'],
    ['http://', 'is not an address. Expected: http://127.0.0.1:8080.'],
    ['http://localhost:99999', 'is not an address'],
    ['http://localhost/?a=1', 'must end with its path'],
    ['http://localhost/#a', 'must end with its path'],
    ['http://localhost/?', 'must end with its path'],
    [`http://localhost/${'a'.repeat(2000)}`, 'is not an address'],
  ])('refuses %j', (typed, words) => expect(refusal(typed)).toContain(words));

  it('refuses a password without showing it', () => {
    for (const typed of ['http://me:hunter2@localhost', 'me:hunter2@localhost:8080', 'https://hunter2@example.com'])
      expect(refusal(typed)).toMatch(/must not contain a user name or a password\. Give the key separately\.$/);
    expect(refusal('http://me:hunter2@')).not.toContain('hunter2');
  });

  it('stays as it is once it has its form, and has no final slash', () => {
    const typed = fc.record({
      scheme: fc.constantFrom('http', 'https', 'HTTPS'),
      host: fc.oneof(
        fc.domain(),
        fc.ipV4(),
        fc.ipV6().map((ip) => `[${ip}]`),
      ),
      port: fc.option(fc.integer({ min: 1, max: 65_535 })),
      path: fc.array(fc.stringMatching(/^[a-zA-Z0-9._~-]{0,6}$/), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(typed, ({ scheme, host, port, path }) => {
        const address = serverAddress(`${scheme}://${host}${port === null ? '' : `:${port}`}/${path.join('/')}`);
        expect(serverAddress(address)).toBe(address);
        expect(address).not.toMatch(/\/$|\/v1$/);
        expect(isOpenToAll(address)).toBe(scheme === 'http' && !isPrivate(address));
      }),
    );
  });

  it('either takes what is typed or says why not, in one short sentence or two', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.webUrl()), (typed) => {
        const message = refusal(typed);
        if (message.startsWith('taken as')) return;
        expect(message).toMatch(/\.$/);
        expect(message.length).toBeLessThan(200);
      }),
      { numRuns: sampled(100, 300) },
    );
  });
});

describe('a private address', () => {
  it.each([
    ...['127.0.0.1', '127.9.9.9', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', '169.254.1.1', '0.0.0.0'],
    ...[
      'localhost',
      'a.localhost',
      'gpu.local',
      'workstation',
      'workstation.',
      '[::1]',
      '[::]',
      '[fc00::1]',
      '[fdff::1]',
    ],
    ...['[fe80::1]', '[febf::1]', '[::ffff:10.0.0.1]', '0x7f.1', '2130706433'],
  ])('is %s', (host) => expect(isPrivate(`http://${host}:80`)).toBe(true));

  it.each([
    ...['8.8.8.8', '172.15.0.1', '172.32.0.1', '192.169.0.1', '11.0.0.1', '128.0.0.1', '100.64.0.1', 'example.com'],
    ...['gpu.local.example.com', 'localhost.example.com', '[2001:db8::1]', '[fec0::1]', '[::ffff:8.8.8.8]', '[::fc00]'],
    ...['[fb00::1]', '[fe00::1]'],
  ])('is not %s', (host) => expect(isPrivate(`http://${host}:80`)).toBe(false));

  it('is none of the ranges’ neighbours', () => {
    const part = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        const expected =
          [10, 127].includes(a) ||
          (a === 172 && b >> 4 === 1) ||
          (a === 192 && b === 168) ||
          (a === 169 && b === 254) ||
          (a | b | c | d) === 0;
        expect(isPrivate(`http://${a}.${b}.${c}.${d}`)).toBe(expected);
      }),
    );
  });

  it('is asked about only where text would go unencrypted', () => {
    expect(isOpenToAll('http://example.com')).toBe(true);
    expect(isOpenToAll('https://example.com')).toBe(false);
    expect(isOpenToAll('http://10.0.0.1')).toBe(false);
  });
});
