// The event stream, as a shared worker: one connection for all tabs, because a browser opens only six to a server over HTTP/1.1
// and every tab can play another person. api.js uses the same code without a worker where there are none.

/** follow opens the stream and calls tell({open} | {event}) for each change; it opens a new one when the browser has given up. It returns a function that ends it. */
export function follow(tell) {
  let stream;
  let timer = 0;
  const open = () => {
    stream = new EventSource('/sim/events');
    stream.onopen = () => tell({ open: true });
    stream.onmessage = (message) => tell({ event: JSON.parse(message.data) });
    stream.onerror = () => {
      tell({ open: false });
      if (stream.readyState === EventSource.CLOSED) timer = setTimeout(open, 2000);
    };
  };
  open();
  return () => { clearTimeout(timer); stream.close(); };
}

if (typeof SharedWorkerGlobalScope !== 'undefined' && self instanceof SharedWorkerGlobalScope) {
  const ports = [];
  let last = { open: false };
  follow((news) => {
    if ('open' in news) last = news;
    for (const port of ports) port.postMessage(news);
  });
  self.onconnect = (event) => {
    ports.push(event.ports[0]);
    if (last.open) event.ports[0].postMessage(last);
  };
}
