/** The telephone account of the imaginary bank, as it is before anybody plays the media server for it. */
export const demoTelephone = {
  name: 'Telephone (demo)',
  number: '+221338000000',
  settings: {
    numbers: ['+221338000000'],
    callerId: '+221338000000',
    defaultCountry: 'SN',
    username: 'palabre-demo',
    sipRealm: 'phones.palabre.example',
    // Agents have no phone until somebody serves them: an app that looks for one in vain would say so all day.
    phoneServer: '',
    language: 'fr-FR',
    musicUrl: '/demo/music.wav'
  }
} as const
