// Draws one digit as a pen would: a skeleton, bent and wobbled, under ink whose width and darkness vary.
// Built from + - * / and sqrt alone, which IEEE 754 rounds exactly: the same bits with every version of Node and every processor.
import { digitSkeletons, type Stroke } from './digit-skeletons.ts'
import type { KeyedRandom } from './random.ts'

/** Height and width of a drawn digit in pixels. */
export const digitSize = 28

const pixels = digitSize * digitSize
const centre = digitSize / 2
const piecesPerSpan = 4
const farAway = 1e6

/** Image coordinates of a point of the unit box, for one picture. */
interface Placement {
  readonly xx: number
  readonly xy: number
  readonly yx: number
  readonly yy: number
  readonly dx: number
  readonly dy: number
  /** Sideways bow of the whole digit, in box units. */
  readonly bow: number
  readonly wobble: number
}

interface Pen {
  /** Half the stroke's width, in pixels. */
  readonly radius: number
  /** Width of the soft edge, in pixels. */
  readonly softness: number
  /** Relative change of the radius from the top of the digit to its bottom. */
  readonly taper: number
  readonly ink: number
}

/** One scratch buffer and the functions that draw with it; not shared between threads. */
export class DigitRenderer {
  // Squared distance to the nearest stroke in units of the pen's radius there, per pixel.
  readonly #field = new Float64Array(pixels)
  readonly #points = new Float64Array(64)

  /** Draws `digit` into `target` (28 x 28 bytes, 0 is paper); everything else about it comes from `random`. */
  draw(digit: number, random: KeyedRandom, target: Uint8Array): void {
    const skeletons = digitSkeletons[digit]
    if (skeletons === undefined) throw new RangeError(`drawDigit: digit must be 0 to 9, got ${digit}`)
    const skeleton = skeletons[random.below(skeletons.length)] ?? []
    const placement = drawPlacement(random)
    const pen = drawPen(random)
    this.#field.fill(farAway)
    for (const stroke of skeleton) this.#drawStroke(stroke, placement, pen, random)
    this.#writeInk(pen, random, target)
    addSpecks(random, target)
  }

  #drawStroke(stroke: Stroke, placement: Placement, pen: Pen, random: KeyedRandom): void {
    const count = this.#placePoints(stroke, placement, random)
    const points = this.#points
    for (let span = 0; span + 1 < count; span++) {
      const at = 2 * span
      if (!stroke.isSmooth) {
        this.#drawPiece(points[at] ?? 0, points[at + 1] ?? 0, points[at + 2] ?? 0, points[at + 3] ?? 0, pen)
        continue
      }
      this.#drawSpan(at, Math.max(at - 2, 0), Math.min(at + 4, 2 * count - 2), pen)
    }
  }

  /** The stroke's points in pixels, in the scratch array; their number is returned. */
  #placePoints(stroke: Stroke, placement: Placement, random: KeyedRandom): number {
    const count = stroke.points.length / 2
    for (let index = 0; index < count; index++) {
      const y = (stroke.points[2 * index + 1] ?? 0) - 0.5 + placement.wobble * random.normal()
      const x = (stroke.points[2 * index] ?? 0) - 0.5 + placement.wobble * random.normal() + placement.bow * (y * y - 0.125)
      this.#points[2 * index] = placement.xx * x + placement.xy * y + placement.dx
      this.#points[2 * index + 1] = placement.yx * x + placement.yy * y + placement.dy
    }
    return count
  }

  /** One span of a Catmull-Rom curve, as short straight pieces. */
  #drawSpan(at: number, before: number, after: number, pen: Pen): void {
    const points = this.#points
    let fromX = points[at] ?? 0
    let fromY = points[at + 1] ?? 0
    for (let piece = 1; piece <= piecesPerSpan; piece++) {
      const t = piece / piecesPerSpan
      const x = catmullRom(points[before] ?? 0, points[at] ?? 0, points[at + 2] ?? 0, points[after] ?? 0, t)
      const y = catmullRom(points[before + 1] ?? 0, points[at + 1] ?? 0, points[at + 3] ?? 0, points[after + 1] ?? 0, t)
      this.#drawPiece(fromX, fromY, x, y, pen)
      fromX = x
      fromY = y
    }
  }

  #drawPiece(fromX: number, fromY: number, toX: number, toY: number, pen: Pen): void {
    const radius = pen.radius * (1 + pen.taper * ((fromY + toY) / 2 - centre))
    const reach = radius + pen.softness
    const left = Math.max(0, Math.ceil(Math.min(fromX, toX) - reach))
    const right = Math.min(digitSize - 1, Math.floor(Math.max(fromX, toX) + reach))
    const top = Math.max(0, Math.ceil(Math.min(fromY, toY) - reach))
    const bottom = Math.min(digitSize - 1, Math.floor(Math.max(fromY, toY) + reach))
    const dx = toX - fromX
    const dy = toY - fromY
    const inverseLength2 = 1 / (dx * dx + dy * dy + 1e-9)
    const inverseRadius2 = 1 / (radius * radius)
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const px = x - fromX
        const py = y - fromY
        const along = (px * dx + py * dy) * inverseLength2
        const t = Math.min(Math.max(along, 0), 1)
        const ex = px - t * dx
        const ey = py - t * dy
        const distance = (ex * ex + ey * ey) * inverseRadius2
        const at = y * digitSize + x
        if (distance < (this.#field[at] ?? 0)) this.#field[at] = distance
      }
    }
  }

  #writeInk(pen: Pen, random: KeyedRandom, target: Uint8Array): void {
    for (let at = 0; at < pixels; at++) {
      const distance = this.#field[at] ?? farAway
      if (distance === farAway) {
        target[at] = 0
        continue
      }
      const inside = (1 - Math.sqrt(distance)) * (pen.radius / pen.softness) + 0.5
      const cover = inside <= 0 ? 0 : inside >= 1 ? 1 : inside * inside * (3 - 2 * inside)
      target[at] = Math.floor(cover * pen.ink * random.between(0.88, 1) + 0.5)
    }
  }
}

function drawPlacement(random: KeyedRandom): Placement {
  const height = 18.5 + 1.9 * random.normal()
  const width = height * (0.72 + 0.11 * random.normal())
  const slant = 0.12 + 0.18 * random.normal()
  // The half-angle form of a rotation needs no sine.
  const halfAngle = 0.065 * random.normal()
  const scale = 1 / (1 + halfAngle * halfAngle)
  const cosine = (1 - halfAngle * halfAngle) * scale
  const sine = 2 * halfAngle * scale
  return {
    xx: cosine * width,
    xy: -cosine * slant * height - sine * height,
    yx: sine * width,
    yy: -sine * slant * height + cosine * height,
    dx: centre - 0.5 + 1.15 * random.normal(),
    dy: centre - 0.5 + 1.15 * random.normal(),
    bow: 0.35 * random.normal(),
    wobble: random.between(0.015, 0.05),
  }
}

function drawPen(random: KeyedRandom): Pen {
  return {
    radius: random.between(0.75, 1.75),
    softness: random.between(0.9, 1.7),
    taper: 0.012 * random.normal(),
    ink: random.between(190, 255),
  }
}

function catmullRom(p0: number, p1: number, p2: number, p3: number, t: number): number {
  return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)))
}

/** A little dust on the paper. */
function addSpecks(random: KeyedRandom, target: Uint8Array): void {
  const count = random.below(7)
  for (let speck = 0; speck < count; speck++) {
    const at = random.below(pixels)
    target[at] = Math.max(target[at] ?? 0, Math.floor(random.between(20, 120)))
  }
}
