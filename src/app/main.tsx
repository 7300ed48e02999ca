// First: what pages and views say of their own parts stands above the look of all controls.
import './shell/theme.css';
import './shell/controls.css';
import './shell/panel-bar.css';
import { createRoot } from 'react-dom/client';
import { startTheme } from './core/theme.ts';
import { App } from './shell/app.tsx';

startTheme();
createRoot(document.getElementById('root')!).render(<App />);
