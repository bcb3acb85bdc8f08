/** RFC 3339 with one-second resolution, as metav1.Time is written. */
export function kubeTime(milliseconds: number): string {
  return `${new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
