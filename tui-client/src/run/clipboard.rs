//! The clipboard of the desktop that the user sits at: a picture in it, or files that were copied there. Terminals hand over
//! text only.

use std::{io::Cursor, path::PathBuf, thread, time::Duration};

use arboard::{Error, ImageData};
use image::{
    DynamicImage, RgbaImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};
use tokio::{sync::oneshot, time::timeout};

use super::{files, opener};
use crate::update::input::Clipping;

/// How long the program that has the clipboard may take to hand over what is in it, and this one to compress it.
const PATIENCE: Duration = Duration::from_secs(20);
/// What works where the clipboard does not.
const INSTEAD: &str = "save the picture to a file, then /file PATH";

/// What a desktop gives of its clipboard.
trait Desktop {
    /// The paths of files that were copied.
    fn files(&mut self) -> Result<Vec<PathBuf>, Error>;
    /// A picture, as pixels.
    fn picture(&mut self) -> Result<ImageData<'static>, Error>;
}

impl Desktop for arboard::Clipboard {
    fn files(&mut self) -> Result<Vec<PathBuf>, Error> {
        self.get().file_list()
    }

    fn picture(&mut self) -> Result<ImageData<'static>, Error> {
        self.get().image()
    }
}

/// What the clipboard holds that can be sent. An error says what to do. Over SSH the clipboard of the machine that this program
/// runs on is not the user's.
pub(super) async fn read(is_remote: bool) -> Result<Clipping, String> {
    if is_remote {
        return Err(
            "over SSH the clipboard of your machine cannot be read: copy the file here with scp, then /file PATH"
                .to_owned(),
        );
    }
    if !opener::has_windows() {
        return Err(format!("there is no desktop here, and so no clipboard: {INSTEAD}"));
    }
    let (tell, told) = oneshot::channel();
    // A thread of its own: the program that has the clipboard may never answer.
    let started = thread::Builder::new().name("clipboard".to_owned()).spawn(move || {
        let clipping = arboard::Clipboard::new().map_err(|error| cannot(&error));
        _ = tell.send(clipping.and_then(|mut desktop| clipping_of(&mut desktop)));
    });
    started.map_err(|error| format!("the clipboard cannot be read: {error}"))?;
    match timeout(PATIENCE, told).await {
        Ok(Ok(clipping)) => clipping,
        Ok(Err(_)) => Err(format!("the picture in the clipboard is damaged: {INSTEAD}")),
        Err(_) => Err(format!("the program that has the clipboard does not answer: {INSTEAD}")),
    }
}

/// Files go first: of a copied file, a desktop may have a picture as well, which is only its icon.
fn clipping_of(desktop: &mut impl Desktop) -> Result<Clipping, String> {
    if let Some(paths) = desktop.files().ok().filter(|paths| !paths.is_empty()) {
        return sizes(paths).map(Clipping::Files);
    }
    match desktop.picture() {
        Ok(picture) => png(picture).map(Clipping::Picture),
        Err(Error::ContentNotAvailable) => {
            Err("the clipboard has no picture and no file: take a screenshot, or copy a file".to_owned())
        }
        Err(error) => Err(cannot(&error)),
    }
}

fn cannot(error: &Error) -> String {
    format!("the clipboard cannot be read ({error}): {INSTEAD}")
}

fn sizes(paths: Vec<PathBuf>) -> Result<Vec<(PathBuf, u64)>, String> {
    let sized = paths.into_iter().map(|path| match path.metadata() {
        Ok(facts) if facts.is_file() => Ok((path, facts.len())),
        Ok(_) => Err(format!("{} is no file: only files can be sent", files::shown(&path))),
        Err(error) => Err(format!("{} cannot be read: {error}", files::shown(&path))),
    });
    sized.collect()
}

