import { messageOf } from '@lockstep/shared'

export type Outcome<T> = { value: T } | { error: string }

/** Asks the dashboard's API; a refusal comes back as its one-line reason, never as an exception. */
export async function requestApi<T>(path: string, post?: { body: unknown }): Promise<Outcome<T>> {
  try {
    const response = await fetch(
      `/api/${path}`,
      post && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(post.body) },
    )
    const answer: unknown = await response.json()
    if (response.ok) return { value: answer as T }
    return {
      error:
        typeof answer === 'object' && answer !== null && 'error' in answer
          ? String(answer.error)
          : `request: failed, got ${response.status}`,
    }
  } catch (error) {
    return { error: `request: the dashboard does not answer (${messageOf(error)})` }
  }
}
