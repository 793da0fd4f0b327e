/** The id of this extension in an editor. `npm run identity` writes it. */
export const extensionId = 'vectorscope.vectorscope';
