/** Where a supervisor looks on at an interaction and steps in: for lists of the board, the agents and what waits. */
export const linkToStepIn = (interactionId: string): string => `/board/interactions/${interactionId}`
