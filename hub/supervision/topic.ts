/** Whoever watches the whole board listens to this; who looks after a part of it, to the parts (live/topics). */
export const boardTopic = 'board'
