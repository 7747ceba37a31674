import { defineWords } from '../catalogue.ts'

/** Why routing decided so, by the code of each reason; told to the agent ("you") or about the agent. */
export const reason = defineWords({
  en: {
    waited: 'Has waited {time}: it was next',
    skill:
      '{who, select, you {{skill}: you have level {has}, it needs {needed}} other {{skill}: has level {has}, it needs {needed}}}',
    named: '{who, select, you {You are among the agents named for it} other {Among the agents named for it}}',
    rule: '{who, select, you {You fit its combined requirements} other {Fits its combined requirements}}',
    sticky: '{who, select, you {You spoke with this contact before} other {Spoke with this contact before}}',
    'sticky-gone': '{name} spoke with this contact before, but was not free in time',
    preferred: '{who, select, you {This contact asks for you} other {The contact asks for this agent}}',
    relaxed: 'Requirements gave way: step {step} of {steps}',
    anyone: 'It waited so long that anyone in the queue may take it',
    'only-one': '{who, select, you {You were the only one free} other {The only one free}}',
    'longest-idle': 'Free the longest of {among} agents',
    'least-loaded': 'Least loaded of {among} agents',
    'best-skilled': 'Best skilled of {among} agents',
    'fair-share': 'Fewest today of {among} agents: {handled}',
    'others-busy':
      '{agents, plural, one {# other agent fits but is busy} other {# other agents fit but are busy}}',
    'others-away':
      '{agents, plural, one {# other agent fits but is away} other {# other agents fit but are away}}',
    'passed-over': '{name} did not take it',
    assigned: '{by} gives it to you',
    transferred: '{by} hands it to you',
    other: 'Reason: {code}'
  },
  fr: {
    waited: 'Attend depuis {time} : c’était son tour',
    skill:
      '{who, select, you {{skill} : vous avez le niveau {has}, il faut {needed}} other {{skill} : a le niveau {has}, il faut {needed}}}',
    named: '{who, select, you {Vous êtes parmi les agents désignés} other {Parmi les agents désignés}}',
    rule: '{who, select, you {Vous remplissez ses exigences combinées} other {Remplit ses exigences combinées}}',
    sticky: '{who, select, you {Vous avez déjà parlé avec ce contact} other {A déjà parlé avec ce contact}}',
    'sticky-gone': '{name} a déjà parlé avec ce contact, mais n’était pas libre à temps',
    preferred: '{who, select, you {Ce contact vous demande} other {Le contact demande cet agent}}',
    relaxed: 'Les exigences ont cédé : étape {step} sur {steps}',
    anyone: 'L’attente est telle que n’importe qui dans la file peut le prendre',
    'only-one': '{who, select, you {Vous étiez seul disponible} other {Seul disponible}}',
    'longest-idle': 'Disponible depuis le plus longtemps parmi {among} agents',
    'least-loaded': 'Le moins chargé parmi {among} agents',
    'best-skilled': 'Le plus compétent parmi {among} agents',
    'fair-share': 'Le moins de contacts aujourd’hui parmi {among} agents : {handled}',
    'others-busy':
      '{agents, plural, one {# autre agent convient mais est occupé} other {# autres agents conviennent mais sont occupés}}',
    'others-away':
      '{agents, plural, one {# autre agent convient mais est absent} other {# autres agents conviennent mais sont absents}}',
    'passed-over': '{name} ne l’a pas pris',
    assigned: '{by} vous l’attribue',
    transferred: '{by} vous le transmet',
    other: 'Raison : {code}'
  }
})
