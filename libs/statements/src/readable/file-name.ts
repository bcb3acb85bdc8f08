/** A text without what no file system takes in a name, and what changes the direction of a line. */
export function fileNameOf(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what no file name may have
  const bare = text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"*/:<>?\\|]/g, '').toWellFormed();
  // A name of dots alone is a folder, and a leading dot hides the file. Windows opens no name that ends with a dot or a space.
  return (
    bare
      .replace(/^[.\s]+/, '')
      .slice(0, 120)
      .replace(/[.\s]+$/, '') || '_'
  );
}
