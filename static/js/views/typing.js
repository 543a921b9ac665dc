// @ts-check
// Who is typing. The row is always there, so that nothing moves when it fills.
/** @import { State } from "../types.js" */
import { byId, setAttr, setText } from "../kit/dom.js";
import { fullName, nameList } from "../kit/text.js";

export function typingView() {
  const row = byId("typing");
  return (/** @type {State} */ state) => {
    const people = (state.current && state.typing[state.current]) || [];
    setAttr(row, "data-typing", people.length > 0);
    const names = nameList(people.map((person) => fullName({ ...state.users[person.id], name: person.name })));
    setText(byId("typing-text"), people.length ? `${names} ${people.length === 1 ? "is" : "are"} typing…` : "");
  };
}
