// @ts-check
// Locks between the pages of one browser. Some browsers have none, some refuse them where cookies are blocked: then each
// page goes on alone.

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

/** Holds a lock until the page is gone. @param {string} name */
export function holdForever(name) {
  navigator.locks?.request(name, () => new Promise(() => {})).catch(() => {});
}

/** The names of all locks that pages of this browser hold. @returns {Promise<string[]>} */
export async function heldLocks() {
  try {
    return ((await navigator.locks.query()).held ?? []).map((lock) => lock.name ?? "");
  } catch {
    return [];
  }
}
