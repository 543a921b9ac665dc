// @ts-check
// Says what a room is about.
/** @import { App } from "../../app.js" */
import { field, form, openDialog } from "./dialog.js";

/** @param {App} app */
export function openTopic(app) {
  const { current, rooms } = app.state();
  if (!current) return;
  const room = rooms[current];
  const topic = field("Topic", { name: "topic", value: room.topic }, "Everyone in the room sees it. Empty removes it.");
  const dialog = openDialog(
    { name: "topic", label: "Topic", title: `Topic of #${room.name}`, focus: topic.input },
    form("Set topic", async () => {
      await app.actions.setTopic(room.id, topic.input.value.trim());
      dialog.close();
    }, topic.node),
  );
}
