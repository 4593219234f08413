/**
 * The byte alphabet of byte-level BPE (GPT-2): printable bytes stand for themselves, the others for U+0100 onwards,
 * in byte order.
 */
const byteOfCharacter = new Map<string, number>()
const characterOfByte: string[] = []
let placeholder = 256
for (let byte = 0; byte < 256; byte++) {
  const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  const character = String.fromCharCode(printable ? byte : placeholder++)
  byteOfCharacter.set(character, byte)
  characterOfByte.push(character)
}

/** The token that stands for one byte. */
export function byteToken(byte: number): string {
  return characterOfByte[byte]!
}

/**
 * Text of each byte-level token; a character whose bytes are spread over tokens stands on the one that completes it,
 * so the pieces concatenate to the text of all bytes. A token with a character outside the alphabet (an added token)
 * stands for its own UTF-8 bytes.
 */
export function decodeByteLevel(tokens: readonly string[]): string[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const pieces = tokens.map((token) => decoder.decode(tokenBytes(token), { stream: true }))
  const rest = decoder.decode()
  if (rest !== '') pieces[pieces.length - 1] += rest
  return pieces
}

function tokenBytes(token: string): Uint8Array {
  const bytes = Array.from(token, (character) => byteOfCharacter.get(character))
  return bytes.includes(undefined) ? new TextEncoder().encode(token) : Uint8Array.from(bytes as number[])
}
