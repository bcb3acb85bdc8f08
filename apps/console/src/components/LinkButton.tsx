import { createLink } from '@tanstack/react-router';
import { Button } from 'antd';

/** A link that looks like a button: it leads to a page, and can be opened in another tab. */
export const LinkButton = createLink(Button);
