import type { FlowContent, FlowNode } from '@palabre/config/contract/flow'

/** What the flow of the imaginary bank refers to. */
export interface DemoFlowIds {
  careQueueId: string
  loansQueueId: string
  cardsSkillId: string
  loansSkillId: string
  calendarId: string
  /** A source with the table `customers` of `demoCustomers`; null: callers are greeted without their name. */
  sourceId: string | null
}

/** The table that the look-up asks, as every dialect understands it. */
export const demoCustomers = `CREATE TABLE customers (phone VARCHAR(20) PRIMARY KEY, name VARCHAR(100), segment VARCHAR(40));
INSERT INTO customers VALUES ('+221338000001', 'Aminata Ndiaye', 'Premium');
INSERT INTO customers VALUES ('+33142000002', 'Paul O''Brien', 'Particulier');`

/** Greets by name, asks for the subject, takes the last digits of a card, and finds the right agents. */
export function demoFlow(ids: DemoFlowIds): FlowContent {
  const afterHours = ids.sourceId === null ? 'subject' : 'find'
  return {
    name: 'Accueil téléphonique',
    description: 'Cartes, crédit ou conseiller',
    language: 'fr-FR',
    timeZone: 'Africa/Dakar',
    maxMinutes: 10,
    hosts: [],
    start: 'welcome',
    atFault: 'to-care',
    variables: [
      { name: 'customer', type: 'text', start: null, label: 'Client', shown: 'yes' },
      { name: 'segment', type: 'text', start: null, label: 'Segment', shown: 'yes' },
      { name: 'subject', type: 'text', start: null, label: 'Motif', shown: 'yes' },
      { name: 'card', type: 'digits', start: null, label: 'Carte, quatre derniers chiffres', shown: 'yes' }
    ],
    nodes: [
      { id: 'welcome', kind: 'say', text: 'Bienvenue à la Banque du Fleuve.', next: 'hours' },
      {
        id: 'hours',
        kind: 'condition',
        cases: [{ when: { open: ids.calendarId }, next: afterHours }],
        otherwise: 'closed'
      },
      ...(ids.sourceId === null ? [] : findCustomer(ids.sourceId)),
      ...chooseSubject,
      ...cardDigits,
      ...intoQueues(ids),
      ...leaveMessage(ids.careQueueId)
    ]
  }
}

const findCustomer = (sourceId: string): FlowNode[] => [
  {
    id: 'find',
    kind: 'lookup',
    sourceId,
    query: 'SELECT name, segment FROM customers WHERE phone = :phone',
    parameters: [{ name: 'phone', value: '{{call.from}}' }],
    takes: [
      { column: 'name', into: 'customer' },
      { column: 'segment', into: 'segment' }
    ],
    countInto: null,
    next: 'greet',
    none: 'subject',
    failed: 'subject'
  },
  { id: 'greet', kind: 'say', text: 'Bonjour {{customer}}.', next: 'subject' }
]

const chooseSubject: FlowNode[] = [
  {
    id: 'subject',
    kind: 'menu',
    prompts: [
      {
        kind: 'say',
        text: 'Pour vos cartes, tapez 1. Pour un crédit, tapez 2. Pour parler à un conseiller, tapez 3.'
      }
    ],
    speech: true,
    seconds: 6,
    tries: 3,
    notUnderstood: [],
    silent: [],
    otherwise: 'about-anything',
    choices: [
      { key: '1', words: ['carte', 'cartes', 'carte bancaire'], next: 'about-cards' },
      { key: '2', words: ['crédit', 'prêt', 'emprunt'], next: 'about-loans' },
      { key: '3', words: ['conseiller', 'conseillère', 'quelqu’un'], next: 'about-anything' }
    ]
  },
  { id: 'about-cards', kind: 'set', values: [{ variable: 'subject', value: 'Cartes' }], next: 'card' },
  { id: 'about-loans', kind: 'set', values: [{ variable: 'subject', value: 'Crédit' }], next: 'to-loans' },
  {
    id: 'about-anything',
    kind: 'set',
    values: [{ variable: 'subject', value: 'Conseiller' }],
    next: 'to-care'
  }
]

const cardDigits: FlowNode[] = [
  {
    id: 'card',
    kind: 'collect',
    prompts: [
      { kind: 'say', text: 'Tapez les quatre derniers chiffres de votre carte, puis la touche dièse.' }
    ],
    speech: false,
    seconds: 8,
    tries: 2,
    notUnderstood: [{ kind: 'say', text: 'Il me faut quatre chiffres.' }],
    silent: [],
    digits: { min: 4, max: 4, until: '#' },
    into: 'card',
    next: 'card-heard',
    otherwise: 'to-cards'
  },
  { id: 'card-heard', kind: 'say', text: 'Merci. Carte finissant par {{card | digits}}.', next: 'to-cards' }
]

const intoQueues = (ids: DemoFlowIds): FlowNode[] => [
  {
    id: 'to-cards',
    kind: 'queue',
    queueId: ids.careQueueId,
    requirements: [{ skillId: ids.cardsSkillId, level: 3 }],
    priority: 5,
    failed: 'message'
  },
  {
    id: 'to-loans',
    kind: 'queue',
    queueId: ids.loansQueueId,
    requirements: [{ skillId: ids.loansSkillId, level: 2 }],
    priority: 0,
    failed: 'message'
  },
  {
    id: 'to-care',
    kind: 'queue',
    queueId: ids.careQueueId,
    requirements: [],
    priority: 0,
    failed: 'message'
  }
]

const leaveMessage = (queueId: string): FlowNode[] => [
  { id: 'closed', kind: 'say', text: 'Nous sommes fermés à cette heure.', next: 'message' },
  {
    id: 'message',
    kind: 'voicemail',
    queueId,
    prompts: [{ kind: 'say', text: 'Laissez-nous un message après le signal.' }],
    seconds: 120,
    next: 'goodbye',
    failed: 'goodbye'
  },
  { id: 'goodbye', kind: 'hangUp', prompts: [{ kind: 'say', text: 'Merci de votre appel. Au revoir.' }] }
]
