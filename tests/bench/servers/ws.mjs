// ws.mjs PORT: rooms on the `ws` package: gives each text to everybody in the room of the URL (/?room=N); stores nothing.
//
// The frame is encoded once for all (ws.Sender.frame), as people do who need it fast.
//
// SPDX-License-Identifier: MIT
import { WebSocketServer, Sender } from "ws";

const rooms = new Map();
const server = new WebSocketServer({ port: Number(process.argv[2]), host: "127.0.0.1", perMessageDeflate: false, backlog: 4096 });

server.on("connection", (socket, request) => {
  const name = new URL(request.url, "http://localhost").searchParams.get("room");
  if (!rooms.has(name)) rooms.set(name, new Set());
  const room = rooms.get(name);
  room.add(socket);
  socket.on("message", (data) => {
    const frame = Buffer.concat(Sender.frame(data, { fin: true, opcode: 1, mask: false, readOnly: false, rsv1: false }));
    for (const other of room) other._socket.write(frame);
  });
  socket.on("close", () => room.delete(socket));
});
