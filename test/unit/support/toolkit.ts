/** What the page takes from the toolkit, which draws nothing here. */
export const provideVSCodeDesignSystem = null;
export const vsCodeButton = null;
export const vsCodeCheckbox = null;
export const vsCodeLink = null;
export const vsCodeTextField = null;
