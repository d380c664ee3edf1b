// Products with an unpooled picture that skip its zeros (three in four), for dense pictures of 8, 16, 24 … channels:
// lanes run along the dense picture's channels. Windows have four positions, dy · poolWidth + dx.
// An entry is a value (f32) and a byte offset (u32).
import { madd } from './madd'

// Vectors are taken six at a time, then two: V8 loads all of them before it multiplies, and with eight it keeps one of
// the sums in memory, which makes every round wait for the one before (2 times slower).
const SIX: i32 = 96
const TWO: i32 = 32

// Entries [feature][window]: the value (unless `values` is 0) and where the window's pixel lies in the padded picture.
export function listWindows(
  values: usize, positions: usize, rows: i32, columns: i32, features: i32, poolHeight: i32, poolWidth: i32,
  rowStep: i32, pixelStep: i32, entries: usize,
): void {
  const featureStep = rows * columns * 8
  const shift = ctz(poolWidth)
  let at = 0
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, entries += 8) {
      const corner = row * poolHeight * rowStep + column * poolWidth * pixelStep
      let entry = entries
      for (let feature = 0; feature < features; feature++, at += 4, entry += featureStep) {
        const position = load<i32>(positions + at) & 3
        if (values != 0) store<f32>(entry, load<f32>(values + at))
        store<i32>(entry, corner + (position >> shift) * rowStep + (position & (poolWidth - 1)) * pixelStep, 4)
      }
    }
  }
}

