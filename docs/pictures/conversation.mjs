// What is said in the pictures.

export const ROOMS = {
  release: { by: "alice", topic: "0.3 · ship on Tuesday", members: ["bob", "mira", "jonas", "ci"] },
  ops: { by: "bob", topic: "What runs, and what does not", members: ["alice", "jonas", "ci"] },
  design: { by: "mira", topic: "The page, the keys, the words", members: ["alice", "jonas"] },
  coffee: { by: "jonas", topic: "", members: ["alice", "bob", "mira"] },
};

const TALK = [
  ["coffee", "jonas", "who took the good grinder?"],
  ["coffee", "mira", "it is on the second floor, behind the printer"],
  ["design", "mira", "new empty states are in, have a look"],
  ["design", "jonas", "much better. The one for **no results** could name the query"],
  ["ops", "bob", "disk on `db-2` is at 71 %, growing 1 % a week"],
  ["ops", "ci", "nightly backup: 412 MB, restored and compared in 38 s"],
  ["release", "alice", "notes for 0.3 so far:\n\n- resume without a window\n- drafts survive a crash\n- `chat-tui tail --json`"],
  ["release", "jonas", "@alice please add the keys, people ask for them"],
  ["lobby", "alice", "good morning. The server was moved tonight, did anyone notice?"],
  ["lobby", "bob", "only by the status line: 40 seconds offline, then everything was there"],
  ["lobby", "jonas", "not at all, I was asleep"],
  ["lobby", "ci", "`main` builds again, thanks to @bob"],
  ["lobby", "bob", "*bows*"],
  ["lobby", "jonas", "welcome back @mira! How was the train?"],
  ["lobby", "mira", "four hours without a network, and everything I wrote on the way just went out when it came back 🚆"],
  ["lobby", "bob", "in the right order?"],
  ["lobby", "mira", "in the right order, each **once**"],
  ["lobby", "alice", "then let's ship it. What is left for 0.3?"],
  ["lobby", "bob", "two things:\n\n1. the migration, with a backup first\n2. the slow query from Friday"],
  ["lobby", "jonas", "the query is mine. It was missing an index:\n\n```sql\ncreate index on message (room, seq);\n-- 840 ms → 3 ms\n```"],
  ["lobby", "alice", "> 840 ms → 3 ms\n\nthat will do 🎉"],
  ["lobby", "ci", "build [#1184](https://ci.example.org/1184) is **green** on three targets"],
];

/** Has them say it, one after the other. */
export function conversation(people) {
  for (const [room, name, body] of TALK) people[name].ask("POST", "/api/messages", { room, body });
}
