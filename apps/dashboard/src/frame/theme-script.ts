export const themeStorageKey = 'lockstep-theme'
export const darkQuery = '(prefers-color-scheme: dark)'

/** Runs in the page's head before anything is painted, so that no page flashes in the wrong theme. */
export const themeScript = `try{var t=localStorage.getItem('${themeStorageKey}');document.documentElement.dataset.theme=t==='light'||t==='dark'?t:matchMedia('${darkQuery}').matches?'dark':'light'}catch(e){}`
