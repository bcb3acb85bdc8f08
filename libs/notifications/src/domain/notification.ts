/** A text in the two languages of the product. People have no language of their own in it, so a mail carries both. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** A link with a secret. The secret is made when the message is sent, and only its hash is stored. */
export interface SecretLink {
  readonly kind: string;
  /** The object that the link belongs to. */
  readonly id: string;
}

/** What one person is told of one event. */
export interface Notification {
  readonly recipient: {
    /** Undefined: the person has no account yet. */
    readonly userId?: string | undefined;
    readonly email: string;
    readonly name: string;
  };
  readonly title: Bilingual;
  readonly text: Bilingual;
  /** What is the same in both languages: ids, addresses, a document to keep. */
  readonly details?: string;
  readonly link?: SecretLink;
  /** Whether it leaves the product, by mail. */
  readonly isMailed: boolean;
  /** Whether the person finds it among their notices. A message with a secret link is never one. */
  readonly isNotice: boolean;
}

/** Subject and body of a mail in both languages, Chinese first. The link, where there is one, is added when the mail is sent. */
export function mailText({ recipient, title, text, details }: Notification): { subject: string; body: string } {
  const greeting = recipient.name === '' ? '您好：' : `${recipient.name}，您好：`;
  const paragraphs = [greeting, `${text.zh}\n${text.en}`, ...(details === undefined ? [] : [details])];
  return { subject: `Speedspace：${title.zh} / ${title.en}`, body: `${paragraphs.join('\n\n')}\n` };
}
