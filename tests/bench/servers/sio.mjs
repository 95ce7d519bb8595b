// sio.mjs PORT: rooms on Socket.IO for Node: broadcasts to everybody in the room and acks; stores nothing.
//
// SPDX-License-Identifier: MIT
import { Server } from "socket.io";

const io = new Server(Number(process.argv[2]), { transports: ["websocket"], perMessageDeflate: false, pingInterval: 60_000, pingTimeout: 60_000, serveClient: false });

io.on("connection", (socket) => {
  const { room } = socket.handshake.auth;
  socket.join(room);
  socket.on("message", (message, ack) => {
    io.to(room).emit("message", message);
    ack({ ok: true });
  });
  socket.emit("ready", {});
});
