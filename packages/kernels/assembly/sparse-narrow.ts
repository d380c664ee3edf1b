// Products with an unpooled picture that skip its zeros, for dense pictures of few channels: lanes run along the rows of
// a patch, the part of the dense picture that one pooling window can reach, (poolHeight + filterHeight - 1) rows of
// (poolWidth + filterWidth - 1) pixels, each row padded to whole vectors.
// A table holds one patch for each feature and position in the window, [feature][4][vector]; the number of vectors is a
// multiple of 4, and `offsets` says where each lies in the padded dense picture, from the window's corner.
import { madd } from './madd'

// Visits the filter [filterHeight][filterWidth][channels][features] as it lies in a table.
// @ts-ignore: decorator
@inline
function tableOffset(
  feature: i32, position: i32, ky: i32, kx: i32, channel: i32, channels: i32, poolWidth: i32, rowVectors: i32, vectors: i32,
): usize {
  const y = position / poolWidth + ky
  const x = position % poolWidth + kx
  return ((feature * 4 + position) * vectors + y * rowVectors) * 16 + (x * channels + channel) * 4
}

// Writes the filter into a zeroed table, shifted to each position of the window.
export function spreadFilter(
  filter: usize, filterHeight: i32, filterWidth: i32, channels: i32, features: i32, poolWidth: i32,
  table: usize, rowVectors: i32, vectors: i32,
): void {
  for (let ky = 0; ky < filterHeight; ky++) {
    for (let kx = 0; kx < filterWidth; kx++) {
      for (let channel = 0; channel < channels; channel++) {
        for (let feature = 0; feature < features; feature++, filter += 4) {
          for (let position = 0; position < 4; position++) {
            const offset = tableOffset(feature, position, ky, kx, channel, channels, poolWidth, rowVectors, vectors)
            store<f32>(table + offset, load<f32>(filter))
          }
        }
      }
    }
  }
}

// The other way: the filter's gradient from a table of sums.
export function foldFilter(
  table: usize, filterHeight: i32, filterWidth: i32, channels: i32, features: i32, poolWidth: i32,
  filter: usize, rowVectors: i32, vectors: i32,
): void {
  for (let ky = 0; ky < filterHeight; ky++) {
    for (let kx = 0; kx < filterWidth; kx++) {
      for (let channel = 0; channel < channels; channel++) {
        for (let feature = 0; feature < features; feature++, filter += 4) {
          let sum: f32 = 0
          for (let position = 0; position < 4; position++) {
            sum += load<f32>(table + tableOffset(feature, position, ky, kx, channel, channels, poolWidth, rowVectors, vectors))
          }
          store<f32>(filter, sum)
        }
      }
    }
  }
}

// Where each vector of a patch lies; those past the patch point at its corner, and what they compute is dropped.
export function fillPatchOffsets(offsets: usize, patchRows: i32, rowVectors: i32, vectors: i32, rowStep: i32): void {
  for (let i = 0; i < vectors; i++) {
    const row = i / rowVectors
    store<u32>(offsets + i * 4, row < patchRows ? row * rowStep + (i - row * rowVectors) * 16 : 0)
  }
}

// Adds to the padded dense picture what each window's values give: the transposed convolution. Lanes past a patch's
// width hold zeros and change nothing.
export function addPatches(
  values: usize, positions: usize, rows: i32, columns: i32, features: i32, table: usize, offsets: usize,
  used: i32, vectors: i32, to: usize, windowRowStep: i32, windowStep: i32,
): void {
  const patchBytes = vectors * 16
  const featureBytes = patchBytes * 4
  for (let row = 0; row < rows; row++, to += windowRowStep) {
    let corner = to
    for (let column = 0; column < columns; column++, corner += windowStep) {
      for (let first = 0; first < used; first += 4) {
        let c0 = f32x4.splat(0), c1 = f32x4.splat(0), c2 = f32x4.splat(0), c3 = f32x4.splat(0)
        let patch = table + first * 16
        for (let feature = 0; feature < features; feature++, patch += featureBytes) {
          const value = v128.load32_splat(values + feature * 4)
          const w = patch + (load<i32>(positions + feature * 4) & 3) * patchBytes
          c0 = madd(value, v128.load(w), c0)
          c1 = madd(value, v128.load(w, 16), c1)
          c2 = madd(value, v128.load(w, 32), c2)
          c3 = madd(value, v128.load(w, 48), c3)
        }
        const here = offsets + first * 4
        add(corner + load<u32>(here), c0)
        if (first + 1 < used) add(corner + load<u32>(here, 4), c1)
        if (first + 2 < used) add(corner + load<u32>(here, 8), c2)
        if (first + 3 < used) add(corner + load<u32>(here, 12), c3)
      }
      values += features * 4
      positions += features * 4
    }
  }
}

// @ts-ignore: decorator
@inline
function add(at: usize, value: v128): void {
  v128.store(at, f32x4.add(v128.load(at), value))
}

// Adds each window's patch of the padded dense picture, times the window's value, to the feature's table.
export function sumPatches(
  values: usize, positions: usize, rows: i32, columns: i32, features: i32, table: usize, offsets: usize,
  vectors: i32, picture: usize, windowRowStep: i32, windowStep: i32,
): void {
  const patchBytes = vectors * 16
  const featureBytes = patchBytes * 4
  for (let row = 0; row < rows; row++, picture += windowRowStep) {
    let corner = picture
    for (let column = 0; column < columns; column++, corner += windowStep) {
      for (let first = 0; first < vectors; first += 4) {
        const here = offsets + first * 4
        const x0 = v128.load(corner + load<u32>(here))
        const x1 = v128.load(corner + load<u32>(here, 4))
        const x2 = v128.load(corner + load<u32>(here, 8))
        const x3 = v128.load(corner + load<u32>(here, 12))
        let patch = table + first * 16
        for (let feature = 0; feature < features; feature++, patch += featureBytes) {
          const value = v128.load32_splat(values + feature * 4)
          const w = patch + (load<i32>(positions + feature * 4) & 3) * patchBytes
          v128.store(w, madd(value, x0, v128.load(w)))
          v128.store(w, madd(value, x1, v128.load(w, 16)), 16)
          v128.store(w, madd(value, x2, v128.load(w, 32)), 32)
          v128.store(w, madd(value, x3, v128.load(w, 48)), 48)
        }
      }
      values += features * 4
      positions += features * 4
    }
  }
}

// Cuts the dense picture out of the padded one and adds the bias (0: none).
export function cropPicture(
  from: usize, fromRowStep: i32, height: i32, width: i32, channels: i32, bias: usize, to: usize,
): void {
  for (let y = 0; y < height; y++, from += fromRowStep) {
    let source = from
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++, source += 4, to += 4) {
        store<f32>(to, load<f32>(source) + (bias == 0 ? 0 : load<f32>(bias + channel * 4)))
      }
    }
  }
}
