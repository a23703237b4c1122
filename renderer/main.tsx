import './no-eval.js';
import './theme/tokens.css';
import './theme/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { start } from './state/start.js';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');

start();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
