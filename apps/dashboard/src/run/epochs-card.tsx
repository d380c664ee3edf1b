import { decodeNumber, type RunView } from '@lockstep/shared'
import { formatCount, formatDuration, formatLoss } from '../format.ts'
import page from './run-page.module.css'
import { ShortHash } from './short-hash.tsx'

/** One row per epoch; the best loss is marked. */
export function EpochsCard({ view }: { view: RunView }) {
  const rows = view.epochs
  const validated = rows.some((row) => row.validationLoss !== null)
  const losses = rows.map((row) => decodeNumber(row.validationLoss ?? row.loss))
  const best = losses.indexOf(Math.min(...losses))
  return (
    <section className="card" data-testid="epochs">
      <header>
        <h2>Epochs</h2>
      </header>
      {rows.length === 0 ? (
        <p className={page.nothing}>no epoch is complete yet</p>
      ) : (
        <div className="scroll">
          <table className="dense">
            <thead>
              <tr>
                <th className="number">epoch</th>
                <th className="number">loss</th>
                {validated && <th className="number">validation</th>}
                <th className="number">images/s</th>
                <th className="number">time</th>
                <th className="roomy">parameters</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={row.epoch}>
                  <td className="number">{row.epoch}</td>
                  <td className="number">
                    {index === best && <span className="unit">best </span>}
                    {formatLoss(row.loss)}
                  </td>
                  {validated && <td className="number">{formatLoss(row.validationLoss)}</td>}
                  <td className="number">{formatCount(row.examplesPerSecond)}</td>
                  <td className="number">{formatDuration(row.durationMs)}</td>
                  <td className="roomy">
                    <ShortHash hash={row.parametersSha256} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
