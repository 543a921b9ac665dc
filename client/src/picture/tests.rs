use img_parts::png::PngChunk;

use super::*;

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], data].concat()
}

/// Exif that says how the picture is turned, and where it was taken.
fn exif(orientation: u8, little: bool) -> Vec<u8> {
    let said: &[u8] = b"GPS 51.5";
    let tiff = if little {
        [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", &[orientation, 0, 0, 0, 0, 0, 0, 0][..]].concat()
    } else {
        [b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation, 0, 0, 0, 0, 0, 0][..]].concat()
    };
    segment(0xe1, &[b"Exif\0\0", &tiff[..], said].concat())
}

fn sent(bytes: &[u8]) -> Picture {
    read(&FileSource::Bytes(Bytes::copy_from_slice(bytes)), false).unwrap().unwrap()
}

fn says_where(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|at| at == b"GPS")
}

/// A frame of 3 x 2 pixels.
const FRAME: &[u8] = b"\xff\xc0\0\x0b\x08\0\x02\0\x03\x01\x01\x11\0";
const END: &[u8] = &[0xff, 0xd9];

fn scan() -> Vec<u8> {
    [segment(0xda, &[1, 2, 3]), vec![7, 0xff, 0, 9, 0xff, 0xd0, 5]].concat()
}

#[test]
fn a_jpeg_keeps_its_picture_and_profile_only() {
    let jfif = segment(0xe0, b"JFIF\0");
    let profile = segment(0xe2, b"ICC_PROFILE\0 data");
    let table = segment(0xdb, &[1, 2, 3, 4]);
    let said = [
        exif(1, true),
        segment(0xe1, b"http://ns.adobe.com/xap GPS"),
        segment(0xe2, b"MPF\0 GPS"),
        segment(0xed, b"Photoshop GPS"),
        segment(0xfe, b"GPS"),
    ]
    .concat();
    let (head, end, between) = (&[0xff, 0xd8][..], END.to_vec(), segment(0xfe, b"GPS"));
    let further = [head, &exif(1, true)].concat();
    let parts = [&jfif[..], &said, &profile, FRAME, &scan(), &table, &between, &scan(), &end, &further];
    let kept = [&jfif[..], &profile, FRAME, &scan(), &table, &scan(), &end];
    let picture = sent(&[head, &parts.concat()].concat());
    assert_eq!(picture.bytes, [head, &kept.concat()].concat());
    assert_eq!(picture.size, Some((3, 2)));
}

#[test]
fn a_turned_picture_still_says_how() {
    for (orientation, size) in [(1, Some((3, 2))), (3, Some((3, 2))), (6, None), (8, None)] {
        for little in [true, false] {
            let jpeg = [&[0xff, 0xd8][..], &exif(orientation, little), FRAME, &scan(), END].concat();
            let picture = sent(&jpeg);
            assert!(!says_where(&picture.bytes), "{orientation}");
            let left = super::orientation(&picture.bytes);
            assert_eq!(left, Some(u32::from(orientation)).filter(|left| *left > 1));
            // The pixels are stored lying: nobody sees them in this shape.
            assert_eq!(picture.size, size, "{orientation}");
        }
    }
}

#[test]
fn a_png_keeps_its_picture_and_profile_only() {
    let chunk = |kind: &[u8; 4], data| PngChunk::new(*kind, Bytes::from_static(data)).encoder().bytes();
    let head = [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", b"\0\0\0\x03\0\0\0\x02\x08\0\0\0\0")].concat();
    let end = [chunk(b"iCCP", b"profile"), chunk(b"IDAT", b"5"), chunk(b"IEND", b"")].concat();
    let said = [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"].map(|kind| chunk(kind, b"GPS")).concat();
    let picture = sent(&[&head[..], &said, &end, b"GPS"].concat());
    assert_eq!(picture.bytes, [head, end].concat());
    assert_eq!(picture.size, Some((3, 2)));
}

#[test]
fn a_webp_keeps_its_picture_only_and_says_so() {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        [&kind[..], &length, data, &[0][..data.len() % 2]].concat()
    };
    let webp = |chunks: &[Vec<u8>]| chunk(b"RIFF", &[b"WEBP", &chunks.concat()[..]].concat());
    let head = |flags| chunk(b"VP8X", &[flags, 0, 0, 0, 2, 0, 0, 1, 0, 0]);
    let (alpha, pixels) = (chunk(b"ALPH", &[1]), chunk(b"VP8 ", &[1, 2, 3]));
    let said = [chunk(b"EXIF", b"GPS"), chunk(b"XMP ", b"GPS!")];
    let [exif, xmp] = said;
    let picture = sent(&webp(&[head(0x1c), alpha.clone(), pixels.clone(), exif, xmp]));
    assert_eq!(picture.bytes, webp(&[head(0x10), alpha, pixels]));
    assert_eq!(picture.size, Some((3, 2)));
}

#[test]
fn what_is_cut_off_says_nothing_either() {
    let head = [&[0xff, 0xd8][..], &exif(6, true), FRAME].concat();
    let whole = [&head[..], &scan(), &exif(6, true), END].concat();
    for length in head.len()..whole.len() {
        let picture = sent(&whole[..length]);
        assert!(!says_where(&picture.bytes) || picture.bytes == whole[..length], "{length} bytes");
    }
    assert!(!says_where(&sent(&whole[..whole.len() - 2]).bytes));
}

#[test]
fn metadata_stays_where_that_is_asked_for() {
    let jpeg = [&[0xff, 0xd8][..], &exif(1, true), FRAME, &scan(), END].concat();
    let picture = read(&FileSource::Bytes(jpeg.clone().into()), true).unwrap().unwrap();
    assert_eq!(picture, Picture { bytes: jpeg.into(), size: Some((3, 2)) });
}

#[test]
fn what_is_no_picture_is_left_alone() {
    for text in [&b"hello"[..], b"", b"RIFF1234WAVE"] {
        assert_eq!(read(&FileSource::Bytes(Bytes::copy_from_slice(text)), false).unwrap(), None);
    }
}
