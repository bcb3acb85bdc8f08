import { describePagesOf } from './pages-quality.ts';

describePagesOf(['owner@jiding.example', 'engineer@jiding.example']);
