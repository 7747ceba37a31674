import { defineWords } from '../catalogue.ts'

/** Why routing decided so, by the code of each reason. */
export const reason = defineWords({
  en: {
    waited: 'Has waited {time}: it was next',
    skill: '{skill}: you have level {has}, it needs {needed}',
    'skill-any': '{skill}: asked for',
    sticky: 'You spoke with this contact before',
    'longest-idle': '{among, plural, one {You were the only one free} other {Free the longest of # agents}}',
    'least-loaded': '{among, plural, one {You were the only one free} other {Least loaded of # agents}}',
    'best-skilled': '{among, plural, one {You were the only one free} other {Best skilled of # agents}}',
    'passed-over': '{agents, plural, one {# agent did not take it} other {# agents did not take it}}',
    assigned: '{by} gives it to you',
    transferred: '{by} hands it to you',
    other: 'Reason: {code}'
  },
  fr: {
    waited: 'Attend depuis {time} : c’était son tour',
    skill: '{skill} : vous avez le niveau {has}, il faut {needed}',
    'skill-any': '{skill} : demandé',
    sticky: 'Vous avez déjà parlé avec ce contact',
    'longest-idle':
      '{among, plural, one {Vous étiez seul disponible} other {Disponible depuis le plus longtemps parmi # agents}}',
    'least-loaded':
      '{among, plural, one {Vous étiez seul disponible} other {Le moins chargé parmi # agents}}',
    'best-skilled':
      '{among, plural, one {Vous étiez seul disponible} other {Le plus compétent parmi # agents}}',
    'passed-over': '{agents, plural, one {# agent ne l’a pas pris} other {# agents ne l’ont pas pris}}',
    assigned: '{by} vous l’attribue',
    transferred: '{by} vous le transmet',
    other: 'Raison : {code}'
  }
})
