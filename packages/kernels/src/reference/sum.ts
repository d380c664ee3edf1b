/** out [columns] = the sum over the rows of x [rows, columns], in double precision. */
export function sumRows(x: Float32Array, out: Float32Array): void {
  const sums = new Float64Array(out.length)
  for (let i = 0; i < x.length; i++) sums[i % out.length] += x[i]
  out.set(sums)
}
