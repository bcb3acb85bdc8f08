import { describePagesOf } from './pages-quality.ts';

describePagesOf(['auditor@park.example', 'finance@park.example', 'operator@park.example']);
