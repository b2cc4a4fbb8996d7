/** A fill that means "cut": diagonal lines. Null where there is no canvas to draw it on. */
export function hatch(line: string, ground: string): { image: HTMLCanvasElement; repeat: 'repeat' } | null {
  const size = 8
  const canvas = document.createElement('canvas')
  canvas.width = size
  canvas.height = size
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.fillStyle = ground
  pen.fillRect(0, 0, size, size)
  pen.strokeStyle = line
  pen.lineWidth = 1.6
  for (const offset of [-size, 0, size]) {
    pen.beginPath()
    pen.moveTo(offset, size)
    pen.lineTo(offset + size, 0)
    pen.stroke()
  }
  return { image: canvas, repeat: 'repeat' }
}
