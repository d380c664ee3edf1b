'use client'
import type { RunView } from '@lockstep/shared'
import { useEffect, useRef } from 'react'
import styles from './images-card.module.css'

/** Grey pixels, each `scale` CSS pixels wide. */
export function PixelImage({ image, scale }: { image: RunView['images'][number]; scale: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, height, pixels, key, step } = image
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context || width === 0 || height === 0) return
    const data = context.createImageData(width, height)
    const grey = atob(pixels)
    for (let i = 0; i < grey.length && i < width * height; i++)
      data.data.set([grey.charCodeAt(i), grey.charCodeAt(i), grey.charCodeAt(i), 255], 4 * i)
    context.putImageData(data, 0, 0)
  }, [width, height, pixels])
  return (
    <canvas
      ref={canvas}
      className={styles.pixels}
      width={width}
      height={height}
      style={{ width: width * scale, height: height * scale }}
      role="img"
      aria-label={`${key} at step ${step}`}
    />
  )
}
