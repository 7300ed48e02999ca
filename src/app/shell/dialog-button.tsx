/** A button that opens a dialog over the page. */
import type { ReactNode } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';

export interface DialogButtonProps {
  readonly name: string;
  readonly title: string;
  readonly isDisabled?: boolean;
  children(close: () => void): ReactNode;
}

export function DialogButton({ name, title, isDisabled, children }: DialogButtonProps): ReactNode {
  return (
    <DialogTrigger>
      <Button data-size="small" isDisabled={isDisabled}>
        {name}
      </Button>
      <ModalOverlay isDismissable>
        <Modal>
          <Dialog>
            {({ close }) => (
              <div className="stack">
                <Heading slot="title" level={2}>
                  {title}
                </Heading>
                {children(close)}
              </div>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
