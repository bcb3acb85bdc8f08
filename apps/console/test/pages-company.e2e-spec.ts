import { describePagesOf } from './pages-quality.ts';

describePagesOf(['engineer@jiding.example', 'owner@jiding.example']);
