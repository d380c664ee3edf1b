import type { RunView } from '@lockstep/shared'
import { formatBytes, formatCount } from '../format.ts'
import page from './run-page.module.css'
import { ShortHash } from './short-hash.tsx'

/** The checkpoint files that are kept, newest first. */
export function CheckpointsCard({ view }: { view: RunView }) {
  const rows = view.checkpoints.toReversed()
  return (
    <section className="card" data-testid="checkpoints">
      <header>
        <h2>Checkpoints</h2>
      </header>
      {rows.length === 0 ? (
        <p className={page.nothing}>none written yet</p>
      ) : (
        <div className="scroll">
          <table className="dense">
            <thead>
              <tr>
                <th className="number">step</th>
                <th className="number roomy">epoch</th>
                <th className="number">size</th>
                <th className="roomy">SHA-256</th>
                <th>file</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.path} data-testid="checkpoint" data-sha256={row.sha256}>
                  <td className="number">{formatCount(row.step)}</td>
                  <td className="number roomy">{row.epoch}</td>
                  <td className="number">{formatBytes(row.sizeBytes)}</td>
                  <td className="roomy">
                    <ShortHash hash={row.sha256} />
                  </td>
                  <td title={row.path}>
                    <code>{row.path.slice(row.path.lastIndexOf('/') + 1)}</code>
                    {row.best && <span className="unit"> best</span>}
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
