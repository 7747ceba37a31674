import { Type, type Static } from 'typebox'
import { Exact, Id } from './define.ts'

/** Every BullMQ job, once: name → data. A job only says where to look; what is due is read from MongoDB. */
export const jobs = {
  /** Hands one queued message to its channel. */
  'message.send': Exact({ messageId: Id }),
  /** Fetches the files of a customer's message from their provider. */
  'media.fetch': Exact({ messageId: Id }),
  /** Has a stored file scanned and drawn small. */
  'file.prepare': Exact({ fileId: Id }),
  /** Tells the provider what happened to a customer's message here: that it was read, an emoji on it. */
  'message.errand': Exact({ messageId: Id }),
  /** Asks the platform for the templates of an account, or of all. */
  'template.sync': Exact({ accountId: Type.Optional(Id) }),
  /** Asks the platform for a contact's name and picture. */
  'profile.fetch': Exact({ contactId: Id }),
  /** Gives a callback whose time has come to its queue. */
  'callback.due': Exact({ callbackId: Id }),
  /** Reminds somebody of the time at which they are called. */
  'callback.remind': Exact({ callbackId: Id }),
  /** Ends an offer that was neither accepted nor declined. */
  'offer.expire': Exact({ interactionId: Id, offerId: Id }),
  /** Ends a timed wrap-up. */
  'wrapUp.expire': Exact({ interactionId: Id }),
  /** Wakes a snoozed interaction. */
  'snooze.wake': Exact({ interactionId: Id }),
  /** Asks providers whether they still accept our credentials. */
  'account.check': Exact({}),
  /** Passes on logged events that the process which wrote them did not. */
  'log.relay': Exact({}),
  /** Makes intervals and quarter-hour sums of new facts. */
  'fact.take': Exact({}),
  /** Finds in MongoDB everything that is due and has no job (after a flush of Redis). */
  'due.sweep': Exact({}),
  /** Finds what is due of contacts: profiles to be fetched, merges that were interrupted. */
  'contact.sweep': Exact({}),
  /** Finds the recipients of a campaign that has begun. */
  'campaign.prepare': Exact({ campaignId: Id }),
  /** Sends what is due of the campaigns of one account, for as long as there is any. */
  'campaign.send': Exact({ accountId: Id }),
  /** Begins, ends and watches campaigns. */
  'campaign.sweep': Exact({}),
  /** Takes the rows of a file in, from where the last worker stopped. */
  'import.run': Exact({ importId: Id }),
  /** Finds imports whose worker is gone, and forgets old ones. */
  'import.sweep': Exact({}),
  /** Mends what a crash between two writes left: holds without interaction, agents without connection. */
  'hold.reconcile': Exact({}),
  /** Forgets what retention says: sessions, drafts, uploads without message, old quarantine. */
  'retention.clean': Exact({})
}
export type JobName = keyof typeof jobs
export type JobData<N extends JobName> = Static<(typeof jobs)[N]>
