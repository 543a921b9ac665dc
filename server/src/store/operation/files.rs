//! Files: who may upload what, which message carries it, and who may get it.

use chat_protocol::{
    Attachment, Timestamp, UploadId, UserId,
    file::{MAX_ATTACHMENTS, MAX_PREVIEW, PICTURES},
};

use super::{Lookup, Transaction};
use crate::{
    access::Deed,
    files::FileHash,
    store::{NewUploadRow, Result, RowId, StoreError, UploadState, steps::Upload},
};

/// Begins an upload.
pub(in crate::store) fn begin(tx: &mut dyn Transaction, new: &NewUploadRow) -> Result<Timestamp> {
    let user = tx.user_row(new.user)?;
    let NewUploadRow { upload, most_bytes, .. } = new;
    if tx.stored_bytes(user)?.saturating_add(upload.size) > *most_bytes {
        return Err(StoreError::TooManyBytes);
    }
    if let Some(preview) = upload.preview
        && usable_preview(tx, user, preview)?.is_none()
    {
        return Err(StoreError::BadUpload(
            "`preview` wants an upload of yours that is whole and unused: PNG, JPEG or WebP of at most 64 KiB",
        ));
    }
    tx.insert_upload(user, upload)
}

/// How far an upload of a user is. Somebody else's is as one that is not there.
pub(in crate::store) fn state(db: &dyn Lookup, user: UserId, id: UploadId) -> Result<UploadState> {
    let Upload { attachment, hash, expires_at, .. } = own(db, user, id)?;
    Ok(UploadState { attachment, is_whole: hash.is_some(), expires_at })
}

/// Notes that all bytes of an upload are there. `upload` is what they are. Once noted, that stays: a message may carry it.
pub(in crate::store) fn finish(
    tx: &mut dyn Transaction,
    user: UserId,
    upload: &Attachment,
    hash: &FileHash,
    most_bytes: u64,
) -> Result<Option<Timestamp>> {
    let before = own(tx, user, upload.id)?;
    if before.hash.is_some() {
        return Ok(before.expires_at);
    }
    // One whose size was not known before.
    let added = upload.size.saturating_sub(before.attachment.size);
    if added > 0 && tx.stored_bytes(before.user)?.saturating_add(added) > most_bytes {
        return Err(StoreError::TooManyBytes);
    }
    tx.finish_upload(upload, hash).map(Some)
}

/// Deletes an upload that no message carries.
pub(in crate::store) fn remove(tx: &mut dyn Transaction, user: UserId, id: UploadId) -> Result<()> {
    if own(tx, user, id)?.place.is_some() {
        return Err(StoreError::UsedUpload);
    }
    tx.delete_upload(id)
}

/// A file for somebody: its uploader, or who may read the message that carries it.
pub(in crate::store) fn find(db: &dyn Lookup, reader: Option<UserId>, id: UploadId) -> Result<(Attachment, FileHash)> {
    let reader = reader.map(|reader| db.user_row(reader)).transpose()?;
    let found = db.find_upload(id)?;
    let Some(upload) = found else {
        super::look_at_nothing(db, reader)?;
        return Err(StoreError::NoUpload);
    };
    let Some(hash) = upload.hash else { return Err(StoreError::NoUpload) };
    if reader != Some(upload.user) {
        let place = upload.place.ok_or(StoreError::NoUpload)?;
        let person = db.person(place.row, reader)?;
        place.grant(person, reader, Deed::Read).map_err(|_| StoreError::NoUpload)?;
    }
    Ok((upload.attachment, hash))
}

/// The files that a message shall carry: the author's own, whole, and in no message yet. Nothing is written.
pub(super) fn check(tx: &mut dyn Transaction, author: RowId, ids: &[UploadId]) -> Result<Vec<Attachment>> {
    if ids.len() > MAX_ATTACHMENTS {
        return Err(StoreError::BadUpload("a message has at most 10 attachments: send the others in another one"));
    }
    let mut attachments = Vec::with_capacity(ids.len());
    for id in ids {
        let upload = tx.find_upload(*id)?.filter(|upload| upload.user == author);
        let upload = upload.ok_or(StoreError::BadUpload(
            "`attachments` names no upload of yours: it may have expired; upload the file again",
        ))?;
        if upload.hash.is_none() {
            return Err(StoreError::BadUpload("`attachments` names an upload that is not whole: go on with it first"));
        }
        let is_again = attachments.iter().any(|other: &Attachment| other.id == *id);
        if upload.place.is_some() || is_again {
            return Err(StoreError::BadUpload("an upload belongs to one message: upload the file again for another"));
        }
        let mut attachment = upload.attachment;
        let is_taken = |preview| attachments.iter().any(|other: &Attachment| other.preview == Some(preview));
        if let Some(preview) = attachment.preview
            && (is_taken(preview) || ids.contains(&preview) || usable_preview(tx, author, preview)?.is_none())
        {
            attachment.preview = None;
        }
        attachments.push(attachment);
    }
    Ok(attachments)
}

/// A small picture of the user's that no message carries.
fn usable_preview(db: &dyn Lookup, user: RowId, id: UploadId) -> Result<Option<Upload>> {
    Ok(db.find_upload(id)?.filter(|preview| {
        let Attachment { size, media_type, .. } = &preview.attachment;
        let is_picture = PICTURES.contains(&media_type.as_str()) && media_type != "image/gif";
        let is_unused = preview.hash.is_some() && preview.place.is_none();
        preview.user == user && is_unused && is_picture && *size <= MAX_PREVIEW
    }))
}

fn own(db: &dyn Lookup, user: UserId, id: UploadId) -> Result<Upload> {
    let user = db.user_row(user)?;
    db.find_upload(id)?.filter(|upload| upload.user == user).ok_or(StoreError::NoUpload)
}
