import { describePagesOf } from './pages-quality.ts';

describePagesOf(['reviewer@park.example', 'admin@park.example']);
