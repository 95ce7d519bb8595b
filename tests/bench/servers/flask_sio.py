"""flask_sio.py PORT eventlet|gevent: rooms on Flask-SocketIO: broadcasts to everybody in the room and acks; stores nothing.

SPDX-License-Identifier: MIT
"""
import sys

port, mode = int(sys.argv[1]), sys.argv[2]
if mode == "eventlet":
    import eventlet

    eventlet.monkey_patch()
else:
    from gevent import monkey

    monkey.patch_all()

from flask import Flask, request  # noqa: E402  (behind the patching)
from flask_socketio import SocketIO, emit, join_room  # noqa: E402

app = Flask(__name__)
socketio = SocketIO(app, async_mode=mode, ping_interval=60, ping_timeout=60)
rooms = {}


@socketio.on("connect")
def on_connect(auth):
    rooms[request.sid] = auth["room"]
    join_room(auth["room"])
    emit("ready", {})


@socketio.on("message")
def on_message(message):
    emit("message", message, to=rooms[request.sid])
    return {"ok": True}


@socketio.on("disconnect")
def on_disconnect():
    rooms.pop(request.sid, None)


if __name__ == "__main__":
    options = {"log_output": False} if mode == "eventlet" else {}
    socketio.run(app, host="127.0.0.1", port=port, **options)
