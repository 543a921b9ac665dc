//! The page as one script, another for what can wait, and one style sheet.
//!
//! The modules of the page are plain: named imports at the top, named exports of what never changes, no cycles. So
//! each becomes a function that gives its exports, and they stand in the order in which a browser would run them.
//! Modules that are only ever imported when they are needed stand in a second script, which is fetched with the first of
//! them, and each runs when it is first needed. Anything that is not so plain ends the build with a reason.
//!
//! The document may start other modules before the page: each becomes a script of its own, which the bundle imports as
//! the module did. What such a module imports stands in both scripts, and so may hold no state.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::Path,
};

use oxc::{
    allocator::Allocator,
    codegen::{Codegen, CodegenOptions, CommentOptions},
    mangler::MangleOptions,
    minifier::{CompressOptions, Minifier, MinifierOptions},
    parser::Parser,
    span::SourceType,
};

use crate::{DOCUMENT, Page, sheet, source, version};

use self::module::Module;

mod module;

/// The module that the document starts last; the bundle takes its place.
const MAIN: &str = "/js/main.js";
/// What the page imports when it is needed.
const LATER: &str = "/js/later.js";
/// Where modules stand; those that the document starts stand right there.
const FOLDER: &str = "/js/";
/// Has the browser compile all functions while the script arrives, off the main thread: most run at the start, and would be
/// compiled then, while the user waits. Browsers that do not know it ignore the comment.
const COMPILE_EAGERLY: &str = "//# allFunctionsCalledOnLoad\n";
/// The one style sheet.
const SHEET: &str = "/css/page.css";

/// The page of a folder, as few files.
///
/// # Errors
/// When the folder cannot be read, or a source is not as plain as it has to be.
pub fn bundle(folder: &Path) -> Result<Page, String> {
    let mut files = source::read(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let document = take(&mut files, DOCUMENT)?;
    let (document, sheets) = with_one_sheet(&document)?;
    let sheets = sheets.iter().map(|path| take(&mut files, path)).collect::<Result<Vec<_>, _>>()?;
    let scripts = scripts(&mut files, &entry_points(&document))?;
    files.retain(|path, _| !path.starts_with(FOLDER) && !path.starts_with("/css/"));
    files.insert(DOCUMENT.to_owned(), document.into_bytes());
    files.insert(SHEET.to_owned(), sheet::join(sheets.iter().map(String::as_str)).into_bytes());
    files.extend(scripts.into_iter().map(|(path, script)| (path, script.into_bytes())));
    version::assemble(files)
}

/// The document with one style sheet and without modules to load ahead; and the sheets that it had, in their order.
fn with_one_sheet(document: &str) -> Result<(String, Vec<String>), String> {
    let mut sheets = vec![];
    let mut shorter = String::with_capacity(document.len());
    for line in document.lines() {
        let link = line.trim_start();
        if link.starts_with("<link rel=\"modulepreload\"") {
            continue;
        }
        if let Some(rest) = link.strip_prefix("<link rel=\"stylesheet\" href=\"") {
            let (path, _) = rest.split_once('"').ok_or_else(|| format!("{DOCUMENT}: cannot read {link}"))?;
            if sheets.is_empty() {
                _ = writeln!(shorter, "<link rel=\"stylesheet\" href=\"{}\">", &SHEET[1..]);
            }
            sheets.push(format!("/{}", path.trim_start_matches('/')));
            continue;
        }
        // Nothing in the document depends on how it is indented.
        shorter.push_str(link);
        shorter.push('\n');
    }
    Ok((shorter, sheets))
}

/// The modules that a document starts beside the page, each an entry point of its own.
fn entry_points(document: &str) -> Vec<String> {
    let scripts = document.lines().filter(|line| line.trim_start().starts_with("<script type=\"module\""));
    let sources = scripts.filter_map(|line| line.split_once(" src=\"")?.1.split_once('"'));
    sources.map(|(path, _)| format!("/{}", path.trim_start_matches('/'))).filter(|path| path != MAIN).collect()
}

/// Each module that the document starts, with all that it imports, minified.
fn scripts(files: &mut BTreeMap<String, Vec<u8>>, entries: &[String]) -> Result<Vec<(String, String)>, String> {
    let mut modules = BTreeMap::new();
    let paths: Vec<_> = files.keys().filter(|path| path.starts_with(FOLDER)).cloned().collect();
    for path in paths {
        let text = take(files, &path)?;
        let module = Module::read(&path, &text)?;
        modules.insert(path, module);
    }
    for path in entries {
        let twice = Order::of(&modules, &[], [path.as_str()])?;
        if let Some(path) = twice.iter().find(|other| **other != path && modules[**other].holds_state) {
            return Err(format!("{path} stands in two scripts, and holds something that only one of them would see"));
        }
    }
    let mut scripts = vec![];
    for path in entries {
        let Script { text, later } = script(&modules, path, &[])?;
        if later.is_some() {
            return Err(format!("{path}: only the page itself imports modules when they are needed"));
        }
        scripts.push((path.clone(), text));
    }
    let Script { text, later } = script(&modules, MAIN, entries)?;
    scripts.push((MAIN.to_owned(), text));
    scripts.extend(later.map(|later| (LATER.to_owned(), later)));
    Ok(scripts)
}

/// A module with all that it imports, and what it imports when it is needed. The other entry points are imported, not copied.
struct Script {
    text: String,
    /// What is imported when it is needed: fetched then.
    later: Option<String>,
}

fn script(modules: &BTreeMap<String, Module>, main: &str, entries: &[String]) -> Result<Script, String> {
    let eager = Order::of(modules, entries, [main])?;
    let needed: Vec<_> = eager.iter().flat_map(|path| &modules[*path].lazy_imports).map(String::as_str).collect();
    let all = Order::of(modules, entries, [main].into_iter().chain(needed.iter().copied()))?;
    if let Some(nested) = all.iter().find(|path| !eager.contains(path) && !modules[**path].lazy_imports.is_empty()) {
        return Err(format!("{nested}: a module that is imported when it is needed cannot import others so"));
    }
    let names: BTreeMap<&str, String> =
        all.iter().enumerate().map(|(number, path)| (*path, format!("module_{number}"))).collect();
    let name = |path: &str| -> String {
        let name = &names[path];
        if eager.contains(&path) { name.clone() } else { format!("{name}()") }
    };
    let promised = |path: &str| -> String {
        let name = &names[path];
        if eager.contains(&path) { name.clone() } else { format!("(await later()).{name}()") }
    };
    let mut text = String::new();
    for path in eager.iter().filter(|path| **path != main) {
        let own = &names[path];
        if entries.iter().any(|other| other == path) {
            _ = writeln!(text, "import * as {own} from \"./{}\";", &path[FOLDER.len()..]);
        } else {
            _ = writeln!(text, "const {own} = (() => {{{}}})();", modules[*path].as_function(&name, &promised));
        }
    }
    let lazy: Vec<_> = all.iter().filter(|path| !eager.contains(path)).collect();
    let mut later = None;
    if !lazy.is_empty() {
        // It is handed the modules that stand here: a script that imported this one would run it twice, under two addresses.
        let known: Vec<_> = eager.iter().filter(|path| **path != main).map(|path| names[path].as_str()).collect();
        let known = known.join(", ");
        let from = &LATER[FOLDER.len()..];
        // One that could not be fetched is fetched again.
        _ = writeln!(
            text,
            "let later_made;\nfunction later() {{ return later_made ??= import(\"./{from}\").then(({{ make }}) => \
             make({{ {known} }}), (error) => {{ later_made = undefined; throw error; }}); }}"
        );
        let mut parts = format!("export function make({{ {known} }}) {{\n");
        for path in &lazy {
            let (own, body) = (&names[**path], modules[**path].as_function(&name, &promised));
            _ = writeln!(parts, "let {own}_made;\nfunction {own}() {{ return {own}_made ??= (() => {{{body}}})(); }}");
        }
        let given: Vec<_> =
            needed.iter().filter(|path| !eager.contains(path)).map(|path| names[path].as_str()).collect();
        let given = BTreeSet::from_iter(given).into_iter().collect::<Vec<_>>().join(", ");
        _ = writeln!(parts, "return {{ {given} }};\n}}");
        later = Some(minified(&parts)?);
    }
    text.push_str(&modules[main].as_script(&name, &promised));
    if !modules[main].exports.is_empty() {
        let exports: Vec<_> = modules[main].exports.iter().map(String::as_str).collect();
        _ = writeln!(text, "\nexport {{ {} }};", exports.join(", "));
    }
    Ok(Script { text: format!("{COMPILE_EAGERLY}{}", minified(&text)?), later })
}

/// In which order modules run: each after all that it imports.
struct Order<'a> {
    modules: &'a BTreeMap<String, Module>,
    /// Entry points with scripts of their own: what they import runs there.
    entries: &'a [String],
    under_way: BTreeSet<&'a str>,
    ready: Vec<&'a str>,
}

