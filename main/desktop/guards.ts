import { type Session, type WebContents, app } from 'electron';
import { appOrigin, emptyPage } from './app-protocol.js';

/** Chromium's own PDF viewer, the one extension there is. */
const pdfViewer = 'chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/';

/** Where a request may go: our own scheme, the page's own data, the PDF viewer. SECURITY: no network at all. */
const isLocal = (url: string): boolean =>
  url.startsWith(`${appOrigin}/`) ||
  /^(data|blob|devtools|chrome):/.test(url) ||
  url.startsWith(pdfViewer) ||
  url === emptyPage ||
  url === 'about:blank';

/** SECURITY: whatever page shows up, in whatever window: it navigates nowhere, opens nothing, embeds nothing. */
export const guardAllContents = (): void => {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
};

const guardContents = (contents: WebContents): void => {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    const preview = event.url.startsWith(`${appOrigin}/preview/`) || event.url.startsWith(pdfViewer);
    if (event.isMainFrame || !(preview || event.url === 'about:blank')) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
};

/** SECURITY: no permission, no device, no download, no request off this computer. */
export const guardSession = (session: Session): void => {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((request, decide) => decide({ cancel: !isLocal(request.url) }));
};
