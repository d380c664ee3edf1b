// Sums in a fixed order: blocks first, then the blocks, which keeps the rounding error of long sums small.

const BLOCK: i32 = 64

// @ts-ignore: decorator
@inline
function load4(at: usize, whole: bool): v128 {
  return whole ? v128.load(at) : v128.load32_zero(at)
}

// out[column] = Σ over rows of x[row][column], four columns at a time.
export function sumRows(from: usize, to: usize, rows: i32, columns: i32): void {
  const rowStep = columns * 4
  for (let column = 0; column < columns;) {
    const whole = column + 4 <= columns
    let total = f32x4.splat(0)
    for (let row = 0; row < rows; row += BLOCK) {
      const end = min(rows, row + BLOCK)
      let part = f32x4.splat(0)
      let at = from + row * rowStep + column * 4
      for (let i = row; i < end; i++, at += rowStep) part = f32x4.add(part, load4(at, whole))
      total = f32x4.add(total, part)
    }
    if (whole) v128.store(to + column * 4, total)
    else v128.store32_lane(to + column * 4, total, 0)
    column += whole ? 4 : 1
  }
}

// The sum of all elements: four lanes of blocks, then the lanes, then the last one to three elements.
export function sumAll(from: usize, to: usize, count: i32): void {
  const vectors = count >> 2
  let total = f32x4.splat(0)
  for (let first = 0; first < vectors; first += BLOCK) {
    const end = min(vectors, first + BLOCK)
    let part = f32x4.splat(0)
    for (let i = first; i < end; i++) part = f32x4.add(part, v128.load(from + (i << 4)))
    total = f32x4.add(total, part)
  }
  let sum = f32x4.extract_lane(total, 0) + f32x4.extract_lane(total, 2) + (f32x4.extract_lane(total, 1) + f32x4.extract_lane(total, 3))
  for (let i = vectors << 2; i < count; i++) sum += load<f32>(from + (i << 2))
  store<f32>(to, sum)
}
