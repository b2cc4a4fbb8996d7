/**
 * Pages shown before there is a session, or instead of one. They need no script and no style of the renderer; the
 * empty icon keeps the browser from asking for one.
 */
function plainPage(title: string, head: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><link rel="icon" href="data:,">${head}</head>
<body><main>${body}</main></body>
</html>
`
}

/**
 * Answer to the printed address. It moves on by itself instead of redirecting: after a redirect that began on
 * another site the browser would withhold the strict cookie.
 */
export const enterPage = plainPage(
  'Shiftscope',
  '<meta http-equiv="refresh" content="0;url=/">',
  '<h1>Shiftscope</h1><p><a href="/">Open Shiftscope</a></p>',
)

export const noSessionPage = plainPage(
  'Shiftscope: address needed',
  '',
  `<h1>This address lacks its token</h1>
<p>Open the whole address that <code>shiftscope serve</code> printed when it started; it ends with
<code>?token=…</code>. After a restart the address is new.</p>`,
)

export const notFoundPage = plainPage(
  'Shiftscope: no such page',
  '',
  '<h1>There is no such page</h1><p><a href="/">Back to Shiftscope</a></p>',
)
