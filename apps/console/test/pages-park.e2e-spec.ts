import { describePagesOf } from './pages-quality.ts';

describePagesOf(['reviewer@park.example', 'admin@park.example', 'operator@park.example', 'finance@park.example']);
