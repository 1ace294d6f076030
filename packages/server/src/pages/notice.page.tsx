import type { TextKey } from '../texts/catalogues.js';
import type { Message } from '../texts/texts.js';
import type { IconName } from './icons.js';
import { MessagePage } from './message.page.js';
import { useTexts } from './page-context.js';

export interface NoticePageProps {
  readonly title: TextKey;
  readonly message: Message;
  readonly icon: IconName;
  readonly tone?: 'calm' | 'trouble' | undefined;
  readonly next?: { readonly href: string; readonly label: TextKey } | undefined;
}

/** A notice in the language of the page. */
export function NoticePage({ title, message, icon, tone, next }: NoticePageProps) {
  const t = useTexts();
  return (
    <MessagePage
      title={t(title)}
      message={t(message)}
      icon={icon}
      tone={tone}
      next={next && { href: next.href, label: t(next.label) }}
    />
  );
}
