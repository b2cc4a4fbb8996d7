import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * The secret of one run of the served app. The printed address carries the token; the first page load exchanges it
 * for a cookie with a value of its own, so that the token does not stay in the address bar and no script can read
 * either. Both end with the server.
 */
export class Session {
  /** 256 random bits for the address. */
  readonly token = randomBytes(32).toString('base64url')
  private readonly cookieValue = randomBytes(32).toString('base64url')

  /** @param port in the cookie's name: browsers share cookies between all ports of a host */
  constructor(private readonly port: number) {}

  /** The `Set-Cookie` header that stands for the token from the first page load on. */
  get setCookie(): string {
    return `${this.cookieName}=${this.cookieValue}; Path=/; HttpOnly; SameSite=Strict`
  }

  holdsToken(candidate: string | null | undefined): boolean {
    return sameSecret(candidate, this.token)
  }

  holdsCookie(header: string | undefined): boolean {
    return (header ?? '').split(';').some((pair) => {
      const [name, value = ''] = pair.split('=', 2)
      return name.trim() === this.cookieName && sameSecret(value.trim(), this.cookieValue)
    })
  }

  private get cookieName(): string {
    return `shiftscope-${this.port}`
  }
}

/** Compares digests, so that the time taken says nothing about the secret or its length. */
function sameSecret(candidate: string | null | undefined, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(candidate ?? ''), digest(secret)) && candidate !== ''
}
