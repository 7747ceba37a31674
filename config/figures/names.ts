/** Every figure of supervision, in the order of a table. A figure is a number, or null where there is nothing to divide. */
export const figureNames = [
  'waiting',
  'oldestWaitMs',
  'offered',
  'atRisk',
  'late',
  'active',
  'wrapUp',
  'arrived',
  'answered',
  'serviceLevel',
  'serviceLevelNow',
  'serviceLevelWithoutShort',
  'serviceLevelAnswered',
  'abandoned',
  'abandonment',
  'missed',
  'asaMs',
  'handled',
  'ahtMs',
  'automatic',
  'slotsKept',
  'occupancy',
  'agentsSignedIn',
  'agentsReady',
  'agentsBusy',
  'agentsWrapUp',
  'agentsPaused',
  'agentsNoAnswer',
  'inHand'
] as const
export type FigureName = (typeof figureNames)[number]
export type Figures = Record<FigureName, number | null>