impl<'a> Order<'a> {
    fn of(
        modules: &'a BTreeMap<String, Module>,
        entries: &'a [String],
        from: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<&'a str>, String> {
        let mut order = Self { modules, entries, under_way: BTreeSet::new(), ready: vec![] };
        for path in from {
            order.visit(path)?;
        }
        Ok(order.ready)
    }

    fn visit(&mut self, path: &'a str) -> Result<(), String> {
        if self.ready.contains(&path) {
            return Ok(());
        }
        if !self.under_way.insert(path) {
            return Err(format!("{path} imports itself, by way of others"));
        }
        let module = self.modules.get(path).ok_or_else(|| format!("there is no {path}"))?;
        for import in &module.imports {
            if !self.entries.iter().any(|other| other == path) {
                self.visit(&import.from).map_err(|error| format!("{path}: {error}"))?;
            }
            let other = &self.modules[&import.from];
            if let Some((wanted, _)) = import.names.iter().find(|(wanted, _)| !other.exports.contains(wanted)) {
                return Err(format!("{path}: {} does not export {wanted}", import.from));
            }
        }
        self.ready.push(path);
        Ok(())
    }
}

fn minified(text: &str) -> Result<String, String> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::mjs()).parse();
    if let Some(error) = parsed.errors.first() {
        return Err(format!("the bundle is no script: {error}"));
    }
    let mut program = parsed.program;
    let options =
        MinifierOptions { mangle: Some(MangleOptions::default()), compress: Some(CompressOptions::smallest()) };
    let names = Minifier::new(options).minify(&allocator, &mut program);
    let options = CodegenOptions { minify: true, comments: CommentOptions::disabled(), ..CodegenOptions::default() };
    Ok(Codegen::new().with_options(options).with_scoping(names.scoping).build(&program).code)
}

fn take(files: &mut BTreeMap<String, Vec<u8>>, path: &str) -> Result<String, String> {
    let bytes = files.remove(path).ok_or_else(|| format!("the page has no {path}"))?;
    String::from_utf8(bytes).map_err(|error| format!("{path}: {error}"))
}

#[cfg(test)]
mod tests;
