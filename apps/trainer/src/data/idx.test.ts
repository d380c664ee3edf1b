import { createHash } from 'node:crypto'
import { UserError } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { type IdxExpectation, readIdx } from './idx.ts'
import { encodeIdx } from './testing/tiny-dataset.ts'

const pixels = Uint8Array.from({ length: 3 * 4 * 5 }, (_, index) => (index * 37) % 256)
const imageFile = encodeIdx([3, 4, 5], pixels)
const labelFile = encodeIdx([3], Uint8Array.of(0, 9, 4))
const images: IdxExpectation = { itemShape: [4, 5], count: null, below: null, md5: null }
const labels: IdxExpectation = { itemShape: [], count: null, below: 10, md5: null }

function inChunks(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
}

test.each([1, 3, 7, 16, 17, 1000])('images are the same bytes when the file arrives in chunks of %i', async (size) => {
  const { count, data } = await readIdx(inChunks(imageFile, size), 'x', images)
  expect(count).toBe(3)
  expect([...data]).toEqual([...pixels])
  expect(data.buffer).toBeInstanceOf(SharedArrayBuffer)
  expect(data.buffer.byteLength).toBe(60)
})

test('labels are read, and any count is accepted when none is expected', async () => {
  expect([...(await readIdx([labelFile], 'x', labels)).data]).toEqual([0, 9, 4])
})

test('a file with the expected count and checksum is accepted', async () => {
  const md5 = createHash('md5').update(imageFile).digest('hex')
  expect((await readIdx([imageFile], 'x', { ...images, count: 3, md5 })).count).toBe(3)
})

interface Rejection {
  readonly fact: string
  readonly bytes: Uint8Array
  readonly expected: IdxExpectation
  readonly message: string
}

const rejections: Rejection[] = [
  {
    fact: 'a label file in the place of images',
    bytes: labelFile,
    expected: images,
    message: 'FILE: an IDX header must have 16 bytes, got 11 and then the end',
  },
  {
    fact: 'a long label file in the place of images',
    bytes: encodeIdx([40], new Uint8Array(40)),
    expected: images,
    message: 'FILE: an IDX image file must begin with the magic number 0x00000803, got 0x00000801',
  },
  {
    fact: 'an image file in the place of labels',
    bytes: imageFile,
    expected: labels,
    message: 'FILE: an IDX label file must begin with the magic number 0x00000801, got 0x00000803',
  },
  {
    fact: 'another element type',
    bytes: encodeIdx([3, 4, 5], pixels, 0x0d03),
    expected: images,
    message: 'FILE: an IDX image file must begin with the magic number 0x00000803, got 0x00000d03',
  },
  {
    fact: 'images of another size',
    bytes: encodeIdx([3, 5, 4], pixels),
    expected: images,
    message: 'FILE: images must be 4 x 5, got 5 x 4',
  },
  {
    fact: 'another count than expected',
    bytes: imageFile,
    expected: { ...images, count: 60_000 },
    message: 'FILE: must hold 60000 items, got 3',
  },
  {
    fact: 'a count of none',
    bytes: encodeIdx([0, 4, 5], new Uint8Array()),
    expected: images,
    message: 'FILE: must hold between 1 and 2147483648 bytes of data, got a count of 0',
  },
  {
    fact: 'a count beyond any memory',
    bytes: encodeIdx([0xffffffff, 4, 5], pixels),
    expected: images,
    message: 'FILE: must hold between 1 and 2147483648 bytes of data, got a count of 4294967295',
  },
  {
    fact: 'a file cut short',
    bytes: imageFile.subarray(0, 70),
    expected: images,
    message: 'FILE: 3 items need 76 bytes unpacked, got 70: the file is cut short',
  },
  {
    fact: 'an empty file',
    bytes: new Uint8Array(),
    expected: labels,
    message: 'FILE: an IDX header must have 8 bytes, got 0 and then the end',
  },
  {
    fact: 'trailing bytes',
    bytes: Buffer.concat([imageFile, Buffer.of(1, 2)]),
    expected: images,
    message: 'FILE: must end after 76 bytes unpacked, got at least 78',
  },
  {
    fact: 'a label beyond the classes',
    bytes: encodeIdx([3], Uint8Array.of(0, 9, 10)),
    expected: labels,
    message: 'FILE: labels must be 0 to 9, got 10 at index 2',
  },
  {
    fact: 'a wrong checksum',
    bytes: labelFile,
    expected: { ...labels, md5: 'a25bea736e30d166cdddb491f175f624' },
    message: `FILE: the MD5 of the unpacked file must be a25bea736e30d166cdddb491f175f624, got ${createHash('md5').update(labelFile).digest('hex')}`,
  },
]

test.each(rejections)('$fact is rejected with the file, the rule and the value', async ({ bytes, expected, message }) => {
  const reading = readIdx([bytes], 'FILE', expected)
  await expect(reading).rejects.toThrow(UserError)
  await expect(reading).rejects.toThrow(message)
})
