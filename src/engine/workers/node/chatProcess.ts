import { answerRender, type FromRenderer, type ToRenderer } from '../../chat/answer';
import { endWithParent } from './watchdog';

// The entry of a process that renders one conversation. Its parent ends it.
const post = (message: FromRenderer) => process.send?.(message);
process.on('message', (message: ToRenderer) => void answerRender(message).then(post));
process.on('disconnect', () => process.exit());
// Also while a template does not end.
endWithParent();
post({ kind: 'ready' });
