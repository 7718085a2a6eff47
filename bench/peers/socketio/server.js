// A chat as people build it with Express and Socket.IO 4: JWT, rooms from the database, persist, then broadcast.
// node server.js; PORT, SECRET, and DATABASE (a file for SQLite, or postgres://...). REDIS_URL adds the Redis adapter.
import { createServer } from "node:http";
import express from "express";
import jwt from "jsonwebtoken";
import { Server } from "socket.io";
import { open } from "./store.js";

const { PORT, SECRET, DATABASE, REDIS_URL, COMPRESS } = process.env;
const store = await open(DATABASE);
const app = express();
const http = createServer(app);
const io = new Server(http, {
  perMessageDeflate: COMPRESS === "1",
  ...(REDIS_URL ? { adapter: await redisAdapter(REDIS_URL), transports: ["websocket"] } : {}),
});

async function redisAdapter(url) {
  const { createAdapter } = await import("@socket.io/redis-adapter");
  const { createClient } = await import("redis");
  const publisher = createClient({ url });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  return createAdapter(publisher, subscriber);
}

io.use((socket, next) => {
  try {
    socket.data.user = Number(jwt.verify(socket.handshake.auth.token, SECRET).sub);
    next();
  } catch {
    next(new Error("auth"));
  }
});

io.on("connection", async (socket) => {
  const rooms = new Set();
  socket.on("message.send", async (wanted, answer) => {
    if (!rooms.has(wanted.room_id)) return answer({ error: "not_found" });
    answer({ seq: (await send(socket.data.user, wanted)).seq });
  });
  for (const room of await store.roomsOf(socket.data.user)) rooms.add(room);
  socket.join([...rooms].map(topic));
  socket.emit("ready");
});

const topic = (room) => `room.${room}`;

async function send(user, { room_id, client_id, text }) {
  if (typeof text !== "string" || !text.length || text.length > 8000) throw new Error("invalid");
  const message = await store.add(room_id, user, client_id, text);
  io.to(topic(room_id)).emit("message.created", message);
  return message;
}

app.use(express.json());
app.use((request, response, next) => {
  try {
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    request.user = Number(jwt.verify(token, SECRET).sub);
    next();
  } catch {
    response.status(401).json({ error: "auth" });
  }
});

app.param("room", async (request, response, next, room) => {
  request.room = Number(room);
  if (await store.isMember(request.room, request.user)) next();
  else response.status(404).json({ error: "not_found" });
});

app.post("/rooms/:room/messages", async (request, response) => {
  response.status(201).json(await send(request.user, { room_id: request.room, ...request.body }));
});

app.get("/rooms/:room/messages", async (request, response) => {
  response.json({ messages: await store.newest(request.room, Math.min(Number(request.query.limit ?? 50), 100)) });
});

http.listen(Number(PORT), "127.0.0.1");
