// The kernels' inner loops, in place on the TensorFlow.js heap: every argument is a number or a byte address in it.
// No static data and no allocation, or the module would overwrite its host's memory when it is instantiated.
export { multiplyDots } from './dot'
export { reluGrad, tanh, tanhGrad } from './elementwise'
export { multiplyColumns, multiplyRows } from './gemm'
export { fillOffsets, packColumns, packRows, placeImage, transpose } from './layout'
export { gatherPositions, maxPool, placePositions, scatterPositions } from './pool'
export { fillWindowOffsets, multiplyHighest, multiplyPicked } from './pooled-conv'
export { sumAll, sumRows } from './reduce'
export { addPatches, cropPicture, fillPatchOffsets, foldFilter, spreadFilter, sumPatches } from './sparse-narrow'
export { dotEntries, gatherEntries, listPixels, listWindows, sumEntries } from './sparse-wide'
export { roofline4x8, roofline6x8 } from './roofline'

export function fill(at: usize, value: u8, bytes: usize): void {
  memory.fill(at, value, bytes)
}

export function repeatRow(from: usize, to: usize, bytes: usize, rows: i32): void {
  for (let row = 0; row < rows; row++, to += bytes) memory.copy(to, from, bytes)
}
