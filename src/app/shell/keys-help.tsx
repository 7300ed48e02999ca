/** All keys that hold now, by `?`. */
import { useMemo, useState } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { keyGroups, useKeys } from '../core/keys.ts';
import { useObservable } from '../core/workbench.ts';

const signs: Readonly<Record<string, string>> = {
  ArrowLeft: '\u2190',
  ArrowRight: '\u2192',
  ArrowUp: '\u2191',
  ArrowDown: '\u2193',
  Mod: 'Ctrl',
};

function Keys({ name }: { readonly name: string }): React.ReactNode {
  const parts = name === '+' ? ['+'] : name.split('+');
  return parts.map((part, i) => (
    <span key={part}>
      {i > 0 ? ' + ' : ''}
      <kbd>{signs[part] ?? part}</kbd>
    </span>
  ));
}

export function KeysHelp(): React.ReactNode {
  const [open, setOpen] = useState(false);
  const groups = useObservable(keyGroups);
  const own = useMemo(
    () => ({
      title: 'Everywhere',
      bindings: [{ key: '?', what: 'Show these keys', run: () => setOpen(true) }],
    }),
    [],
  );
  useKeys(own);
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <Button data-kind="quiet" aria-label="Keys (?)">
        ?
      </Button>
      <ModalOverlay isDismissable>
        <Modal>
          <Dialog>
            {({ close }) => (
              <div className="keys-help">
                <Heading slot="title" level={2}>
                  Keys
                </Heading>
                {groups.map(({ title, bindings }) => (
                  <section key={title}>
                    <h3>{title}</h3>
                    <dl>
                      {bindings.map(({ key, what }) => (
                        <div key={key}>
                          <dt>
                            <Keys name={key} />
                          </dt>
                          <dd>{what}</dd>
                        </div>
                      ))}
                    </dl>
                  </section>
                ))}
                <p className="dim">
                  Tab goes from control to control; inside a menu, a list or a divider between panels the
                  arrow keys move.
                </p>
                <div>
                  <Button onPress={close}>Close</Button>
                </div>
              </div>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
