import { readFile } from 'node:fs/promises'
import { Types } from 'mongoose'
import type { FlowContent } from '@palabre/config/contract/flow'
import { FlowModel, contentOf, type FlowDoc } from '../flows/flow.model.ts'
import type { Permitted } from '../flows/effect.ts'
import { wrongForm } from '../flows/form.ts'
import { Misuse } from './command.ts'

export interface NamedFlow {
  content: FlowContent
  permitted: Permitted
}

const shownErrors = 10

/** Reads a JSON file. Throws Misuse when it cannot. */
export async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown
  } catch (error) {
    throw new Misuse(`${path} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/** A flow by file (with a slash, or ending in .json) or by the name of its draft; found when the hub is there. */
export async function flowNamed(word: string): Promise<() => Promise<NamedFlow>> {
  if (/\/|\.json$/.test(word)) {
    const content = contentIn(word, await readJsonFile(word))
    // A file has no secrets; requests that need one fail as they would where it is missing.
    return () =>
      Promise.resolve({
        content,
        permitted: { _id: new Types.ObjectId(), hosts: content.hosts, secrets: {} }
      })
  }
  return async () => {
    const doc = (await FlowModel.findOne({ name: word, archived: false }).lean()) as FlowDoc | null
    if (!doc) throw new Error(`There is no flow “${word}”; a file is named with its folder or as .json`)
    return { content: contentOf(doc), permitted: doc }
  }
}

/** The content in what a file holds; what else a saved flow has (id, version …) may stand in it. */
function contentIn(path: string, given: unknown): FlowContent {
  const content = typeof given === 'object' && given !== null ? contentOf(given as FlowContent) : given
  const wrong = wrongForm(content).map(({ path: at, message }) => `  ${at || '/'}: ${message}`)
  if (wrong.length === 0) return content as FlowContent
  throw new Misuse(`${path} is not a flow:\n${wrong.slice(0, shownErrors).join('\n')}`)
}
