// What an event makes of a room: the scenes that the protocol's own `follow` is tested with.
import assert from "node:assert/strict";
import test from "node:test";
import { connectedPage, fixture, fixtureNames, room } from "./harness.js";

for (const name of fixtureNames("rooms")) {
  const scene = fixture(`rooms/${name}.json`);
  test(`${name}: ${scene.about}`, () => {
    const page = connectedPage([room(), scene.room]);
    assert.equal(page.state.user?.id, scene.me);
    page.tell({ type: "Ignored", users: scene.ignored ?? [] });
    for (const { event, then } of scene.steps) {
      page.tell(event);
      const now = page.state.rooms[scene.room.id];
      for (const field of Object.keys(then)) assert.deepEqual(now[field], then[field], `${field} after ${event.type} ${event.seq}`);
    }
  });
}
