// @ts-check
// What this device keeps: the outbox, the last pages. IndexedDB; where a browser refuses that (some
// private windows), localStorage; where it refuses both, memory, and the page still works.

const DATABASE = "chat";
const VERSION = 1;
/** Outbox entries by id · everything else by a name. */
const STORES = /** @type {const} */ (["outbox", "kept"]);
/** @typedef {typeof STORES[number]} Kept */

/** A disk that does not answer must not keep a message from being sent, in ms. */
const TIMEOUT = 3_000;

/**
 * @typedef {object} Storage
 * @property {boolean} durable   what is written outlives the page
 * @property {(store: Kept, key: string) => Promise<any>} read
 * @property {(store: Kept) => Promise<any[]>} all
 * @property {(store: Kept, key: string, value: any) => Promise<void>} write   resolves when it is on disk
 * @property {(store: Kept, key: string) => Promise<void>} erase
 */

/** Opens it; who uses it before it is open waits, and the page is put together meanwhile. @returns {Storage} */
export function openStorage() {
  const opened = withTimeout(openDatabase()).then(indexedDbStorage, () => keyValueStorage(localStorageOrMemory()));
  let durable = true;
  opened.then((storage) => (durable = storage.durable));
  return {
    get durable() {
      return durable;
    },
    read: async (store, key) => (await opened).read(store, key),
    all: async (store) => (await opened).all(store),
    write: async (store, key, value) => (await opened).write(store, key, value),
    erase: async (store, key) => (await opened).erase(store, key),
  };
}

/** @template T @param {Promise<T>} promise @returns {Promise<T>} */
function withTimeout(promise) {
  return Promise.race([
    promise,
    new Promise((_, reject) => setTimeout(() => reject(new Error("the disk does not answer")), TIMEOUT)),
  ]);
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, VERSION);
    asked.onupgradeneeded = () => STORES.forEach((store) => asked.result.createObjectStore(store));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** @param {IDBDatabase} database @returns {Storage} */
function indexedDbStorage(database) {
  /** @param {Kept} store @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} act */
  const run = (store, mode, act) =>
    withTimeout(
      new Promise((resolve, reject) => {
        // Strict: done means on disk, not in the system's cache.
        const transaction = database.transaction(store, mode, { durability: "strict" });
        const asked = act(transaction.objectStore(store));
        // Not waiting for the answer first: a page that is being left does not live to hear it.
        transaction.commit?.();
        transaction.oncomplete = () => resolve(asked.result);
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      }),
    );
  return {
    durable: true,
    read: (store, key) => run(store, "readonly", (kept) => kept.get(key)),
    all: (store) => run(store, "readonly", (kept) => kept.getAll()),
    write: (store, key, value) => run(store, "readwrite", (kept) => kept.put(value, key)),
    erase: (store, key) => run(store, "readwrite", (kept) => kept.delete(key)),
  };
}

/** @typedef {Pick<globalThis.Storage, "getItem"|"setItem"|"removeItem"> & {keys: () => string[], durable: boolean}} KeyValue */

/** @returns {KeyValue} */
function localStorageOrMemory() {
  try {
    const pairs = window.localStorage;
    pairs.setItem("chat:probe", "1");
    pairs.removeItem("chat:probe");
    return {
      durable: true,
      getItem: (key) => pairs.getItem(key),
      setItem: (key, value) => pairs.setItem(key, value),
      removeItem: (key) => pairs.removeItem(key),
      keys: () => Object.keys(pairs),
    };
  } catch {
    /** @type {Map<string, string>} */ const memory = new Map();
    return {
      durable: false,
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
      keys: () => [...memory.keys()],
    };
  }
}

/** Text cannot hold the bytes of a file. @param {string} _ @param {any} value */
function withoutFiles(_, value) {
  if (value instanceof Blob) throw new TypeError("files are not kept in localStorage");
  return value;
}

/** @param {KeyValue} pairs @returns {Storage} */
function keyValueStorage(pairs) {
  /** @param {Kept} store @param {string} key */
  const name = (store, key) => `chat:${store}:${key}`;
  /** @param {string} key */
  const value = (key) => JSON.parse(pairs.getItem(key) ?? "null") ?? undefined;
  return {
    durable: pairs.durable,
    read: async (store, key) => value(name(store, key)),
    all: async (store) => pairs.keys().filter((key) => key.startsWith(name(store, ""))).map(value),
    write: async (store, key, kept) => pairs.setItem(name(store, key), JSON.stringify(kept, withoutFiles)),
    erase: async (store, key) => pairs.removeItem(name(store, key)),
  };
}
