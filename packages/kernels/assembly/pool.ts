// Pooling, [batch, height, width, channels]; lanes run along the channels. A position is dy · poolWidth + dx inside
// the window; the first maximum in row-major order wins, and a NaN beats every number.

// @ts-ignore: decorator
@inline
function beats(value: v128, best: v128): v128 {
  return v128.or(f32x4.gt(value, best), f32x4.ne(value, value))
}

// Loads four values, or the first alone where fewer than four channels are left.
// @ts-ignore: decorator
@inline
function load4(at: usize, whole: bool): v128 {
  return whole ? v128.load(at) : v128.load32_zero(at)
}

// @ts-ignore: decorator
@inline
function store4(at: usize, value: v128, whole: bool): void {
  if (whole) v128.store(at, value)
  else v128.store32_lane(at, value, 0)
}

// Writes the maximum of each window and, unless `positions` is 0, where it was found.
export function maxPool(
  from: usize, to: usize, positions: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  poolHeight: i32, poolWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32,
): void {
  const pixelBytes = channels * 4
  let offset = 0
  for (let image = 0; image < batch; image++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const y = oy * strideHeight - top
      for (let ox = 0; ox < outWidth; ox++, offset += pixelBytes) {
        const x = ox * strideWidth - left
        for (let channel = 0; channel < channels;) {
          const whole = channel + 4 <= channels
          let best = f32x4.splat(-Infinity)
          let position = i32x4.splat(0)
          for (let ky = max(0, -y); ky < min(poolHeight, height - y); ky++) {
            for (let kx = max(0, -x); kx < min(poolWidth, width - x); kx++) {
              const value = load4(from + ((image * height + y + ky) * width + x + kx) * pixelBytes + channel * 4, whole)
              const better = beats(value, best)
              best = v128.bitselect(value, best, better)
              position = v128.bitselect(i32x4.splat(ky * poolWidth + kx), position, better)
            }
          }
          store4(to + offset + channel * 4, best, whole)
          if (positions != 0) store4(positions + offset + channel * 4, position, whole)
          channel += whole ? 4 : 1
        }
      }
    }
  }
}

// Adds each pooled value of `from` to a zeroed image at its position; windows may overlap.
export function scatterPositions(
  from: usize, positions: usize, to: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  poolHeight: i32, poolWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32,
): void {
  const pixelBytes = channels * 4
  let offset = 0
  for (let image = 0; image < batch; image++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const y = oy * strideHeight - top
      for (let ox = 0; ox < outWidth; ox++, offset += pixelBytes) {
        const x = ox * strideWidth - left
        for (let channel = 0; channel < channels;) {
          const whole = channel + 4 <= channels
          const value = load4(from + offset + channel * 4, whole)
          const position = load4(positions + offset + channel * 4, whole)
          for (let ky = max(0, -y); ky < min(poolHeight, height - y); ky++) {
            for (let kx = max(0, -x); kx < min(poolWidth, width - x); kx++) {
              const at = to + ((image * height + y + ky) * width + x + kx) * pixelBytes + channel * 4
              const here = i32x4.eq(position, i32x4.splat(ky * poolWidth + kx))
              store4(at, f32x4.add(load4(at, whole), v128.and(value, here)), whole)
            }
          }
          channel += whole ? 4 : 1
        }
      }
    }
  }
}

// Writes each pooled value of `from` at its position and zeros elsewhere in its window; windows lie side by side, and
// what lies outside all of them is left alone.
export function placePositions(
  from: usize, positions: usize, to: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  poolHeight: i32, poolWidth: i32,
): void {
  const pixelBytes = channels * 4
  let offset = 0
  for (let image = 0; image < batch; image++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++, offset += pixelBytes) {
        const window = to + ((image * height + oy * poolHeight) * width + ox * poolWidth) * pixelBytes
        for (let channel = 0; channel < channels;) {
          const whole = channel + 4 <= channels
          const value = load4(from + offset + channel * 4, whole)
          const position = load4(positions + offset + channel * 4, whole)
          for (let ky = 0; ky < poolHeight; ky++) {
            for (let kx = 0; kx < poolWidth; kx++) {
              const here = i32x4.eq(position, i32x4.splat(ky * poolWidth + kx))
              store4(window + (ky * width + kx) * pixelBytes + channel * 4, v128.and(value, here), whole)
            }
          }
          channel += whole ? 4 : 1
        }
      }
    }
  }
}

// Takes each window's value at its position out of the image `from`; windows do not overlap and lie inside it.
export function gatherPositions(
  from: usize, positions: usize, to: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  poolHeight: i32, poolWidth: i32,
): void {
  const pixelBytes = channels * 4
  let offset = 0
  for (let image = 0; image < batch; image++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++, offset += pixelBytes) {
        const window = from + ((image * height + oy * poolHeight) * width + ox * poolWidth) * pixelBytes
        for (let channel = 0; channel < channels;) {
          const whole = channel + 4 <= channels
          const position = load4(positions + offset + channel * 4, whole)
          let value = f32x4.splat(0)
          for (let ky = 0; ky < poolHeight; ky++) {
            for (let kx = 0; kx < poolWidth; kx++) {
              const here = i32x4.eq(position, i32x4.splat(ky * poolWidth + kx))
              const candidate = load4(window + (ky * width + kx) * pixelBytes + channel * 4, whole)
              value = v128.or(value, v128.and(candidate, here))
            }
          }
          store4(to + offset + channel * 4, value, whole)
          channel += whole ? 4 : 1
        }
      }
    }
  }
}
