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
  repeatRow(from: number, to: number, bytes: number, rows: number): void
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
  multiplyHighest(
    a: number,
    rowOffsets: number,
    windows: number,
    aGap: number,
    steps: number,
    runs: number,
    b: number,
    panelStep: number,
    to: number,
    positions: number,
    columns: number,
    tile: number,
  ): void
  multiplyPicked(
    a: number,
    rowOffsets: number,
    windows: number,
    aGap: number,
    steps: number,
    runs: number,
    b: number,
    panelStep: number,
    to: number,
    positions: number,
    columns: number,
    tile: number,
  ): void
  fillWindowOffsets(
    table: number,
    rows: number,
    columns: number,
    poolHeight: number,
    poolWidth: number,
    rowStep: number,
    pixelStep: number,
  ): void
  listWindows(
    values: number,
    positions: number,
    rows: number,
    columns: number,
    features: number,
    poolHeight: number,
    poolWidth: number,
    rowStep: number,
    pixelStep: number,
    entries: number,
  ): void
  sumEntries(
    picture: number,
    rowStep: number,
    runs: number,
    steps: number,
    entries: number,
    windows: number,
    features: number,
    sums: number,
  ): void
  dotEntries(
    picture: number,
    rowStep: number,
    runs: number,
    steps: number,
    entries: number,
    windows: number,
    features: number,
    weights: number,
    sums: number,
    to: number,
  ): void
  listPixels(
    values: number,
    positions: number,
    rows: number,
    columns: number,
    features: number,
    poolHeight: number,
    poolWidth: number,
    height: number,
    width: number,
    featureStep: number,
    pixelStep: number,
    starts: number,
    entries: number,
  ): void
  gatherEntries(
    starts: number,
    height: number,
    width: number,
    filterHeight: number,
    filterWidth: number,
    padTop: number,
    padLeft: number,
    weights: number,
    features: number,
    channels: number,
    bias: number,
    to: number,
  ): void
  spreadFilter(
    filter: number,
    filterHeight: number,
    filterWidth: number,
    channels: number,
    features: number,
    poolWidth: number,
    table: number,
    rowVectors: number,
    vectors: number,
  ): void
  foldFilter(
    table: number,
    filterHeight: number,
    filterWidth: number,
    channels: number,
    features: number,
    poolWidth: number,
    filter: number,
    rowVectors: number,
    vectors: number,
  ): void
  fillPatchOffsets(offsets: number, patchRows: number, rowVectors: number, vectors: number, rowStep: number): void
  addPatches(
    values: number,
    positions: number,
    rows: number,
    columns: number,
    features: number,
    table: number,
    offsets: number,
    used: number,
    vectors: number,
    to: number,
    windowRowStep: number,
    windowStep: number,
  ): void
  sumPatches(
    values: number,
    positions: number,
    rows: number,
    columns: number,
    features: number,
    table: number,
    offsets: number,
    vectors: number,
    picture: number,
    windowRowStep: number,
    windowStep: number,
  ): void
  cropPicture(from: number, fromRowStep: number, height: number, width: number, channels: number, bias: number, to: number): void
  tanh(from: number, to: number, count: number): void
  tanhGrad(y: number, dy: number, to: number, count: number): void
  reluGrad(dy: number, x: number, to: number, count: number): void
  sumRows(from: number, to: number, rows: number, columns: number): void
  sumAll(from: number, to: number, count: number): void
  roofline4x8(a: number, b: number, c: number, depth: number, repeats: number): void
  roofline6x8(a: number, b: number, c: number, depth: number, repeats: number): void
}
