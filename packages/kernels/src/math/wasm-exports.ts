// The functions of assembly/index.ts. Addresses, steps and gaps are bytes; see there for the layouts.
export interface WasmExports {
  multiplyRows(
    a: number,
    rowOffsets: number,
    rows: number,
    aGap: number,
    steps: number,
    runs: number,
    b: number,
    bStep: number,
    panelStep: number,
    c: number,
    columns: number,
    accumulate: boolean,
    tile: number,
  ): void
  multiplyColumns(
    a: number,
    rowOffsets: number,
    rows: number,
    aStep: number,
    aGap: number,
    steps: number,
    runs: number,
    b: number,
    bStep: number,
    panelStep: number,
    c: number,
    columns: number,
    accumulate: boolean,
    tile: number,
  ): void
  multiplyDots(
    a: number,
    rowOffsets: number,
    rows: number,
    aGap: number,
    steps: number,
    runs: number,
    b: number,
    c: number,
    columns: number,
  ): void
  packRows(from: number, fromStep: number, depth: number, columns: number, to: number, panelStep: number): void
  packColumns(from: number, fromStep: number, depth: number, columns: number, to: number, panelStep: number): void
  transpose(from: number, depth: number, columns: number, to: number, toStep: number): void
  placeImage(
    from: number,
    height: number,
    width: number,
    channels: number,
    to: number,
    toHeight: number,
    toWidth: number,
    top: number,
    left: number,
    strideHeight: number,
    strideWidth: number,
  ): void
  fillOffsets(table: number, rows: number, columns: number, depth: number, rowStep: number, columnStep: number): void
  fill(at: number, value: number, bytes: number): void
  maxPool(
    from: number,
    to: number,
    positions: number,
    batch: number,
    height: number,
    width: number,
    channels: number,
    outHeight: number,
    outWidth: number,
    poolHeight: number,
    poolWidth: number,
    strideHeight: number,
    strideWidth: number,
    top: number,
    left: number,
  ): void
  scatterPositions(
    from: number,
    positions: number,
    to: number,
    batch: number,
    height: number,
    width: number,
    channels: number,
    outHeight: number,
    outWidth: number,
    poolHeight: number,
    poolWidth: number,
    strideHeight: number,
    strideWidth: number,
    top: number,
    left: number,
  ): void
  gatherPositions(
    from: number,
    positions: number,
    to: number,
    batch: number,
    height: number,
    width: number,
    channels: number,
    outHeight: number,
    outWidth: number,
    poolHeight: number,
    poolWidth: number,
  ): void
  placePositions(
    from: number,
    positions: number,
    to: number,
    batch: number,
    height: number,
    width: number,
    channels: number,
    outHeight: number,
    outWidth: number,
    poolHeight: number,
    poolWidth: number,
  ): void
  tanh(from: number, to: number, count: number): void
  tanhGrad(y: number, dy: number, to: number, count: number): void
  reluGrad(dy: number, x: number, to: number, count: number): void
  sumRows(from: number, to: number, rows: number, columns: number): void
  sumAll(from: number, to: number, count: number): void
  roofline4x8(a: number, b: number, c: number, depth: number, repeats: number): void
  roofline6x8(a: number, b: number, c: number, depth: number, repeats: number): void
}
