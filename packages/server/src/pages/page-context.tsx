import { createContext, type FC, useContext } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { LogoStyle } from '../protocol/index.js';
import type { Translator } from '../texts/texts.js';
import type { Brand } from './brand.js';

/** What every page depends on besides its props. */
export interface PageContext {
  /** Path of the issuer, which prefixes all paths of this server: empty, or `/auth`. */
  readonly base: string;
  /** The texts in the language of the page. */
  readonly texts: Translator;
  readonly brand: Brand;
  /** The app whose brand the page has besides; undefined on all other pages. */
  readonly app?: PageApp | undefined;
}

/** How an app looks on the pages of its requests. */
export interface AppBrand {
  /** Six-digit hex colours; undefined for the colour of the service. */
  readonly accentLight: string | undefined;
  readonly accentDark: string | undefined;
  readonly logoStyle: LogoStyle;
}

export interface PageApp extends AppBrand {
  /** Where the page is: the host of this server, which the page then says. */
  readonly host: string;
}

const Current = createContext<PageContext | undefined>(undefined);

/** The page as an element with its context. */
export function withContext(element: JSX.Element, context: PageContext): JSX.Element {
  return <Current.Provider value={context}>{element}</Current.Provider>;
}

/**
 * A page that is rendered later, in the language that is chosen then. Endpoints return it.
 *
 * @param Component the page, which must not be called: its context exists only while it is rendered
 */
export function pageElement<P extends object>(Component: FC<P>, props: P): JSX.Element {
  return <Component {...props} />;
}

/** @throws TypeError outside a page: a component must be rendered as an element, not called */
export function usePageContext(): PageContext {
  const context = useContext(Current);
  if (context === undefined) throw new TypeError('Render this component as an element of a page');
  return context;
}

/** The texts in the language of the page. */
export function useTexts(): Translator {
  return usePageContext().texts;
}

/** How the service looks and is named. */
export function useBrand(): Brand {
  return usePageContext().brand;
}
