import { defineWords } from '../catalogue.ts'

/** Words for connecting a channel account and looking after it. */
export const adminChannel = defineWords({
  en: {
    connect: 'Connect a channel',
    'connect-help': 'Choose where your customers write or call. You are led through the rest.',
    'mark-recommended': 'Recommended',
    'mark-unofficial': 'Unofficial',
    'step-choose': 'Channel',
    'step-general': 'Name and queue',
    'step-further': 'Settings',
    'step-finish': 'Try it and go live',
    'step-general-help': 'What colleagues call it, and where what arrives will wait.',
    'step-number': 'Step {number} of {count}',
    steps: 'Steps',
    next: 'Continue',
    previous: 'Previous step',
    later: 'Go on later',
    'later-help': 'Kept as a paused account, marked “not finished”. You can go on at any time.',
    finish: 'Go live',
    finished: '{name} is live',
    'finish-help': 'Nothing has become work yet. When you go live, what arrives waits in {queue}.',
    'finish-held':
      '{count, plural, one {# message has come} other {# messages have come}} meanwhile, and will wait there too.',
    unfinished: 'Not finished',
    'unfinished-help': 'Connecting this account was left half way. It is paused until it is finished.',
    resume: 'Go on connecting',
    'webhook-address': 'Webhook address',
    'webhook-private':
      'Providers call public addresses with https only. Set PUBLIC_URL to the address under which the world reaches this server.',
    'webhook-seen': 'The provider has called ({when})',
    'webhook-waiting': 'Waiting for the provider’s first call',
    'webhook-waiting-help':
      'This turns green by itself a few seconds after the provider has checked the address.',
    'pairing-waiting': 'Waiting for the code',
    'pairing-waiting-help': 'It shows here in a moment. A first start can take half a minute.',
    'pairing-scan': 'Scan this code',
    'pairing-code': 'Code to scan with the telephone',
    'pairing-expires': 'The code changes in {seconds, plural, one {# second} other {# seconds}}',
    'pairing-scanned': 'Scanned: connecting',
    'pairing-scanned-help': 'Keep the telephone on until the connection stands.',
    'pairing-connected': 'Connected',
    'pairing-connected-help':
      'The telephone has to stay on the network from time to time, or it is signed out.',
    'pairing-expired': 'The code has expired',
    'pairing-expired-help': 'A new one is asked for.',
    'pairing-refused': 'The telephone or the provider has refused',

    'amber-help':
      'The far side cannot be reached just now. Nothing is wrong with the credentials; Palabre tries again by itself.',
    'red-help':
      'The provider does not take the credentials. Correct them below and test: until then nothing comes in or goes out.',
    'hook-seen': 'Webhook called',
    'never-called': 'Not yet',
    'failed-share': 'Failed sends, last hour',
    'failed-of': '{failed} of {sends} ({share})',
    'none-sent': 'None sent',
    expires: 'Access ends',
    'expires-in': '{days, plural, =0 {within a day} one {in # day} other {in # days}}',
    expired: 'ended on {when}',
    'held-count':
      '{count, plural, one {# message is} other {# messages are}} held: work as soon as it goes on',
    'pause-question': 'Pause {name}?',
    'pause-hooked':
      'What customers write meanwhile is kept and becomes work when it goes on; nothing is lost. Agents can still answer what they have.',
    'pause-listening':
      'What customers write meanwhile stays with the provider and is taken when it goes on. Agents can still answer what they have.',
    'pause-door': 'Customers find it closed until it goes on.',
    'paused-help': 'It is paused: nothing that arrives becomes work.',
    'paused-toast': '{name} is paused',
    move: 'Move to another queue',
    'move-question': 'Move {name} to another queue',
    'move-help': 'What arrives from now on waits in the new queue. What agents have in hand stays with them.',
    'move-waiting':
      '{count, plural, =0 {Nothing waits there now.} one {# interaction waits in the present queue.} other {# interactions wait in the present queue.}}',
    'move-stay': 'They stay where they are',
    'move-along': 'They move along, with their age',
    'move-what': 'What waits already',
    moved:
      '{count, plural, =0 {Moved to {queue}} one {Moved to {queue}, with # interaction that waited} other {Moved to {queue}, with # interactions that waited}}',

    'test-message': 'Send a test message',
    'test-message-help':
      'To yourself or a colleague: it leaves through the channel directly, without a conversation.',
    'test-message-to': 'To',
    'test-message-to-help': 'As the channel knows people: a mail address, a number with its country code.',
    'test-message-as': 'What is sent',
    'test-message-words': 'Words',
    'test-message-template': 'An approved template',
    'test-message-choose': 'Template',
    'test-message-text-label': 'Text',
    'test-message-text': 'This is a test message from “{name}”. If you can read it, sending works.',
    'test-message-window':
      'Words go only to people who wrote to this account within {hours} hours. Anybody else can get an approved template.',
    'test-message-window-only':
      'Words go only to people who wrote to this account within {hours} hours. Write to it first, then try.',
    'test-message-send': 'Send',
    'test-message-sent': 'The provider has taken it. See whether it arrives.',
    'test-message-refused': 'It was not taken: {reason}',
    'test-message-no-template': 'No approved template can be sent from here yet.',
    'template-value': 'Value of {key}',

    templates: 'Message templates',
    'templates-help':
      'Texts that the platform approved beforehand. They are made and changed there, and asked for every hour.',
    'templates-ask': 'Ask now',
    'templates-asked': 'Asked: the list is as the platform has it',
    'templates-none': 'The platform has no templates for this account.',
    'templates-at': 'Asked {when}',
    'template-approved': 'Approved',
    'template-pending': 'In review',
    'template-rejected': 'Rejected',
    'template-paused': 'Paused',
    'template-disabled': 'Disabled'
  },
  fr: {
    connect: 'Connecter un canal',
    'connect-help': 'Choisissez où vos clients écrivent ou appellent. La suite se fait pas à pas.',
    'mark-recommended': 'Recommandé',
    'mark-unofficial': 'Non officiel',
    'step-choose': 'Canal',
    'step-general': 'Nom et file',
    'step-further': 'Réglages',
    'step-finish': 'Essayer et mettre en service',
    'step-general-help': 'Le nom que verront les collègues, et la file où attendra ce qui arrive.',
    'step-number': 'Étape {number} sur {count}',
    steps: 'Étapes',
    next: 'Continuer',
    previous: 'Étape précédente',
    later: 'Continuer plus tard',
    'later-help': 'Gardé comme compte en pause, marqué « inachevé ». Vous pourrez reprendre à tout moment.',
    finish: 'Mettre en service',
    finished: '{name} est en service',
    'finish-help':
      'Rien n’est encore devenu du travail. Après la mise en service, ce qui arrive attend dans {queue}.',
    'finish-held':
      '{count, plural, one {# message est arrivé} other {# messages sont arrivés}} entre-temps et y attendra aussi.',
    unfinished: 'Inachevé',
    'unfinished-help':
      'La connexion de ce compte est restée à mi-chemin. Il est en pause jusqu’à ce qu’elle soit terminée.',
    resume: 'Reprendre la connexion',
    'webhook-address': 'Adresse du webhook',
    'webhook-private':
      'Les fournisseurs n’appellent que des adresses publiques en https. Réglez PUBLIC_URL sur l’adresse à laquelle ce serveur est joignable.',
    'webhook-seen': 'Le fournisseur a appelé ({when})',
    'webhook-waiting': 'En attente du premier appel du fournisseur',
    'webhook-waiting-help':
      'Cela passe au vert de soi-même quelques secondes après que le fournisseur a vérifié l’adresse.',
    'pairing-waiting': 'En attente du code',
    'pairing-waiting-help':
      'Il s’affiche ici dans un instant. Un premier démarrage peut prendre une demi-minute.',
    'pairing-scan': 'Scannez ce code',
    'pairing-code': 'Code à scanner avec le téléphone',
    'pairing-expires': 'Le code change dans {seconds, plural, one {# seconde} other {# secondes}}',
    'pairing-scanned': 'Scanné : connexion en cours',
    'pairing-scanned-help': 'Gardez le téléphone allumé jusqu’à ce que la connexion soit établie.',
    'pairing-connected': 'Connecté',
    'pairing-connected-help':
      'Le téléphone doit retrouver le réseau de temps en temps, sinon il est déconnecté.',
    'pairing-expired': 'Le code a expiré',
    'pairing-expired-help': 'Un nouveau est demandé.',
    'pairing-refused': 'Le téléphone ou le fournisseur a refusé',

    'amber-help':
      'L’autre côté est injoignable pour le moment. Les identifiants ne sont pas en cause ; Palabre réessaie de lui-même.',
    'red-help':
      'Le fournisseur refuse les identifiants. Corrigez-les ci-dessous et testez : d’ici là, rien n’entre ni ne sort.',
    'hook-seen': 'Webhook appelé',
    'never-called': 'Pas encore',
    'failed-share': 'Envois échoués, dernière heure',
    'failed-of': '{failed} sur {sends} ({share})',
    'none-sent': 'Aucun envoi',
    expires: 'Fin de l’accès',
    'expires-in': '{days, plural, =0 {d’ici un jour} one {dans # jour} other {dans # jours}}',
    expired: 'terminé le {when}',
    'held-count':
      '{count, plural, one {# message retenu} other {# messages retenus}} : du travail dès la reprise',
    'pause-question': 'Mettre {name} en pause ?',
    'pause-hooked':
      'Ce que les clients écrivent entre-temps est gardé et devient du travail à la reprise ; rien n’est perdu. Les agents peuvent encore répondre à ce qu’ils ont en main.',
    'pause-listening':
      'Ce que les clients écrivent entre-temps reste chez le fournisseur et est pris à la reprise. Les agents peuvent encore répondre à ce qu’ils ont en main.',
    'pause-door': 'Les clients le trouvent fermé jusqu’à la reprise.',
    'paused-help': 'Il est en pause : rien de ce qui arrive ne devient du travail.',
    'paused-toast': '{name} est en pause',
    move: 'Changer de file',
    'move-question': 'Changer {name} de file',
    'move-help':
      'Ce qui arrive désormais attend dans la nouvelle file. Ce que les agents ont en main reste chez eux.',
    'move-waiting':
      '{count, plural, =0 {Rien n’y attend pour l’instant.} one {# interaction attend dans la file actuelle.} other {# interactions attendent dans la file actuelle.}}',
    'move-stay': 'Elles restent où elles sont',
    'move-along': 'Elles suivent, avec leur ancienneté',
    'move-what': 'Ce qui attend déjà',
    moved:
      '{count, plural, =0 {Déplacé vers {queue}} one {Déplacé vers {queue}, avec # interaction en attente} other {Déplacé vers {queue}, avec # interactions en attente}}',

    'test-message': 'Envoyer un message d’essai',
    'test-message-help':
      'À vous-même ou à un collègue : il part directement par le canal, sans conversation.',
    'test-message-to': 'À',
    'test-message-to-help':
      'Comme le canal connaît les gens : une adresse électronique, un numéro avec l’indicatif du pays.',
    'test-message-as': 'Ce qui est envoyé',
    'test-message-words': 'Un texte',
    'test-message-template': 'Un modèle approuvé',
    'test-message-choose': 'Modèle',
    'test-message-text-label': 'Texte',
    'test-message-text':
      'Ceci est un message d’essai de « {name} ». Si vous pouvez le lire, l’envoi fonctionne.',
    'test-message-window':
      'Un texte ne peut aller qu’à qui a écrit à ce compte dans les {hours} heures. Les autres peuvent recevoir un modèle approuvé.',
    'test-message-window-only':
      'Un texte ne peut aller qu’à qui a écrit à ce compte dans les {hours} heures. Écrivez-lui d’abord, puis essayez.',
    'test-message-send': 'Envoyer',
    'test-message-sent': 'Le fournisseur l’a pris. Vérifiez qu’il arrive.',
    'test-message-refused': 'Il n’a pas été pris : {reason}',
    'test-message-no-template': 'Aucun modèle approuvé ne peut encore être envoyé d’ici.',
    'template-value': 'Valeur de {key}',

    templates: 'Modèles de messages',
    'templates-help':
      'Des textes approuvés d’avance par la plateforme. Ils s’y créent et s’y modifient, et sont demandés toutes les heures.',
    'templates-ask': 'Demander maintenant',
    'templates-asked': 'Demandé : la liste est celle de la plateforme',
    'templates-none': 'La plateforme n’a pas de modèle pour ce compte.',
    'templates-at': 'Demandés {when}',
    'template-approved': 'Approuvé',
    'template-pending': 'En examen',
    'template-rejected': 'Refusé',
    'template-paused': 'En pause',
    'template-disabled': 'Désactivé'
  }
})
