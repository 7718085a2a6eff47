// Messages in SQLite (better-sqlite3, WAL) or PostgreSQL (pg): the same few statements, as durable as ChatFlow's.
const TABLES = (key) => `
CREATE TABLE IF NOT EXISTS members (room_id INTEGER NOT NULL, user_id INTEGER NOT NULL, PRIMARY KEY (user_id, room_id));
CREATE TABLE IF NOT EXISTS messages (
  seq ${key}, room_id INTEGER NOT NULL, author_id INTEGER NOT NULL, client_id TEXT NOT NULL, text TEXT NOT NULL,
  created_at TEXT NOT NULL, UNIQUE (author_id, client_id));
CREATE INDEX IF NOT EXISTS messages_of_room ON messages (room_id, seq);`;

export const open = (url) => (url.startsWith("postgres") ? postgres(url) : sqlite(url));

const message = (seq, room_id, author_id, client_id, text, created_at) => ({
  seq, room_id, author_id, client_id, created_at, text,
});

async function sqlite(file) {
  const { default: Database } = await import("better-sqlite3");
  const db = new Database(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = NORMAL");
  db.exec(TABLES("INTEGER PRIMARY KEY AUTOINCREMENT"));
  const insert = db.prepare(
    "INSERT INTO messages (room_id, author_id, client_id, text, created_at) VALUES (?, ?, ?, ?, ?)",
  );
  const rooms = db.prepare("SELECT room_id FROM members WHERE user_id = ?").pluck();
  const member = db.prepare("SELECT 1 FROM members WHERE user_id = ? AND room_id = ?").pluck();
  const newest = db.prepare("SELECT * FROM messages WHERE room_id = ? ORDER BY seq DESC LIMIT ?");
  return {
    roomsOf: (user) => rooms.all(user),
    isMember: (room, user) => member.get(user, room) === 1,
    newest: (room, limit) => newest.all(room, limit).reverse(),
    add(room, user, client, text) {
      const at = new Date().toISOString();
      const { lastInsertRowid } = insert.run(room, user, client, text, at);
      return message(Number(lastInsertRowid), room, user, client, text, at);
    },
  };
}

async function postgres(url) {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  await pool.query(TABLES("BIGSERIAL PRIMARY KEY"));
  return {
    async roomsOf(user) {
      const { rows } = await pool.query("SELECT room_id FROM members WHERE user_id = $1", [user]);
      return rows.map((row) => row.room_id);
    },
    async isMember(room, user) {
      const { rows } = await pool.query("SELECT 1 FROM members WHERE user_id = $1 AND room_id = $2", [user, room]);
      return rows.length === 1;
    },
    async newest(room, limit) {
      const { rows } = await pool.query(
        "SELECT * FROM messages WHERE room_id = $1 ORDER BY seq DESC LIMIT $2", [room, limit],
      );
      return rows.reverse();
    },
    async add(room, user, client, text) {
      const at = new Date().toISOString();
      const { rows } = await pool.query(
        "INSERT INTO messages (room_id, author_id, client_id, text, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING seq",
        [room, user, client, text, at],
      );
      return message(Number(rows[0].seq), room, user, client, text, at);
    },
  };
}
