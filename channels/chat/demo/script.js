const titles = {
  fr: 'Banque du Fleuve · La banque qui suit votre cours',
  en: 'River Bank · The bank that follows your course'
}
const page = document.documentElement

// Read in the head, before the body is drawn, so that the other language never flashes.
page.lang = chooseLanguage()
document.title = titles[page.lang]
document.addEventListener('DOMContentLoaded', () => {
  markLanguage()
  const isChatThere = loadWidget()
  for (const button of document.querySelectorAll('[data-chat]'))
    button.addEventListener('click', () => {
      if (isChatThere()) window.Palabre('open')
      else document.getElementById('contact').scrollIntoView()
    })
})

/** The address's choice (`?lang=fr`), else the first of the browser's languages that the page speaks. */
function chooseLanguage() {
  const wished = [new URLSearchParams(location.search).get('lang'), ...navigator.languages]
  const spoken = wished.map((tag) => tag?.slice(0, 2).toLowerCase()).find((tag) => Object.hasOwn(titles, tag))
  return spoken ?? 'en'
}

/** The switch is made of links: the page comes again in the other language, and the widget with it. */
function markLanguage() {
  for (const link of document.querySelectorAll('.languages a')) {
    if (link.hreflang === page.lang) link.setAttribute('aria-current', 'true')
    link.addEventListener('click', () => (link.hash = location.hash))
  }
}

/**
 * Writes the tag that any site writes, in the page's language, and the stub that keeps commands until it has loaded.
 * Returns whether a chat is to be had: not when the hub has no chat account, or the script does not come.
 */
function loadWidget() {
  const { account } = document.body.dataset
  if (!/^[0-9a-f]{24}$/.test(account)) return () => false
  const q = []
  window.Palabre = Object.assign((...call) => q.push(call), { q })

  let isLost = false
  const script = document.createElement('script')
  script.src = '/channels/chat/widget.js'
  script.async = true
  script.dataset.account = account
  script.dataset.lang = page.lang
  script.addEventListener('error', () => (isLost = true))
  document.body.append(script)
  return () => !isLost
}
