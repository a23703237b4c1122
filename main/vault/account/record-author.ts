/** Signs this account's records and verifies everybody's, through the pinned account cards. */
export interface RecordAuthor {
  /** account id of this vault's owner */
  readonly accountId: string;
  /** A compact JWS over `payload` with protected `typ` (docs/protocol.md section 4). */
  sign(typ: string, payload: object): Promise<string>;
  /**
   * Verifies a compact JWS by the signing key of the account that its payload names in `author` (or `actor`), and gives the payload.
   * Throws `damaged` when the signature, the type or the name does not hold.
   */
  verify(typ: string, jws: string): Promise<unknown>;
}
