import * as account from './account.ts'
import * as agent from './agent.ts'
import * as alert from './alert.ts'
import * as audience from './audience.ts'
import * as board from './board.ts'
import * as callback from './callback.ts'
import * as campaign from './campaign.ts'
import * as contact from './contact.ts'
import * as call from './call.ts'
import * as consent from './consent.ts'
import * as figures from './figures.ts'
import * as floorMessage from './floor-message.ts'
import * as flow from './flow.ts'
import * as imports from './import.ts'
import * as interaction from './interaction.ts'
import * as message from './message.ts'
import * as recording from './recording.ts'
import * as routing from './routing.ts'
import * as setting from './setting.ts'
import * as source from './source.ts'
import * as stepping from './stepping.ts'
import * as suppression from './suppression.ts'
import * as template from './template.ts'
import * as threshold from './threshold.ts'
import * as user from './user.ts'
import * as visitor from './visitor.ts'
import * as wallboard from './wallboard.ts'
import type { Route } from './define.ts'

const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' && value !== null && 'method' in value && 'permission' in value

/** Every route of the API, for documentation and for the test that each one is mounted. */
export const routes: Route[] = [
  ...[
    account,
    agent,
    audience,
    board,
    alert,
    call,
    callback,
    campaign,
    consent,
    contact,
    figures,
    floorMessage,
    flow,
    imports,
    interaction,
    message,
    recording,
    routing,
    setting,
    source,
    stepping,
    suppression,
    template,
    threshold,
    user,
    visitor,
    wallboard
  ].flatMap((noun) => (Object.values(noun) as unknown[]).filter(isRoute)),
  ...[
    ...Object.values(setting.resources),
    threshold.threshold,
    wallboard.wallboard,
    audience.segment,
    consent.purpose
  ].flatMap(({ list, create, update, archive, restore }): Route[] => [list, create, update, archive, restore])
]
