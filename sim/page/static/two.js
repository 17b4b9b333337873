// Two frames of the page, each another person: ?left=USER&right=USER, and where each begins: at=PLACE&beside=PLACE.
import { byId, h } from './dom.js';

const asked = new URLSearchParams(location.search);

const half = (title, user, place) => h('iframe', { title, 'data-testid': title, src: `/?${new URLSearchParams({ as: user || '' })}#/${place || ''}` });

byId('two').append(half('left', asked.get('left'), asked.get('at')), half('right', asked.get('right'), asked.get('beside')));
