/** Whoever watches a board listens to this. */
export const boardTopic = 'board'
