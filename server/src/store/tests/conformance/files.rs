//! Files, as the rules have them: what is whole stays as it is.

use chat_protocol::{Attachment, Role, UploadId};

use super::super::{Scene, message};
use crate::{
    files::{FileHash, UNKNOWN},
    store::{NewMessageRow, NewUploadRow},
};

pub(super) async fn a_file_that_a_message_carries_is_not_finished_again(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let upload = Attachment {
        id: UploadId::now_v7(),
        name: "a.txt".to_owned(),
        size: 3,
        media_type: UNKNOWN.to_owned(),
        width: None,
        height: None,
        preview: None,
    };
    let row = NewUploadRow { user: alice, upload: upload.clone(), most_bytes: 100 };
    scene.store.begin_upload(row).await.unwrap();
    let (hash, other) = (FileHash([1; 32]), FileHash([2; 32]));
    let expires = scene.store.finish_upload(alice, upload.clone(), hash, 100).await.unwrap();
    assert!(expires.is_some(), "until a message carries it");
    let sent = NewMessageRow { attachments: vec![upload.id], ..message(alice, "with a file") };
    scene.store.send(sent).await.unwrap();
    // Somebody asked how far it is while its last bytes came, and finishes it as well.
    assert_eq!(scene.store.finish_upload(alice, upload.clone(), other, 100).await.unwrap(), None);
    assert_eq!(scene.store.upload(alice, upload.id).await.unwrap().expires_at, None, "it stays with its message");
    assert_eq!(scene.store.file(Some(alice), upload.id).await.unwrap().1, hash);
}
