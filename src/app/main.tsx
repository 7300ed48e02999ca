import { createRoot } from 'react-dom/client';
import { startTheme } from './core/theme.ts';
import { App } from './shell/app.tsx';
import './shell/theme.css';
import './shell/controls.css';

startTheme();
createRoot(document.getElementById('root')!).render(<App />);
