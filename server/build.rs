//! A release build serves the page as few files, compressed once and for all; a debug build reads the sources.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(bundled_page)");
    if env::var("PROFILE")? != "release" {
        return Ok(());
    }
    println!("cargo::rerun-if-changed=../static");
    println!("cargo::rustc-cfg=bundled_page");
    let page = chat_page::bundle(Path::new("../static"))?;
    let folder = env::var("OUT_DIR")?;
    let mut list = String::from("[\n");
    for (number, (path, bytes)) in page.files.iter().enumerate() {
        let store = |end: &str, bytes: &[u8]| {
            let file = format!("{folder}/page-{number}{end}");
            fs::write(&file, bytes).map(|()| format!("include_bytes!({file:?})"))
        };
        let smaller = |end: &str, packed: Vec<u8>| match packed.len() < bytes.len() {
            true => store(end, &packed).map(|included| format!("Some({included})")),
            false => Ok("None".to_owned()),
        };
        let gzip = smaller(".gz", chat_page::gzip(bytes)?)?;
        let brotli = smaller(".br", chat_page::brotli(bytes)?)?;
        let plain = store("", bytes)?;
        list += &format!("    Embedded {{ path: {path:?}, plain: {plain}, gzip: {gzip}, brotli: {brotli} }},\n");
    }
    list += "]\n";
    fs::write(format!("{folder}/page.rs"), list)?;
    Ok(())
}
