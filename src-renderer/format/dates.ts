const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** A moment as the person's clock shows it: `22 Nov 2026, 15:14`. */
export function formatMoment(isoDate: string): string {
  const date = new Date(isoDate)
  return `${day.format(date)}, ${minute.format(date)}`
}
