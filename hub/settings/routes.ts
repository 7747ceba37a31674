import type { FastifyInstance } from 'fastify'
import type { Input } from '@palabre/config/contract/define'
import { resources, type ResourceName } from '@palabre/config/contract/setting'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { actorOf } from '../sessions/who.ts'
import { archiveSetting, createSetting, listSettings, updateSetting } from './keep.ts'
import { presentSetting } from './setting.model.ts'

/** The five routes of every record that administrators keep. */
export function settingRoutes(app: FastifyInstance, hub: Hub) {
  for (const name of Object.keys(resources) as ResourceName[]) {
    // One resource stands for all: they differ in their fields only, which the contract has checked.
    const resource = resources[name] as unknown as typeof resources.skill
    const present = (doc: unknown) => presentSetting(name, doc as never) as never

    serve(app, hub, resource.list, async ({ input }) => ({
      items: (await listSettings(name, input.query.archived ?? false)).map(present)
    }))
    serve(app, hub, resource.create, async ({ input, who }) =>
      present(await createSetting(hub, actorOf(who), name, input.body))
    )
    serve(app, hub, resource.update, async ({ input, who }) => {
      const { version, change } = input.body as Input<typeof resources.skill.update>['body']
      return present(await updateSetting(hub, actorOf(who), name, input.params.id, version, change))
    })
    serve(app, hub, resource.archive, async ({ input, who }) =>
      present(await archiveSetting(hub, actorOf(who), name, input.params.id, true))
    )
    serve(app, hub, resource.restore, async ({ input, who }) =>
      present(await archiveSetting(hub, actorOf(who), name, input.params.id, false))
    )
  }
}
