'use client'
import type { RunView } from '@lockstep/shared'
import styles from './images-card.module.css'
import { PixelImage } from './pixel-image.tsx'
import page from './run-page.module.css'

const widestPicture = 600

type RecordedImage = RunView['images'][number]

/** Recorded pictures by key: the newest large, then a few earlier ones small that show how it came to be. */
export function ImagesCard({ view }: { view: RunView }) {
  const keys = [...new Set(view.images.map(({ key }) => key))]
  return (
    <section className={`card ${styles.card}`} data-testid="images">
      <header>
        <h2>Pictures</h2>
      </header>
      {keys.length === 0 ? (
        <p className={page.nothing}>none recorded yet</p>
      ) : (
        <div className={styles.groups}>
          {keys.map((key) => (
            <ImageGroup key={key} name={key} images={view.images.filter((image) => image.key === key)} />
          ))}
        </div>
      )}
    </section>
  )
}

/** Small pictures are enlarged by a whole factor, so that pixels stay square. */
function scaleOf({ width }: RecordedImage): number {
  return Math.min(4, Math.max(1, Math.floor(widestPicture / width)))
}

function ImageGroup({ name, images }: { name: string; images: readonly RecordedImage[] }) {
  const newest = images[images.length - 1]
  return (
    <figure className={styles.group}>
      <PixelImage image={newest} scale={scaleOf(newest)} />
      <figcaption>
        {name} <span className="unit">epoch {newest.epoch}</span>
        {newest.epoch >= images.length && (
          <span className="unit" data-testid="pictures-kept">
            {' '}
            · {images.length} of {newest.epoch + 1} epochs
          </span>
        )}
      </figcaption>
      {images.length > 1 && (
        <div className={styles.strip}>
          {images.slice(0, -1).map((image) => (
            <span key={`${image.epoch} ${image.step}`}>
              <PixelImage image={image} scale={1} />
              <span className="unit">{image.epoch}</span>
            </span>
          ))}
        </div>
      )}
    </figure>
  )
}
