// Node's own HTTP server. Arguments: version, address, port.
const http = require('http');
const [version, address, port] = process.argv.slice(2);

const server = http.createServer((request, response) => {
  const number = new URL(request.url, 'http://localhost').searchParams.get('n');
  const { remoteAddress, remotePort } = request.socket;
  response.end(`node ${version} ${number} ${remoteAddress}:${remotePort}\n`);
});
// Idle clients may stay for as long as they like.
server.keepAliveTimeout = 0;
server.headersTimeout = 0;
server.requestTimeout = 0;
server.listen({ port: Number(port), host: address, backlog: 4096 });
