import { it } from 'vitest'
import { Types } from 'mongoose'
import { openHouse } from './house.ts'
import { beginRecording } from '@palabre/hub/recordings/begin'
import { letIn } from '@palabre/hub/recordings/standing'
import { writeRecording } from '@palabre/hub/recordings/write'
import { Writer } from '@palabre/hub/recordings/writer'
import { Segment } from '@palabre/hub/recordings/recording.model'

it('measures', async () => {
  const house = await openHouse({ jobs: false })
  const { hub } = house
  const accountId = new Types.ObjectId()
  const writers: Writer[] = []
  for (let i = 0; i < 100; i++) {
    const doc = await beginRecording(hub, { _id: new Types.ObjectId(), accountId, interactionId: null, flow: null } as never, 'call')
    const { doc: open } = await writeRecording(hub, doc._id, (d) => letIn(d, 1, new Date()))
    writers.push(new Writer(hub, open, () => undefined))
  }
  const frame = Buffer.alloc(640)
  for (let i = 0; i < 320; i++) frame.writeInt16LE(Math.round(8000 * Math.sin(i / 3)), i * 2)
  const run = async (ms: number, feed: boolean) => {
    const before = process.cpuUsage()
    const began = performance.now()
    let sent = 0
    while (performance.now() - began < ms) {
      const due = Math.floor((performance.now() - began) / 20)
      for (; sent < due; sent++) if (feed) for (const writer of writers) writer.write(frame)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const used = process.cpuUsage(before)
    return (used.user + used.system) / 1000 / (performance.now() - began)
  }
  const idle = await run(8000, false)
  const busy = await run(30000, true)
  const rss = process.memoryUsage().rss / 1e6
  console.log(JSON.stringify({ idle, busy, cores: busy - idle, segments: await Segment.countDocuments({}), rss }))
  for (const writer of writers) writer.end()
  await new Promise((resolve) => setTimeout(resolve, 3000))
  await house.stop()
}, 120_000)
