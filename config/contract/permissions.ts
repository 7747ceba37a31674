export const roles = ['administrator', 'supervisor', 'agent', 'marketing'] as const
export type Role = (typeof roles)[number]

/**
 * Who may do what. A permission opens a route; **scope** (which queues, whose work) is decided by the verb behind it.
 */
export const permissions = {
  'interaction:read': ['administrator', 'supervisor', 'agent'],
  'interaction:handle': ['agent', 'supervisor', 'administrator'],
  'interaction:assign': ['supervisor', 'administrator'],
  'interaction:step-in': ['supervisor', 'administrator'],
  'conversation:arrange': ['agent', 'supervisor', 'administrator'],
  'call:supervise': ['supervisor', 'administrator'],
  'recording:listen': ['administrator', 'supervisor', 'agent'],
  'recording:erase': ['administrator'],
  'contact:read': ['administrator', 'supervisor', 'agent', 'marketing'],
  'contact:write': ['administrator', 'supervisor', 'agent'],
  'presence:set': ['agent', 'supervisor', 'administrator'],
  'agent:read': ['administrator', 'supervisor', 'agent'],
  'agent:write': ['administrator', 'supervisor'],
  'agent:lend': ['supervisor', 'administrator'],
  'floor-message:read': ['agent', 'supervisor', 'administrator'],
  'floor-message:write': ['supervisor', 'administrator'],
  'agent:force': ['supervisor', 'administrator'],
  'board:read': ['supervisor', 'administrator'],
  'threshold:write': ['supervisor', 'administrator'],
  'wallboard:write': ['supervisor', 'administrator'],
  'setting:read': ['administrator', 'supervisor', 'agent', 'marketing'],
  'setting:write': ['administrator'],
  'canned-answer:write': ['administrator', 'supervisor'],
  'user:read': ['administrator'],
  'user:write': ['administrator'],
  'flow:read': ['administrator', 'supervisor'],
  'flow:write': ['administrator'],
  'source:read': ['administrator'],
  'source:write': ['administrator'],
  'account:read': ['administrator', 'supervisor'],
  'account:write': ['administrator'],
  'routing:replay': ['administrator', 'supervisor'],
  'audit:read': ['administrator'],
  'quarantine:read': ['administrator'],
  'quarantine:write': ['administrator'],
  'campaign:read': ['marketing', 'administrator'],
  'campaign:write': ['marketing', 'administrator'],
  'campaign:send': ['marketing', 'administrator'],
  'audience:read': ['marketing', 'administrator'],
  'audience:write': ['marketing', 'administrator'],
  'audience:erase': ['marketing', 'administrator'],
  'suppression:write': ['marketing', 'administrator'],
  'consent:write': ['marketing', 'agent', 'supervisor', 'administrator']
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

/** True when one of the roles holds the permission. */
export const allows = (held: readonly Role[], permission: Permission): boolean =>
  held.some((role) => (permissions[permission] as readonly Role[]).includes(role))
