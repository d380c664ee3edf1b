// Data movement in front of the matrix product: panels of B, padded images, tables of row offsets.

const PANEL_BYTES: i32 = 32

// @ts-ignore: decorator
@inline
function transpose4(to: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5)
  const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5)
  const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7)
  const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5))
  v128.store(to + PANEL_BYTES, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7))
  v128.store(to + 2 * PANEL_BYTES, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5))
  v128.store(to + 3 * PANEL_BYTES, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7))
}

// Rows of B are contiguous: from [depth][columns] (rows fromStep bytes apart) to panels [depth][8], zero-padded.
export function packRows(from: usize, fromStep: i32, depth: i32, columns: i32, to: usize, panelStep: i32): void {
  for (let column = 0; column < columns; column += 8, to += panelStep) {
    let source = from + column * 4
    let target = to
    const here = min(8, columns - column)
    for (let k = 0; k < depth; k++, source += fromStep, target += PANEL_BYTES) {
      if (here == 8) {
        v128.store(target, v128.load(source))
        v128.store(target, v128.load(source, 16), 16)
        continue
      }
      for (let lane = 0; lane < 8; lane++) {
        store<f32>(target + lane * 4, lane < here ? load<f32>(source + lane * 4) : 0)
      }
    }
  }
}

// Columns of B are contiguous: from [columns][depth] (columns fromStep bytes apart) to panels [depth][8], zero-padded.
export function packColumns(from: usize, fromStep: i32, depth: i32, columns: i32, to: usize, panelStep: i32): void {
  const blocked = depth & ~3
  for (let column = 0; column < columns; column += 8, to += panelStep) {
    for (let lane = 0; lane < 8; lane += 4) {
      const here = min(4, columns - column - lane)
      const source = from + (column + lane) * fromStep
      const target = to + lane * 4
      const fast = here == 4 ? blocked : 0
      for (let k = 0; k < fast; k += 4) {
        const at = source + k * 4
        transpose4(
          target + k * PANEL_BYTES,
          v128.load(at), v128.load(at + fromStep), v128.load(at + 2 * fromStep), v128.load(at + 3 * fromStep),
        )
      }
      for (let k = fast; k < depth; k++) {
        for (let i = 0; i < 4; i++) {
          store<f32>(target + k * PANEL_BYTES + i * 4, i < here ? load<f32>(source + i * fromStep + k * 4) : 0)
        }
      }
    }
  }
}

// From [depth][columns] to [columns][depth], rows of the result toStep bytes apart.
export function transpose(from: usize, depth: i32, columns: i32, to: usize, toStep: i32): void {
  for (let column = 0; column < columns; column++) {
    for (let k = 0; k < depth; k++) {
      store<f32>(to + column * toStep + k * 4, load<f32>(from + (k * columns + column) * 4))
    }
  }
}

// Copies one image [height, width, channels] into a zeroed one [toHeight, toWidth, channels], its pixels `stride`
// apart from (top, left) on; pixels that fall outside are dropped.
export function placeImage(
  from: usize, height: i32, width: i32, channels: i32,
  to: usize, toHeight: i32, toWidth: i32, top: i32, left: i32, strideHeight: i32, strideWidth: i32,
): void {
  const pixelBytes = channels * 4
  for (let y = 0; y < height; y++) {
    const toY = top + y * strideHeight
    if (toY < 0 || toY >= toHeight) continue
    const source = from + y * width * pixelBytes
    const target = to + toY * toWidth * pixelBytes
    if (strideWidth == 1) {
      const first = max(0, -left)
      const last = min(width, toWidth - left)
      if (last > first) memory.copy(target + (left + first) * pixelBytes, source + first * pixelBytes, (last - first) * pixelBytes)
      continue
    }
    for (let x = 0; x < width; x++) {
      const toX = left + x * strideWidth
      if (toX >= 0 && toX < toWidth) memory.copy(target + toX * pixelBytes, source + x * pixelBytes, pixelBytes)
    }
  }
}

// Row offsets y · rowStep + x · columnStep + z · 4, then the last one again up to a multiple of 12 entries (what the tiles of gemm.ts and dot.ts read).
export function fillOffsets(table: usize, rows: i32, columns: i32, depth: i32, rowStep: i32, columnStep: i32): void {
  let at = table
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let z = 0; z < depth; z++, at += 4) store<u32>(at, y * rowStep + x * columnStep + z * 4)
    }
  }
  const count = rows * columns * depth
  const last = load<u32>(at - 4)
  for (let i = count; i % 12 != 0; i++, at += 4) store<u32>(at, last)
}
