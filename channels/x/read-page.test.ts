import { describe, expect, it } from 'vitest'
import type { Message, Post } from './payload.ts'
import { saidInMessage, saidInPost } from './read-page.ts'
import { messageFrom, postFrom } from './said.ts'

const includes = {
  users: [{ id: '2222222222222222222', name: 'Fatou Diop', username: 'fatoudiop' }, 'no user'],
  media: [
    { media_key: '3_1', type: 'photo', url: 'https://pbs.twimg.com/media/a.png' },
    {
      media_key: '7_2',
      type: 'video',
      variants: [
        { content_type: 'application/x-mpegURL', url: 'https://video.twimg.com/a.m3u8' },
        { content_type: 'video/mp4', bit_rate: 256000, url: 'https://video.twimg.com/small.mp4' },
        { content_type: 'video/mp4', bit_rate: 2176000, url: 'https://video.twimg.com/large.mp4' }
      ]
    },
    { media_key: '16_3', type: 'animated_gif', preview_image_url: 'https://pbs.twimg.com/x.jpg' },
    null
  ]
}

describe('a post of version 2', () => {
  const post: Post = {
    id: '2080765813578191303',
    author_id: '2222222222222222222',
    created_at: '2026-07-24T21:23:23.000Z',
    text: 'hey @banque, look &amp; see https://t.co/site https://t.co/pic',
    edit_history_tweet_ids: ['2080765813578191303'],
    attachments: { media_keys: ['3_1', '7_2', '16_3', 'none'] },
    entities: {
      urls: [
        { url: 'https://t.co/site', expanded_url: 'https://example.org/?a=$1&b=2' },
        { url: 'https://t.co/pic', expanded_url: 'https://x.com/f/status/1/photo/1', media_key: '3_1' }
      ]
    },
    referenced_tweets: [
      { type: 'quoted', id: '7' },
      { type: 'replied_to', id: '2080765813578190000' }
    ]
  }

  it('has whole links, its files and what it answers', () => {
    expect(postFrom(saidInPost(post, includes))).toEqual([
      {
        kind: 'message',
        address: '2222222222222222222',
        name: 'Fatou Diop',
        externalId: 'post:2080765813578191303',
        sentAt: new Date('2026-07-24T21:23:23.000Z'),
        text: 'hey @banque, look & see https://example.org/?a=$1&b=2',
        media: [
          { id: '3_1', name: 'image.png', type: 'image/png', url: 'https://pbs.twimg.com/media/a.png' },
          { id: '7_2', name: 'video.mp4', type: 'video/mp4', url: 'https://video.twimg.com/large.mp4' }
        ],
        answers: 'post:2080765813578190000',
        public: { kind: 'mention', url: 'https://x.com/fatoudiop/status/2080765813578191303' }
      }
    ])
  })

  it('is shown whole when it is long', () => {
    const long = {
      ...post,
      note_tweet: {
        text: 'all of it https://t.co/end',
        entities: { urls: [{ url: 'https://t.co/end', expanded_url: 'https://example.org/end' }] }
      }
    }
    expect(postFrom(saidInPost(long, includes))[0]).toMatchObject({
      text: 'all of it https://example.org/end'
    })
  })

  it('keeps a short link that stands for nothing safe', () => {
    const odd = {
      ...post,
      attachments: undefined,
      entities: { urls: [{ url: 'https://t.co/site', expanded_url: 'javascript:alert(1)' }] }
    }
    expect(postFrom(saidInPost(odd, undefined))[0]).toMatchObject({
      text: 'hey @banque, look & see https://t.co/site https://t.co/pic'
    })
  })
})

describe('a direct message of version 2', () => {
  const message: Message = {
    id: '1582838499983564806',
    event_type: 'MessageCreate',
    text: 'the roof https://t.co/x',
    sender_id: '2222222222222222222',
    dm_conversation_id: '1-2222222222222222222',
    created_at: '2022-10-19T20:58:00.000Z',
    attachments: { media_keys: ['3_1'] },
    entities: {
      urls: [{ url: 'https://t.co/x', expanded_url: 'https://x.com/messages/media/1582838499983564806' }]
    }
  }

  it('has its picture apart from its words', () => {
    const said = saidInMessage(message, includes)
    expect(said && messageFrom(said)).toMatchObject({
      externalId: 'dm:1582838499983564806',
      text: 'the roof',
      name: 'Fatou Diop',
      media: [{ id: '3_1' }]
    })
  })

  it('is nobody’s without its sender', () => {
    expect(saidInMessage({ ...message, sender_id: undefined }, includes)).toBeNull()
  })
})
