import type { Words } from '../settings.ts'
import { readFormField, type FormField } from './form-field.ts'
import { limits } from './limits.ts'
import { settingsOf, type ChatAccount } from './settings.ts'

type Asked = 'required' | 'optional' | 'off'

/** What the widget knows of its account: looks, words, the form. It holds no secret. */
export interface Appearance {
  accent: string
  position: 'right' | 'left'
  theme: 'auto' | 'light' | 'dark'
  title: Words
  greeting: Words
  offline: Words
  /** Null: the chat begins with the first message. */
  form: { name: Asked; email: Asked; fields: FormField[] } | null
  /** Null: files are not taken. Sizes in bytes. */
  upload: { maxBytes: number; maxFiles: number } | null
  maxText: number
  rating: boolean
  transcript: boolean
  /** Visitors may ask to be called. */
  callback: boolean
  sound: boolean
}

/** The part of an account's settings that its visitors may see. */
export function appearance(account: ChatAccount): Record<string, unknown> {
  const settings = settingsOf(account)
  const { accent, position, theme, title, greeting, offline, rating, callback, sound } = settings
  const shown: Appearance = {
    accent,
    position,
    theme,
    title,
    greeting,
    offline,
    form: settings.form
      ? {
          name: settings.formName,
          email: settings.formEmail,
          fields: settings.formFields.map(readFormField).filter((one) => one !== null)
        }
      : null,
    upload: settings.upload ? { maxBytes: limits.fileBytes, maxFiles: limits.filesAMessage } : null,
    maxText: limits.textChars,
    rating,
    transcript: settings.transcript && settings.replyAccountId !== '',
    callback,
    sound
  }
  return { ...shown }
}