/// A picture as a PNG; without transparency where it has none.
fn png(picture: ImageData<'_>) -> Result<Vec<u8>, String> {
    let damaged = || format!("the picture in the clipboard is damaged: {INSTEAD}");
    let side = |pixels: usize| u32::try_from(pixels).ok().filter(|pixels| *pixels > 0).ok_or_else(damaged);
    let (width, height) = (side(picture.width)?, side(picture.height)?);
    let pixels = RgbaImage::from_raw(width, height, picture.bytes.into_owned()).ok_or_else(damaged)?;
    let is_opaque = pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX);
    let mut picture = DynamicImage::from(pixels);
    if is_opaque {
        picture = picture.into_rgb8().into();
    }
    let mut bytes = Cursor::new(Vec::new());
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    picture.write_with_encoder(encoder).map_err(|_| damaged())?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clipboard that holds this.
    struct Fake {
        files: Result<Vec<PathBuf>, Error>,
        picture: Result<ImageData<'static>, Error>,
    }

    impl Default for Fake {
        fn default() -> Self {
            Self { files: Err(Error::ContentNotAvailable), picture: Err(Error::ContentNotAvailable) }
        }
    }

    impl Desktop for Fake {
        fn files(&mut self) -> Result<Vec<PathBuf>, Error> {
            std::mem::replace(&mut self.files, Err(Error::ContentNotAvailable))
        }

        fn picture(&mut self) -> Result<ImageData<'static>, Error> {
            std::mem::replace(&mut self.picture, Err(Error::ContentNotAvailable))
        }
    }

    fn picture(width: usize, height: usize, bytes: &[u8]) -> Result<ImageData<'static>, Error> {
        Ok(ImageData { width, height, bytes: bytes.to_vec().into() })
    }

    fn decoded(clipping: Result<Clipping, String>) -> DynamicImage {
        match clipping {
            Ok(Clipping::Picture(png)) => image::load_from_memory_with_format(&png, image::ImageFormat::Png).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_picture_becomes_a_png_of_the_same_pixels() {
        let opaque = [255, 0, 0, 255, 0, 0, 255, 255];
        let seen = decoded(clipping_of(&mut Fake { picture: picture(2, 1, &opaque), ..Fake::default() }));
        assert!(matches!(seen, DynamicImage::ImageRgb8(_)), "{seen:?}");
        assert_eq!(seen.to_rgba8().into_raw(), opaque);
        let clear = [255, 0, 0, 128, 0, 0, 255, 255];
        let seen = decoded(clipping_of(&mut Fake { picture: picture(1, 2, &clear), ..Fake::default() }));
        assert_eq!((seen.width(), seen.height(), seen.to_rgba8().into_raw()), (1, 2, clear.to_vec()));
    }

    #[test]
    fn files_go_before_their_icon() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["cat.png", "my notes.txt"].map(|name| folder.path().join(name));
        std::fs::write(&paths[0], b"meow").unwrap();
        std::fs::write(&paths[1], b"").unwrap();
        let mut both = Fake { files: Ok(paths.to_vec()), picture: picture(1, 1, &[0; 4]) };
        let [one, two] = paths;
        assert_eq!(clipping_of(&mut both), Ok(Clipping::Files(vec![(one, 4), (two, 0)])));
    }

    #[test]
    fn what_cannot_be_sent_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let with = |files| Fake { files, ..Fake::default() };
        let missing = folder.path().join("gone.txt");
        for (mut desktop, told) in [
            (Fake::default(), "no picture and no file"),
            (with(Ok(Vec::new())), "no picture and no file"),
            (with(Ok(vec![folder.path().to_owned()])), "is no file: only files can be sent"),
            (with(Ok(vec![missing])), "cannot be read"),
            (Fake { picture: picture(2, 2, &[0; 4]), ..Fake::default() }, "damaged"),
            (Fake { picture: picture(0, 0, &[]), ..Fake::default() }, "damaged"),
            (Fake { picture: Err(Error::ClipboardOccupied), ..Fake::default() }, "/file PATH"),
        ] {
            let problem = clipping_of(&mut desktop).unwrap_err();
            assert!(problem.contains(told), "{problem}");
        }
    }

    #[tokio::test]
    async fn over_ssh_it_says_what_to_do_instead() {
        let problem = read(true).await.unwrap_err();
        assert!(problem.contains("over SSH") && problem.contains("/file PATH"), "{problem}");
    }
}
