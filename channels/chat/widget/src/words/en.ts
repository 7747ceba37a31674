/** Everything that the widget says by itself. */
export const en = {
  open: (unread: number) =>
    unread === 0
      ? 'Open the chat'
      : unread === 1
        ? 'Open the chat, 1 unread message'
        : `Open the chat, ${unread} unread messages`,
  close: 'Close the chat',
  more: 'More',
  back: 'Back',
  cancel: 'Cancel',
  send: 'Send',
  conversation: 'Conversation',

  agentHere: (name: string) => `${name} is here`,
  waiting: 'Waiting for an agent',
  ended: 'Chat ended',
  closedNow: 'Closed now',
  joined: (name: string) => `${name} has joined the chat.`,
  chatEnded: 'The chat has ended.',
  you: 'You',
  somebody: 'Support',
  typing: (name: string) => (name ? `${name} is typing` : 'Somebody is typing'),
  newMessages: 'New messages',
  newMessageTitle: (count: number) => (count === 1 ? '1 new message' : `${count} new messages`),
  says: (name: string, text: string) => `${name} says: ${text}`,
  sentFile: (name: string) => `File: ${name}`,

  inLine: (position: number) => (position === 1 ? 'You are next.' : `You are number ${position} in line.`),
  lookingForAgent: 'We are looking for the right person for you.',
  wait: (seconds: number) => {
    const minutes = Math.round(seconds / 60)
    if (seconds < 45) return 'It usually takes less than a minute.'
    if (minutes <= 1) return 'It will take about a minute.'
    if (minutes < 60) return `It will take about ${minutes} minutes.`
    return 'It will probably take more than an hour.'
  },
  waitUnknown: 'We cannot say yet how long it takes.',
  waitHint: 'You can write meanwhile, and come back to this page: your place is kept.',

  write: 'Write a message',
  attach: 'Attach files',
  removeFile: (name: string) => `Remove ${name}`,
  uploading: (name: string, percent: number) => `Uploading ${name}, ${percent} %`,
  dropHere: 'Drop the files here',
  charactersLeft: (count: number) => `${count} characters left`,
  charactersOver: (count: number) => `${count} characters too many`,

  sending: 'Sending',
  willBeSent: 'Will be sent when the connection is back',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  notSent: 'Not sent.',
  retry: 'Try again',
  discard: 'Discard',

  offline: 'You are offline. What you write will be sent when the connection is back.',
  reconnecting: 'Connection lost, reconnecting. What you write will be sent.',
  tryNow: 'Try now',
  cannotConnect: 'We cannot reach the chat at the moment. We keep trying.',

  name: 'Name',
  email: 'Email address',
  message: 'Message',
  question: 'How can we help?',
  optional: 'optional',
  choose: 'Choose…',
  start: 'Start the chat',
  missing: 'Please fill this in.',
  wrongEmail: 'This does not look like an email address.',

  opensAt: (when: string) => `We open again ${when}.`,
  today: (time: string) => `today at ${time}`,
  tomorrow: (time: string) => `tomorrow at ${time}`,
  onDay: (day: string, time: string) => `on ${day} at ${time}`,
  leaveMessage: 'Leave the message',
  left: 'Thank you, we have your message.',
  leftHint: (email: string) => `We will answer to ${email}.`,
  leaveAnother: 'Leave another message',
  instead: 'Leave a message instead of waiting',
  callMe: 'Call me back',
  callInstead: 'Be called back instead of waiting',
  insteadHint: 'Leave us your message and we answer by mail. You need not wait here.',

  transcript: 'Send me the conversation by mail',
  transcriptSent: (email: string) => `The conversation is on its way to ${email}.`,
  endChat: 'End the chat',
  endSure: 'End this chat?',
  endHint: 'You can start a new one at any time.',
  endYes: 'End it',
  endNo: 'Keep chatting',
  soundOn: 'Turn the sound on',
  soundOff: 'Turn the sound off',
  startAnew: 'Start a new chat',

  rate: 'How was this chat?',
  stars: ['Very bad', 'Bad', 'All right', 'Good', 'Very good'],
  comment: 'What should we know?',
  sendRating: 'Send the rating',
  rated: (word: string) => `Thank you. Your rating: ${word}.`,

  todayLabel: 'Today',
  yesterdayLabel: 'Yesterday',
  bytes: (bytes: number) =>
    bytes >= 1_048_576
      ? `${(bytes / 1_048_576).toFixed(bytes >= 10_485_760 ? 0 : 1)} MB`
      : `${Math.max(1, Math.round(bytes / 1024))} KB`,

  refusals: {
    'too-large': (limit: string) => `This file is larger than ${limit}.`,
    'wrong-type': () => 'This type of file is not taken.',
    'empty-file': () => 'This file is empty.',
    'too-many-files': () => 'No more files fit into one message.',
    'too-many-requests': () => 'That was too fast. Wait a moment.',
    'outside-hours': () => 'We have just closed.',
    'invalid-input': () => 'Something in it is not right.',
    'not-deliverable': () => 'It cannot be taken as it is.',
    unreachable: () => 'The connection failed.',
    unexpected: () => 'Something went wrong on our side.'
  } as Record<string, (limit: string) => string>
}

export type Words = typeof en
