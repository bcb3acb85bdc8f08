/** How a link reached its person. A mailed link that is used proves the address; a link that somebody handed on proves nothing. */
export type LinkDelivery = 'mail' | 'hand';
