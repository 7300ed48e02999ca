/** Keeps a fault of one panel or page from taking the others with it. */
import { Component } from 'react';
import { Failure } from './failure.tsx';

interface Props {
  readonly name: string;
  readonly children: React.ReactNode;
}

export class Boundary extends Component<Props, { readonly error: unknown; readonly failed: boolean }> {
  override state = { error: undefined as unknown, failed: false };

  static getDerivedStateFromError(error: unknown): { error: unknown; failed: boolean } {
    return { error, failed: true };
  }

  override render(): React.ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div style={{ padding: 12 }}>
        <Failure
          error={this.state.error}
          title={`${this.props.name} stopped`}
          onRetry={() => this.setState({ error: undefined, failed: false })}
        />
      </div>
    );
  }
}
