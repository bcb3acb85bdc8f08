import { type ReactNode, useEffect, useRef, useState } from 'react';

interface WhenSeenProps {
  /** Of the place that the content will take, in pixels. */
  readonly height: number;
  readonly children: ReactNode;
}

/** How much of the place is in view. */
const PART = 0.25;

/** Shows its content once its place is in view, so that what the content needs is not part of the first load of a page. */
export function WhenSeen({ height, children }: WhenSeenProps) {
  const place = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (place.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
      },
      { threshold: PART },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return seen ? children : <div ref={place} style={{ height }} />;
}
