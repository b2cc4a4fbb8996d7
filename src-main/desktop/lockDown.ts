import { app, session, shell, type WebContents } from 'electron'

/**
 * Keeps every window on the renderer's own pages: it may not go elsewhere, open windows, embed pages or ask for
 * devices. Links to the web open in the person's browser.
 * @param ownOrigin origin of the renderer
 */
export function lockDown(ownOrigin: string): void {
  app.on('web-contents-created', (_event, contents) => {
    denyLeaving(contents, ownOrigin)
    contents.setWindowOpenHandler(({ url }) => {
      openInBrowser(url)
      return { action: 'deny' }
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => allowed(permission))
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(allowed(permission)),
  )
}

/** Copying a table or a gene list is the one thing the pages need. */
function allowed(permission: string): boolean {
  return permission === 'clipboard-sanitized-write'
}

function denyLeaving(contents: WebContents, ownOrigin: string): void {
  const keep = (event: { preventDefault(): void }, url: string) => {
    if (isWithin(url, ownOrigin)) return
    event.preventDefault()
    openInBrowser(url)
  }
  contents.on('will-navigate', (event) => keep(event, event.url))
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault()
  })
  contents.on('will-redirect', (event) => keep(event, event.url))
}

/** True for pages of the renderer. The origin of a non-standard scheme is opaque to URL, so the text is compared. */
export function isWithin(url: string, ownOrigin: string): boolean {
  return url === ownOrigin || url.startsWith(`${ownOrigin}/`)
}

function openInBrowser(url: string): void {
  if (url.startsWith('https://')) void shell.openExternal(url)
}
