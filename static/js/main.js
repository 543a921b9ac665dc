// @ts-check
// Puts the page together: storage, store, socket, views. One direction: the socket tells the store, the store's state is
// drawn by the views, the views tell the store.
import { actions } from "./actions.js";
import { App } from "./app.js";
import { effectRunner } from "./effects.js";
import { prefetched } from "./prefetch.js";
import { onDraftChangedElsewhere, loadDrafts } from "./disk/drafts.js";
import { orphans, adoptOrphans } from "./disk/outbox.js";
import { fromSnapshot } from "./disk/snapshot.js";
import { openStorage } from "./disk/storage.js";
import { loadEmojis } from "./keyboard/completion.js";
import { listenToKeys } from "./keyboard/keys.js";
import { socketUrl } from "./kit/address.js";
import { deviceName } from "./kit/device.js";
import { batched } from "./kit/dom.js";
import { watchAway } from "./kit/away.js";
import { announceReading } from "./kit/tabs.js";
import { registerWorker } from "./net/service-worker.js";
import { Session, takeCodes } from "./net/session.js";
import { Socket } from "./net/socket.js";
import { helloFrame } from "./store/connection.js";
import { roomBeingRead } from "./store/selectors.js";
import { Store } from "./store/store.js";
import { composerView } from "./views/composer/composer.js";
import { restoreDensity } from "./views/density.js";
import { restoreFolding } from "./views/folding.js";
import { askToJoinRoom, confirmLink, loadDialogs, openDialogAbout, openDialogByName, pickEmoji, showUserReplaced } from "./views/dialogs.js";
import { emptyView } from "./views/empty-room.js";
import { takeFiles } from "./views/file-drop.js";
import { headerView, panesView } from "./views/header.js";
import { showNewVersion } from "./views/new-version.js";
import { Notifier } from "./views/notifier.js";
import { peopleView } from "./views/people.js";
import { roomsView } from "./views/room-list.js";
import { addressView } from "./views/router.js";
import { signInView } from "./views/sign-in.js";
import { statusView } from "./views/status.js";
import { threadView } from "./views/thread.js";
import { timelineView } from "./views/timeline/timeline.js";
import { typingView } from "./views/typing.js";
import { paintUploads } from "./views/upload-progress.js";
import { followViewport } from "./views/viewport.js";

const codes = takeCodes();
restoreDensity();
followViewport();
const storage = openStorage();

const notifier = new Notifier();
/** @type {ReturnType<typeof effectRunner>} */ let perform;
const store = new Store((effect) => perform(effect), Date.now);
const session = new Session(store, () => confirmLink(store.state.user?.name ?? null), prefetched?.guest ?? null);
const socket = new Socket({
  url: socketUrl(),
  takeOpened: () => prefetched?.takeSocket() ?? null,
  hello: () => helloFrame(store.state, deviceName(navigator.userAgent)),
  whoAmI: () => session.whoAmI(),
  dispatch: store.dispatch,
});
perform = effectRunner({ store, storage, socket, session, notifier, newest: prefetched?.newest ?? null, showUserReplaced, showNewVersion });

/** Something came back: the network, the reader, or the reader's patience ended. */
function reconnect() {
  session.retryNow();
  socket.retryNow();
}

const app = new App({
  state: () => store.state,
  dispatch: store.dispatch,
  watch: (watcher) => store.watch(watcher),
  actions: actions({ store, session, reconnect }),
  toast: (text) => notifier.toast(text),
  openDialog: openDialogByName,
  askToJoinRoom,
  openDialogAbout,
  pickEmoji,
  composer: () => composer,
  thread: () => thread,
});
restoreFolding(app);
const composer = composerView(app);
const thread = threadView(app);
/** Each draws what changed; `true` asks for another frame. @type {((state: import("./types.js").State) => unknown)[]} */
const views = [
  addressView(app), panesView(), headerView(app), roomsView(app), emptyView(app), peopleView(app), thread.paint, typingView(), composer.paint, statusView(app), signInView(app),
  (state) => notifier.paint(state),
  // Last of those that change the layout: it measures where rows stand, and what changed after that would be laid out twice.
  timelineView(app),
  paintUploads,
];
const draw = batched(() => {
  const focused = document.activeElement;
  const answers = views.map((paint) => paint(store.state));
  // What had the focus is gone, a dropped message perhaps: who types on means the message box.
  if (focused && focused !== document.body && !focused.checkVisibility()) app.focusComposer();
  if (answers.some((unfinished) => unfinished === true)) draw();
});
store.watch(draw);
const announce = announceReading();
store.watch((state) => announce(roomBeingRead(state)));
// The title of a hidden page is all that is seen of it, and must not wait for a timer.
store.watch((state) => document.visibilityState !== "visible" && notifier.paint(state));
listenToKeys(app);
takeFiles(app);

function attention() {
  store.dispatch({ type: "attention-changed", visible: document.visibilityState === "visible", focused: document.hasFocus() });
}
watchAway((away) => store.dispatch({ type: "away-changed", away }));
// What is being deleted goes with the page, not with the timer.
addEventListener("pagehide", () => store.dispatch({ type: "deletes-due" }));
for (const type of ["focus", "blur"]) addEventListener(type, attention);
document.addEventListener("visibilitychange", () => {
  attention();
  if (document.visibilityState === "visible") reconnect();
});
addEventListener("online", reconnect);
addEventListener("pageshow", reconnect);

// On a first visit nothing is kept, and the disk need not be waited for.
const snapshot = prefetched ? undefined : await storage.read("kept", "snapshot").catch(() => undefined);
const known = fromSnapshot(snapshot);
const left = known.user ? (await orphans(storage).catch(() => [])).filter(({ user }) => user === known.user?.id) : [];
store.dispatch({ type: "restored", snapshot: known, drafts: loadDrafts(), outbox: left });
adoptOrphans(storage, (entries) => store.dispatch({ type: "outbox-loaded", entries }));
onDraftChangedElsewhere((room, text) => store.dispatch({ type: "draft-changed-elsewhere", room, text }));
attention();

/** What can wait until there is something to read: the worker, and the modules of all that can be opened later. */
let loaded = false;
store.watch(({ current, timelines, signIn }) => {
  if (loaded || !(signIn === "out" || (current && timelines[current]?.loaded))) return;
  loaded = true;
  (window.requestIdleCallback ?? setTimeout)(() => {
    registerWorker();
    loadDialogs();
    loadEmojis().catch(() => {}); // They are loaded with the picker, too, and completed after the next visit.
  });
});
session.start(codes.link, codes.invite);
