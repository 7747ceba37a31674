/** One machine that runs sessions. Border controllers spread calls over all that are not draining. */
export class FeatureServer {
  readonly name: string
  /** As `fs_sip_address` and `local_sip_address` tell it; nothing listens there. */
  readonly address: string
  draining = false

  constructor(nth: number) {
    this.name = `fs-${nth}`
    this.address = `127.0.0.1:${5069 + nth}`
  }
}
