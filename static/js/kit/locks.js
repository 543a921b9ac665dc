// @ts-check
// Locks between the pages of one browser. Some browsers have none, some refuse them where cookies are blocked: then each
// page works alone.

/** Runs `act` while no other page runs one of this name. @template T @param {string} name @param {() => Promise<T>} act @returns {Promise<T>} */
export async function exclusively(name, act) {
  let begun = false;
  try {
    return await navigator.locks.request(name, () => {
      begun = true;
      return act();
    });
  } catch (error) {
    if (begun) throw error;
    return act();
  }
}

/** Holds a lock until the page is gone. @param {string} name @returns {Promise<void>} resolves once it is held, or cannot be */
export function holdForever(name) {
  return new Promise((resolve) => {
    const onHeld = () => (resolve(), new Promise(() => {}));
    if (navigator.locks) navigator.locks.request(name, onHeld).catch(() => resolve());
    else resolve();
  });
}

/** The names of all locks that pages of this browser hold. @returns {Promise<string[]>} */
export async function heldLocks() {
  try {
    return ((await navigator.locks.query()).held ?? []).map((lock) => lock.name ?? "");
  } catch {
    return [];
  }
}

/** Whether this browser has locks at all. */
export const hasLocks = () => Boolean(navigator.locks);

/** Runs `act` once nobody holds the lock; where there are none, or they are refused, never. @param {string} name @param {() => Promise<void>} act */
export function whenFree(name, act) {
  navigator.locks?.request(name, act).catch(() => {});
}

/** Holds a lock that several pages may hold, until the function that is given back is called. @param {string} name @returns {() => void} */
export function holdShared(name) {
  let release = () => {};
  const until = new Promise((resolve) => (release = () => resolve(undefined)));
  navigator.locks?.request(name, { mode: "shared" }, () => until).catch(() => {});
  return release;
}
