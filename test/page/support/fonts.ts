import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The font of the editor's text and of tokens. */
export const monospace = 'Noto Sans Mono';
/** The font of everything else. */
const sans = 'Noto Sans';

/** Packages that hold fonts as TTF: Chromium takes no WOFF2 from the system. The later ones have what others lack. */
const packages = [
  'noto-sans',
  'noto-sans-mono',
  // Arrows and signs such as ↳, ⤢ and ≪.
  'noto-sans-math',
  // Pictures of control characters.
  'noto-sans-symbols-2',
  'sawarabi-gothic',
  'noto-color-emoji',
];

/**
 * Writes a configuration of fontconfig that names only the fonts of our packages, and draws them without hinting, which
 * depends on the machine. Returns the environment in which a browser on Linux draws with these fonts alone.
 */
export async function ourFontsAlone(folder: string): Promise<Record<string, string>> {
  const cache = join(folder, 'cache');
  await mkdir(cache, { recursive: true });
  const directories = packages.map((name) => dirname(require.resolve(`@expo-google-fonts/${name}/package.json`)));
  const file = join(folder, 'fonts.conf');
  await writeFile(file, configuration(directories, cache));
  return { FONTCONFIG_FILE: file };
}

const configuration = (directories: readonly string[], cache: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
${directories.map((directory) => `  <dir>${directory}</dir>`).join('\n')}
  <cachedir>${cache}</cachedir>
${['monospace', 'Droid Sans Mono'].map((family) => standsFor(family, monospace)).join('\n')}
${['sans-serif', 'system-ui', 'Ubuntu', 'Droid Sans'].map((family) => standsFor(family, sans)).join('\n')}
  <match target="pattern">
    <edit name="family" mode="append_last"><string>${sans}</string></edit>
  </match>
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="autohint" mode="assign"><bool>false</bool></edit>
    <edit name="hintstyle" mode="assign"><const>hintnone</const></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>
</fontconfig>
`;

const standsFor = (family: string, font: string): string => `  <match target="pattern">
    <test name="family"><string>${family}</string></test>
    <edit name="family" mode="assign" binding="same"><string>${font}</string></edit>
  </match>`;
