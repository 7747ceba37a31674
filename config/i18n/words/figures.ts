import { defineWords } from '../catalogue.ts'

/** Names of the figures of supervision, and their formulas in words. */
export const figures = defineWords({
  en: {
    waiting: 'Waiting',
    'waiting-formula': 'Work in the queue that nobody has accepted, offered work among it.',
    oldestWaitMs: 'Longest wait',
    'oldestWaitMs-formula': 'How long the one has waited that has waited longest, from its arrival.',
    offered: 'Offered',
    'offered-formula': 'Of what waits: what rings or stands before an agent at this moment.',
    atRisk: 'At risk',
    'atRisk-formula': 'Waiting work that has used 80 % of its target time or more and is not late.',
    late: 'Late',
    'late-formula': 'Waiting work whose target time is over.',
    active: 'In progress',
    'active-formula': 'Accepted and not ended, what waits for the customer among it.',
    wrapUp: 'Wrap-up',
    'wrapUp-formula': 'Ended contacts whose wrap-up is not finished.',
    arrived: 'Arrived',
    'arrived-formula': 'Interactions that began, counted where they arrived first.',
    answered: 'Answered',
    'answered-formula':
      'How often an agent accepted work. What is handed on and accepted again counts again.',
    serviceLevel: 'Service level',
    'serviceLevel-formula':
      'Answered within the target ÷ (answered + abandoned). All whose wait ended, in queues that have a target for the medium.',
    serviceLevelNow: 'Level now',
    'serviceLevelNow-formula':
      'The service level of the last hour: of the running quarter of an hour and the four before it.',
    serviceLevelWithoutShort: 'Without short',
    'serviceLevelWithoutShort-formula':
      'Answered within the target ÷ (answered + abandoned after five seconds or more).',
    serviceLevelAnswered: 'Answered only',
    'serviceLevelAnswered-formula': 'Answered within the target ÷ answered. Who gave up is left out.',
    abandoned: 'Abandoned',
    'abandoned-formula': 'Customers who left while they waited.',
    abandonment: 'Abandonment',
    'abandonment-formula': 'Abandoned ÷ (answered + abandoned).',
    missed: 'Missed',
    'missed-formula': 'Offers that no agent answered in time, so that the work went to somebody else.',
    asaMs: 'Speed of answer',
    'asaMs-formula': 'Waiting time of what was answered ÷ answered. The wait begins at arrival.',
    handled: 'Handled',
    'handled-formula': 'Interactions that an agent finished, wrap-up included.',
    ahtMs: 'Handling time',
    'ahtMs-formula': 'Time from accepting to the end of wrap-up ÷ handled.',
    automatic: 'Automatic',
    'automatic-formula': 'Interactions that were closed without any agent, such as automatic replies.',
    slotsKept: 'Slots kept',
    'slotsKept-formula':
      'Callbacks that were called within the promised time ÷ those whose promised time has been decided.',
    occupancy: 'Occupancy',
    'occupancy-formula':
      'Handling time of finished work and time since work in hand was taken ÷ time ready. Counted agent by agent, never more than the time ready: several at once do not count twice.',
    agentsSignedIn: 'Signed in',
    'agentsSignedIn-formula': 'Agents who are not offline: free, busy, in wrap-up, paused or without answer.',
    agentsReady: 'Free',
    'agentsReady-formula': 'Agents who are ready and have nothing in hand that takes a place.',
    agentsBusy: 'Busy',
    'agentsBusy-formula': 'Agents who are ready and have work in hand, offers among it.',
    agentsWrapUp: 'In wrap-up',
    'agentsWrapUp-formula': 'Agents who are ready and have only work in wrap-up in hand.',
    agentsPaused: 'Paused',
    'agentsPaused-formula': 'Agents who are paused, whatever the reason.',
    agentsNoAnswer: 'No answer',
    'agentsNoAnswer-formula': 'Agents who missed offers and get no more until they are ready again.',
    inHand: 'In hand',
    'inHand-formula':
      'All that agents hold: offers, work in progress, work that waits for the customer, wrap-up.'
  },
  fr: {
    waiting: 'En attente',
    'waiting-formula': 'Travail en file que personne n’a accepté, y compris ce qui est proposé.',
    oldestWaitMs: 'Plus longue attente',
    'oldestWaitMs-formula': 'Temps écoulé depuis l’arrivée du contact qui attend depuis le plus longtemps.',
    offered: 'Proposés',
    'offered-formula': 'Parmi ce qui attend : ce qui sonne ou s’affiche chez un agent en ce moment.',
    atRisk: 'À risque',
    'atRisk-formula':
      'Travail en attente qui a consommé au moins 80 % de son délai cible, sans être en retard.',
    late: 'En retard',
    'late-formula': 'Travail en attente dont le délai cible est dépassé.',
    active: 'En cours',
    'active-formula': 'Accepté et non terminé, y compris ce qui attend le client.',
    wrapUp: 'Post-traitement',
    'wrapUp-formula': 'Contacts terminés dont le post-traitement n’est pas fini.',
    arrived: 'Arrivés',
    'arrived-formula': 'Interactions commencées, comptées là où elles sont d’abord arrivées.',
    answered: 'Décrochés',
    'answered-formula':
      'Nombre de fois qu’un agent a accepté du travail. Ce qui est transféré puis accepté compte à nouveau.',
    serviceLevel: 'Niveau de service',
    'serviceLevel-formula':
      'Décrochés dans le délai cible ÷ (décrochés + abandonnés). Tous ceux dont l’attente a pris fin, dans les files qui ont une cible pour ce média.',
    serviceLevelNow: 'Niveau actuel',
    'serviceLevelNow-formula':
      'Niveau de service de la dernière heure : le quart d’heure en cours et les quatre précédents.',
    serviceLevelWithoutShort: 'Hors abandons courts',
    'serviceLevelWithoutShort-formula':
      'Décrochés dans le délai cible ÷ (décrochés + abandonnés après cinq secondes ou plus).',
    serviceLevelAnswered: 'Décrochés seuls',
    'serviceLevelAnswered-formula':
      'Décrochés dans le délai cible ÷ décrochés. Les abandons sont laissés de côté.',
    abandoned: 'Abandonnés',
    'abandoned-formula': 'Clients partis pendant l’attente.',
    abandonment: 'Taux d’abandon',
    'abandonment-formula': 'Abandonnés ÷ (décrochés + abandonnés).',
    missed: 'Manqués',
    'missed-formula': 'Propositions restées sans réponse à temps : le travail est passé à quelqu’un d’autre.',
    asaMs: 'Délai de décroché',
    'asaMs-formula': 'Temps d’attente des décrochés ÷ décrochés. L’attente commence à l’arrivée.',
    handled: 'Traités',
    'handled-formula': 'Interactions terminées par un agent, post-traitement compris.',
    ahtMs: 'Durée de traitement',
    'ahtMs-formula': 'Temps entre l’acceptation et la fin du post-traitement ÷ traités.',
    automatic: 'Automatiques',
    'automatic-formula': 'Interactions closes sans aucun agent, par exemple les réponses automatiques.',
    slotsKept: 'Créneaux tenus',
    'slotsKept-formula':
      'Rappels passés dans le créneau promis ÷ rappels dont le créneau promis est tranché.',
    occupancy: 'Occupation',
    'occupancy-formula':
      'Durée de traitement du travail terminé et temps depuis la prise du travail en main ÷ temps prêt. Calculé agent par agent, sans dépasser le temps prêt : plusieurs à la fois ne comptent pas double.',
    agentsSignedIn: 'Connectés',
    'agentsSignedIn-formula':
      'Agents qui ne sont pas hors ligne : libres, occupés, en post-traitement, en pause ou sans réponse.',
    agentsReady: 'Libres',
    'agentsReady-formula': 'Agents prêts qui n’ont rien en main qui prenne une place.',
    agentsBusy: 'Occupés',
    'agentsBusy-formula': 'Agents prêts qui ont du travail en main, propositions comprises.',
    agentsWrapUp: 'En post-traitement',
    'agentsWrapUp-formula': 'Agents prêts qui n’ont en main que du post-traitement.',
    agentsPaused: 'En pause',
    'agentsPaused-formula': 'Agents en pause, quelle qu’en soit la raison.',
    agentsNoAnswer: 'Sans réponse',
    'agentsNoAnswer-formula':
      'Agents qui ont manqué des propositions et n’en reçoivent plus avant de se remettre prêts.',
    inHand: 'En main',
    'inHand-formula':
      'Tout ce que les agents détiennent : propositions, travail en cours, attente du client, post-traitement.'
  }
})
