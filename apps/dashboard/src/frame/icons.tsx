// Line icons on a 16 px grid; they take the text's colour and say nothing to screen readers: a word always stands beside them.
const paths = {
  runs: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  compare: 'M2 13 6 6l3 4 5-8M2 13h12',
  launch: 'M5 3v10l8-5z',
  stop: 'M4 4h8v8H4z',
  resume: 'M4 3v10M7 3l6 5-6 5z',
  clone: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  square: 'M4 4h8v8H4z',
  ring: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z',
  warning: 'M8 2.5 14 13H2zM8 6.5v3M8 11v.6',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z',
  screen: 'M2 3h12v8H2zM6 13.5h4M8 11v2.5',
} as const

export type IconName = keyof typeof paths

/** One icon, as high as a line's capitals. */
export function Icon({ name, filled = false }: { name: IconName; filled?: boolean }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}
