//! A file comes to where it belongs, also on a file system without hard links.

use std::io::Write as _;

use super::*;

const BYTES: &[u8] = b"of today";

fn no_links(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// An upload that has arrived.
fn arrived(files: &Files) -> UploadId {
    let id = UploadId::now_v7();
    private().open(files.partial(id)).unwrap().write_all(BYTES).unwrap();
    id
}

#[test]
fn without_hard_links_it_is_moved_and_moved_back() {
    let files = Files::temporary().unwrap();
    let (id, hash) = (arrived(&files), FileHash([7; 32]));
    assert_eq!(files.place_by(no_links, id, hash).unwrap(), Placed::New);
    assert_eq!(fs::read(files.path_of(hash)).unwrap(), BYTES);
    assert_eq!(files.arriving().unwrap(), [], "it is in one place");
    // What the store does once it knows of the file finds nothing to do.
    files.discard(id).unwrap();
    assert_eq!(fs::read(files.path_of(hash)).unwrap(), BYTES);

    files.take_back(id, hash).unwrap();
    assert_eq!((files.arrived(id).unwrap(), files.whole(7).unwrap()), (8, Vec::new()));
    assert_eq!(files.place(id, hash).unwrap(), Placed::New, "it can be placed again");
}

#[test]
fn with_hard_links_it_stays_until_the_store_knows() {
    let files = Files::temporary().unwrap();
    let (id, hash) = (arrived(&files), FileHash([7; 32]));
    assert_eq!(files.place(id, hash).unwrap(), Placed::New);
    assert_eq!(fs::read(files.path_of(hash)).unwrap(), BYTES);
    assert_eq!(files.arrived(id).unwrap(), 8);
    files.take_back(id, hash).unwrap();
    assert_eq!((files.arrived(id).unwrap(), files.whole(7).unwrap()), (8, Vec::new()));
}

#[test]
fn what_is_wrong_beside_the_link_is_told() {
    let files = Files::temporary().unwrap();
    let hash = FileHash([7; 32]);
    let missing = files.place_by(no_links, UploadId::now_v7(), hash).unwrap_err();
    assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    assert_eq!(files.whole(7).unwrap(), []);
}
