/** A ZIP archive of small texts, stored as they are (PKWARE APPNOTE 6.3, method 0). */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) c = TABLE[(c ^ byte) & 0xff]! ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

/** 1980-01-01 00:00, the earliest a ZIP can say: the same content gives the same bytes. */
const EARLIEST = 0x00210000

function header(signature: number, fields: readonly [size: 2 | 4, value: number][]): Uint8Array {
  const bytes = new Uint8Array(4 + fields.reduce((sum, [size]) => sum + size, 0))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, signature, true)
  let at = 4
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += size
  }
  return bytes
}

export function zip(files: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const local: Uint8Array[] = []
  const central: Uint8Array[] = []
  let offset = 0
  for (const [path, text] of Object.entries(files)) {
    const name = encoder.encode(path)
    const content = encoder.encode(text)
    // Version 2.0, names in UTF-8, stored.
    const common: [2 | 4, number][] = [
      [2, 20], [2, 0x0800], [2, 0], [4, EARLIEST],
      [4, crc32(content)], [4, content.length], [4, content.length], [2, name.length], [2, 0],
    ]
    const head = header(0x04034b50, common)
    local.push(head, name, content)
    central.push(
      header(0x02014b50, [[2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]),
      name,
    )
    offset += head.length + name.length + content.length
  }
  const size = central.reduce((sum, part) => sum + part.length, 0)
  const number = Object.keys(files).length
  const end = header(0x06054b50, [
    [2, 0], [2, 0], [2, number], [2, number], [4, size], [4, offset], [2, 0],
  ])
  const parts = [...local, ...central, end]
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
