/** Test files that run at a time, each in an editor of its own: settings and the chosen model hold for all windows of one. */
export const workers = 2;
