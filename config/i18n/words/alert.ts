import { defineWords } from '../catalogue.ts'

/** Words of alerts, on screen and in the mail to administrators. */
export const alert = defineWords({
  en: {
    title: 'Alerts',
    'title-count': 'Alerts: {count, plural, one {# is open} other {# are open}}',
    'account-refused': '{name}: the provider does not take our credentials',
    'account-refused-help':
      'Messages through it neither come in nor go out until an administrator sets it right.',
    'account-expires': '{name}: the access ends on {when}',
    'account-expires-help': 'Renew it before that: afterwards no message comes in or goes out.',
    'account-silent': '{name}: nothing has come since {when}',
    'account-silent-help':
      'It was called on every one of the seven days before. Look whether the provider still knows the webhook address.',
    'none-title': 'Nothing is wrong',
    'none-text':
      'What needs an administrator shows here: a refused channel, an access that ends, a silent webhook.',
    open: 'Open',
    past: 'Over, in the last week',
    acknowledge: 'I look after it',
    acknowledged: '{name} looks after it',
    since: 'since {when}',
    over: 'over {when}',
    look: 'Look at it',
    mailed: 'Administrators were written to',
    'mail-subject': 'Palabre: {what}',
    'mail-ended-subject': 'Palabre: over – {what}',
    'mail-said': 'The provider says: {detail}',
    'mail-began': 'It began on {when} (UTC).',
    'mail-ended': 'It is over since {when} (UTC).',
    'mail-link': 'The account: {address}',
    'mail-why':
      'You get this because you administer Palabre. The same trouble is written of once an hour at most.'
  },
  fr: {
    title: 'Alertes',
    'title-count': 'Alertes : {count, plural, one {# en cours} other {# en cours}}',
    'account-refused': '{name} : le fournisseur refuse nos identifiants',
    'account-refused-help':
      'Aucun message n’entre ni ne sort par ce compte tant qu’un administrateur ne l’a pas corrigé.',
    'account-expires': '{name} : l’accès prend fin le {when}',
    'account-expires-help': 'Renouvelez-le avant : ensuite, aucun message n’entre ni ne sort.',
    'account-silent': '{name} : rien n’est arrivé depuis le {when}',
    'account-silent-help':
      'Il était appelé chacun des sept jours précédents. Vérifiez que le fournisseur connaît toujours l’adresse du webhook.',
    'none-title': 'Tout va bien',
    'none-text':
      'Ce qui demande un administrateur apparaît ici : un canal refusé, un accès qui prend fin, un webhook muet.',
    open: 'En cours',
    past: 'Terminées, ces sept derniers jours',
    acknowledge: 'Je m’en occupe',
    acknowledged: '{name} s’en occupe',
    since: 'depuis {when}',
    over: 'terminée {when}',
    look: 'Voir',
    mailed: 'Les administrateurs ont été prévenus par courriel',
    'mail-subject': 'Palabre : {what}',
    'mail-ended-subject': 'Palabre : terminé – {what}',
    'mail-said': 'Le fournisseur dit : {detail}',
    'mail-began': 'Cela a commencé le {when} (UTC).',
    'mail-ended': 'C’est terminé depuis le {when} (UTC).',
    'mail-link': 'Le compte : {address}',
    'mail-why':
      'Vous recevez ce message parce que vous administrez Palabre. Un même problème est signalé au plus une fois par heure.'
  }
})
