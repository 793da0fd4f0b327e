/**
 * A sentence that may hold words of a model file, for a notification, which would make a link of `[text](command:…)`.
 */
export const plainMessage = (sentence: string): string => sentence.replaceAll('](', '] (');

/** Names and texts from files must not insert icons. */
export const withoutIcons = (text: string): string => text.replaceAll('$(', '(');
