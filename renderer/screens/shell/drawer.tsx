import { Modal } from '../../components/dialog.js';
import { closeOverlay } from '../../state/route.js';
import { SidebarContent } from './sidebar.js';

/** The sidebar over a narrow window. */
export const Drawer = () => (
  <Modal label="Sidebar" className="drawer" onClose={closeOverlay}>
    <div className="sidebar">
      <SidebarContent />
    </div>
  </Modal>
);