// sums[feature][run][step] += Σ over the windows of value · picture[pixel + run][step]: the filter's gradient.
export function sumEntries(
  picture: usize, rowStep: i32, runs: i32, steps: i32, entries: usize, windows: i32, features: i32, sums: usize,
): void {
  const bytes = steps * 4
  let to = sums
  for (let feature = 0; feature < features; feature++, entries += windows * 8) {
    const end = entries + windows * 8
    for (let run = 0; run < runs; run++) {
      let from = picture + run * rowStep
      let left = bytes
      for (; left >= SIX; left -= SIX, from += SIX, to += SIX) {
        let c0 = v128.load(to, 0)
        let c1 = v128.load(to, 16)
        let c2 = v128.load(to, 32)
        let c3 = v128.load(to, 48)
        let c4 = v128.load(to, 64)
        let c5 = v128.load(to, 80)
        for (let at = entries; at < end; at += 8) {
          const value = v128.load32_splat(at)
          const x = from + load<u32>(at, 4)
          c0 = madd(value, v128.load(x, 0), c0)
          c1 = madd(value, v128.load(x, 16), c1)
          c2 = madd(value, v128.load(x, 32), c2)
          c3 = madd(value, v128.load(x, 48), c3)
          c4 = madd(value, v128.load(x, 64), c4)
          c5 = madd(value, v128.load(x, 80), c5)
        }
        v128.store(to, c0, 0)
        v128.store(to, c1, 16)
        v128.store(to, c2, 32)
        v128.store(to, c3, 48)
        v128.store(to, c4, 64)
        v128.store(to, c5, 80)
      }
      for (; left >= TWO; left -= TWO, from += TWO, to += TWO) {
        let c0 = v128.load(to, 0)
        let c1 = v128.load(to, 16)
        for (let at = entries; at < end; at += 8) {
          const value = v128.load32_splat(at)
          const x = from + load<u32>(at, 4)
          c0 = madd(value, v128.load(x, 0), c0)
          c1 = madd(value, v128.load(x, 16), c1)
        }
        v128.store(to, c0, 0)
        v128.store(to, c1, 16)
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function sumLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 2) + (f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3))
}

// to[window][feature] = Σ weights[feature][run][step] · picture[pixel + run][step]; `sums` holds a vector per window.
export function dotEntries(
  picture: usize, rowStep: i32, runs: i32, steps: i32, entries: usize, windows: i32, features: i32,
  weights: usize, sums: usize, to: usize,
): void {
  const bytes = steps * 4
  let w = weights
  for (let feature = 0; feature < features; feature++, entries += windows * 8, to += 4) {
    const end = entries + windows * 8
    memory.fill(sums, 0, windows * 16)
    for (let run = 0; run < runs; run++) {
      let from = picture + run * rowStep
      let left = bytes
      for (; left >= SIX; left -= SIX, from += SIX, w += SIX) {
        const w0 = v128.load(w), w1 = v128.load(w, 16), w2 = v128.load(w, 32)
        const w3 = v128.load(w, 48), w4 = v128.load(w, 64), w5 = v128.load(w, 80)
        for (let at = entries, sum = sums; at < end; at += 8, sum += 16) {
          const x = from + load<u32>(at, 4)
          let even = madd(v128.load(x), w0, v128.load(sum))
          let odd = f32x4.mul(v128.load(x, 16), w1)
          even = madd(v128.load(x, 32), w2, even)
          odd = madd(v128.load(x, 48), w3, odd)
          even = madd(v128.load(x, 64), w4, even)
          odd = madd(v128.load(x, 80), w5, odd)
          v128.store(sum, f32x4.add(even, odd))
        }
      }
      for (; left >= TWO; left -= TWO, from += TWO, w += TWO) {
        const w0 = v128.load(w), w1 = v128.load(w, 16)
        for (let at = entries, sum = sums; at < end; at += 8, sum += 16) {
          const x = from + load<u32>(at, 4)
          v128.store(sum, madd(v128.load(x, 16), w1, madd(v128.load(x), w0, v128.load(sum))))
        }
      }
    }
    for (let window = 0; window < windows; window++) store<f32>(to + window * features * 4, sumLanes(v128.load(sums + (window << 4))))
  }
}

// The unpooled picture's values pixel by pixel: `starts` [height][width + 1] holds the address of each pixel's first
// entry, whose offset is feature · featureStep - x · pixelStep.
export function listPixels(
  values: usize, positions: usize, rows: i32, columns: i32, features: i32, poolHeight: i32, poolWidth: i32,
  height: i32, width: i32, featureStep: i32, pixelStep: i32, starts: usize, entries: usize,
): void {
  let end = entries
  for (let y = 0; y < height; y++) {
    const row = y / poolHeight
    for (let x = 0; x < width; x++, starts += 4) {
      store<usize>(starts, end)
      const column = x / poolWidth
      if (row >= rows || column >= columns) continue
      const here = (y - row * poolHeight) * poolWidth + x - column * poolWidth
      let at = (row * columns + column) * features * 4
      let offset = -x * pixelStep
      for (let feature = 0; feature < features; feature++, at += 4, offset += featureStep) {
        store<f32>(end, load<f32>(values + at))
        store<i32>(end, offset, 4)
        // Written over by the next one unless it belongs here: cheaper than a branch that nothing can predict.
        end += i32(load<i32>(positions + at) == here) << 3
      }
    }
    store<usize>(starts, end)
    starts += 4
  }
}

// to[y][x][channel] = bias + Σ over the filter of unpooled[y + padTop - ky][x + padLeft - kx] · weights[ky][kx]: the
// transposed convolution. Weights are [ky][kx][feature][channel].
export function gatherEntries(
  starts: usize, height: i32, width: i32, filterHeight: i32, filterWidth: i32, padTop: i32, padLeft: i32,
  weights: usize, features: i32, channels: i32, bias: usize, to: usize,
): void {
  const tapStep = features * channels * 4
  const pixelBytes = channels * 4
  for (let y = 0; y < height; y++) {
    const firstKy = max(0, y + padTop - height + 1)
    const endKy = min(filterHeight, y + padTop + 1)
    for (let x = 0; x < width; x++) {
      const first = max(0, x + padLeft - filterWidth + 1) * 4
      const last = (min(width - 1, x + padLeft) + 1) * 4
      const corner = weights + (x + padLeft) * tapStep
      let byte = 0
      for (; byte + SIX <= pixelBytes; byte += SIX, to += SIX) {
        let c0 = v128.load(bias + byte, 0)
        let c1 = v128.load(bias + byte, 16)
        let c2 = v128.load(bias + byte, 32)
        let c3 = v128.load(bias + byte, 48)
        let c4 = v128.load(bias + byte, 64)
        let c5 = v128.load(bias + byte, 80)
        for (let ky = firstKy; ky < endKy; ky++) {
          const row = starts + (y + padTop - ky) * (width + 1) * 4
          const end = load<usize>(row + last)
          const from = corner + ky * filterWidth * tapStep + byte
          for (let at = load<usize>(row + first); at < end; at += 8) {
            const value = v128.load32_splat(at)
            const w = from + load<u32>(at, 4)
            c0 = madd(value, v128.load(w, 0), c0)
            c1 = madd(value, v128.load(w, 16), c1)
            c2 = madd(value, v128.load(w, 32), c2)
            c3 = madd(value, v128.load(w, 48), c3)
            c4 = madd(value, v128.load(w, 64), c4)
            c5 = madd(value, v128.load(w, 80), c5)
          }
        }
        v128.store(to, c0, 0)
        v128.store(to, c1, 16)
        v128.store(to, c2, 32)
        v128.store(to, c3, 48)
        v128.store(to, c4, 64)
        v128.store(to, c5, 80)
      }
      for (; byte + TWO <= pixelBytes; byte += TWO, to += TWO) {
        let c0 = v128.load(bias + byte, 0)
        let c1 = v128.load(bias + byte, 16)
        for (let ky = firstKy; ky < endKy; ky++) {
          const row = starts + (y + padTop - ky) * (width + 1) * 4
          const end = load<usize>(row + last)
          const from = corner + ky * filterWidth * tapStep + byte
          for (let at = load<usize>(row + first); at < end; at += 8) {
            const value = v128.load32_splat(at)
            const w = from + load<u32>(at, 4)
            c0 = madd(value, v128.load(w, 0), c0)
            c1 = madd(value, v128.load(w, 16), c1)
          }
        }
        v128.store(to, c0, 0)
        v128.store(to, c1, 16)
      }
    }
  }
}
