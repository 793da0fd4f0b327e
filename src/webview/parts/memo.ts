import { Component, type ComponentType, h } from 'preact';

/** A component that is drawn again only if a property changes. */
export function memoised<P extends object>(Inner: (props: P) => preact.VNode): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const now = this.props;
      return (Object.keys(next) as (keyof P)[]).some((key) => !Object.is(next[key], now[key]));
    }
    override render() {
      return h(Inner, this.props);
    }
  };
}
