/** Shapes of one matrix product: out [rows, columns] = a [rows, depth] · b [depth, columns], each stored as told. */
export interface MatMulGeometry {
  readonly rows: number
  readonly depth: number
  readonly columns: number
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** out = a · b by definition, summed in double precision. */
export function matMul(g: MatMulGeometry, a: Float32Array, b: Float32Array, out: Float32Array): void {
  for (let row = 0; row < g.rows; row++) {
    for (let column = 0; column < g.columns; column++) {
      let sum = 0
      for (let k = 0; k < g.depth; k++) {
        const left = a[g.transposeA ? k * g.rows + row : row * g.depth + k]
        const right = b[g.transposeB ? column * g.depth + k : k * g.columns + column]
        sum += left * right
      }
      out[row * g.columns + column] = sum
    }
  }
}

/** out = a · b, plus the bias [columns] in every row. */
export function dense(g: MatMulGeometry, a: Float32Array, b: Float32Array, bias: Float32Array, out: Float32Array): void {
  matMul(g, a, b, out)
  for (let i = 0; i < out.length; i++) out[i] += bias[i % g.columns]
}
